import type { PhoneErrorCode } from '../../model/errors.js';
import type { commonErrors } from './error-words.js';

/** The English sentences of rare errors. They are loaded when one of them is first shown. */
export const rareErrors: Readonly<Record<Exclude<PhoneErrorCode, keyof typeof commonErrors>, string>> = {
  conflict: 'Someone else changed this at the same time. Try again.',
  closed: 'The connection was closed. Reload the page.',
  'invalid-name': 'This name cannot be used.',
  'invalid-emoji': 'Choose exactly one emoji.',
  'invalid-description': 'This description cannot be used.',
  'invalid-setting': 'This value is not allowed.',
  'duplicate-name': 'Another status already has this name.',
  'too-many-statuses': 'No more statuses can be added. Rename a disabled one.',
  'status-in-use': 'A setting uses this status.',
  'no-microphone': 'The microphone cannot be used. Check that it is connected and that this page may use it.',
  'call-over': 'The call is already over.',
};
