import { isPhoneError, PHONE_ERROR_CODES, type PhoneErrorCode } from '../../model/errors.js';

/** The English sentences of errors that agents are likely to meet. They need no loading. */
export const commonErrors = {
  unavailable: 'The service is unavailable. Try again.',
  outdated: 'Someone has made a newer choice.',
  'call-in-progress': 'Not possible during a call.',
  'invalid-number': 'This number is not valid. Use digits, with + before a country code.',
  'not-taking-calls': 'You cannot call in this status.',
  'missing-agent': 'Agent not found.',
  'call-failed': 'The phone could not do that. Try again.',
  denied: 'You are not allowed to do this.',
  'invalid-status': 'You can no longer choose this status.',
  'not-supported': 'This is not possible here.',
  'damaged-data': 'Some data was damaged and ignored. If your status is wrong, change it.',
  'newer-version': 'This page is out of date. Reload it to continue.',
} as const satisfies Partial<Record<PhoneErrorCode, string>>;

/** The sentence for any other error, and for a rare one until its own is loaded. */
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
