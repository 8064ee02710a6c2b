import { isPhoneError, PHONE_ERROR_CODES, type PhoneErrorCode } from '../../model/errors.js';

/** The English sentences that need no loading: what an agent may well meet. */
export const commonErrors = {
  unavailable: 'Something could not be reached. Try again.',
  outdated: 'Somebody made a newer choice meanwhile.',
  'call-in-progress': 'Not possible while a call goes on.',
  'invalid-number': 'This cannot be dialled. Write digits, with + before a country code.',
  'not-taking-calls': 'You cannot call in this status.',
  'missing-agent': 'No agent has this id.',
  'call-failed': 'The phone did not do it. Try again.',
  denied: 'You are not allowed to do this.',
  'invalid-status': 'This status cannot be chosen any more.',
  'not-supported': 'This is not possible here.',
  'damaged-data': 'Data was damaged and left out. If it was your status, choose it again.',
  'newer-version': 'This page is older than the data. Reload it to go on.',
} as const satisfies Partial<Record<PhoneErrorCode, string>>;

/** What is said of anything else, and of an error that is met rarely until its sentence is loaded. */
export const unknownError = 'That did not work. Try again.';

const anyError = Object.fromEntries(PHONE_ERROR_CODES.map((code) => [code, unknownError]));

/** The English sentences of all errors. */
export const englishErrors = { ...anyError, ...commonErrors } as Readonly<Record<PhoneErrorCode, string>>;

/** Whether a number was refused because it has an extension. */
export function hasExtension(error: unknown): boolean {
  return (
    isPhoneError(error, 'invalid-number') && (error.data as { reason?: string } | undefined)?.reason === 'extension'
  );
}

/** The error's own message, as a developer reads it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace('[phone-widget] ', '') : String(error);
}
