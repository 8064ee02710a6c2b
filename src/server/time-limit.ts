import { PhoneError } from '../model/errors.js';
import { withTimeout } from '../platform/time.js';

/** How long the server waits for an answer of its store or its host, in milliseconds. */
const ANSWER_MS = 10_000;

/** Settles as the answer does; rejects with `unavailable` if it takes longer than 10 seconds. `source` names who was asked. */
export function answerInTime<T>(source: string, answer: T | Promise<T>): Promise<T> {
  const error = (): PhoneError => new PhoneError('unavailable', `server: ${source} does not answer. Try again later.`);
  return withTimeout(answer, ANSWER_MS, { error });
}
