import type { Account } from './account.js';
import type { AgentRecord, CallEntry, Instant, PageId } from './agent.js';
import {
  closeCall,
  endCall,
  isForward,
  isOpen,
  replaceCall,
  RING_MS,
  SILENCE_MS,
  stopRinging,
} from './conversation.js';
import { hasLease, isLive, isPresent, leasesWithout } from './presence.js';
import { FORWARD, type StatusId } from './status.js';

/** The record with everything written down that time has done by then; the same object if it has done nothing. */
export function elapse(account: Account, record: AgentRecord, now: Instant): AgentRecord {
  let next = record;
  for (let due = nextInstant(next); due <= now; due = nextInstant(next)) next = passInstant(account, next, due);
  return next;
}

/** The record at that moment: where only the account has changed since, what is shown keeps its instant. */
export function settle(account: Account, record: AgentRecord, now: unknown): AgentRecord {
  const shown = reshow(account, record, record.shown.since);
  return elapse(account, shown, instantAfter(record, now));
}

/** The moment that is meant: never before the record's last instant, and always a time. */
export function instantAfter(record: AgentRecord, now: unknown): Instant {
  return typeof now === 'number' && now > record.at && now < Infinity ? now : record.at;
}

/** The next instant at which time changes any fact by itself; Infinity if it never does. */
export function nextInstant(record: AgentRecord): Instant {
  let due = absenceEnd(record);
  for (const page in record.leases) due = Math.min(due, record.leases[page]!);
  for (const call of record.calls) due = Math.min(due, callInstant(call));
  return due;
}

/** The record after that instant, which is the next one of the record. */
export function passInstant(account: Account, record: AgentRecord, at: Instant): AgentRecord {
  const lapsed = Object.keys(record.leases).filter((page) => record.leases[page]! <= at);
  let next = lapsed.length > 0 ? dropPages(account, record, lapsed, at) : record;
  for (const call of next.calls) {
    if (callInstant(call) <= at) next = passCall(account, next, call, at);
  }
  if (absenceEnd(next) <= at) next = endPresence(next, at);
  return reshow(account, next, at);
}

/** The pages' leases end at that instant, and what they alone carried with them. */
export function dropPages(account: Account, record: AgentRecord, pages: readonly PageId[], at: Instant): AgentRecord {
  let next: AgentRecord = { ...record, leases: leasesWithout(record, pages) };
  if (pages.length > 0 && !hasLease(next)) next = { ...next, absentSince: Math.max(at, record.absentSince ?? at) };
  for (const call of record.calls) {
    const carriers = call.carriers.filter((carrier) => !pages.includes(carrier));
    if (carriers.length === call.carriers.length) continue;
    const stands = carriers.length > 0 && callInstant({ ...call, carriers }) > at;
    next = stands ? replaceCall(next, { ...call, carriers }) : loseCall(account, next, call, at);
  }
  return next;
}

/** A call that nobody carries any more: a ringing one is gone, any other has presumably ended. */
export function loseCall(account: Account, record: AgentRecord, call: CallEntry, at: Instant): AgentRecord {
  return isLive(call) ? endCall(account, record, call, { at, presumed: true }) : stopRinging(record, call.id);
}

/** The first condition that applies: what decides the status that is shown. */
export function decidingCondition(account: Account, record: AgentRecord): 'live' | 'absent' | 'open' | 'choice' {
  if (record.calls.some(isLive)) return 'live';
  const present = isPresent(record);
  const forwards = isForward(record.choice) && account.settings.forwardToPhone && !isAway(record);
  if (!present && !forwards) return 'absent';
  return present && record.calls.some(isOpen) ? 'open' : 'choice';
}

/** The id of the status that is shown. */
export function shownStatusId(account: Account, record: AgentRecord): StatusId {
  const condition = decidingCondition(account, record);
  if (condition !== 'choice') return STATUS_OF[condition];
  const statusId = record.choice?.statusId ?? account.settings.signInStatus;
  return statusId === FORWARD && !account.settings.forwardToPhone ? 'offline' : statusId;
}

const STATUS_OF = { live: 'busy', absent: 'offline', open: 'after-call-work' } as const;

/** Whether the agent signed out or was absent too long. */
function isAway(record: AgentRecord): boolean {
  return record.signOut !== null || record.absentTooLong;
}

/** The record with the last change seen, where the status shown is another since that instant. */
export function reshow(account: Account, record: AgentRecord, at: Instant): AgentRecord {
  const statusId = shownStatusId(account, record);
  if (statusId === record.shown.statusId) return record;
  return { ...record, shown: { statusId, since: Math.max(at, record.shown.since) } };
}

function callInstant(call: CallEntry): Instant {
  if (call.state === 'ringing') return (call.rangAt ?? 0) + RING_MS;
  if (call.state === 'ended') return call.closesAt ?? Infinity;
  return call.carriers.every((carrier) => carrier === 'elsewhere') ? call.reportedAt + SILENCE_MS : Infinity;
}

function passCall(account: Account, record: AgentRecord, call: CallEntry, at: Instant): AgentRecord {
  return call.state === 'ended' ? closeCall(record, call.id, 'limit', at) : loseCall(account, record, call, at);
}

function absenceEnd(record: AgentRecord): Instant {
  if (record.absentSince === null || hasLease(record)) return Infinity;
  const due = record.absentSince + (record.absenceLimitMinutes ?? 0) * 60_000;
  if (!isAway(record)) return due;
  const ended = record.calls.filter((call) => call.state === 'ended').map((call) => call.endedAt ?? 0);
  return ended.length > 0 ? Math.max(due, Math.min(...ended)) : Infinity;
}

function endPresence(record: AgentRecord, at: Instant): AgentRecord {
  let next: AgentRecord = { ...record, signedIn: false, absentTooLong: !record.signOut };
  for (const call of record.calls) {
    if (call.state === 'ended') next = closeCall(next, call.id, 'absence', at);
  }
  return next;
}
