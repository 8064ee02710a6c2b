import type { CallId, Instant } from '../../model/agent.js';
import type { StatusId } from '../../model/status.js';
import type { AgentView, Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { formatSpan } from '../text/format.js';
import { callerOf, nameOf, nextKey, nextText, overAllowanceText, whyOf } from '../phone-status-select/labels.js';
import type { Strings } from '../text/strings.js';
import { announce } from './announcer.js';

/** A save that takes longer than this, in milliseconds, is announced when it is done. */
const LATE_MS = 500;

/** The state of a session when its changes were last announced. */
interface Announced {
  view?: AgentView | undefined;
  isCutOff: boolean;
  muted: readonly CallId[];
  /** When the choice in force was made. */
  choiceAt?: Instant | undefined;
  /** The choice that waits for the store. */
  wish?: { readonly text: string; readonly since: Instant; isLate: boolean } | undefined;
  /** The status that the user chose on this page, and needs not hear. */
  chosen?: StatusId | undefined;
  /** `since` of the status whose used-up allowance was announced. */
  over?: number;
}

const announcedBySession = new WeakMap<AgentSession, Announced>();

/** Announces to screen readers what has changed in a session since the last call: each change once per page, whichever element calls. */
export function announceChanges(session: AgentSession, strings: Strings): void {
  const known = announcedBySession.get(session);
  const now = {
    view: session.view,
    isCutOff: isCutOff(session, known),
    muted: mutedOf(session),
    choiceAt: session.record?.choice?.at,
  };
  announcedBySession.set(session, { ...known, ...now });
  if (!known) return;
  const say = (...parts: readonly string[]): void => announce(session, strings.sentence(parts.filter(Boolean)));
  if (now.isCutOff !== known.isCutOff) say(now.isCutOff ? strings.unreachable : strings.reconnected);
  const isSameChoice = now.choiceAt === known.choiceAt;
  if (now.view && known.view && now.view !== known.view)
    compare(known.view, now.view, { session, strings, say, isSameChoice });
  for (const id of now.muted) if (!known.muted.includes(id)) say(strings.muted);
  for (const { id } of now.view?.conversations ?? []) {
    if (known.muted.includes(id) && !now.muted.includes(id)) say(strings.unmuted);
  }
  announceSaved(session, strings, say);
}

/** Remembers that the user chose a status on this page, so that it is not announced. During a conversation it waits, and is announced when it comes into force. */
export function rememberChoice(session: AgentSession, chosen: StatusId): void {
  const known = announcedBySession.get(session);
  if (known) known.chosen = hasConversation(session.view) ? undefined : chosen;
}

/** Announces, once, that the status lasts longer than its allowance. */
export function announceOverAllowance(session: AgentSession, strings: Strings): void {
  const known = announcedBySession.get(session);
  if (!known?.view || known.over === known.view.since) return;
  known.over = known.view.since;
  const { status } = known.view;
  const name = nameOf(status, strings, session.account);
  announce(session, strings.sentence([name, overAllowanceText(status.allowanceMinutes, strings)]));
}

interface Comparison {
  readonly session: AgentSession;
  readonly strings: Strings;
  /** Whether the choice is the same as before. */
  readonly isSameChoice: boolean;
  say(...parts: readonly string[]): void;
}

function compare(before: AgentView, view: AgentView, { session, strings, say, isSameChoice }: Comparison): void {
  const { status, cause, by, next } = view;
  const known = announcedBySession.get(session) as Announced;
  const isChanged = status.id !== before.status.id || cause !== before.cause || by?.id !== before.by?.id;
  if (isChanged) {
    // The reason for a choice is announced once, when it is made; an agent who was present did not just sign in.
    const isOld = cause === session.record?.choice?.cause && (isSameChoice || (cause === 'sign-in' && before.present));
    const why = isOld ? '' : whyOf(view, strings);
    if (status.id !== known.chosen) say(nameOf(status, strings, session.account), why);
    known.chosen = undefined;
  }
  if (next && nextKey(next) !== nextKey(before.next)) say(nextText(next, strings, session.account));
  else if (!next && before.next && hasConversation(view)) {
    const { withdrawn, wishAt } = session.record ?? {};
    const other = withdrawn?.at === wishAt ? withdrawn?.by : undefined;
    say(other ? strings.withdrawnBy(other.name ?? other.id) : strings.withdrawn);
  }
  for (const one of view.conversations) {
    const earlier = before.conversations.find(({ id }) => id === one.id);
    if (earlier) compareCalls(earlier, one, { session, strings, say });
  }
}

function compareCalls(
  before: Conversation,
  now: Conversation,
  { session, strings, say }: Omit<Comparison, 'isSameChoice'>,
): void {
  const { closesAt, extensionsLeft = 0 } = now;
  if (now.state === 'held' && before.state === 'live') say(strings.onHold, callerOf(now, strings));
  if (now.state === 'live' && before.state === 'held') say(strings.resumed, callerOf(now, strings));
  if (closesAt !== undefined && extensionsLeft < (before.extensionsLeft ?? 0)) {
    const left = closesAt - session.store.now();
    say(strings.extended, strings.closesIn(formatSpan(left, strings.lang)));
  }
}

/** Announces the end of a save that took long, or had to wait for the connection. */
function announceSaved(session: AgentSession, strings: Strings, say: Comparison['say']): void {
  const known = announcedBySession.get(session) as Announced;
  const { wish } = known;
  const text = known.view ? wishIn(known.view, session, strings) : '';
  const now = session.store.now();
  if (session.saving) {
    known.wish = { text, since: wish?.since ?? now, isLate: wish?.isLate || known.isCutOff };
  } else {
    known.wish = undefined;
    if (wish?.text === text && (wish.isLate || now - wish.since > LATE_MS)) say(text, strings.saved);
  }
}

/** The name of the status that the agent wants. */
function wishIn({ status, next }: AgentView, session: AgentSession, strings: Strings): string {
  return nameOf(next?.status ?? status, strings, session.account);
}

function hasConversation(view: AgentView | undefined): boolean {
  return view?.conversations.some(({ state }) => state !== 'ringing') === true;
}

/** Stays true until the connection is back: `connecting` alone does not end it. */
function isCutOff({ connection: { state } }: AgentSession, known: Announced | undefined): boolean {
  return state === 'offline' || (state !== 'online' && known?.isCutOff === true);
}

function mutedOf(session: AgentSession): readonly CallId[] {
  const { conversations = [] } = session.view ?? {};
  return conversations.map(({ id }) => id).filter((id) => session.isMuted(id));
}
