import type { Account } from './account.js';
import type { Actor, AgentEvent, AgentRecord, CallId, Instant } from './agent.js';
import { callIdOf, recordCallFact } from './call-facts.js';
import { choose, withdraw } from './choice.js';
import { accountOf, recordOf } from './codec.js';
import { closeCall, extensionEnd, findCall, replaceCall, stopRinging } from './conversation.js';
import { dropPages, elapse, instantAfter, loseCall, reshow, settle } from './elapse.js';
import { PhoneError, quote } from './errors.js';
import { fitRecord } from './fit.js';
import { isLive, keptActor, leaseOf, leavePage, selfOf, signIn, type Instants } from './presence.js';
import { trusted } from './trusted.js';

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
  const after = applyEvent(rules, before, event, { at, now: instant });
  if (after === before) return record;
  const fitted = fitRecord(elapse(rules, reshow(rules, after, at), instant), instant);
  const next: { at: Instant } & AgentRecord = reshow(rules, fitted, instant);
  // It was made here, and nobody has seen it yet: another copy would cost as much as the event itself.
  next.at = instant;
  return at < instant && isSame(before, next) ? record : trusted(next);
}

/** Whether a late event has come to nothing: what it did was over again by now. */
function isSame(before: AgentRecord, next: AgentRecord): boolean {
  return JSON.stringify({ ...before, at: next.at }) === JSON.stringify(next);
}

/**
 * The instant of an event as far as it is believed: never ahead; a call fact not before the last one of that call, all else
 * not before five minutes ago.
 */
function instantOf(record: AgentRecord, event: AgentEvent, now: Instant): Instant {
  const at = carriesInstant(event) && Number.isFinite(event.at) && event.at! <= now ? event.at! : now;
  const callId = callIdOf(event);
  const least = callId === undefined ? now - BELIEVED_MS : findCall(record, callId)?.reportedAt;
  return least !== undefined && at < least ? least : at;
}

function applyEvent(account: Account, record: AgentRecord, event: AgentEvent, { at, now }: Instants): AgentRecord {
  switch (event.type) {
    case 'sign-in':
    case 'renew':
    case 'leave':
    case 'page-died':
      return isName(event.page) ? recordPage(account, record, event, { at, now }) : record;
    case 'sign-out':
      return signOut(account, record, { by: event.by, force: event.force === true, now });
    case 'choose':
      return choose(account, record, event, { at, now });
    case 'withdraw':
      return withdraw(record, at);
    case 'close':
      return close(record, event.callId, event.by, now);
    case 'extend':
      return extend(record, event.callId, event.until);
    default:
      return recordCallFact(account, record, event, { at, now });
  }
}

type PageEvent = Extract<AgentEvent, { readonly type: 'sign-in' | 'renew' | 'leave' | 'page-died' }>;

function recordPage(
  account: Account,
  record: AgentRecord,
  { type, page }: PageEvent,
  { at, now }: Instants,
): AgentRecord {
  if (type === 'leave') return leavePage(record, page, at);
  if (type === 'page-died')
    return leaseOf(record, page) === undefined ? record : dropPages(account, record, [page], now);
  return type === 'renew' && record.signOut ? record : signIn(account, record, page, { at: now, now });
}

/** Whether a page's or a call's name can be one. */
function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '';
}

/** Whether the event is of a kind that tells when it happened. */
function carriesInstant(event: AgentEvent): event is AgentEvent & { readonly at?: Instant } {
  return 'at' in event && typeof event.type === 'string' && /^(call-.*|choose|withdraw|leave)$/.test(event.type);
}

interface SignOut {
  readonly by: Actor | undefined;
  readonly force: boolean;
  readonly now: Instant;
}

function signOut(account: Account, record: AgentRecord, { by, force, now }: SignOut): AgentRecord {
  const live = record.calls.find(isLive);
  if (live && !force) throw inProgress(live.id, 'signing out');
  const pages = Object.keys(record.leases);
  const isOut = record.signOut && !record.next && record.missedCalls === 0 && pages.length === 0;
  if (isOut && record.calls.every(({ state }) => state === 'ended')) return record;
  const signedOut: AgentRecord = {
    ...record,
    signedIn: false,
    absentTooLong: false,
    signOut: record.signOut ?? { at: now, by: by ? keptActor(by) : selfOf(record) },
    next: null,
    missedCalls: 0,
    wishAt: Math.max(now, record.wishAt),
    absenceLimitMinutes: record.absenceLimitMinutes ?? account.settings.absenceLimitMinutes,
  };
  let next = dropPages(account, signedOut, pages, now);
  for (const { id } of record.calls) {
    const call = findCall(next, id);
    if (call?.state === 'ringing') next = stopRinging(next, id);
    else if (call && isLive(call)) next = loseCall(account, next, call, now);
  }
  return next;
}

function close(record: AgentRecord, callId: CallId, by: Actor | undefined, now: Instant): AgentRecord {
  const call = isName(callId) ? findCall(record, callId) : undefined;
  if (!call || call.state === 'ringing') return record;
  if (call.state !== 'ended') throw inProgress(callId, 'closing its conversation');
  return closeCall(record, call.id, by && by.role !== 'agent' ? 'supervisor' : 'agent', now);
}

function extend(record: AgentRecord, callId: CallId, until: Instant): AgentRecord {
  const call = isName(callId) ? findCall(record, callId) : undefined;
  if (call?.closesAt === undefined || until <= call.closesAt) return record;
  const left = call.extensionsLeft ?? 0;
  if (left <= 0)
    throw new PhoneError('not-supported', 'No extension of After Call Work is left. Close the conversation in time.');
  if (!(until <= extensionEnd(record, callId)!)) {
    throw new PhoneError(
      'not-supported',
      `After Call Work cannot be extended to ${quote(until)}. Ask for at most ${call.acwExtensionSeconds} seconds more.`,
    );
  }
  return replaceCall(record, { ...call, closesAt: until, extensionsLeft: left - 1 });
}

function inProgress(callId: CallId, wish: string): PhoneError {
  return new PhoneError('call-in-progress', `The call ${quote(callId)} goes on. End it before ${wish}.`);
}
