import { startTimer } from '../../platform/time.js';
import { BEAT_MS } from '../../stores/status-protocol.js';
import { endOf, type Identity } from '../access/identity.js';
import { redactAgent, type Redaction } from '../access/redaction.js';
import type { Agents, AccountService } from '../accounts/account-service.js';
import type { Listener } from '../accounts/entry-cache.js';
import { refusal } from '../http/problems.js';
import { accountEvent, agentEvent } from './entry-events.js';
import { encoded, EventStream, type EndReason, type StateToSend } from './event-stream.js';

/** How many streams one person or machine may have open. Tabs that share a stream count once. */
const STREAMS_EACH = 100;
/** How long a store may be unreachable, in milliseconds, before its streams end: another server may reach it. */
const UNREACHABLE_MS = 5_000;
/** The longest delay that a timer takes, in milliseconds. */
const LONGEST_MS = 0x7fff_ffff;

/** What a stream tells, and to whom. */
export interface Subscription {
  readonly service: AccountService;
  readonly viewer: Identity;
  /** One agent and the account; `undefined`: all agents and the account; `null`: the account alone. */
  readonly agentId: string | null | undefined;
  readonly redactionOf: (agentId: string) => Redaction;
}

interface OpenStream extends Subscription {
  readonly stream: EventStream;
}

/** All event streams of this server. */
export class Streams {
  readonly #open = new Set<OpenStream>();
  readonly #counts = new Map<string, number>();
  readonly #lostSince = new Map<AccountService, number>();
  readonly #clock: () => number;
  #beat: ReturnType<typeof setInterval> | undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens a stream. Rejects if the present entries cannot be read, and with a refusal (429) beyond 100 streams of one viewer. */
  async open(subscription: Subscription): Promise<EventStream> {
    const { service, viewer } = subscription;
    const owner = JSON.stringify([viewer.account, viewer.id]);
    if ((this.#counts.get(owner) ?? 0) >= STREAMS_EACH) {
      throw refusal(429, `You already have ${STREAMS_EACH} streams open. Close one, or let tabs share one.`);
    }
    const stops: (() => void)[] = [];
    const stream = new EventStream({
      clock: this.#clock,
      onEnd: () => {
        for (const stop of stops) stop();
        service.streams--;
        this.#count(owner, -1);
        this.#open.delete(open);
        this.#setTimer();
      },
    });
    const open: OpenStream = { ...subscription, stream };
    service.streams++;
    this.#count(owner, 1);
    this.#open.add(open);
    this.#setTimer();
    try {
      stops.push(this.#expiry(open));
      await this.#begin(open, stops);
    } catch (error) {
      stream.drop();
      throw error;
    }
    return stream;
  }

  /** Ends all streams. */
  end(reason: EndReason): void {
    for (const { stream } of this.#open) stream.end(reason);
  }

  /** Sends the present entries, then `ready`, then each later state. */
  async #begin(open: OpenStream, stops: (() => void)[]): Promise<void> {
    const { service, agentId, stream } = open;
    const { entries } = service;
    const send = this.#sender(open);
    const ready = (): void =>
      stream.send('ready', () => encoded('ready', { now: this.#clock(), ...service.generation }));
    stops.push(service.onNewGeneration(() => stream.end('generation')));
    stops.push(entries.listen(null, send));
    if (typeof agentId === 'string') stops.push(entries.listen(agentId, send));
    const account = await service.knownAccount();
    if (account) send(null, account);
    if (agentId === undefined) {
      const agents = await service.agents();
      // Only now: until all agents are known, each of them would count as a change.
      if (this.#open.has(open)) stops.push(entries.listen(undefined, send));
      return stream.sendAll(allPresent(open, agents, ready));
    }
    const entry = agentId !== null && (await service.read(agentId));
    if (entry) send(agentId, entry);
    ready();
  }

  #sender({ stream, redactionOf }: OpenStream): Listener {
    return (agentId, entry, isErased) => {
      const gone = { agentId: String(agentId), revision: entry.revision };
      if (isErased) stream.send(keyOf(gone.agentId), () => encoded('gone', gone));
      else if (agentId === null) stream.send('account', () => accountEvent(entry));
      else stream.send(keyOf(agentId), () => agentEvent(agentId, entry, redactionOf(agentId)));
    };
  }

  #expiry({ viewer, stream }: OpenStream): () => void {
    const leftMs = endOf(viewer) - this.#clock();
    if (leftMs === Infinity) return () => undefined;
    return startTimer(Math.min(LONGEST_MS, Math.max(0, leftMs)), () => stream.end('expired'));
  }

  #count(owner: string, change: number): void {
    const count = (this.#counts.get(owner) ?? 0) + change;
    if (count > 0) this.#counts.set(owner, count);
    else this.#counts.delete(owner);
  }

  /** Runs one timer for all streams, while there are any. */
  #setTimer(): void {
    if (this.#open.size > 0) this.#beat ??= setInterval(() => this.#check(), BEAT_MS / 2);
    else if (this.#beat !== undefined) {
      clearInterval(this.#beat);
      this.#beat = undefined;
    }
  }

  #check(): void {
    const now = this.#clock();
    const beat = encoded('beat', { now });
    for (const { stream, service } of this.#open) {
      if (this.#isLost(service, now)) stream.end('closing');
      else if (stream.isStalled(now)) stream.end('slow');
      else if (now - stream.sentAt >= BEAT_MS / 2) stream.send('beat', () => beat);
    }
  }

  #isLost(service: AccountService, now: number): boolean {
    if (service.isReachable) {
      this.#lostSince.delete(service);
      return false;
    }
    const since = this.#lostSince.get(service) ?? now;
    this.#lostSince.set(service, since);
    return now - since >= UNREACHABLE_MS;
  }
}

/** The states of all agents, each as it is when the reader takes it, and then `ready`. */
function* allPresent({ redactionOf }: OpenStream, agents: Agents, ready: () => void): Generator<StateToSend> {
  for (const [agentId, entry] of agents) {
    yield [keyOf(agentId), () => encoded('agent', redactAgent(agentId, entry, redactionOf(agentId)))];
  }
  ready();
}

function keyOf(agentId: string): string {
  return `agent ${agentId}`;
}
