import type { AgentEvent, AgentRecord, CallId, Instant } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import {
  enqueue,
  enqueueKept,
  enqueueRestored,
  isEarlyWish,
  keepWishesOf,
  nextPending,
  optimisticRecord,
  recordForOthers,
  restartPending,
  stamped,
  withOwnLease,
  type EventKind,
  type KeptFact,
  type PendingBase,
  type PendingEvent,
} from '../model/pending.js';
import { recordEvent } from '../model/record-event.js';
import { agentView, type AgentView } from '../model/view.js';
import { createAlarm } from '../platform/time.js';
import type { Outbox } from './outbox.js';
import type { SessionContext } from './session-context.js';
import type { SyncedState } from './synced-state.js';

/** What the pending events are applied to, and where their facts are kept. */
interface PendingEventsParts {
  readonly synced: Pick<SyncedState, 'account' | 'record' | 'isErased'>;
  readonly outbox: Pick<Outbox, 'keep'>;
}

type PendingEventsContext = Pick<SessionContext, 'page' | 'isOwn' | 'now' | 'changed'>;

/** A pending event with the promise that waits for it. */
interface AwaitedEvent extends PendingEvent {
  readonly settle?: (error?: PhoneError) => void;
}

/** How long a wish waits for the store, in milliseconds. */
export const GIVE_UP_MS = 300_000;

/** The events that the store has not saved yet, in the order in which they are to be saved, and who waits for them. */
export class PendingEvents {
  readonly #context: PendingEventsContext;
  readonly #synced: PendingEventsParts['synced'];
  readonly #outbox: PendingEventsParts['outbox'];
  #items: readonly AwaitedEvent[] = [];
  /** What the shown record was made of, and that record. */
  #shown: readonly [items: unknown, record: unknown, account: unknown, shown: AgentRecord] | undefined;
  /** The event on its way to the store. */
  saving: PendingEvent | undefined;

  constructor(context: PendingEventsContext, parts: PendingEventsParts) {
    this.#context = context;
    this.#synced = parts.synced;
    this.#outbox = parts.outbox;
  }

  /** The first event that may be saved now. */
  next(isHeld: (item: PendingEvent) => boolean): PendingEvent | undefined {
    return nextPending(this.#items, isHeld);
  }

  /** Whether an event of that kind is pending. */
  hasKind(wanted: EventKind): boolean {
    return this.#items.some(({ kind }) => kind === wanted);
  }

  /** Whether an event of one of these types is pending. */
  has(...types: readonly AgentEvent['type'][]): boolean {
    return this.#items.some(({ event }) => types.includes(event.type));
  }

  /** The confirmed record with all pending events applied, as this page shows it. The same object until one changes. */
  get optimisticRecord(): AgentRecord {
    const { account, record } = this.#synced;
    const [items, base, rules, known] = this.#shown ?? [];
    if (known && items === this.#items && base === record && rules === account) return known;
    const shown = optimisticRecord(this.#items, this.#base);
    this.#shown = [this.#items, record, account, shown];
    return shown;
  }

  /** The same at that moment, with the lease of the agent's own page counted as live. */
  shownAt(now: Instant): AgentRecord {
    return withOwnLease(this.optimisticRecord, this.#base, now);
  }

  /** The record as everybody else will see it once all is saved, at this moment. */
  get recordForOthers(): AgentRecord {
    return recordForOthers(this.#items, this.#base);
  }

  /** The view of such a record, at this moment. */
  viewForOthers(record: AgentRecord): AgentView {
    return agentView(this.#synced.account, record, this.#context.now());
  }

  /** Queues an event that nobody waits for. For an erased agent it does nothing. */
  add(event: AgentEvent, kind: Exclude<EventKind, 'wish'>): void {
    if (this.#synced.isErased) return;
    this.#set(enqueue(this.#items, { event, kind, at: this.#context.now() }, this.saving));
  }

  /** Queues facts that this browser has kept, before all others. */
  enqueueKept(facts: readonly KeptFact[]): void {
    this.#set(enqueueKept(this.#items, facts, this.saving));
  }

  /** Queues the events that restore a record which the store has lost, before all others. */
  restoreRecord(events: readonly AgentEvent[]): void {
    if (events.length > 0) this.#set(enqueueRestored(this.#items, events, this.#context.now(), this.saving));
  }

  /** The event as it is to be applied to that record. */
  stamped(item: PendingEvent, record: AgentRecord): AgentEvent {
    return stamped(item, record, this.#base);
  }

  /** Why the rules refuse the event on the record that is shown; undefined: they allow it. */
  refusal(event: AgentEvent): PhoneError | undefined {
    const now = this.#context.now();
    try {
      recordEvent(this.#synced.account, this.shownAt(now), event, now);
      return undefined;
    } catch (error) {
      return error as PhoneError;
    }
  }

  /** Queues a wish. Rejects with the reason of a refusal, and with `unavailable` after five minutes. */
  ask(event: AgentEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: PhoneError): void => {
        alarm.set(undefined);
        if (error) reject(error);
        else resolve();
      };
      // A wish may have been dated anew since: its promise tells which one it is.
      const alarm = createAlarm(() => {
        for (const item of this.#items) if (item.settle === settle) this.remove(item, givenUp(event));
      });
      alarm.set(GIVE_UP_MS);
      const base = this.#base;
      const isEarly = isEarlyWish(this.#items, base);
      const item: AwaitedEvent = { event, kind: 'wish', at: base.now, isEarly, settle };
      this.#set([...this.#items, item]);
    });
  }

  /** Keeps the wishes about a call whose facts stay pending for long, and settles their promises. */
  keepWishes(callId: CallId): void {
    const kept = keepWishesOf(this.#items, callId);
    this.#items.forEach((item, index) => {
      if (kept[index] !== item) item.settle?.();
    });
    this.#set(kept);
  }

  /** The record is gone: wishes wait for the page's own sign-in again. */
  restart(): void {
    this.#items = restartPending(this.#items, this.#context.isOwn);
  }

  /** Removes an event that was saved, or refused for that reason. */
  remove(item: PendingEvent, error?: PhoneError): void {
    if (item === this.saving) this.saving = undefined;
    if (this.#items.includes(item)) this.#removeAll((one) => one === item, error);
  }

  /** Removes those events, except the one on its way to the store. */
  drop(isUseless: (item: PendingEvent) => boolean): void {
    this.#removeAll((item) => item !== this.saving && isUseless(item));
  }

  /** Removes everything, and refuses the wishes. */
  clear(error: PhoneError): void {
    this.saving = undefined;
    this.#removeAll(() => true, error);
  }

  /** Refuses all wishes. */
  refuse(error: PhoneError): void {
    this.#removeAll(({ kind }) => kind === 'wish', error);
  }

  get #base(): PendingBase {
    const { page, isOwn } = this.#context;
    const { account, record } = this.#synced;
    return { account, record, now: this.#context.now(), ownPage: isOwn ? page : undefined };
  }

  #removeAll(isOut: (item: PendingEvent) => boolean, error?: PhoneError): void {
    const out = this.#items.filter(isOut);
    this.#set(this.#items.filter((item) => !out.includes(item)));
    for (const { settle } of out) settle?.(error);
  }

  #set(items: readonly AwaitedEvent[]): void {
    const before = factsOf(this.#items);
    this.#items = items;
    const facts = factsOf(items);
    if (facts.length !== before.length) this.#outbox.keep(this.#context.page, facts);
    this.#context.changed();
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
