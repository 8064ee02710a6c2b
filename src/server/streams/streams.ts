import { BEAT_MS } from '../../stores/status-protocol.js';
import type { Entry, Listener } from '../accounts/entry-cache.js';
import { encoded, EventStream, type EndReason, type Telling } from './event-stream.js';
import { endOf, type Identity } from '../access/identity.js';
import { refusal } from '../http/problems.js';
import { redactAgent, type Redaction } from '../access/redaction.js';
import type { Agents, AccountService } from '../accounts/account-service.js';

/** So many streams of one person or machine are open at a time: tabs that share one count once. */
const STREAMS_EACH = 100;
/** A store that is not there for so long, in milliseconds, ends its streams: another server may reach it. */
const ABSENCE_MS = 5_000;
/** The longest delay that a timer takes, in milliseconds. */
const LONGEST_MS = 0x7fff_ffff;

/** What somebody wants to hear. */
export interface Subscription {
  readonly service: AccountService;
  readonly viewer: Identity;
  /** One agent and the account; `undefined`: all agents and the account; `null`: the account alone. */
  readonly agentId: string | null | undefined;
  readonly redactionOf: (agentId: string) => Redaction;
}

interface Open extends Subscription {
  readonly stream: EventStream;
}

/** All event streams of this server. */
export class Streams {
  readonly #open = new Set<Open>();
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

  /** Opens a stream; rejects where its present entries cannot be read. */
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
        this.#wind();
      },
    });
    const open: Open = { ...subscription, stream };
    service.streams++;
    this.#count(owner, 1);
    this.#open.add(open);
    this.#wind();
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

  /** Tells what is there, then that this was all, and whatever changes. */
  async #begin(open: Open, stops: (() => void)[]): Promise<void> {
    const { service, agentId, stream } = open;
    const { entries } = service;
    const tell = this.#teller(open);
    const ready = (): void =>
      stream.tell('ready', () => encoded('ready', { now: this.#clock(), ...service.generation }));
    stops.push(service.onRenewal(() => stream.end('generation')));
    stops.push(entries.listen(null, tell));
    if (typeof agentId === 'string') stops.push(entries.listen(agentId, tell));
    const account = await service.account();
    if (account) tell(null, account);
    if (agentId === undefined) {
      const agents = await service.agents();
      // Not before: while the store tells of all of them for the first time, nothing of it is news.
      if (this.#open.has(open)) stops.push(entries.listen(undefined, tell));
      return stream.tellAll(allPresent(open, agents, ready));
    }
    const entry = agentId !== null && (await service.read(agentId));
    if (entry) tell(agentId, entry);
    ready();
  }

  #teller({ stream, redactionOf }: Open): Listener {
    return (agentId, entry, isErased) => {
      const gone = { agentId: String(agentId), revision: entry.revision };
      if (isErased) stream.tell(keyOf(gone.agentId), () => encoded('gone', gone));
      else if (agentId === null) stream.tell('account', () => encodedOnce(entry, 'account', () => accountChunk(entry)));
      else stream.tell(keyOf(agentId), () => agentChunk(agentId, entry, redactionOf(agentId)));
    };
  }

  #expiry({ viewer, stream }: Open): () => void {
    const left = endOf(viewer) - this.#clock();
    if (left === Infinity) return () => undefined;
    const timer = setTimeout(() => stream.end('expired'), Math.min(LONGEST_MS, Math.max(0, left)));
    return () => clearTimeout(timer);
  }

  #count(owner: string, change: number): void {
    const count = (this.#counts.get(owner) ?? 0) + change;
    if (count > 0) this.#counts.set(owner, count);
    else this.#counts.delete(owner);
  }

  /** One timer for all streams, while there are any. */
  #wind(): void {
    if (this.#open.size > 0) this.#beat ??= setInterval(() => this.#look(), BEAT_MS / 2);
    else if (this.#beat !== undefined) {
      clearInterval(this.#beat);
      this.#beat = undefined;
    }
  }

  #look(): void {
    const now = this.#clock();
    const beat = encoded('beat', { now });
    for (const { stream, service } of this.#open) {
      if (this.#isLost(service, now)) stream.end('closing');
      else if (stream.isStalled(now)) stream.end('slow');
      else if (now - stream.toldAt >= BEAT_MS / 2) stream.tell('beat', () => beat);
    }
  }

  #isLost(service: AccountService, now: number): boolean {
    if (service.isReachable) {
      this.#lostSince.delete(service);
      return false;
    }
    const since = this.#lostSince.get(service) ?? now;
    this.#lostSince.set(service, since);
    return now - since >= ABSENCE_MS;
  }
}

/** The states of all agents, each as it is when the reader takes it; then, `ready`. */
function* allPresent({ redactionOf }: Open, agents: Agents, ready: () => void): Generator<Telling> {
  for (const [agentId, entry] of agents) {
    yield [keyOf(agentId), () => encoded('agent', redactAgent(agentId, entry, redactionOf(agentId)))];
  }
  ready();
}

function keyOf(agentId: string): string {
  return `agent ${agentId}`;
}

/** Of so many entries the words are kept for those who hear of them a moment later. */
const KEPT_CHUNKS = 256;
/** What many streams tell alike is put into words once. */
const chunks = new Map<Entry, Map<string, Uint8Array>>();

function encodedOnce(entry: Entry, variant: string, encode: () => Uint8Array): Uint8Array {
  const variants = chunks.get(entry) ?? new Map<string, Uint8Array>();
  const chunk = variants.get(variant) ?? encode();
  chunks.set(entry, variants.set(variant, chunk));
  for (const oldest of chunks.keys()) {
    if (chunks.size <= KEPT_CHUNKS) break;
    chunks.delete(oldest);
  }
  return chunk;
}

function accountChunk(entry: Entry): Uint8Array {
  return encoded(
    'account',
    'value' in entry ? { revision: entry.revision, value: entry.value } : { revision: entry.revision, damaged: true },
  );
}

function agentChunk(agentId: string, entry: Entry, redaction: Redaction): Uint8Array {
  const variant = `${redaction.number} ${redaction.party}`;
  return encodedOnce(entry, variant, () => encoded('agent', redactAgent(agentId, entry, redaction)));
}
