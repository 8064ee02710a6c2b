import { PhoneError, quote, type PhoneErrorCode } from '../../model/errors.js';
import type { Problem } from '../status-protocol.js';

/** What a server may refuse with. That its own store was closed is its own affair: for its clients it cannot be reached. */
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

/** What a refusal means that does not come from the status server. */
const byStatus: Readonly<Record<number, PhoneErrorCode>> = {
  400: 'not-supported',
  401: 'denied',
  403: 'denied',
  413: 'not-supported',
  422: 'not-supported',
};

/** So much of what the server says goes into a message. */
const DETAIL_LENGTH = 200;

/** The error that an answer stands for. A conflict carries the present entry, and damage the document, as they were sent. */
export function refusal({ status, headers }: Response, problem: Partial<Problem>): PhoneError {
  const { detail, present, revision, document } = problem;
  const code = codes.find((known) => known === problem.code) ?? byStatus[status];
  const why = detail ? `: ${String(detail).slice(0, DETAIL_LENGTH)}` : '';
  const wait = headers.get('retry-after');
  const what = `status ${status || 'of a redirect'}${why}${wait ? `, retry after ${quote(wait)}` : ''}`;
  // A conflict that does not come from the status server says nothing of the entry.
  if (!code || (code === 'conflict' && present === undefined)) return unavailable(what);
  const advice = status === 401 ? ' Sign in again.' : '';
  const data = code === 'conflict' ? { present } : code === 'damaged-data' ? { revision, document } : undefined;
  return new PhoneError(code, `http store: the server refuses this (${what}).${advice}`, { data });
}

/** No server was reached, or none that speaks the protocol. */
export function unavailable(cause: unknown): PhoneError {
  return new PhoneError('unavailable', `http store: the server cannot be reached (${cause}). Try again later.`, {
    cause,
  });
}
