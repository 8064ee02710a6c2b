import type { Account } from './account.js';
import type { AgentRecord, CallEntry, CallId, Choice, CloseCause, Instant, PageId, Tombstone } from './agent.js';
import { hasLease } from './presence.js';
import { FORWARD } from './status.js';

/** A call that only something beyond the agent's pages carries ends when nobody reported it for this long. */
export const SILENCE_MS = 12 * 3_600_000;
/** A ringing call ends by itself after this long. */
export const RING_MS = 120_000;
/** How long a reported end keeps later reports of that call out. */
export const TOMBSTONE_MS = 3_600_000;
/** At most this many ends are remembered. */
export const TOMBSTONE_LIMIT = 200;
const ID_LENGTH = 128;
const CLOSINGS_LIMIT = 20;

/** The call's id as the record keeps it: itself, or a hash where it has over 128 characters. */
export function callKey(id: CallId): CallId {
  return id.length <= ID_LENGTH ? id : `#${hash(id, 0x9e3779b9)}${hash(id, 0x85ebca6b)}${id.length.toString(36)}`;
}

// Two independent 53-bit hashes (cyrb53): not for secrecy, only to tell long ids apart.
function hash(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (4_294_967_296 * (0x1fffff & low) + (high >>> 0)).toString(36);
}

/** The agent's entry of that call. */
export function findCall(record: AgentRecord, callId: CallId): CallEntry | undefined {
  const key = callKey(callId);
  return record.calls.find((call) => call.id === key);
}

/** Whether a conversation is open: its call goes on, or is over and the in-conversation widget not closed. */
export function isOpen(call: CallEntry): boolean {
  return call.state !== 'ringing';
}

/** Whether the page carries the call. */
export function isCarriedBy(record: AgentRecord, callId: CallId, page: PageId): boolean {
  return findCall(record, callId)?.carriers.includes(page) ?? false;
}

/** Whether the agent said that the call is over, and no source has reported anything new of it. */
export function isDeclaredOver(record: AgentRecord, callId: CallId): boolean {
  return tombstoneOf(record, callId)?.declared ?? false;
}

/** The instant to which a full extension of After Call Work would reach; undefined where there is no limit. */
export function extensionEnd(record: AgentRecord, callId: CallId): Instant | undefined {
  const call = findCall(record, callId);
  return call?.closesAt === undefined ? undefined : call.closesAt + (call.acwExtensionSeconds ?? 0) * 1000;
}

/** What the record remembers of that call's end. */
export function tombstoneOf(record: AgentRecord, callId: CallId): Tombstone | undefined {
  const key = callKey(callId);
  return record.tombstones.find((one) => one.id === key);
}

/** How long an end is remembered: a reported one for an hour, the agent's word as long as a call may go on unreported. */
function lastsUntil(tombstone: Tombstone): Instant {
  return tombstone.at + (tombstone.declared ? SILENCE_MS : TOMBSTONE_MS);
}

/** Whether a reported end keeps the call out. */
export function isOverForGood(record: AgentRecord, callId: CallId, now: Instant): boolean {
  const tombstone = tombstoneOf(record, callId);
  return tombstone !== undefined && !tombstone.declared && lastsUntil(tombstone) > now;
}

/** The tombstones with that one added, without those that have lasted their time; unchanged where it has itself. */
export function withTombstone(record: AgentRecord, tombstone: Tombstone, now: Instant): readonly Tombstone[] {
  if (lastsUntil(tombstone) <= now) return record.tombstones;
  const kept = record.tombstones.filter((one) => one.id !== tombstone.id && lastsUntil(one) > now);
  return [...kept, tombstone].slice(-TOMBSTONE_LIMIT);
}

/** The record with that call's entry replaced. */
export function replaceCall(record: AgentRecord, call: CallEntry): AgentRecord {
  return { ...record, calls: record.calls.map((one) => (one.id === call.id ? call : one)) };
}

/** The record with another call, kept in the order in which the calls began. */
export function insertCall(record: AgentRecord, call: CallEntry): AgentRecord {
  const begins = (one: CallEntry): Instant => one.rangAt ?? one.startedAt ?? 0;
  const later = record.calls.findIndex((one) => begins(one) > begins(call));
  const index = later < 0 ? record.calls.length : later;
  return { ...record, calls: [...record.calls.slice(0, index), call, ...record.calls.slice(index)] };
}

/** The record without that ringing call. */
export function stopRinging(record: AgentRecord, callId: CallId): AgentRecord {
  return { ...record, calls: record.calls.filter((call) => call.id !== callId) };
}

/** The conversation is gone; with the last one, the next choice comes into force. */
export function closeCall(record: AgentRecord, callId: CallId, cause: CloseCause, at: Instant): AgentRecord {
  const calls = record.calls.filter((call) => call.id !== callId);
  const closings = [...record.closings.filter(({ id }) => id !== callId), { id: callId, at, cause }].slice(
    -CLOSINGS_LIMIT,
  );
  const closed = { ...record, calls, closings };
  return record.next && !calls.some(isOpen) ? { ...closed, choice: record.next, next: null } : closed;
}

/** How a call ends. */
export interface CallEnd {
  readonly at: Instant;
  readonly presumed: boolean;
  readonly outcome?: CallEntry['outcome'];
}

/** The call is over: what is left is its conversation, unless the rules leave none. */
export function endCall(account: Account, record: AgentRecord, call: CallEntry, end: CallEnd): AgentRecord {
  const { at, presumed, outcome } = end;
  const { acwLimitSeconds } = call;
  const ended: CallEntry = {
    ...call,
    state: 'ended',
    carriers: [],
    endedAt: at,
    presumed,
    ...(outcome ? { outcome } : {}),
    ...(acwLimitSeconds ? { closesAt: at + acwLimitSeconds * 1000 } : {}),
  };
  const next = replaceCall(record, ended);
  // On the personal phone nobody is there to close an in-conversation widget.
  if (!hasLease(record) && !record.signOut && (isForward(record.choice) || isForward(record.next))) {
    return closeCall(next, call.id, 'absence', at);
  }
  return closeUnanswered(account, next, ended, at);
}

/** The record without the conversation of an outbound call that nobody answered, where the account wants none. */
export function closeUnanswered(account: Account, record: AgentRecord, call: CallEntry, at: Instant): AgentRecord {
  const unanswered = ['missed', 'declined', 'cancelled', 'failed'].includes(call.outcome ?? '');
  const closes = unanswered && call.direction === 'outbound' && !account.settings.acwAfterUnansweredCall;
  return closes ? closeCall(record, call.id, 'unanswered', at) : record;
}

/** Whether the choice is Forward to Phone. */
export function isForward(choice: Choice | null): boolean {
  return choice?.statusId === FORWARD;
}
