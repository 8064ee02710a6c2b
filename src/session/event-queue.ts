import type { AgentEvent, AgentRecord, CallId, Instant } from '../model/agent.js';
import { callKey } from '../model/conversation.js';
import { PhoneError, quote } from '../model/errors.js';
import { keepPresent } from '../model/presence.js';
import { recordEvent } from '../model/record-event.js';
import { createAlarm } from './clock.js';
import type { KeptFact } from './outbox.js';
import type { SessionRun } from './session-run.js';

/**
 * `fact`: of a call, never given up; `report`: of a call that is said again; `lease`: of a page; `wish`: of a person, who
 * waits for its promise.
 */
export type EventKind = 'fact' | 'report' | 'lease' | 'wish';

/** An event that waits to be saved, or to be found saved already. */
export interface Pending {
  readonly event: AgentEvent;
  /** When it was queued; shown at that instant until it is saved. */
  readonly at: Instant;
  readonly kind: EventKind;
  /** It was kept in this browser, and may have been saved long ago. */
  readonly isReplay?: boolean;
  /** The page was not signed in for sure yet: that comes first. It turns out later where the record was erased. */
  isEarly?: boolean;
  readonly settle: (error?: PhoneError) => void;
}

/**
 * The event as it is applied to that record. A wish that waited for the page's own sign-in was made on a page that seemed
 * to be there: the status that signing in has chosen by itself meanwhile does not outdate it.
 */
export function stampedFor({ event, isEarly }: Pending, { choice, wishAt }: AgentRecord): AgentEvent {
  if (!isEarly || choice?.cause !== 'sign-in' || choice.at !== wishAt) return event;
  const { at = wishAt } = event as { readonly at?: Instant };
  return at < wishAt ? ({ ...event, at: wishAt } as AgentEvent) : event;
}

/** How long a wish waits for the store, in milliseconds. */
export const GIVE_UP_MS = 300_000;

/** What the store has not taken yet, in the order in which it is to be saved, and the record as it will then be. */
export class EventQueue {
  readonly #run: SessionRun;
  #items: readonly Pending[] = [];
  #current: Pending | undefined;
  #applied:
    | { readonly items: unknown; readonly base: unknown; readonly account: unknown; readonly record: AgentRecord }
    | undefined;

  constructor(run: SessionRun) {
    this.#run = run;
  }

  get first(): Pending | undefined {
    return this.#items[0];
  }

  /** The first one that is no fact of a call. */
  get firstOther(): Pending | undefined {
    return this.#items.find(({ kind }) => kind !== 'fact');
  }

  /** The one that is on its way to the store. */
  set current(item: Pending | undefined) {
    this.#current = item;
  }

  /** Whether a choice or a withdrawal waits. */
  get hasChoice(): boolean {
    return this.#items.some(
      ({ event, kind }) => kind === 'wish' && (event.type === 'choose' || event.type === 'withdraw'),
    );
  }

  get hasFacts(): boolean {
    return this.#items.some(({ kind }) => kind === 'fact');
  }

  /** Whether the end of a call of the record waits. */
  hasEndOf(callId: CallId): boolean {
    return this.#items.some(({ event }) => event.type === 'call-ended' && callKey(event.callId) === callId);
  }

  has(...types: readonly AgentEvent['type'][]): boolean {
    return this.#items.some(({ event }) => types.includes(event.type));
  }

  /** The record as this page sees it: the confirmed one with all that waits applied to it, except what the rules refuse. */
  get record(): AgentRecord {
    const { account, record: base } = this.#run.confirmed;
    const known = this.#applied;
    if (known && known.items === this.#items && known.base === base && known.account === account) return known.record;
    const record = this.#apply((event, at, before) => this.#applyHere(before, event, at));
    this.#applied = { items: this.#items, base, account, record };
    return record;
  }

  /** The record as all others will see it, once what waits is saved. */
  get publicRecord(): AgentRecord {
    const { account } = this.#run.confirmed;
    return this.#apply((event, at, before) => recordEvent(account, before, event, at));
  }

  /**
   * Queues what nobody waits for: facts at the end; a lease at the front, so that it stands under the facts of calls that go
   * on; and before it the calls that are said again, so that nobody sees them end in between.
   */
  add(event: AgentEvent, kind: Exclude<EventKind, 'wish'>): void {
    const item: Pending = { event, kind, at: this.#run.now(), settle: () => {} };
    const start = this.#current ? 1 : 0;
    const rest = this.#items.slice(start);
    const isBefore = (one: Pending): boolean => one.kind === 'wish' || one.event.type === 'renew';
    const report = rest.findIndex(isBefore);
    const index =
      kind === 'lease' && event.type !== 'leave' ? 0 : kind === 'report' && report >= 0 ? report : rest.length;
    this.#set([...this.#items.slice(0, start), ...rest.slice(0, index), item, ...rest.slice(index)]);
  }

  /** Queues facts that this browser has kept, before all others. */
  adopt(facts: readonly KeptFact[]): void {
    const settle = (): void => {};
    const items = facts.map((event): Pending => ({ event, kind: 'fact', at: event.at, isReplay: true, settle }));
    const start = this.#current ? 1 : 0;
    this.#set([...this.#items.slice(0, start), ...items, ...this.#items.slice(start)]);
  }

  /** Why the rules refuse it on the state that is shown. */
  refusal(event: AgentEvent): PhoneError | undefined {
    try {
      this.#applyHere(this.record, event, this.#run.now());
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
      const { isOwn, page, confirmed } = this.#run;
      const isEarly = isOwn && (this.has('sign-in') || !((confirmed.record.leases[page] ?? 0) > at));
      const item: Pending = { event, kind: 'wish', at, isEarly, settle };
      const alarm = createAlarm(() => this.remove(item, givenUp(event)));
      alarm.set(GIVE_UP_MS);
      this.#set([...this.#items, item]);
    });
  }

  /** The record is gone: whoever waits, waits for the page's own sign-in again. */
  startOver(): void {
    for (const item of this.#items) item.isEarly = this.#run.isOwn && item.kind === 'wish';
  }

  /** Takes one out: it is saved, or refused for that reason. */
  remove(item: Pending, error?: PhoneError): void {
    if (item === this.#current) this.#current = undefined;
    if (!this.#items.includes(item)) return;
    this.#set(this.#items.filter((one) => one !== item));
    item.settle(error);
  }

  /** Takes out those that are of no use any more, except the one on its way. */
  drop(isUseless: (item: Pending) => boolean): void {
    this.#set(this.#items.filter((item) => item === this.#current || !isUseless(item)));
  }

  /** Refuses all wishes. */
  refuse(error: PhoneError): void {
    const wishes = this.#items.filter(({ kind }) => kind === 'wish');
    this.#set(this.#items.filter(({ kind }) => kind !== 'wish'));
    for (const { settle } of wishes) settle(error);
  }

  #set(items: readonly Pending[]): void {
    const before = this.#items;
    this.#items = items;
    const facts = factsOf(items);
    if (facts.length !== factsOf(before).length) this.#run.keep(facts);
    this.#run.changed();
  }

  #apply(one: (event: AgentEvent, at: Instant, before: AgentRecord) => AgentRecord): AgentRecord {
    let { record } = this.#run.confirmed;
    for (const item of this.#items) {
      try {
        record = one(stampedFor(item, record), item.at, record);
      } catch {
        // Its promise tells why, once it was tried on what the store has.
      }
    }
    return record;
  }

  /** The page's own lease counts as live, so that its calls go on in its own view. */
  #applyHere(record: AgentRecord, event: AgentEvent, at: Instant): AgentRecord {
    const { confirmed, isOwn, page } = this.#run;
    return recordEvent(confirmed.account, isOwn ? keepPresent(record, page, at) : record, event, at);
  }
}

function factsOf(items: readonly Pending[]): readonly AgentEvent[] {
  return items.filter(({ kind }) => kind === 'fact').map(({ event }) => event);
}

function givenUp({ type }: AgentEvent): PhoneError {
  return new PhoneError(
    'unavailable',
    `${quote(type)} was given up: the store took nothing for 5 minutes. Try again later.`,
  );
}
