import type { CallId, Instant } from '../../model/agent.js';
import type { StatusId } from '../../model/status.js';
import type { AgentView, Conversation } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { formatMinutes, formatSpan } from '../text/format.js';
import { callerOf, nameOf, nextText, whyOf } from '../phone-status-select/labels.js';
import type { Strings } from '../text/strings.js';
import { announce } from './announcer.js';

/** A save that takes longer, in milliseconds, is late: its end is told. */
const LATE_MS = 500;

/** What was known of a session when it was last looked at. */
interface Told {
  view?: AgentView | undefined;
  isCutOff: boolean;
  muted: readonly CallId[];
  /** When the choice was made that stood. */
  choiceAt?: Instant | undefined;
  /** What waits for the store. */
  wish?: { readonly text: string; readonly since: Instant; isLate: boolean } | undefined;
  /** Chosen on this page: the user knows. */
  chosen?: StatusId | undefined;
  /** The instant since which the status whose allowance is used up was shown. */
  over?: number;
}

const toldBySession = new WeakMap<AgentSession, Told>();

/** Tells screen readers what has happened to a session since it was last told: each change once, whoever asks. */
export function tellNews(session: AgentSession, strings: Strings): void {
  const told = toldBySession.get(session);
  const now = {
    view: session.view,
    isCutOff: isCutOff(session, told),
    muted: mutedOf(session),
    choiceAt: session.record?.choice?.at,
  };
  toldBySession.set(session, { ...told, ...now });
  if (!told) return;
  const say = (...parts: readonly string[]): void => announce(session, strings.sentence(parts.filter(Boolean)));
  if (now.isCutOff !== told.isCutOff) say(now.isCutOff ? strings.unreachable : strings.reconnected);
  const stood = now.choiceAt === told.choiceAt;
  if (now.view && told.view && now.view !== told.view) compare(told.view, now.view, { session, strings, say, stood });
  for (const id of now.muted) if (!told.muted.includes(id)) say(strings.muted);
  for (const { id } of now.view?.conversations ?? []) {
    if (told.muted.includes(id) && !now.muted.includes(id)) say(strings.unmuted);
  }
  tellSaved(session, strings, say);
}

/** Remembers that the user chose that status on this page. During a conversation it waits: that it comes into force is news. */
export function noteChosen(session: AgentSession, chosen: StatusId): void {
  const told = toldBySession.get(session);
  if (told) told.chosen = hasConversation(session.view) ? undefined : chosen;
}

/** Says, once, that the status lasts longer than its allowance. */
export function tellOver(session: AgentSession, strings: Strings): void {
  const told = toldBySession.get(session);
  if (!told?.view || told.over === told.view.since) return;
  told.over = told.view.since;
  const { status } = told.view;
  const name = nameOf(status, strings, session.account);
  announce(session, strings.sentence([name, overWords(status.allowanceMinutes, strings)]));
}

/** That the allowance is used up. */
export function overWords(minutes: number, strings: Strings): string {
  return strings.overAllowance(formatMinutes(minutes * 60_000, strings.lang));
}

interface Telling {
  readonly session: AgentSession;
  readonly strings: Strings;
  /** The choice is the one that stood before. */
  readonly stood: boolean;
  say(...parts: readonly string[]): void;
}

function compare(before: AgentView, view: AgentView, { session, strings, say, stood }: Telling): void {
  const { status, cause, by, next } = view;
  const told = toldBySession.get(session) as Told;
  const isChanged = status.id !== before.status.id || cause !== before.cause || by?.id !== before.by?.id;
  if (isChanged) {
    // Why the choice was made was told when it was; whoever was here all the time did not sign in now.
    const isOld = cause === session.record?.choice?.cause && (stood || (cause === 'sign-in' && before.present));
    const why = isOld ? '' : whyOf(view, strings);
    if (status.id !== told.chosen) say(nameOf(status, strings, session.account), why);
    told.chosen = undefined;
  }
  if (next && keyOf(next) !== keyOf(before.next)) say(nextText(next, strings, session.account));
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
  { session, strings, say }: Omit<Telling, 'stood'>,
): void {
  const { closesAt, extensionsLeft = 0 } = now;
  if (now.state === 'held' && before.state === 'live') say(strings.onHold, callerOf(now, strings));
  if (now.state === 'live' && before.state === 'held') say(strings.resumed, callerOf(now, strings));
  if (closesAt !== undefined && extensionsLeft < (before.extensionsLeft ?? 0)) {
    const left = closesAt - session.store.now();
    say(strings.extended, strings.closesIn(formatSpan(left, strings.lang)));
  }
}

/** A save that has taken long, or had to wait for the connection, is told when it is done. */
function tellSaved(session: AgentSession, strings: Strings, say: Telling['say']): void {
  const told = toldBySession.get(session) as Told;
  const { wish } = told;
  const text = told.view ? wishIn(told.view, session, strings) : '';
  const now = session.store.now();
  if (session.saving) {
    told.wish = { text, since: wish?.since ?? now, isLate: wish?.isLate || told.isCutOff };
  } else {
    told.wish = undefined;
    if (wish?.text === text && (wish.isLate || now - wish.since > LATE_MS)) say(text, strings.saved);
  }
}

/** What the agent wants as it is shown. */
function wishIn({ status, next }: AgentView, session: AgentSession, strings: Strings): string {
  return nameOf(next?.status ?? status, strings, session.account);
}

function hasConversation(view: AgentView | undefined): boolean {
  return view?.conversations.some(({ state }) => state !== 'ringing') === true;
}

/** Until it is back for good. */
function isCutOff({ connection: { state } }: AgentSession, told: Told | undefined): boolean {
  return state === 'offline' || (state !== 'online' && told?.isCutOff === true);
}

function mutedOf(session: AgentSession): readonly CallId[] {
  const { conversations = [] } = session.view ?? {};
  return conversations.map(({ id }) => id).filter((id) => session.isMuted(id));
}

function keyOf(next: AgentView['next']): string {
  return JSON.stringify(next && [next.status.id, next.by.id, next.forwardTo]);
}
