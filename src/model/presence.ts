import type { Account } from './account.js';
import {
  cutText,
  draftOf,
  isName,
  type Actor,
  type AgentRecord,
  type CallEntry,
  type Draft,
  type Instant,
  type PageId,
} from './agent.js';
import { ROLES } from './schema/unions.js';

/** How long a page's lease lasts, in milliseconds. A hidden page, whose timers run once a minute, renews it in time. */
export const LEASE_MS = 150_000;
/** How often an open page renews its lease, in milliseconds. */
export const RENEW_MS = 45_000;
/** How long a page still counts after it was left, in milliseconds: a reload never shows Offline. */
export const LEAVE_MS = 10_000;
/** The same for a page that carries a live call. */
export const LEAVE_IN_CALL_MS = 60_000;

/** A record further ahead of the clock than this, in milliseconds, was written by a wrong clock. */
const AHEAD_MS = 300_000;

/** Whether the record was written by a wrong clock, far ahead of now. */
export function isAhead(record: AgentRecord, now: Instant): boolean {
  return record.at - now > AHEAD_MS;
}

/** When something happened, and when it became known. */
export interface Instants {
  readonly at: Instant;
  readonly now: Instant;
}

/** The agent as the author of what the agent's own pages do. */
export function selfOf({ agentId: id, agentName: name }: AgentRecord): Actor {
  return name ? { role: 'agent', id, name } : { role: 'agent', id };
}

/** The leases without those of the pages. */
export function leasesWithout(record: AgentRecord, pages: readonly PageId[]): AgentRecord['leases'] {
  return Object.fromEntries(Object.entries(record.leases).filter(([page]) => !pages.includes(page)));
}

/** The leases, with the page's until that instant. */
function leasesWith(record: AgentRecord, page: PageId, until: Instant): AgentRecord['leases'] {
  // Setting is fast, but a page can have any name.
  if (page === '__proto__') return { ...record.leases, [page]: until };
  const leases: Draft<AgentRecord['leases']> = { ...record.leases };
  leases[page] = until;
  return leases;
}

/** Whether any page holds a lease, signed out or not. */
export function hasLease(record: AgentRecord): boolean {
  for (const _ in record.leases) return true;
  return false;
}

/** When the page's lease runs out; undefined if it holds none. */
export function leaseOf(record: AgentRecord, page: PageId): Instant | undefined {
  return Object.hasOwn(record.leases, page) ? record.leases[page] : undefined;
}

/** When the page's lease runs out, seen at that moment: a lease from a wrong clock has run out. */
export function leaseAt(record: AgentRecord, page: PageId, now: Instant): Instant | undefined {
  const lease = leaseOf(record, page);
  return lease !== undefined && isAhead(record, now) && lease > now + LEASE_MS ? now : lease;
}

/** Whether the agent is present, with an open page. */
export function isPresent(record: AgentRecord): boolean {
  return record.signedIn && hasLease(record);
}

/** Extends the page's lease to that instant, never shortens it, and notes the present limit on absence. */
export function extendLease(account: Account, draft: Draft, page: PageId, until: Instant): void {
  if (until <= (leaseOf(draft, page) ?? -Infinity)) return;
  draft.leases = leasesWith(draft, page, until);
  draft.absenceLimitMinutes = account.settings.absenceLimitMinutes;
}

/**
 * Signs the page in, or renews its lease. If the agent was not signed in (never, signed out, or absent beyond the limit), the
 * account's sign-in status is chosen at that instant, unless somebody has chosen something since.
 */
export function signIn(account: Account, draft: Draft, page: PageId, { at, now }: Instants): void {
  extendLease(account, draft, page, now + LEASE_MS);
  if (draft.signedIn) return;
  draft.signedIn = true;
  draft.signOut = null;
  draft.absentTooLong = false;
  if (at < draft.wishAt) return;
  draft.choice = { statusId: account.settings.signInStatus, at, by: selfOf(draft), cause: 'sign-in' };
  draft.next = null;
  draft.wishAt = at;
}

/**
 * Returns the leases after the page was left at that instant: its lease lasts 10 s more, or 60 s while it carries a live call.
 * The same object if nothing changes. A lease renewed after that instant stays, unless a wrong clock wrote it.
 */
export function leavePage(record: AgentRecord, page: PageId, at: Instant, now: Instant): AgentRecord['leases'] {
  const { leases } = record;
  const lease = leaseOf(record, page);
  if (lease === undefined) return leases;
  const until = at + (isInCall(record, page) ? LEAVE_IN_CALL_MS : LEAVE_MS);
  const isRenewed = lease - LEASE_MS > at && !isAhead(record, now);
  return lease <= until || isRenewed ? leases : leasesWith(record, page, until);
}

/**
 * The record as a running page sees it: its own lease counts as live, whatever the store knows. After a sign-out this holds
 * only while the page carries a call.
 */
export function keepPresent(record: AgentRecord, page: PageId, now: Instant): AgentRecord {
  const lease = leaseAt(record, page, now);
  if (lease === undefined || lease > now || (record.signOut && !isInCall(record, page))) return record;
  return { ...draftOf(record), leases: leasesWith(record, page, now + LEASE_MS) };
}

/** Whether the page carries a call that goes on. */
function isInCall({ calls }: AgentRecord, page: PageId): boolean {
  return calls.some((call) => isLive(call) && call.carriers.includes(page));
}

/** Whether the call goes on. */
export function isLive(call: CallEntry): boolean {
  return call.state === 'live' || call.state === 'held';
}

/** An actor as the record keeps it. Without one, it is the system. */
export function sanitizedActor(actor: Actor | undefined): Actor {
  const { role, id, name } = actor ?? {};
  const kept: Draft<Actor> = {
    role: ROLES.includes(role as never) ? role! : 'system',
    id: typeof id === 'string' ? cutText(id) : '',
  };
  if (isName(name)) kept.name = cutText(name);
  return kept;
}
