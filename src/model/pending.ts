import type { Account } from './account.js';
import type { AgentEvent, AgentRecord, CallId, Instant, PageId } from './agent.js';
import { callIdOf } from './call-facts.js';
import { callKey, findCall } from './conversation.js';
import { keepPresent, LEASE_MS } from './presence.js';
import { recordEvent } from './record-event.js';

/**
 * Why an event waits:
 *
 * - `fact`: a phone reported it. It is never given up.
 * - `report`: the state of a call, reported again. A later report of the same call replaces it.
 * - `lease`: a page signs in, renews its lease or leaves.
 * - `wish`: a person asked for it, and waits for the answer.
 */
export type EventKind = 'fact' | 'report' | 'lease' | 'wish';

/** An event that the store has not saved yet. */
export interface PendingEvent {
  readonly event: AgentEvent;
  /** When it was queued. Until it is saved, the event is shown at this instant. */
  readonly at: Instant;
  readonly kind: EventKind;
  /** This browser kept the fact through a reload: it may have been saved before. */
  readonly isReplay?: boolean;
  /** The page had not signed in for sure. Signing in comes first, and does not outdate the event. */
  readonly isEarly?: boolean;
}

/** A call fact with its own instant, or a wish that was kept with the facts of its call. */
export type KeptFact = Extract<AgentEvent, { readonly callId: unknown } | { readonly call: unknown }> & {
  readonly at: Instant;
};

/** The confirmed state that pending events are applied to. */
export interface PendingBase {
  readonly account: Account;
  readonly record: AgentRecord;
  readonly now: Instant;
  /** The agent's own page, whose lease counts as live; undefined where somebody else acts. */
  readonly ownPage: PageId | undefined;
}

type Pending = readonly PendingEvent[];

/** Whether a phone reported it, for the first time or again. */
export function isFact({ kind }: PendingEvent): boolean {
  return kind === 'fact' || kind === 'report';
}

/** The call that the event is about, as the record names it; empty if it is about none. */
export function callKeyOf(event: AgentEvent): CallId {
  return callKey(callIdOf(event) ?? '');
}

/** The first event that may be saved now. A held event also holds the later events of its call: a closing needs the end. */
export function nextPending(pending: Pending, isHeld: (item: PendingEvent) => boolean): PendingEvent | undefined {
  const held = new Set<CallId>();
  return pending.find((item) => {
    const key = callKeyOf(item.event);
    const isFree = !isHeld(item) && !held.has(key);
    if (!isFree && key) held.add(key);
    return isFree;
  });
}

/**
 * Adds an event: facts, wishes and `leave` at the end; other lease events at the front, so that the calls after them have
 * a present page; reports before wishes and renewals, in place of an earlier report, so that nobody sees their calls end in
 * between. `saving`, the event on its way to the store, keeps its place.
 */
export function enqueue(pending: Pending, added: PendingEvent, saving?: PendingEvent): Pending {
  const { event, kind } = added;
  if (kind !== 'report') return insert(pending, [added], saving, () => kind === 'lease' && event.type !== 'leave');
  const isReplaced = (item: PendingEvent): boolean =>
    item !== saving && item.kind === kind && item.event.type === event.type && callIdOf(item.event) === callIdOf(event);
  const others = pending.filter((item) => !isReplaced(item));
  return insert(others, [added], saving, (item) => item.kind === 'wish' || item.event.type === 'renew');
}

/** Adds facts that this browser has kept, before all others. */
export function enqueueKept(pending: Pending, facts: readonly KeptFact[], saving?: PendingEvent): Pending {
  const added = facts.map((event) => ({ event, kind: 'fact', at: event.at, isReplay: true }) as const);
  return insert(pending, added, saving);
}

/**
 * Adds the events that restore a record which the store has lost, before all others. A pending wish was made on that
 * record, so it is dated after them.
 */
export function enqueueRestored(
  pending: Pending,
  events: readonly AgentEvent[],
  at: Instant,
  saving?: PendingEvent,
): Pending {
  const added = events.map((event) => ({ event, kind: 'report', at, isEarly: event.type === 'choose' }) as const);
  const later = pending.map((item): PendingEvent => {
    const { event, kind } = item;
    return kind === 'wish' && 'at' in event ? { ...item, event: { ...event, at } } : item;
  });
  return insert(later, added, saving);
}

/** Adds them before the first that follows them, but not before the one that is being saved. */
function insert(
  pending: Pending,
  added: Pending,
  saving?: PendingEvent,
  follows: (item: PendingEvent) => boolean = () => true,
): Pending {
  const start = saving ? 1 : 0;
  const found = pending.findIndex((item, index) => index >= start && follows(item));
  const end = found < 0 ? pending.length : found;
  return [...pending.slice(0, end), ...added, ...pending.slice(end)];
}

/** Whether a wish made now is early: the page's sign-in is pending, or it holds no lease. */
export function isEarlyWish(pending: Pending, { record, now, ownPage }: PendingBase): boolean {
  if (ownPage === undefined) return false;
  return pending.some(({ event }) => event.type === 'sign-in') || !(record.leases[ownPage]! > now);
}

/** The record is gone, so the page signs in anew: every wish is early, and nothing else is. */
export function restartPending(pending: Pending, isOwn: boolean): Pending {
  return pending.map((item) => ({ ...item, isEarly: isOwn && item.kind === 'wish' }));
}

/**
 * Turns the wishes about a call whose facts stay pending for long into facts: they are kept, and saved after those. An
 * extension stays a wish, which is worth nothing later.
 */
export function keepWishesOf(pending: Pending, callId: CallId): Pending {
  return pending.map((item): PendingEvent => {
    const { event, kind, at } = item;
    if (kind !== 'wish' || event.type === 'extend' || callKeyOf(event) !== callKey(callId)) return item;
    return { event: { ...event, at } as AgentEvent, kind: 'fact', at };
  });
}

/**
 * The event as it is applied to that record. The status that the page's own sign-in chose does not outdate an early wish.
 * A fact that waited longer than a lease lasts carries the renewals which this page could not save.
 */
export function stamped(
  { event, isEarly }: PendingEvent,
  { choice, wishAt }: AgentRecord,
  { now, ownPage }: Pick<PendingBase, 'now' | 'ownPage'>,
): AgentEvent {
  const { at = now } = event as { readonly at?: Instant };
  if ('carrier' in event && event.carrier === ownPage && now - at >= LEASE_MS) return { ...event, presentUntil: now };
  const isSignedIn = isEarly && choice?.cause === 'sign-in' && choice.at === wishAt;
  return isSignedIn && 'at' in event && at < wishAt ? { ...event, at: wishAt } : event;
}

/** The record as this page shows it: all pending events applied, each at its instant, except what the rules refuse. */
export function optimisticRecord(pending: Pending, base: PendingBase): AgentRecord {
  return apply(pending, base, ({ at }) => at);
}

/** The record as everybody else will see it once all is saved, at this moment. */
export function recordForOthers(pending: Pending, base: PendingBase): AgentRecord {
  return apply(pending, base);
}

/** Applies all events, at the shown instants with the own lease counted as live, or now without. */
function apply(pending: Pending, base: PendingBase, shownAt?: (item: PendingEvent) => Instant): AgentRecord {
  const { account, now } = base;
  let { record } = base;
  for (const item of pending) {
    // Not before what others have saved since, unless a wrong clock dated that later than now.
    const at = shownAt ? Math.min(Math.max(shownAt(item), record.at), now) : now;
    const seen = shownAt ? withOwnLease(record, base, at) : record;
    try {
      record = recordEvent(account, seen, stamped(item, record, base), at);
    } catch {
      // Its promise says why, once it was tried on what the store has.
    }
  }
  return record;
}

/** The record with the lease of the agent's own page counted as live, whatever the store has heard. */
export function withOwnLease(
  record: AgentRecord,
  { ownPage }: Pick<PendingBase, 'ownPage'>,
  now: Instant,
): AgentRecord {
  return ownPage === undefined ? record : keepPresent(record, ownPage, now);
}

/** Whether a replayed fact changes nothing any more: it was saved before, or something later was. */
export function isOldNews(event: AgentEvent, record: AgentRecord): boolean {
  switch (event.type) {
    case 'call-held':
    case 'call-resumed':
      return isReported(findCall(record, event.callId)?.reportedAt, event, 1);
    case 'call-started': {
      const call = findCall(record, event.call.id);
      return call?.startedAt !== undefined && isReported(call.reportedAt, event, 0);
    }
    default:
      return false;
  }
}

/** Whether the last report of the call came at least `laterMs` after the fact. */
function isReported(reportedAt: Instant | undefined, { at }: { readonly at?: Instant }, laterMs: number): boolean {
  return reportedAt !== undefined && reportedAt >= (at as Instant) + laterMs;
}
