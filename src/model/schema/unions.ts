/** Who can do something. */
export const ROLES = ['agent', 'supervisor', 'admin', 'telephony', 'router', 'system'] as const;

export const DIRECTIONS = ['inbound', 'outbound'] as const;

/** The outcomes of a call that nobody answered. */
export const UNANSWERED = ['missed', 'declined', 'cancelled', 'failed'] as const;

/** How a call can end. */
export const OUTCOMES = ['answered', ...UNANSWERED, 'answered-elsewhere'] as const;

/** The states of a call that goes on, as its source lists it. */
export const ONGOING = ['ringing', 'live', 'held'] as const;

export const CALL_STATES = [...ONGOING, 'ended'] as const;

/** Why a conversation is closed: by the agent or a supervisor, by a limit, or because nobody was there or nobody answered. */
export const CLOSE_CAUSES = ['agent', 'supervisor', 'limit', 'absence', 'unanswered'] as const;

/** Why a status is chosen. */
export const CHOICE_CAUSES = ['agent', 'supervisor', 'sign-in', 'missed-calls'] as const;

/** All that an agent can do to a call. */
export const CONTROLS = [
  'dial',
  'answer',
  'decline',
  'hangUp',
  'hold',
  'resume',
  'mute',
  'unmute',
  'sendDigits',
  'transfer',
] as const;
