import { isPhoneError, PhoneError } from '../../model/errors.js';
import { delay, monotonicNow } from '../../platform/time.js';

/** How long a request is retried, through an election for instance, before it is `unavailable`; in milliseconds. */
export const GIVE_UP_MS = 10_000;
const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 800;

/** Retries one request, with growing pauses, for up to `GIVE_UP_MS`. */
export class Retry {
  readonly #until = monotonicNow() + GIVE_UP_MS;
  readonly #signal: AbortSignal;
  #pause = FIRST_PAUSE_MS;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Waits before the next attempt; throws the failure of the last one if no time is left. */
  async pause(failure: unknown): Promise<void> {
    if (this.#signal.aborted || monotonicNow() + this.#pause > this.#until) throw asUnavailable(failure);
    // Clients that lost their connections together must not all come back together.
    await delay(this.#pause * (0.75 + Math.random() / 2), this.#signal);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  /** Returns the result of the first attempt that succeeds; a {@link PhoneError} is final. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
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

/** Returns the failure as callers see it. */
export function asUnavailable(cause: unknown): PhoneError {
  if (isPhoneError(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `natsStore: the stream cannot be used (${why}). Try again, and check that most of the cluster's nodes are running.`;
  return new PhoneError('unavailable', message, { cause });
}
