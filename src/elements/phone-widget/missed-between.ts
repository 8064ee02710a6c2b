import type { AgentView, Conversation } from '../../model/view.js';

/** What is compared of a session. */
export interface MissedFacts {
  readonly view: AgentView | undefined;
  /** How many calls in a row the agent has missed. */
  readonly count: number;
}

/**
 * The inbound calls that stopped ringing because nobody answered. One that was declined, cancelled or answered elsewhere
 * leaves the count as it is.
 */
export function missedBetween(before: MissedFacts, now: MissedFacts): readonly Conversation[] {
  if (!before.view || !now.view) return [];
  const { conversations, cause } = now.view;
  // The rule of missed calls sets the count back to zero.
  const isRuled = cause === 'missed-calls' && before.view.cause !== 'missed-calls';
  if (now.count <= before.count && !isRuled) return [];
  return before.view.conversations.filter(
    ({ id, state, direction }) =>
      state === 'ringing' && direction === 'inbound' && !conversations.some((one) => one.id === id),
  );
}
