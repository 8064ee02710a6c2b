import { IN_SECONDS, readCallFact, readListedCall, type CallSource, type ListedCall } from '../calls/call-source.js';
import type { AgentEvent, AgentRecord, Call, CallId, Carrier, Instant } from '../model/agent.js';
import {
  callKey,
  findCall,
  isCarriedBy,
  isDeclaredOver,
  isForGood,
  RING_MS,
  tombstoneOf,
} from '../model/conversation.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import { keepPresent, RENEW_MS } from '../model/presence.js';
import type { Conversation } from '../model/view.js';
import { withTimeout, wallClock } from '../platform/time.js';
import type { PendingEvents } from './pending-events.js';
import type { SessionContext } from './session-context.js';

/** A call as the source reported it last, and when. */
interface ReportedCall extends ListedCall {
  readonly at: Instant;
}

/** The record that reports are compared with, and where they go. */
type CallTrackerPending = Pick<PendingEvents, 'viewForOthers' | 'recordForOthers' | 'add'>;

type CallTrackerContext = Pick<SessionContext, 'page' | 'now' | 'changed' | 'report'>;

/** A source that has not listed its calls within this time, in milliseconds, is not waited for. */
const LIST_MS = 2000;
/** How long after a call's end, in milliseconds, its source may still repeat earlier reports. */
const LINGER_MS = 10_000;

/** Turns the facts of a call source into events, and reports its calls again where the store may have lost them. */
export class CallTracker {
  readonly #source: CallSource;
  readonly #context: CallTrackerContext;
  readonly #pending: CallTrackerPending;
  readonly #carrier: Carrier;
  /** By the ids of the record. */
  readonly #calls = new Map<CallId, ReportedCall>();
  readonly #muted = new Set<CallId>();
  /** The ended calls whose ids were used again and that were reported so, with their ends. */
  readonly #reused = new Map<CallId, Instant>();
  #stops: (() => void)[] = [];
  /** The calls that the source's next list has to name. */
  #expected = new Set<CallId>();
  #question = 0;
  #isConnected = true;
  #isReportedInSeconds = false;

  constructor(source: CallSource, context: CallTrackerContext, pending: CallTrackerPending) {
    this.#source = source;
    this.#context = context;
    this.#pending = pending;
    this.#carrier = source.carries === 'elsewhere' ? 'elsewhere' : context.page;
  }

  /** Subscribes to the source, and asks for its calls. */
  start(): void {
    try {
      this.#stops.push(this.#source.subscribe((fact) => this.#onFact(fact)));
      const stop = this.#source.watchConnection?.(({ state }) => {
        const isBack = state === 'online' && !this.#isConnected;
        this.#isConnected = state === 'online';
        if (isBack) void this.resync();
      });
      if (stop) this.#stops.push(stop);
    } catch (error) {
      this.#reportFailure(error);
    }
    if (this.#isConnected) void this.resync();
  }

  /** Ends the subscriptions. Late lists are ignored. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#question++;
  }

  /** Whether the source reports the call as muted. */
  isMuted(callId: CallId): boolean {
    return this.#muted.has(callKey(callId));
  }

  /** The id by which the source knows a call of the record. */
  idOf(callId: CallId): CallId {
    return this.#calls.get(callKey(callId))?.call.id ?? callId;
  }

  /**
   * Asks the source for its calls, and reports those that the store has lost. A call that this page carried and that the
   * source does not list has presumably ended.
   */
  async resync(): Promise<void> {
    const list = this.#source.calls?.bind(this.#source);
    if (!list) return this.resend();
    const question = ++this.#question;
    const { page } = this.#context;
    const carried = this.#pending.recordForOthers.calls.filter(({ carriers }) => carriers.includes(page));
    this.#expected = new Set(carried.map(({ id }) => id));
    const ask = async (): Promise<void> => {
      try {
        const listed = await list();
        if (question === this.#question) this.#onList(listed);
      } catch (error) {
        if (question !== this.#question) return;
        this.#reportFailure(error);
        this.resend();
      }
    };
    await withTimeout(ask(), LIST_MS).catch(() => this.resend());
  }

  /**
   * Reports a live call of this page again, which renews its lease even after a sign-out. A call whose end was presumed, as
   * by a forced sign-out, stays over until its source reports something new.
   */
  renewLease(): void {
    if (this.#carrier === 'elsewhere') return;
    // A fact that was saved late renewed the lease from its own instant, so the lease may have run out by now.
    const record = keepPresent(this.#pending.recordForOthers, this.#context.page, this.#context.now());
    for (const [key, { call }] of this.#calls) {
      if (isLive(this.#stateOf(key, record))) return this.#report('call-started', key, call);
    }
  }

  /** Reports the known calls again; with the record shown before, only those that went on in it. */
  resend(before?: AgentRecord): void {
    const now = this.#context.now();
    for (const [key, known] of this.#calls) {
      const isDue = before
        ? this.#carrier !== 'elsewhere' && isLive(findCall(before, key)?.state)
        : known.state !== 'ringing' || known.at > now - RING_MS;
      if (isDue) this.#resendCall(key, known);
    }
  }

  #onFact(value: unknown): void {
    const fact = readCallFact(value, (flaw, bad) => this.#reportFlaw(flaw, bad));
    if (!fact) return;
    const key = callKey('call' in fact ? fact.call.id : fact.callId);
    this.#expected.delete(key);
    const { type } = fact;
    if (type === 'muted') this.#muted.add(key);
    else if (type === 'unmuted' || type === 'ended') this.#muted.delete(key);
    if (type === 'muted' || type === 'unmuted') return this.#context.changed(true);
    const now = this.#context.now();
    const at = fact.at === undefined ? now : Math.min(now, fact.at + now - wallClock());
    if ('call' in fact) this.#checkEnd(key, at);
    const known = this.#calls.get(key);
    if (type === 'ended') this.#calls.delete(key);
    else if ('call' in fact) this.#calls.set(key, { call: fact.call, state: STATES[type], at });
    else if (known) this.#calls.set(key, { ...known, state: STATES[type] });
    if (type !== 'ended' && this.#isKnown(key, type)) return;
    const carrier = type === 'ended' ? {} : { carrier: this.#carrier };
    this.#pending.add({ ...fact, ...carrier, type: `call-${type}`, at } as AgentEvent, 'fact');
  }

  /** Reports, once for each end, that the rules ignore a call which goes on after its reported end. */
  #checkEnd(key: CallId, at: Instant): void {
    const end = tombstoneOf(this.#pending.recordForOthers, key);
    if (!end || !isForGood(end, at) || at - end.at <= LINGER_MS || this.#reused.get(key) === end.at) return;
    this.#reused.set(key, end.at);
    const message = `The call ${quote(key)} has ended, so reports of it are ignored for an hour. Give each call its own id.`;
    this.#context.report(new PhoneError('outdated', message));
  }

  /** Whether the source reported the same a moment ago, and everybody sees it. */
  #isKnown(key: CallId, type: keyof typeof STATES): boolean {
    const record = this.#pending.recordForOthers;
    const state = this.#stateOf(key, record);
    const isSame = type === 'started' ? isLive(state) : state === STATES[type];
    return isSame && this.#context.now() - (findCall(record, key)?.reportedAt as Instant) < RENEW_MS;
  }

  /** The call's state as everybody else sees it, if this source carries it there. */
  #stateOf(key: CallId, record = this.#pending.recordForOthers): Conversation['state'] | undefined {
    if (!isCarriedBy(record, key, this.#carrier)) return undefined;
    return this.#pending.viewForOthers(record).conversations.find(({ id }) => id === key)?.state;
  }

  #onList(listed: unknown): void {
    if (!Array.isArray(listed)) throw new TypeError(`its list of calls is ${quote(listed)}`);
    const at = this.#context.now();
    let isWhole = true;
    for (const one of listed) {
      const read = readListedCall(one, (flaw, bad) => {
        isWhole = false;
        this.#reportFlaw(flaw, bad);
      });
      if (!read) continue;
      const key = callKey(read.call.id);
      this.#expected.delete(key);
      this.#checkEnd(key, at);
      this.#calls.set(key, { ...read, at });
      this.#resendCall(key, read);
    }
    // The unreadable call could be any of them.
    if (!isWhole) return;
    for (const callId of this.#expected) {
      this.#calls.delete(callId);
      this.#pending.add({ type: 'call-presumed-ended', callId, at }, 'fact');
    }
  }

  #resendCall(key: CallId, { call, state }: ListedCall): void {
    if (state === 'ringing') {
      if (this.#stateOf(key) !== state) this.#report('call-ringing', key, call);
      return;
    }
    if (!isLive(this.#stateOf(key))) this.#report('call-started', key, call);
    const now = this.#stateOf(key);
    if (isLive(now) && now !== state) this.#report(state === 'held' ? 'call-held' : 'call-resumed', key, call);
  }

  /** Adds a report of a call, unless the agent declared the call over. */
  #report(type: 'call-ringing' | 'call-started' | 'call-held' | 'call-resumed', key: CallId, call: Call): void {
    if (isDeclaredOver(this.#pending.recordForOthers, key)) return;
    const whose = type === 'call-ringing' || type === 'call-started' ? { call } : { callId: call.id };
    this.#pending.add({ type, ...whose, carrier: this.#carrier, at: this.#context.now() } as AgentEvent, 'report');
  }

  #reportFlaw(flaw: string, value: unknown): void {
    // Every fact of such a source has this flaw.
    if (flaw === IN_SECONDS && this.#isReportedInSeconds) return;
    this.#isReportedInSeconds ||= flaw === IN_SECONDS;
    const source = quote(this.#source.name);
    const message = `The call source ${source} reported the ${flaw} as ${quote(value)}. Only what is valid was used.`;
    this.#context.report(new PhoneError('damaged-data', message));
  }

  #reportFailure(cause: unknown): void {
    const message = `The call source failed: ${String(cause)}. Its facts still count.`;
    this.#context.report(isPhoneError(cause) ? cause : new PhoneError('unavailable', message, { cause }));
  }
}

const STATES = { ringing: 'ringing', started: 'live', held: 'held', resumed: 'live' } as const;

function isLive(state: Conversation['state'] | undefined): boolean {
  return state === 'live' || state === 'held';
}
