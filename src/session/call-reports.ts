import { readCallFact, readListedCall, type CallFact, type CallSource, type ListedCall } from '../calls/call-source.js';
import type { AgentEvent, AgentRecord, CallEntry, CallId, Carrier, Instant, PageId } from '../model/agent.js';
import { callIdOf } from '../model/call-facts.js';
import { callKey, findCall, isCarriedBy, isDeclaredOver, RING_MS } from '../model/conversation.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import { RENEW_MS } from '../model/presence.js';
import { agentView, type Conversation } from '../model/view.js';
import { bounded, wallClock } from './clock.js';
import type { Confirmed } from './confirmed.js';
import type { EventQueue } from './event-queue.js';

/** What reports of calls are made from, and whom they reach. */
export interface ReportOptions {
  readonly source: CallSource;
  readonly page: PageId;
  readonly confirmed: Confirmed;
  readonly queue: EventQueue;
  now(): Instant;
  /** A call was muted or unmuted. */
  changed(): void;
  report(error: PhoneError): void;
}

/** A call as the source told it last, and when. */
interface Told extends ListedCall {
  readonly at: Instant;
}

/** A source that has not listed its calls by then, in milliseconds, is not waited for. */
const LIST_MS = 2000;

/** Turns what a source tells into events, and says its calls again where others may have lost them. */
export class CallReports {
  readonly #options: ReportOptions;
  readonly #carrier: Carrier;
  /** By the ids of the record. */
  readonly #told = new Map<CallId, Told>();
  readonly #muted = new Set<CallId>();
  #stops: (() => void)[] = [];
  /** The calls that the list which was asked for has to name. */
  #expected = new Set<CallId>();
  #question = 0;
  #isConnected = true;

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#carrier = options.source.carries === 'elsewhere' ? 'elsewhere' : options.page;
  }

  /** Listens to the source, and asks for the calls that go on. */
  start(): void {
    const { source, report } = this.#options;
    try {
      this.#stops.push(source.subscribe((fact) => this.#take(fact)));
      const stop = source.watchConnection?.(({ state }) => this.#connected(state === 'online'));
      if (stop) this.#stops.push(stop);
    } catch (error) {
      report(sourceError(error));
    }
    if (this.#isConnected) void this.again();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#question++;
  }

  isMuted(callId: CallId): boolean {
    return this.#muted.has(callKey(callId));
  }

  /** The id by which the source knows a call of the record. */
  readonly idOf = (callId: CallId): CallId => this.#told.get(callKey(callId))?.call.id ?? callId;

  /**
   * Says again what the source carries and the others have lost. A call that this page carried before the source was asked,
   * and that it does not list, has presumably ended.
   */
  async again(): Promise<void> {
    const { source, report } = this.#options;
    if (!source.calls) return this.#repeatTold();
    const question = ++this.#question;
    const isCurrent = (): boolean => question === this.#question;
    this.#expected = new Set(this.#carried().map(({ id }) => id));
    const list = async (): Promise<void> => {
      const listed = await source.calls?.();
      if (isCurrent()) this.#compare(listed);
    };
    const answer = list().catch((error: unknown) => {
      if (!isCurrent()) return;
      report(sourceError(error));
      this.#repeatTold();
    });
    await bounded(answer, { limitMs: LIST_MS, late: () => new Error('no list') }).catch(() => this.#repeatTold());
  }

  /** Reports the live calls of this page once more: that renews its lease even where the agent signed out. */
  renew(): void {
    const at = this.#options.now();
    const carrier = this.#carrier;
    for (const { id, direction, party, state } of this.#carried()) {
      if (state === 'held') this.#add({ type: 'call-held', callId: id, carrier, at });
      if (state === 'live') this.#add({ type: 'call-started', call: { id, direction, party }, carrier, at });
    }
  }

  #connected(isOnline: boolean): void {
    const isBack = isOnline && !this.#isConnected;
    this.#isConnected = isOnline;
    if (isBack) void this.again();
  }

  #take(value: unknown): void {
    const { queue, changed } = this.#options;
    const fact = readCallFact(value, (flaw) => this.#complain(flaw));
    if (!fact) return;
    const key = callKey('call' in fact ? fact.call.id : fact.callId);
    this.#expected.delete(key);
    if (fact.type === 'muted') this.#muted.add(key);
    else if (fact.type === 'unmuted' || fact.type === 'ended') this.#muted.delete(key);
    if (fact.type === 'muted' || fact.type === 'unmuted') return changed();
    const event = this.#eventOf(fact);
    this.#remember(key, fact, event.at);
    if (fact.type === 'ended' || !this.#isSaid(key, fact.type)) queue.add(event, 'fact');
  }

  /** The instant of a fact is the computer's; that of an event is the store's. */
  #eventOf({ type, at, ...fact }: Reported): AgentEvent & { readonly at: Instant } {
    const now = this.#options.now();
    const when = at === undefined ? now : Math.min(now, at + now - wallClock());
    const carrier = type === 'ended' ? {} : { carrier: this.#carrier };
    return { type: `call-${type}`, ...fact, ...carrier, at: when } as AgentEvent & { readonly at: Instant };
  }

  #remember(key: CallId, fact: Reported, at: Instant): void {
    const known = this.#told.get(key);
    if (fact.type === 'ended') this.#told.delete(key);
    else if ('call' in fact)
      this.#told.set(key, { call: fact.call, state: fact.type === 'ringing' ? 'ringing' : 'live', at });
    else if (known) this.#told.set(key, { ...known, state: fact.type === 'held' ? 'held' : 'live' });
  }

  /** Whether the source said just that a moment ago, and everybody sees it. */
  #isSaid(key: CallId, type: 'ringing' | 'started' | 'held' | 'resumed'): boolean {
    const record = this.#options.queue.publicRecord;
    const state = this.#stateIn(record, key);
    const isSame = type === 'started' ? state === 'live' || state === 'held' : state === STATE_OF[type];
    const reportedAt = findCall(record, key)?.reportedAt ?? -Infinity;
    return isSame && this.#options.now() - reportedAt < RENEW_MS;
  }

  /** What all others see of the call, as long as this source carries it there. */
  #stateIn(record: AgentRecord, key: CallId): Conversation['state'] | undefined {
    const { confirmed, now } = this.#options;
    if (!isCarriedBy(record, key, this.#carrier)) return undefined;
    return agentView(confirmed.account, record, now()).conversations.find(({ id }) => id === key)?.state;
  }

  #carried(): readonly CallEntry[] {
    const { queue, page } = this.#options;
    return this.#carrier === page ? queue.publicRecord.calls.filter(({ carriers }) => carriers.includes(page)) : [];
  }

  #compare(listed: unknown): void {
    if (!Array.isArray(listed)) throw new TypeError(`the list of calls is ${quote(listed)}`);
    const at = this.#options.now();
    let isWhole = true;
    for (const one of listed) {
      const read = readListedCall(one, (flaw) => {
        isWhole = false;
        this.#complain(flaw);
      });
      if (!read) continue;
      const key = callKey(read.call.id);
      this.#expected.delete(key);
      this.#told.set(key, { ...read, at });
      this.#repeat(key, read);
    }
    // The call that was spoilt could be any of them.
    if (!isWhole) return;
    for (const callId of this.#expected) {
      this.#told.delete(callId);
      this.#options.queue.add({ type: 'call-presumed-ended', callId, at }, 'fact');
    }
  }

  #repeatTold(): void {
    const now = this.#options.now();
    for (const [key, told] of this.#told) {
      if (told.state !== 'ringing' || told.at > now - RING_MS) this.#repeat(key, told);
    }
  }

  #repeat(key: CallId, { call, state }: ListedCall): void {
    const { queue } = this.#options;
    if (isDeclaredOver(queue.publicRecord, key)) return;
    const [at, carrier] = [this.#options.now(), this.#carrier];
    const seen = (): Conversation['state'] | undefined => this.#stateIn(queue.publicRecord, key);
    if (state === 'ringing') {
      if (seen() !== 'ringing') this.#add({ type: 'call-ringing', call, carrier, at });
      return;
    }
    if (seen() !== 'live' && seen() !== 'held') this.#add({ type: 'call-started', call, carrier, at });
    const now = seen();
    if ((now === 'live' || now === 'held') && now !== state) {
      this.#add({ type: state === 'held' ? 'call-held' : 'call-resumed', callId: call.id, carrier, at });
    }
  }

  #add(event: AgentEvent): void {
    const { queue } = this.#options;
    const id = keyOf(event);
    queue.drop((item) => item.kind === 'report' && item.event.type === event.type && keyOf(item.event) === id);
    queue.add(event, 'report');
  }

  #complain(flaw: string): void {
    const { source, report } = this.#options;
    report(
      new PhoneError(
        'damaged-data',
        `The call source ${quote(source.name)} told ${flaw}. What could be used was taken.`,
      ),
    );
  }
}

/** What a source tells that reaches the record. */
type Reported = Exclude<CallFact, { readonly type: 'muted' | 'unmuted' }>;

const STATE_OF = { ringing: 'ringing', held: 'held', resumed: 'live' } as const;

function keyOf(event: AgentEvent): CallId {
  return callKey(callIdOf(event) as CallId);
}

function sourceError(cause: unknown): PhoneError {
  if (isPhoneError(cause)) return cause;
  return new PhoneError('unavailable', `The call source failed: ${String(cause)}. Its facts still count.`, { cause });
}
