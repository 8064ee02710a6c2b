import { PHONE_ERROR_CODES, PhoneError, quote } from '../../model/errors.js';
import { CLOCK_HEADER, codeOfStatus, type Problem } from '../status-protocol.js';

/** The longest explanation of the server in a message, in characters. */
const DETAIL_LENGTH = 200;

/** Whether the response comes from the status server, and not from something in between. */
export function isOurs({ headers }: Response): boolean {
  return headers.has(CLOCK_HEADER);
}

/** Whether the response is the status server's verdict: a problem document, or one with its header. */
export function isVerdict(response: Response): boolean {
  return isOurs(response) || isOf(response, /^application\/problem\+json\b/i);
}

/** Whether the media type of the response matches. */
export function isOf({ headers }: Response, type: RegExp): boolean {
  return type.test(headers.get('content-type') ?? '');
}

/**
 * Returns the error that a response stands for. A verdict is a problem document with a known code, or a response with the status
 * server's header; anything else comes from something in between, and is `unavailable`. A conflict carries the present entry,
 * or only its revision if it may not be read; damage carries the document. `now` is the server's clock.
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
  // A store that the server has closed is none of the client's. A conflict must name the entry or its revision.
  const isUnexplained = code === 'conflict' && present === undefined && !Number.isSafeInteger(revision);
  if (!code || code === 'unavailable' || code === 'closed' || isUnexplained) return unavailable(what, pause);
  const advice = status === 401 ? ' Sign in again.' : '';
  const data =
    code === 'conflict' ? { present, revision, generation } : code === 'damaged-data' ? { revision, document } : pause;
  return new PhoneError(code, `http store: the server refused this (${what}).${advice}`, { data });
}

/** Returns the error of a server that was not reached, or does not speak the protocol. */
export function unavailable(cause: unknown, data?: unknown): PhoneError {
  return new PhoneError('unavailable', `http store: the server cannot be reached (${cause}). Try again later.`, {
    cause,
    data,
  });
}

/** Reads seconds or a date; returns how long to wait, in milliseconds. */
function retryAfter(said: string | null, now: number): number | undefined {
  const ms = /^\d+$/.test(said ?? '') ? Number(said) * 1000 : Date.parse(said ?? '') - now;
  return ms > 0 ? ms : undefined;
}
