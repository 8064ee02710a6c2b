import { PhoneError } from '../model/errors.js';

/** How long the server waits for an answer of its store or its host, in milliseconds. */
const ANSWER_MS = 10_000;

/**
 * Settles as the promise does; after `limitMs` milliseconds, with what `late` returns or throws.
 *
 * Unlike `withTimeout` of the platform, each wait has a timer of its own: a server waits for thousands of things at once, and
 * the shared timer would look through all of them at each request.
 */
export async function withinLimit<T>(promise: T | Promise<T>, limitMs: number, late: () => T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs))).then(late);
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Settles as the answer does; rejects with `unavailable` if it takes longer than 10 seconds. `source` names who was asked. */
export function answerInTime<T>(source: string, answer: T | Promise<T>): Promise<T> {
  return withinLimit(answer, ANSWER_MS, () => {
    throw new PhoneError('unavailable', `server: ${source} does not answer. Try again later.`);
  });
}
