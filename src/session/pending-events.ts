import type { AgentEvent, AgentRecord, CallId, Instant } from '../model/agent.js';
import { callIdOf } from '../model/call-facts.js';
import { callKey } from '../model/conversation.js';
import { PhoneError, quote } from '../model/errors.js';
import { LEASE_MS } from '../model/presence.js';
import { recordEvent } from '../model/record-event.js';
import { createAlarm } from '../platform/time.js';
import type { KeptFact } from './outbox.js';
import type { SessionRun } from './session-run.js';

/**
 * `fact`: of a call, never given up; `report`: of a call that is said again; `lease`: of a page; `wish`: of a person, who
 * waits for its promise.
 */
export type EventKind = 'fact' | 'report' | 'lease' | 'wish';

/** An event that waits to be saved, or to be found saved already. */
export interface PendingEvent {
  readonly event: AgentEvent;
  /** When it was queued; shown at that instant until it is saved. */
  readonly at: Instant;
  readonly kind: EventKind;
  /** It was kept in this browser, and may have been saved long ago. */
  readonly isReplay?: boolean;
  /** The page was not signed in for sure yet: that comes first. It turns out later where the record was erased. */
  isEarly?: boolean;
  /** Tells whoever waits for it. */
  readonly settle?: (error?: PhoneError) => void;
}

/** Whether it is what a phone said, now or again. */
export function isFact({ kind }: PendingEvent): boolean {
  return kind === 'fact' || kind === 'report';
}

/** How long a wish waits for the store, in milliseconds. */
export const GIVE_UP_MS = 300_000;

/** What the store has not taken yet, in the order in which it is to be saved, and the record as it will then be. */
export class PendingEvents {
  readonly #run: SessionRun;
  #items: readonly PendingEvent[] = [];
  #current: PendingEvent | undefined;
  #applied:
    | { readonly items: unknown; readonly base: unknown; readonly account: unknown; readonly record: AgentRecord }
    | undefined;

  constructor(run: SessionRun) {
    this.#run = run;
  }

  /** The first one that is not held. What is held holds whatever else concerns its call: a closing needs the end. */
  next(isHeld: (item: PendingEvent) => boolean): PendingEvent | undefined {
    const held = new Set<CallId>();
    return this.#items.find((item) => {
      const callId = callIdOf(item.event);
      const key = callId && callKey(callId);
      if (!isHeld(item) && !(key && held.has(key))) return true;
      if (key) held.add(key);
      return false;
    });
  }

  /** The one that is on its way to the store. */
  get current(): PendingEvent | undefined {
    return this.#current;
  }

  set current(item: PendingEvent | undefined) {
    this.#current = item;
  }

  get hasFacts(): boolean {
    return this.#items.some(({ kind }) => kind === 'fact');
  }

  /** Whether any of that kind waits. */
  hasKind(wanted: EventKind): boolean {
    return this.#items.some(({ kind }) => kind === wanted);
  }

  has(...types: readonly AgentEvent['type'][]): boolean {
    return this.#items.some(({ event }) => types.includes(event.type));
  }

  /** The record as this page sees it: the confirmed one with all that waits applied to it, except what the rules refuse. */
  get optimisticRecord(): AgentRecord {
    const { account, record: base } = this.#run.synced;
    const known = this.#applied;
    if (known && known.items === this.#items && known.base === base && known.account === account) return known.record;
    const record = this.#apply((before, at) => this.#run.withOwnLease(before, at));
    this.#applied = { items: this.#items, base, account, record };
    return record;
  }

  /** The record as all others will see it, once what waits is saved: at this moment, after what time has done by now. */
  get recordForOthers(): AgentRecord {
    return this.#apply((before) => before, this.#run.now());
  }

  /**
   * Queues what nobody waits for: facts at the end; a lease at the front, so that it stands under the facts of calls that go
   * on; and before it the calls that are said again, each in place of what waits, so that nobody sees them end in between.
   */
  add(event: AgentEvent, kind: Exclude<EventKind, 'wish'>): void {
    if (this.#run.isErased) return;
    const isFollower =
      kind === 'lease' && event.type !== 'leave'
        ? () => true
        : (one: PendingEvent) => kind === 'report' && (one.kind === 'wish' || one.event.type === 'renew');
    const isSaidAgain = (one: PendingEvent): boolean =>
      kind === 'report' &&
      one.kind === kind &&
      one.event.type === event.type &&
      callIdOf(one.event) === callIdOf(event);
    this.#insert([{ event, kind, at: this.#run.now() }], isFollower, isSaidAgain);
  }

  /** Queues facts that this browser has kept, before all others. */
  enqueueKept(facts: readonly KeptFact[]): void {
    this.#insert(
      facts.map((event) => ({ event, kind: 'fact', at: event.at, isReplay: true })),
      () => true,
    );
  }

  /**
   * Queues what brings back a record that the place has lost, before all else. A wish that waits was made on the record that
   * stood, and comes after it.
   */
  restoreRecord(events: readonly AgentEvent[]): void {
    if (events.length === 0) return;
    const at = this.#run.now();
    this.#items = this.#items.map((item): PendingEvent => {
      const { event, kind } = item;
      return kind === 'wish' && 'at' in event ? { ...item, event: { ...event, at } } : item;
    });
    this.#insert(
      events.map((event) => ({ event, kind: 'report', at, isEarly: event.type === 'choose' })),
      () => true,
    );
  }

  /**
   * The event as it is applied to that record. A wish that waited for the page's own sign-in was made on a page that seemed
   * to be there: the status that signing in has chosen by itself meanwhile does not outdate it. A fact that had to wait is
   * told with the renewals that this page could not save meanwhile.
   */
  stamped({ event, isEarly }: PendingEvent, { choice, wishAt }: AgentRecord): AgentEvent {
    const now = this.#run.now();
    const { at = now } = event as { readonly at?: Instant };
    const isOwn = 'carrier' in event && event.carrier === this.#run.page;
    if (isOwn && now - at >= LEASE_MS) return { ...event, presentUntil: now };
    const isSignedIn = isEarly && choice?.cause === 'sign-in' && choice.at === wishAt;
    return isSignedIn && 'at' in event && at < wishAt ? { ...event, at: wishAt } : event;
  }

  /** Why the rules refuse it on the state that is shown. */
  refusal(event: AgentEvent): PhoneError | undefined {
    const now = this.#run.now();
    try {
      recordEvent(this.#run.synced.account, this.#run.withOwnLease(this.optimisticRecord, now), event, now);
      return undefined;
    } catch (error) {
      return error as PhoneError;
    }
  }

  /** Queues what somebody waits for. Rejects with the reason of a refusal, and with `unavailable` after five minutes. */
  ask(event: AgentEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: PhoneError): void => {
        alarm.set(undefined);
        if (error) reject(error);
        else resolve();
      };
      const at = this.#run.now();
      const { isOwn, page, synced } = this.#run;
      const isEarly = isOwn && (this.has('sign-in') || !((synced.record.leases[page] ?? 0) > at));
      const item: PendingEvent = { event, kind: 'wish', at, isEarly, settle };
      const alarm = createAlarm(() => this.remove(item, givenUp(event)));
      alarm.set(GIVE_UP_MS);
      this.#set([...this.#items, item]);
    });
  }

  /**
   * What the agent wished about a call whose facts wait for long is done as far as this page is concerned: it is kept with
   * them, and saved after them.
   */
  keepWishes(callId: CallId): void {
    const kept = this.#items.map((item): PendingEvent => {
      const { event, kind, at, settle } = item;
      const isOfCall = kind === 'wish' && 'callId' in event && callKey(event.callId) === callKey(callId);
      if (!isOfCall || event.type === 'extend') return item;
      settle?.();
      return { event: { ...event, at } as AgentEvent, kind: 'fact', at };
    });
    this.#set(kept);
  }

  /** The record is gone: whoever waits, waits for the page's own sign-in again. */
  startOver(): void {
    for (const item of this.#items) item.isEarly = this.#run.isOwn && item.kind === 'wish';
  }

  /** Takes one out: it is saved, or refused for that reason. */
  remove(item: PendingEvent, error?: PhoneError): void {
    if (item === this.#current) this.#current = undefined;
    if (!this.#items.includes(item)) return;
    this.#takeOut((one) => one === item, error);
  }

  /** Takes out those that are of no use any more, except the one on its way. */
  drop(isUseless: (item: PendingEvent) => boolean): void {
    this.#takeOut((item) => item !== this.#current && isUseless(item));
  }

  /** Takes out everything, also what is on its way; wishes are refused. */
  clear(error: PhoneError): void {
    this.#current = undefined;
    this.#takeOut(() => true, error);
  }

  /** Refuses all wishes. */
  refuse(error: PhoneError): void {
    this.#takeOut(({ kind }) => kind === 'wish', error);
  }

  /** Puts them before the first one that is to follow them; the one on its way to the store stays where it is. */
  #insert(
    added: readonly PendingEvent[],
    isFollower: (item: PendingEvent) => boolean,
    isReplaced: (item: PendingEvent) => boolean = () => false,
  ): void {
    const items = this.#items.filter((item) => item === this.#current || !isReplaced(item));
    const start = this.#current ? 1 : 0;
    const found = items.findIndex((item, index) => index >= start && isFollower(item));
    const end = found < 0 ? items.length : found;
    this.#set([...items.slice(0, end), ...added, ...items.slice(end)]);
  }

  #takeOut(isOut: (item: PendingEvent) => boolean, error?: PhoneError): void {
    const out = this.#items.filter(isOut);
    this.#set(this.#items.filter((item) => !isOut(item)));
    for (const { settle } of out) settle?.(error);
  }

  #set(items: readonly PendingEvent[]): void {
    const before = this.#items;
    this.#items = items;
    const facts = factsOf(items);
    if (facts.length !== factsOf(before).length) this.#run.keep(facts);
    this.#run.changed();
  }

  /** The confirmed record with all that waits applied to it, each time as it is seen. */
  #apply(seen: (record: AgentRecord, at: Instant) => AgentRecord, now?: Instant): AgentRecord {
    const { account, record: synced } = this.#run.synced;
    const present = this.#run.now();
    let record = synced;
    for (const item of this.#items) {
      try {
        // Not before what others have saved since, which is no record of a wrong clock.
        const at = now ?? Math.min(Math.max(item.at, record.at), present);
        record = recordEvent(account, seen(record, at), this.stamped(item, record), at);
      } catch {
        // Its promise tells why, once it was tried on what the store has.
      }
    }
    return record;
  }
}

function factsOf(items: readonly PendingEvent[]): readonly AgentEvent[] {
  return items.filter(({ kind }) => kind === 'fact').map(({ event }) => event);
}

function givenUp({ type }: AgentEvent): PhoneError {
  return new PhoneError(
    'unavailable',
    `${quote(type)} was not saved: the store accepted nothing for 5 minutes. Try again later.`,
  );
}
