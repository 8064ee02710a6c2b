import type { Account } from './account.js';
import {
  draftOf,
  isName,
  type Actor,
  type AgentEvent,
  type AgentRecord,
  type CallEntry,
  type CallId,
  type Draft,
  type Instant,
} from './agent.js';
import { callIdOf, recordCallFact } from './call-facts.js';
import { choose, withdraw } from './choice.js';
import { accountOf, recordOf } from './codec.js';
import { closeCall, extensionEnd, findCall, replaceCall } from './conversation.js';
import { dropPages, elapse, instantAfter, loseCall, reshow, settle } from './elapse.js';
import { PhoneError, quote } from './errors.js';
import { fitRecord } from './fit.js';
import { isLive, keptActor, leaseOf, leavePage, selfOf, signIn, type Instants } from './presence.js';
import { Trusted } from './trusted.js';

/** A choice, a withdrawal or a departure is believed to be at most this old. */
const BELIEVED_MS = 300_000;

/**
 * The next record after that event; the same object if the event changes nothing. What time has already done by `now` is
 * written down with it; a `now` before the record's last instant counts as that instant. Facts, and repeated, late and
 * meaningless events, never throw.
 *
 * Throws `PhoneError`: `invalid-status` (unknown or disabled), `invalid-number` (Forward to Phone), `outdated` (a wish older
 * than the stored one), `call-in-progress` (closing or signing out on a live call), `not-supported` (an extension beyond the
 * bound, or when none is left).
 */
export function recordEvent(account: Account, record: AgentRecord, event: AgentEvent, now: Instant): AgentRecord {
  const rules = accountOf(account);
  const known = recordOf(record);
  const instant = instantAfter(known, now);
  if (typeof event !== 'object' || event === null) return record;
  const before = settle(rules, known, instant);
  const at = instantOf(before, event, instant);
  const draft = draftOf(before);
  applyEvent(rules, draft, event, { at, now: instant });
  if (agree(draft, before, isIdentical)) return record;
  reshow(rules, draft, at);
  elapse(rules, draft, instant);
  fitRecord(rules, draft, instant);
  // A late event may have come to nothing: what it did was over again by now.
  if (at < instant && agree(draft, before, isEqual)) return record;
  draft.at = instant;
  return new Trusted(draft);
}

/** Whether all that events can change is the same in both. */
// Engines compare fields that are named several times faster than those of a list.
function agree(one: AgentRecord, other: AgentRecord, isSame: (one: unknown, other: unknown) => boolean): boolean {
  return (
    isSame(one.calls, other.calls) &&
    isSame(one.leases, other.leases) &&
    isSame(one.choice, other.choice) &&
    isSame(one.next, other.next) &&
    isSame(one.wishAt, other.wishAt) &&
    isSame(one.missedCalls, other.missedCalls) &&
    isSame(one.tombstones, other.tombstones) &&
    isSame(one.closings, other.closings) &&
    isSame(one.signedIn, other.signedIn) &&
    isSame(one.signOut, other.signOut) &&
    isSame(one.absentSince, other.absentSince) &&
    isSame(one.absentTooLong, other.absentTooLong) &&
    isSame(one.absenceLimitMinutes, other.absenceLimitMinutes) &&
    isSame(one.shown, other.shown)
  );
}

const isIdentical = (one: unknown, other: unknown): boolean => one === other;
const isEqual = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/**
 * The instant of an event as far as it is believed: never ahead; a call fact not before the last one of that call, all else
 * not before five minutes ago.
 */
function instantOf(record: AgentRecord, event: AgentEvent, now: Instant): Instant {
  const told = 'at' in event && !UNTIMED.includes(event.type) ? event.at : now;
  const at = Number.isFinite(told) && told! <= now ? told! : now;
  const callId = callIdOf(event);
  const least = callId === undefined ? now - BELIEVED_MS : findCall(record, callId)?.reportedAt;
  return least !== undefined && at < least ? least : at;
}

/** Events of these kinds happen when they become known. */
const UNTIMED: readonly unknown[] = ['sign-in', 'renew', 'page-died', 'sign-out', 'close', 'extend'];

function applyEvent(account: Account, draft: Draft, event: AgentEvent, instants: Instants): void {
  switch (event.type) {
    case 'sign-in':
    case 'renew':
    case 'leave':
    case 'page-died':
      if (isName(event.page)) recordPage(account, draft, event, instants);
      return;
    case 'sign-out':
      return signOut(account, draft, event, instants.now);
    case 'choose':
      return choose(account, draft, event, instants);
    case 'withdraw':
      return withdraw(draft, instants.at);
    case 'close':
    case 'extend': {
      const call = isName(event.callId) ? findCall(draft, event.callId) : undefined;
      if (!call) return;
      return event.type === 'close' ? close(draft, call, event.by, instants.now) : extend(draft, call, event.until);
    }
    default:
      return recordCallFact(account, draft, event, instants);
  }
}

type EventOf<Type extends AgentEvent['type']> = Extract<AgentEvent, { readonly type: Type }>;
type PageEvent = EventOf<'sign-in' | 'renew' | 'leave' | 'page-died'>;

function recordPage(account: Account, draft: Draft, { type, page }: PageEvent, { at, now }: Instants): void {
  if (type === 'leave') draft.leases = leavePage(draft, page, at).leases;
  else if (type === 'page-died') dropPages(account, draft, leaseOf(draft, page) === undefined ? [] : [page], now);
  else if (type === 'sign-in' || !draft.signOut) signIn(account, draft, page, { at: now, now });
}

function signOut(account: Account, draft: Draft, { by, force }: EventOf<'sign-out'>, now: Instant): void {
  const live = draft.calls.find(isLive);
  if (live && force !== true) throw inProgress(live.id, 'signing out');
  const pages = Object.keys(draft.leases);
  const isOut = draft.signOut && !draft.next && draft.missedCalls === 0 && pages.length === 0;
  if (isOut && draft.calls.every(({ state }) => state === 'ended')) return;
  draft.signedIn = false;
  draft.absentTooLong = false;
  draft.signOut ??= { at: now, by: by ? keptActor(by) : selfOf(draft) };
  draft.next = null;
  draft.missedCalls = 0;
  draft.wishAt = Math.max(now, draft.wishAt);
  draft.absenceLimitMinutes ??= account.settings.absenceLimitMinutes;
  dropPages(account, draft, pages, now);
  for (const call of draft.calls) if (call.state !== 'ended') loseCall(account, draft, call, now);
}

function close(draft: Draft, { id, state }: CallEntry, by: Actor | undefined, now: Instant): void {
  if (state === 'ringing') return;
  if (state !== 'ended') throw inProgress(id, 'closing its conversation');
  const isOwn = !by || by.role === 'agent';
  closeCall(draft, { id, at: now, ...(isOwn ? { cause: 'agent' } : { cause: 'supervisor', by: keptActor(by) }) });
}

function extend(draft: Draft, call: CallEntry, until: Instant): void {
  const { closesAt, acwExtensionSeconds = 0, extensionsLeft = 0 } = call;
  const end = typeof until === 'number' ? until : Infinity;
  if (closesAt === undefined || end <= closesAt) return;
  if (extensionsLeft <= 0 || !(end <= extensionEnd(draft, call.id)!)) {
    throw new PhoneError(
      'not-supported',
      `After Call Work cannot be extended to ${quote(until)}: ${extensionsLeft} extensions of ${acwExtensionSeconds} seconds are left. Close the conversation in time.`,
    );
  }
  replaceCall(draft, { ...call, closesAt: end, extensionsLeft: extensionsLeft - 1 });
}

function inProgress(callId: CallId, wish: string): PhoneError {
  return new PhoneError('call-in-progress', `The call ${quote(callId)} goes on. End it before ${wish}.`);
}
