import type { Account } from './account.js';
import {
  draftOf,
  haveSameFacts,
  isName,
  type Actor,
  type AgentEvent,
  type AgentRecord,
  type CallEntry,
  type CallId,
  type Draft,
  type Instant,
  type PageNote,
} from './agent.js';
import { callIdOf, recordCallFact } from './call-facts.js';
import { choose, withdraw } from './choice.js';
import { accountOf, recordOf } from './codec.js';
import { closeCall, extensionEnd, findCall, replaceCall } from './conversation.js';
import { dropPages, elapse, instantAfter, loseCall, recordAt, updateShown, advanceTo } from './elapse.js';
import { PhoneError, quote } from './errors.js';
import { fitRecord } from './record-size.js';
import { beforeTime, heldLease, keepPast, notePage } from './past.js';
import { isLive, sanitizedActor, LEASE_MS, leaseOf, leavePage, selfOf, signIn, type Instants } from './presence.js';
import { CheckedBrand } from './checked-brand.js';

/** A choice, a withdrawal or a departure counts as at most this old, in milliseconds. */
const BELIEVED_MS = 300_000;

/**
 * Returns the record after the event, or the same object if the event changes nothing. The result also contains what time
 * has changed by `now`. A `now` before the record's last instant counts as that instant. Facts never throw, and neither do
 * repeated, late or meaningless events.
 *
 * Throws `PhoneError`: `invalid-status` (unknown or disabled), `invalid-number` (Forward to Phone), `outdated` (a wish older
 * than the stored one), `call-in-progress` (closing or signing out on a live call), `not-supported` (an extension beyond the
 * bound, or when none is left).
 */
export function recordEvent(account: Account, record: AgentRecord, event: AgentEvent, clock: Instant): AgentRecord {
  if (typeof event !== 'object' || event === null) return record;
  const rules = accountOf(account);
  const written = recordOf(record);
  const now = instantAfter(written, clock);
  const known = recordAt(written, now);
  const at = instantOf(known, event, now);
  if (at < now && isDated(event)) return recordLate(rules, known, event, { at, now }) ?? record;
  const before = advanceTo(rules, known, now);
  const draft = draftOf(before);
  applyEvent(rules, draft, event, { at, now });
  if (haveSameFacts(draft, before) && !isNews(event, known, { draft, at })) return record;
  updateShown(rules, draft, at);
  elapse(rules, draft, now);
  draft.at = now;
  if (isOfPage(event, known)) notePage(draft, known, noteOf(rules, event, at), before !== known);
  fitRecord(rules, draft, now);
  return new CheckedBrand(draft);
}

/** Applies a late event at its own instant, then replays what came after it. Returns undefined if it changes nothing. */
function recordLate(
  account: Account,
  known: AgentRecord,
  event: AgentEvent,
  { at, now }: Instants,
): AgentRecord | undefined {
  const { draft, pages } = beforeTime(known);
  // If a page leaves at the same instant, it leaves after the event.
  const isLater = (note: PageNote): boolean => note.at > at || (note.at === at && note.type !== 'renew');
  const later = pages.filter(isLater);
  passPages(
    account,
    draft,
    pages.filter((note) => !isLater(note)),
    at,
  );
  const before = draftOf(draft);
  // A wish older than the stored one stays outdated, whatever is replayed.
  if (event.type === 'choose' || event.type === 'withdraw') draft.wishAt = before.wishAt = known.wishAt;
  applyEvent(account, draft, event, { at, now });
  if (haveSameFacts(draft, before)) return undefined;
  updateShown(account, draft, at);
  const present = draftOf(draft);
  passPages(account, present, later, now);
  present.at = now;
  keepPast(present, draft, later);
  fitRecord(account, present, now);
  return new CheckedBrand(present);
}

/** Lets time pass until that instant, while pages come and go. */
function passPages(account: Account, draft: Draft, pages: readonly PageNote[], until: Instant): void {
  for (const note of pages) {
    const { page, at } = note;
    elapse(account, draft, at);
    if (note.type === 'renew') {
      const then = { ...account, settings: { ...account.settings, ...note.settings } };
      signIn(then, draft, page, { at, now: note.until - LEASE_MS });
    } else if (note.type === 'leave') draft.leases = leavePage(draft, page, at, at);
    else dropPages(account, draft, heldBy(draft, page), at);
    updateShown(account, draft, at);
  }
  elapse(account, draft, until);
}

/**
 * The instant of an event, within bounds: never in the future. A call fact is not before the last one of its call; any
 * other event is not more than five minutes back.
 */
function instantOf(record: AgentRecord, event: AgentEvent, now: Instant): Instant {
  const told = 'at' in event && (isDated(event) || event.type === 'leave') ? event.at : now;
  const at = Number.isFinite(told) && told! <= now ? told! : now;
  if (at === now) return now;
  const callId = callIdOf(event);
  if (callId === undefined) return Math.max(at, now - BELIEVED_MS);
  // Time may have ended the call in between; a late fact takes that back.
  const call = findCall(record, callId) ?? findCall(beforeTime(record).draft, callId);
  return Math.max(at, call?.reportedAt ?? at);
}

/** Whether the page that goes may have had a longer lease, which a late fact may still show. */
function isNews(event: AgentEvent, known: AgentRecord, { draft, at }: { draft: Draft; at: Instant }): boolean {
  const isGone = event.type === 'leave' || event.type === 'page-died';
  return isGone && (leaseOf(draft, event.page) ?? 0) <= at + LEASE_MS && heldLease(known, event.page);
}

/** Whether the event counts at its own instant, however late it arrives. */
function isDated({ type }: AgentEvent): boolean {
  return type === 'choose' || type === 'withdraw' || (typeof type === 'string' && type.startsWith('call-'));
}

/** Whether a page does this by itself. A sign-in after a sign-out is a person's wish. */
function isOfPage(event: AgentEvent, { signOut }: AgentRecord): event is PageEvent {
  const { type } = event;
  return type === 'renew' || type === 'leave' || type === 'page-died' || (type === 'sign-in' && !signOut);
}

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
      return withdraw(draft, event.by, instants.at);
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

function noteOf({ settings }: Account, { type, page }: PageEvent, at: Instant): PageNote {
  if (type === 'leave' || type === 'page-died') return { type, page, at };
  const { signInStatus, absenceLimitMinutes } = settings;
  return { type: 'renew', page, at, until: at + LEASE_MS, settings: { signInStatus, absenceLimitMinutes } };
}

/** The page, if it has a lease. A page whose lease had run out was gone before. */
function heldBy(draft: Draft, page: string): readonly string[] {
  return leaseOf(draft, page) === undefined ? [] : [page];
}

function recordPage(account: Account, draft: Draft, { type, page }: PageEvent, { at, now }: Instants): void {
  if (type === 'leave') draft.leases = leavePage(draft, page, at, now);
  else if (type === 'page-died') dropPages(account, draft, heldBy(draft, page), now);
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
  draft.signOut ??= { at: now, by: by ? sanitizedActor(by) : selfOf(draft) };
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
  closeCall(draft, { id, at: now, ...(isOwn ? { cause: 'agent' } : { cause: 'supervisor', by: sanitizedActor(by) }) });
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
  return new PhoneError('call-in-progress', `The call ${quote(callId)} is still in progress. End it before ${wish}.`);
}
