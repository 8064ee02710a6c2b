import { PhoneError, quote, type PhoneErrorCode } from '../../model/errors.js';
import type { Problem } from '../status-protocol.js';

/** What a server may refuse with. That it was closed itself is its own affair: for its clients it cannot be reached. */
const codes: readonly PhoneErrorCode[] = [
  'conflict',
  'denied',
  'outdated',
  'invalid-status',
  'invalid-name',
  'invalid-emoji',
  'invalid-description',
  'invalid-number',
  'invalid-setting',
  'duplicate-name',
  'too-many-statuses',
  'status-in-use',
  'call-in-progress',
  'not-taking-calls',
  'not-supported',
  'damaged-data',
  'missing-agent',
  'newer-version',
];

const byStatus: Readonly<Record<number, PhoneErrorCode>> = {
  400: 'not-supported',
  401: 'denied',
  403: 'denied',
  412: 'conflict',
  413: 'not-supported',
  422: 'not-supported',
};

/** The error that an answer stands for. A conflict carries the present entry, and damage the document, as they were sent. */
export function refusal(response: Response, problem: Partial<Problem>): PhoneError {
  const { status } = response;
  const { detail, present, revision, document } = problem;
  const code = codes.find((known) => known === problem.code) ?? byStatus[status] ?? 'unavailable';
  // Of one that does not come from the status server nothing is known: reading tells how things stand.
  if (code === 'conflict' && present === undefined) return unavailable(`a conflict (${status}) without an entry`);
  if (code === 'unavailable') return unavailable(answerOf(response, detail));
  const message = typeof detail === 'string' ? detail : `the server refuses this (${status}).`;
  return new PhoneError(code, `http store: ${status === 401 ? 'the token is not accepted. Sign in again.' : message}`, {
    ...(code === 'conflict' && { data: { present } }),
    ...(code === 'damaged-data' && { data: { revision, document } }),
  });
}

/** No server was reached, or none that speaks the protocol. */
export function unavailable(cause: unknown): PhoneError {
  const what = cause instanceof Error ? cause.message : cause;
  return new PhoneError('unavailable', `http store: the server cannot be reached (${what}). Try again later.`, {
    cause,
  });
}

function answerOf({ status, headers }: Response, detail: unknown): string {
  const wait = headers.get('retry-after');
  const what = status ? `status ${status}` : 'a redirect, perhaps to sign in';
  return what + (typeof detail === 'string' ? `: ${detail}` : '') + (wait ? `, retry after ${quote(wait)}` : '');
}
