import type { Account } from './account.js';
import { draftOf, type AgentRecord, type CallEntry, type Draft, type Instant, type PageId } from './agent.js';
import { closeCall, endCall, isForward, isOpen, removeCall, replaceCall, RING_MS, SILENCE_MS } from './conversation.js';
import { hasLease, isAhead, isLive, isPresent, leaseAt, leasesWithout } from './presence.js';
import { FORWARD, type StatusId } from './status.js';

/**
 * Returns the record with everything that time has changed by then, and the status shown under this account; the same
 * object if nothing changed. If only the account changed, the status keeps its instant.
 */
export function advanceTo(account: Account, written: AgentRecord, now: unknown): AgentRecord {
  const instant = instantAfter(written, now);
  const record = recordAt(written, instant);
  if (shownStatusId(account, record) === record.shown.statusId && nextInstant(record) > instant) return record;
  const draft = draftOf(record);
  updateShown(account, draft, draft.shown.since);
  elapse(account, draft, instant);
  return draft;
}

/** Applies everything that time has changed by then. */
export function elapse(account: Account, draft: Draft, now: Instant): void {
  for (let due = nextInstant(draft); due <= now; due = nextInstant(draft)) passInstant(account, draft, due);
}

/** A valid time that is not before the record's last instant, unless a wrong clock wrote that one. */
export function instantAfter(record: AgentRecord, now: unknown): Instant {
  if (typeof now !== 'number' || !(now > 0 && now < Infinity)) return record.at;
  return now > record.at || isAhead(record, now) ? now : record.at;
}

/** The record as it counts now: if a wrong clock wrote it, its time is now, and leases that lie ahead have run out. */
export function recordAt(record: AgentRecord, now: Instant): AgentRecord {
  if (!isAhead(record, now)) return record;
  const { leases, calls, choice, next, signOut, tombstones, closings, shown, absentSince, wishAt } = record;
  const cut = (at: Instant): Instant => Math.min(at, now);
  const cutAt = <T extends { readonly at: Instant }>(one: T): T => ({ ...one, at: cut(one.at) });
  return Object.assign(draftOf(record), {
    at: now,
    leases: Object.fromEntries(Object.keys(leases).map((page) => [page, leaseAt(record, page, now)])),
    calls: calls.map((call) => cutCall(call, cut)),
    choice: choice && cutAt(choice),
    next: next && cutAt(next),
    signOut: signOut && cutAt(signOut),
    tombstones: tombstones.map(cutAt),
    closings: closings.map(cutAt),
    shown: { ...shown, since: cut(shown.since) },
    absentSince: absentSince === null ? null : cut(absentSince),
    wishAt: cut(wishAt),
  });
}

function cutCall(call: CallEntry, cut: (at: Instant) => Instant): CallEntry {
  const one: Draft<CallEntry> = { ...call };
  const { closesAt, endedAt } = call;
  if (closesAt !== undefined && endedAt !== undefined) one.closesAt = closesAt - endedAt + cut(endedAt);
  for (const name of ['reportedAt', 'rangAt', 'startedAt', 'endedAt'] as const) {
    const at = call[name];
    if (at !== undefined) one[name] = cut(at);
  }
  return one;
}

/** The next instant at which time changes a fact; Infinity if there is none. */
export function nextInstant(record: AgentRecord): Instant {
  let due = absenceEnd(record);
  for (const page in record.leases) due = Math.min(due, record.leases[page]!);
  for (const call of record.calls) due = Math.min(due, callInstant(call));
  return due;
}

/** Applies the next instant of the record. */
export function passInstant(account: Account, draft: Draft, at: Instant): void {
  const lapsed = Object.keys(draft.leases).filter((page) => draft.leases[page]! <= at);
  dropPages(account, draft, lapsed, at);
  for (const call of draft.calls) {
    if (callInstant(call) > at) continue;
    if (call.state === 'ended') closeCall(draft, { id: call.id, at, cause: 'limit' });
    else loseCall(account, draft, call, at);
  }
  if (absenceEnd(draft) <= at) {
    draft.signedIn = false;
    draft.absentTooLong = !draft.signOut;
    for (const { id, state } of draft.calls) if (state === 'ended') closeCall(draft, { id, at, cause: 'absence' });
  }
  updateShown(account, draft, at);
}

/** Ends the leases of these pages at that instant, and the calls that only they carried. */
export function dropPages(account: Account, draft: Draft, pages: readonly PageId[], at: Instant): void {
  if (pages.length === 0) return;
  draft.leases = leasesWithout(draft, pages);
  if (!hasLease(draft)) draft.absentSince = Math.max(at, draft.absentSince ?? at);
  for (const call of draft.calls) {
    const carriers = call.carriers.filter((carrier) => !pages.includes(carrier));
    if (carriers.length === call.carriers.length) continue;
    const left = { ...call, carriers };
    if (carriers.length > 0 && callInstant(left) > at) replaceCall(draft, left);
    else loseCall(account, draft, call, at);
  }
}

/** Handles a call without a carrier: a ringing one is removed, any other has presumably ended. */
export function loseCall(account: Account, draft: Draft, call: CallEntry, at: Instant): void {
  if (isLive(call)) endCall(account, draft, call, { at, presumed: true });
  else removeCall(draft, call.id);
}

/** The status that calls or absence decide; undefined if the choice decides. */
export function decidedStatusId(
  account: Account,
  record: AgentRecord,
): 'busy' | 'offline' | 'after-call-work' | undefined {
  if (record.calls.some(isLive)) return 'busy';
  const present = isPresent(record);
  const forwards = isForward(record.choice) && account.settings.forwardToPhone && !isAway(record);
  if (!present && !forwards) return 'offline';
  return present && record.calls.some(isOpen) ? 'after-call-work' : undefined;
}

/** The id of the status that is shown. */
function shownStatusId(account: Account, record: AgentRecord): StatusId {
  const decided = decidedStatusId(account, record);
  if (decided) return decided;
  const statusId = record.choice?.statusId ?? account.settings.signInStatus;
  return statusId === FORWARD && !account.settings.forwardToPhone ? 'offline' : statusId;
}

/** Whether the agent signed out or was absent too long. */
function isAway(record: AgentRecord): boolean {
  return record.signOut !== null || record.absentTooLong;
}

/** Notes the instant of the change if the status shown is another one. */
export function updateShown(account: Account, draft: Draft, at: Instant): void {
  const statusId = shownStatusId(account, draft);
  const { shown } = draft;
  if (statusId !== shown.statusId) draft.shown = { statusId, since: Math.max(at, shown.since) };
}

function callInstant(call: CallEntry): Instant {
  if (call.state === 'ringing') return (call.rangAt ?? 0) + RING_MS;
  if (call.state === 'ended') return call.closesAt ?? Infinity;
  return call.carriers.every((carrier) => carrier === 'elsewhere') ? call.reportedAt + SILENCE_MS : Infinity;
}

function absenceEnd(record: AgentRecord): Instant {
  if (record.absentSince === null || hasLease(record)) return Infinity;
  const due = record.absentSince + (record.absenceLimitMinutes ?? 0) * 60_000;
  if (!isAway(record)) return due;
  const ended = record.calls.filter((call) => call.state === 'ended').map((call) => call.endedAt ?? 0);
  return Math.max(due, Math.min(...ended));
}
