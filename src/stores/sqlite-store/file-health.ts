import type { PhoneError } from '../../model/errors.js';
import { every } from '../../platform/time.js';

/** How often what has failed is tried again, in milliseconds. */
const RETRY_MS = 1_000;

/** Told why the file cannot be used, or that it can again. */
export type HealthListener = (reason: PhoneError | undefined) => void;

type What = 'read' | 'write';

/** Whether a file can be used: not from a read or a commit that failed until the same succeeds. */
export class FileHealth {
  readonly #failed = new Map<What, { readonly reason: PhoneError; readonly retry: () => Promise<unknown> }>();
  readonly #listeners = new Set<HealthListener>();
  #stopRetrying = (): void => {};

  /** Why the file cannot be used. */
  get reason(): PhoneError | undefined {
    return [...this.#failed.values()][0]?.reason;
  }

  /** Something has failed; `retry` tries it again. */
  fail(what: What, reason: PhoneError, retry: () => Promise<unknown>): PhoneError {
    const wasWell = this.#failed.size === 0;
    this.#failed.set(what, { reason, retry });
    if (!wasWell) return reason;
    for (const listener of this.#listeners) listener(reason);
    this.#stopRetrying = every(RETRY_MS, () => void this.#retry());
    return reason;
  }

  /** Hears each change; what is answered ends it. */
  listen(listener: HealthListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopRetrying();
  }

  async #retry(): Promise<void> {
    for (const [what, failure] of this.#failed) {
      try {
        await failure.retry();
        if (this.#failed.get(what) === failure) this.#failed.delete(what);
      } catch {
        // It is tried again.
      }
    }
    if (this.#failed.size > 0) return;
    this.stop();
    for (const listener of this.#listeners) listener(undefined);
  }
}
