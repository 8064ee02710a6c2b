import type { CloseCause, Closing } from '../../model/agent.js';
import type { Control } from '../../calls/call-source.js';
import { isPhoneError } from '../../model/errors.js';
import type { Conversation } from '../../model/view.js';
import { partyOf } from '../phone-status-select/labels.js';
import { messageOf } from '../text/error-words.js';
import { errorText, type Strings } from '../text/strings.js';

/** What a panel does that takes a while: the controls of the call, and its own buttons. */
export type PanelAction = Control | 'callOver' | 'close' | 'extend';

/** What the texts of a panel are made from. */
export interface PanelFacts {
  readonly conversation: Conversation;
  /** How it was closed, while the agent is still writing. */
  readonly closing: Closing | undefined;
  readonly isMuted: boolean;
  readonly strings: Strings;
}

/** The name of a panel: the state of the conversation, and the caller. */
export function panelLabel(facts: PanelFacts): string {
  return facts.strings.sentence([closedText(facts) ?? stateText(facts), callerText(facts)]);
}

/** What closed the conversation; undefined while it is open. */
export function closedText({ closing, strings }: PanelFacts): string | undefined {
  const { cause, by } = closing ?? {};
  if (!cause) return undefined;
  if (cause === 'supervisor') return strings.closedBySupervisor(by?.name ?? by?.id ?? '').trim();
  const texts: Partial<Record<CloseCause, string>> = {
    limit: strings.closedByLimit,
    absence: strings.closedByAbsence,
    unanswered: strings.closedUnanswered,
  };
  return texts[cause] ?? strings.closedElsewhere;
}

/** The state of the call. */
export function stateText({ conversation: { state }, isMuted, strings }: PanelFacts): string {
  if (state === 'ringing') return strings.incoming;
  if (state === 'ended') return strings.callEnded;
  const text = state === 'held' ? strings.onHold : strings.talking;
  return isMuted ? strings.sentence([text, strings.muted]) : text;
}

/** Who is at the other end. */
export function callerText({ conversation, strings }: PanelFacts): string {
  const { name, number } = partyOf(conversation);
  return name ?? number ?? strings.unknownCaller;
}

/** What was refused, and why. Where the page itself prevents a closing, its own message says why. */
export function refusalText(action: PanelAction, error: unknown, strings: Strings): string {
  if (action === 'close' && !isPhoneError(error)) return messageOf(error);
  // The message of a call source is for developers.
  const isControl = action !== 'extend' && action !== 'close' && action !== 'callOver';
  const isOfSource = isControl && isPhoneError(error, 'unavailable');
  const why = isOfSource ? (strings.errors['call-failed'] ?? strings.unknownError) : errorText(error, strings);
  return why && strings.failed(strings[action === 'sendDigits' ? 'keypad' : action], why);
}
