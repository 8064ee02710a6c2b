import { PHONE_ERROR_CODES, PhoneError, quote } from '../../model/errors.js';
import { CLOCK_HEADER, codeOfStatus, type Problem } from '../status-protocol.js';

/** At most this much of the server's explanation goes into a message, in characters. */
const DETAIL_LENGTH = 200;

/** Whether the status server answered, and not something in between. */
export function isOurs({ headers }: Response): boolean {
  return headers.has(CLOCK_HEADER);
}

/** Whether the answer is the status server's word: a problem document, or one with its header. */
export function isVerdict(response: Response): boolean {
  return isOurs(response) || isOf(response, /^application\/problem\+json\b/i);
}

/** Whether the media type of the answer matches. */
export function isOf({ headers }: Response, type: RegExp): boolean {
  return type.test(headers.get('content-type') ?? '');
}

/**
 * The error that an answer stands for. Only the status server's own word is a verdict: a problem document with a known code,
 * or an answer with its header. Everything else comes from something in between, and is `unavailable`. A conflict carries the
 * present entry, or its revision alone where it may not be read, and damage the document, as they were sent. `now` is the
 * server's clock.
 */
export function refusal(response: Response, problem: Partial<Problem>, now: number): PhoneError {
  const { status, headers } = response;
  const { detail, present, generation, revision, document } = problem;
  const known = isVerdict(response) ? problem.code : undefined;
  const code = PHONE_ERROR_CODES.find((one) => one === known) ?? (isOurs(response) ? codeOfStatus(status) : undefined);
  const why = detail ? `: ${String(detail).slice(0, DETAIL_LENGTH)}` : '';
  const wait = headers.get('retry-after');
  const what = `status ${status || 'of a redirect'}${why}${wait ? `, retry after ${quote(wait)}` : ''}`;
  const retryAfterMs = retryAfter(wait, now);
  const pause = retryAfterMs === undefined ? undefined : { retryAfterMs };
  // A closed store is the server's own affair. A conflict with neither the entry nor its revision says nothing of it.
  const isUnexplained = code === 'conflict' && present === undefined && !Number.isSafeInteger(revision);
  if (!code || code === 'unavailable' || code === 'closed' || isUnexplained) return unavailable(what, pause);
  const advice = status === 401 ? ' Sign in again.' : '';
  const data =
    code === 'conflict' ? { present, revision, generation } : code === 'damaged-data' ? { revision, document } : pause;
  return new PhoneError(code, `http store: the server refused this (${what}).${advice}`, { data });
}

/** No server was reached, or none that speaks the protocol. */
export function unavailable(cause: unknown, data?: unknown): PhoneError {
  return new PhoneError('unavailable', `http store: the server cannot be reached (${cause}). Try again later.`, {
    cause,
    data,
  });
}

/** How long to wait, in milliseconds, by seconds or a date; undefined where it says neither. */
function retryAfter(said: string | null, now: number): number | undefined {
  const ms = /^\d+$/.test(said ?? '') ? Number(said) * 1000 : Date.parse(said ?? '') - now;
  return ms > 0 ? ms : undefined;
}
