import type { Account } from './account.js';
import type { AgentRecord, CallEntry, CallId, Choice, Closing, Draft, Instant, PageId, Tombstone } from './agent.js';
import { hasLease } from './presence.js';
import { UNANSWERED } from './schema/unions.js';
import { FORWARD } from './status.js';

/** A call that none of the agent's pages carries ends after this long without a report, in milliseconds. */
export const SILENCE_MS = 12 * 3_600_000;
/** A ringing call ends by itself after this long, in milliseconds. */
export const RING_MS = 120_000;
/** How long reports of a call are ignored after its reported end, in milliseconds. */
const TOMBSTONE_MS = 3_600_000;
/** At most this many ends are remembered. */
const TOMBSTONE_LIMIT = 200;
const ID_LENGTH = 128;
const CLOSINGS_LIMIT = 20;

/** The call's id as the record keeps it: a hash if it is longer than 128 characters. */
export function callKey(id: CallId): CallId {
  return id.length <= ID_LENGTH ? id : `#${hash(id, 0x9e3779b9)}${hash(id, 0x85ebca6b)}${id.length.toString(36)}`;
}

// Two independent 53-bit hashes (cyrb53), to tell long ids apart; not for secrecy.
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

/** Whether the conversation is open: its call goes on, or the in-conversation widget is not closed yet. */
export function isOpen(call: CallEntry): boolean {
  return call.state !== 'ringing';
}

/** Whether the page carries the call. */
export function isCarriedBy(record: AgentRecord, callId: CallId, page: PageId): boolean {
  return findCall(record, callId)?.carriers.includes(page) ?? false;
}

/** Whether the agent said that the call is over, and no source has reported it since. */
export function isDeclaredOver(record: AgentRecord, callId: CallId): boolean {
  return tombstoneOf(record, callId)?.declared ?? false;
}

/** When After Call Work would end after a full extension; undefined without a limit. */
export function extensionEnd(record: AgentRecord, callId: CallId): Instant | undefined {
  const call = findCall(record, callId);
  return call?.closesAt === undefined ? undefined : call.closesAt + (call.acwExtensionSeconds ?? 0) * 1000;
}

/** What the record remembers about the end of the call. */
export function tombstoneOf(record: AgentRecord, callId: CallId): Tombstone | undefined {
  const key = callKey(callId);
  return record.tombstones.find((one) => one.id === key);
}

/** How long an end is remembered: an hour if it was reported; if the agent said so, as long as a call may go unreported. */
function lastsUntil(tombstone: Tombstone): Instant {
  return tombstone.at + (tombstone.declared ? SILENCE_MS : TOMBSTONE_MS);
}

/** Whether it is a reported end, after which reports of the call are ignored. */
export function isForGood(end: Tombstone | undefined, now: Instant): boolean {
  return end !== undefined && !end.declared && lastsUntil(end) > now;
}

/** Remembers the end, and forgets those whose time is over by then. */
export function addTombstone(draft: Draft, tombstone: Tombstone): void {
  const kept = draft.tombstones.filter((one) => one.id !== tombstone.id && lastsUntil(one) > tombstone.at);
  draft.tombstones = [...kept, tombstone].slice(-TOMBSTONE_LIMIT);
}

/** Replaces the entry of the call. */
export function replaceCall(draft: Draft, call: CallEntry): void {
  draft.calls = draft.calls.map((one) => (one.id === call.id ? call : one));
}

/** Inserts a call in the order in which the calls began. */
export function insertCall(draft: Draft, call: CallEntry): void {
  const { calls } = draft;
  const begin = beginOf(call);
  const later = calls.findIndex((one) => beginOf(one) > begin);
  draft.calls = later < 0 ? [...calls, call] : [...calls.slice(0, later), call, ...calls.slice(later)];
}

function beginOf(call: CallEntry): Instant {
  return call.rangAt ?? call.startedAt ?? 0;
}

/** Removes the entry of the call. */
export function removeCall(draft: Draft, callId: CallId): void {
  draft.calls = draft.calls.filter(({ id }) => id !== callId);
}

/** Closes the conversation. When the last one is closed, the next choice takes effect. */
export function closeCall(draft: Draft, closing: Closing): void {
  const call = draft.calls.find(({ id }) => id === closing.id);
  const isByTime = closing.cause === 'limit' || closing.cause === 'absence';
  removeCall(draft, closing.id);
  const closed = isByTime && call?.presumed ? { ...closing, call } : closing;
  draft.closings = [...closingsWithout(draft, closing.id), closed].slice(-CLOSINGS_LIMIT);
  if (!draft.next || draft.calls.some(isOpen)) return;
  draft.choice = draft.next;
  draft.next = null;
}

function closingsWithout({ closings }: AgentRecord, callId: CallId): AgentRecord['closings'] {
  return closings.filter(({ id }) => id !== callId);
}

/** The call of a conversation that was open at that instant and was closed by time since. */
export function closedSince({ closings }: AgentRecord, callId: CallId, at: Instant): CallEntry | undefined {
  return closings.find((one) => one.id === callId && at < one.at)?.call;
}

/** Opens the conversation again, if time had closed it. */
export function reopenCall(draft: Draft, call: CallEntry): void {
  if (findCall(draft, call.id)) return replaceCall(draft, call);
  draft.closings = closingsWithout(draft, call.id);
  insertCall(draft, call);
}

/** How a call ends. */
interface CallEnd {
  readonly at: Instant;
  readonly presumed: boolean;
  readonly outcome?: CallEntry['outcome'];
}

/** Ends the call. Its conversation stays open, unless a rule closes it. */
export function endCall(account: Account, draft: Draft, call: CallEntry, { at, presumed, outcome }: CallEnd): void {
  const ended: Draft<CallEntry> = { ...call, state: 'ended', carriers: [], endedAt: at, presumed };
  if (outcome) ended.outcome = outcome;
  if (call.acwLimitSeconds) ended.closesAt = at + call.acwLimitSeconds * 1000;
  replaceCall(draft, ended);
  // A call on the personal phone has no in-conversation widget to close.
  if (!hasLease(draft) && !draft.signOut && (isForward(draft.choice) || isForward(draft.next))) {
    closeCall(draft, { id: call.id, at, cause: 'absence' });
  } else closeUnanswered(account, draft, ended, at);
}

/** Closes the conversation of an unanswered outbound call, if the account wants that. */
export function closeUnanswered(account: Account, draft: Draft, call: CallEntry, at: Instant): void {
  const unanswered = UNANSWERED.includes(call.outcome as never);
  if (unanswered && call.direction === 'outbound' && !account.settings.acwAfterUnansweredCall) {
    closeCall(draft, { id: call.id, at, cause: 'unanswered' });
  }
}

/** Whether the choice is Forward to Phone. */
export function isForward(choice: Choice | null): boolean {
  return choice?.statusId === FORWARD;
}
