import type { AgentRecord } from '../model/agent.js';
import { BEAT_MS, type StreamedAgent, type StreamedEntry } from '../stores/status-protocol.js';
import type { Entry, Listener } from './entries.js';
import { encoded, EventStream, type EndReason } from './event-stream.js';
import type { Identity } from './identity.js';
import { refusal } from './problems.js';
import { seen, type Sight } from './sight.js';
import type { Tenant } from './tenant.js';

/** So many streams of one person or machine are open at a time: tabs that share one count once. */
const STREAMS_EACH = 100;
/** A reader who takes nothing for so long, in milliseconds, is not there any more, or too slow. */
const PATIENCE_MS = 60_000;
/** A store that is not there for so long, in milliseconds, ends its streams: another server may reach it. */
const ABSENCE_MS = 5_000;
/** The longest delay that a timer takes, in milliseconds. */
const LONGEST_MS = 0x7fff_ffff;

/** What somebody wants to hear. */
export interface Subscription {
  readonly tenant: Tenant;
  readonly viewer: Identity;
  /** One agent and the account; `undefined`: all agents and the account; `null`: the account alone. */
  readonly agentId: string | null | undefined;
  readonly sightOf: (agentId: string) => Sight;
}

interface Open extends Subscription {
  readonly stream: EventStream;
}

/** All event streams of this server. */
export class Streams {
  readonly #open = new Set<Open>();
  readonly #counts = new Map<string, number>();
  readonly #lostSince = new Map<Tenant, number>();
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
    const { tenant, viewer, agentId } = subscription;
    const owner = JSON.stringify([viewer.account, viewer.id]);
    if ((this.#counts.get(owner) ?? 0) >= STREAMS_EACH) {
      throw refusal(429, `${STREAMS_EACH} streams of this token's owner are open. Close one, or let tabs share one.`);
    }
    const stops: (() => void)[] = [];
    const stream = new EventStream({
      clock: this.#clock,
      onEnd: () => {
        for (const stop of stops) stop();
        tenant.streams--;
        this.#count(owner, -1);
        this.#open.delete(open);
        this.#wind();
      },
    });
    const open: Open = { ...subscription, stream };
    tenant.streams++;
    this.#count(owner, 1);
    this.#open.add(open);
    this.#wind();
    try {
      const tell = this.#teller(open);
      stops.push(tenant.entries.listen(null, tell));
      if (agentId !== null) stops.push(tenant.entries.listen(agentId, tell));
      stops.push(this.#expiry(open));
      await tellPresent(open, tell);
    } catch (error) {
      stream.drop();
      throw error;
    }
    stream.tell('ready', () => encoded('ready', { now: this.#clock() }));
    return stream;
  }

  /** Ends all streams. */
  end(reason: EndReason): void {
    for (const { stream } of this.#open) stream.end(reason);
  }

  #teller({ stream, sightOf }: Open): Listener {
    return (agentId, entry) => {
      if (agentId === null) stream.tell('account', () => encodedOnce(entry, 'account', () => accountChunk(entry)));
      else stream.tell(`agent ${agentId}`, () => agentChunk(agentId, entry, sightOf(agentId)));
    };
  }

  #expiry({ viewer, stream }: Open): () => void {
    const { expiresAt } = viewer;
    if (expiresAt === undefined) return () => undefined;
    const timer = setTimeout(() => stream.end('expired'), Math.min(LONGEST_MS, Math.max(0, expiresAt - this.#clock())));
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
    for (const { stream, tenant } of this.#open) {
      if (this.#isLost(tenant, now)) stream.end('closing');
      else if (stream.waitingSince !== undefined && now - stream.waitingSince > PATIENCE_MS) stream.end('slow');
      else if (now - stream.toldAt >= BEAT_MS / 2) stream.tell('beat', () => beat);
    }
  }

  #isLost(tenant: Tenant, now: number): boolean {
    if (tenant.isReachable) {
      this.#lostSince.delete(tenant);
      return false;
    }
    const since = this.#lostSince.get(tenant) ?? now;
    this.#lostSince.set(tenant, since);
    return now - since >= ABSENCE_MS;
  }
}

async function tellPresent({ tenant, agentId }: Open, tell: Listener): Promise<void> {
  const account = await tenant.account();
  if (account) tell(null, account);
  if (agentId === undefined) {
    for (const [id, entry] of await tenant.agents()) tell(id, entry);
  } else if (agentId !== null) {
    const entry = await tenant.read(agentId);
    if (entry) tell(agentId, entry);
  }
}

/** What many streams tell alike is put into words once. */
const chunks = new WeakMap<Entry, Map<string, Uint8Array>>();

function encodedOnce(entry: Entry, variant: string, encode: () => Uint8Array): Uint8Array {
  const variants = chunks.get(entry) ?? new Map<string, Uint8Array>();
  const chunk = variants.get(variant) ?? encode();
  chunks.set(entry, variants.set(variant, chunk));
  return chunk;
}

function accountChunk(entry: Entry): Uint8Array {
  return encoded('account', 'value' in entry ? { revision: entry.revision, value: entry.value } : told(entry));
}

function agentChunk(agentId: string, entry: Entry, sight: Sight): Uint8Array {
  const variant = `${sight.number} ${sight.party}`;
  return encodedOnce(entry, variant, () => encoded('agent', seenAgent(agentId, entry, sight)));
}

/** The agent's entry as somebody sees it. */
export function seenAgent(agentId: string, entry: Entry, sight: Sight): StreamedAgent {
  return { agentId, ...seenEntry(entry, sight) };
}

/** A record's entry as somebody sees it. What is damaged is shown to who may see everything. */
export function seenEntry(entry: Entry, sight: Sight): StreamedEntry {
  if ('value' in entry) return { revision: entry.revision, value: seen(entry.value as AgentRecord, sight) };
  return sight.number && sight.party ? told(entry, entry.document) : told(entry);
}

function told({ revision }: Entry, document?: unknown): StreamedEntry {
  return document === undefined ? { revision, damaged: true } : { revision, damaged: true, document };
}
