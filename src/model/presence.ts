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

/** How long a page's lease lasts; a hidden page, whose timers run once a minute, renews it in time. */
export const LEASE_MS = 150_000;
/** How often an open page renews its lease. */
export const RENEW_MS = 45_000;
/** How long a page that was left still counts: a reload shows no Offline. */
export const LEAVE_MS = 10_000;
/** The same for a page that carries a live call. */
export const LEAVE_IN_CALL_MS = 60_000;

/** A record that is further ahead of the clock than this was written by a wrong one. */
const AHEAD_MS = 300_000;

/** Whether the record was written by a clock that was wrong, far ahead of now. */
export function isAhead(record: AgentRecord, now: Instant): boolean {
  return record.at - now > AHEAD_MS;
}

/** When something is said to have happened, and when it became known. */
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

/** The leases with that of the page until then. */
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

/** When the page's lease runs out, where it holds one. */
export function leaseOf(record: AgentRecord, page: PageId): Instant | undefined {
  return Object.hasOwn(record.leases, page) ? record.leases[page] : undefined;
}

/** When the page's lease runs out as that moment has it: one from a wrong clock has run out. */
export function leaseAt(record: AgentRecord, page: PageId, now: Instant): Instant | undefined {
  const lease = leaseOf(record, page);
  return lease !== undefined && isAhead(record, now) && lease > now + LEASE_MS ? now : lease;
}

/** Whether an open page of the agent makes the agent present. */
export function isPresent(record: AgentRecord): boolean {
  return record.signedIn && hasLease(record);
}

/** The page's lease is extended to that instant, never shortened, and the limit on absence is the one now in force. */
export function extendLease(account: Account, draft: Draft, page: PageId, until: Instant): void {
  if (until <= (leaseOf(draft, page) ?? -Infinity)) return;
  draft.leases = leasesWith(draft, page, until);
  draft.absenceLimitMinutes = account.settings.absenceLimitMinutes;
}

/**
 * The page signs in or renews: its lease is extended, and where nobody had been signed in (never, signed out, absent beyond
 * the limit) the account's sign-in status is chosen at that instant, unless somebody has wished something since.
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
 * The leases with the page's shortened, as leaving it at that instant does: to 10 s, or to 60 s while the page carries a live
 * call. The same object if nothing changes; a lease that was renewed after that instant is left alone, unless a wrong clock
 * wrote it.
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
 * The record as a running page sees it: the lease that it holds counts as live, whatever the store has heard; that of a
 * signed-out agent only for the calls that it carries.
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

/** An actor as the record keeps it; nobody in particular is the system. */
export function sanitizedActor(actor: Actor | undefined): Actor {
  const { role, id, name } = actor ?? {};
  const kept: Draft<Actor> = {
    role: ROLES.includes(role as never) ? role! : 'system',
    id: typeof id === 'string' ? cutText(id) : '',
  };
  if (isName(name)) kept.name = cutText(name);
  return kept;
}
