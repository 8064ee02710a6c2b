import type { PhoneErrorCode } from '../../model/errors.js';
import type { commonErrors } from './error-words.js';

/** The English sentences of errors that few agents ever meet: loaded when one of them is first shown. */
export const rareErrors: Readonly<Record<Exclude<PhoneErrorCode, keyof typeof commonErrors>, string>> = {
  conflict: 'Somebody else changed it at the same moment. Try again.',
  closed: 'The connection was closed. Reload the page.',
  'invalid-name': 'This name cannot be used.',
  'invalid-emoji': 'Choose exactly one emoji.',
  'invalid-description': 'This description cannot be used.',
  'invalid-setting': 'This value is not possible.',
  'duplicate-name': 'Another status has this name already.',
  'too-many-statuses': 'There is no room for another status. Rename one that is disabled.',
  'status-in-use': 'A setting names this status.',
  'no-microphone': 'The microphone cannot be used. Check that one is connected, and that this page may use it.',
  'call-over': 'The call is over already.',
};
