import { isPhoneError, retryAfterOf } from '../../model/errors.js';

/** The longest pause between two attempts, in milliseconds. */
const LONGEST_MS = 30_000;
const SHORTEST_MS = 500;

interface Pause {
  readonly end: () => void;
  /** The server refused, which it may do no longer once it takes something else. */
  readonly isRefused: boolean;
  /** The server asked for this pause. */
  readonly isAsked: boolean;
}

/** The pauses between attempts. */
export class Pauses {
  readonly #all = new Set<Pause>();

  /**
   * Waits after that many failures in a row, of which this error was the last: hardly at all at first, at most 30 s, not
   * always equally long, and at least as long as the server asks for.
   */
  async after(failures: number, signal: AbortSignal, error?: unknown): Promise<void> {
    if (signal.aborted) return;
    const most = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** failures);
    const least = retryAfterOf(error);
    const ms = Math.max(least, most - Math.random() * Math.max(SHORTEST_MS, most / 2));
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#all.delete(pause);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const pause = { end, isRefused: isPhoneError(error) && error.code !== 'unavailable', isAsked: least > 0 };
      const timer = setTimeout(end, ms);
      this.#all.add(pause);
      signal.addEventListener('abort', end);
    });
  }

  /** Ends all pauses that the server did not ask for: there is news of the network. */
  hurry(): void {
    for (const { end, isAsked } of this.#all) if (!isAsked) end();
  }

  /** Ends the pauses after refusals: the server takes something else again. */
  relent(): void {
    for (const { end, isRefused, isAsked } of this.#all) if (isRefused && !isAsked) end();
  }
}
