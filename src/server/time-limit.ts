import { PhoneError } from '../model/errors.js';

/** The server waits so long, in milliseconds, for what its store or its host is asked; then it says that they are not there. */
export const ANSWER_MS = 10_000;

/** What is answered in time; rejects with `unavailable` where `whose` answer does not come. */
export async function answerInTime<T>(whose: string, answer: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void =>
      reject(new PhoneError('unavailable', `server: ${whose} does not answer. Try again later.`));
    timer = setTimeout(giveUp, ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
