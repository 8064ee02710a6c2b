import { isPhoneError, PhoneError } from '../../model/errors.js';
import { delay, monotonicNow } from '../../platform/time.js';

/** How long a call goes on trying, through an election for instance, before it is `unavailable`. */
export const ANSWER_MS = 10_000;
const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 800;

/** The tries of one call: what fails for a while is tried again, ever more slowly, until the time is up. */
export class Retry {
  readonly #until = monotonicNow() + ANSWER_MS;
  readonly #signal: AbortSignal;
  #pause = FIRST_PAUSE_MS;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Waits before the next try; throws what the last one failed with where there is no time left for another. */
  async pause(failure: unknown): Promise<void> {
    if (this.#signal.aborted || monotonicNow() + this.#pause > this.#until) throw asUnavailable(failure);
    // Many clients that were cut off together do not come back together.
    await delay(this.#pause * (0.75 + Math.random() / 2), this.#signal);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  /** What the attempt answers; a {@link PhoneError} is final. */
  async until<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (failure) {
        if (isPhoneError(failure)) throw failure;
        await this.pause(failure);
      }
    }
  }
}

/** A failure as callers see it. */
export function asUnavailable(cause: unknown): PhoneError {
  if (isPhoneError(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `natsStore: the stream cannot be used (${why}). Try again, and check that most of the cluster's nodes are running.`;
  return new PhoneError('unavailable', message, { cause });
}
