import type { StatusId } from '../../model/status.js';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import { formatMinutes } from '../format.js';
import type { Strings } from '../strings.js';
import { nameOf, whyOf } from './status-words.js';

interface Told {
  readonly view: AgentView;
  /** Chosen on this page: the user knows. */
  chosen?: StatusId | undefined;
  /** The instant since which the status whose allowance is used up was shown. */
  over?: number;
}

const toldBySession = new WeakMap<AgentSession, Told>();

/**
 * What a screen reader is to be told of a session's new view; empty for what needs no words. Several elements may show
 * one session: only the first that asks about a view gets an answer.
 */
export function newsOf(session: AgentSession, strings: Strings): string | undefined {
  const { view } = session;
  const told = toldBySession.get(session);
  if (!view || view === told?.view) return undefined;
  toldBySession.set(session, { ...told, view });
  if (!told) return undefined;
  const { status, next, by, cause } = view;
  const before = told.view;
  const parts: string[] = [];
  if (status.id !== before.status.id || cause !== before.cause || by?.id !== before.by?.id) {
    toldBySession.set(session, { ...told, view, chosen: undefined });
    if (status.id !== told.chosen) parts.push(nameOf(status, strings), whyOf(view, strings));
  } else if (next?.at === before.next?.at && next?.status.id === before.next?.status.id) {
    return undefined;
  }
  if (next && next.status.id !== before.next?.status.id) parts.push(strings.next(nameOf(next.status, strings)));
  return strings.sentence(parts.filter(Boolean));
}

/** Remembers that the user chose that status on this page. */
export function noteChosen(session: AgentSession, chosen: StatusId): void {
  const told = toldBySession.get(session);
  if (told) told.chosen = chosen;
}

/** What is to be said, once, of a status that lasts longer than its allowance. */
export function overNewsOf(session: AgentSession, strings: Strings): string | undefined {
  const told = toldBySession.get(session);
  if (!told || told.over === told.view.since) return undefined;
  told.over = told.view.since;
  const { status } = told.view;
  return strings.sentence([nameOf(status, strings), overWords(status.allowanceMinutes, strings)]);
}

/** That the allowance is used up. */
export function overWords(minutes: number, strings: Strings): string {
  return strings.overAllowance(formatMinutes(minutes * 60_000, strings.lang));
}
