import type { PhoneError } from '../../model/errors.js';
import { Listeners } from '../../platform/listeners.js';
import { every } from '../../platform/time.js';

/** How often a failed operation is tried again, in milliseconds. */
const RETRY_MS = 1_000;

type Operation = 'read' | 'write';

/** Whether a file can be used: after a read or a write has failed, not until the same succeeds. */
export class FileHealth {
  readonly #failed = new Map<Operation, { readonly reason: PhoneError; readonly retry: () => Promise<unknown> }>();
  readonly #listeners = new Listeners<PhoneError | undefined>('sqlite store');
  #stopRetrying = (): void => {};

  /** Why the file cannot be used; `undefined` if it can. */
  get reason(): PhoneError | undefined {
    return [...this.#failed.values()][0]?.reason;
  }

  /** Reports a failure; `retry` tries the same again. Returns the reason. */
  fail(operation: Operation, reason: PhoneError, retry: () => Promise<unknown>): PhoneError {
    const wasWell = this.#failed.size === 0;
    this.#failed.set(operation, { reason, retry });
    if (!wasWell) return reason;
    this.#listeners.tell(reason);
    this.#stopRetrying = every(RETRY_MS, () => void this.#retry());
    return reason;
  }

  /** Calls the listener on each change: with the reason, or with nothing when the file can be used again. */
  listen(listener: (reason: PhoneError | undefined) => void): () => void {
    return this.#listeners.add(listener);
  }

  stop(): void {
    this.#stopRetrying();
  }

  async #retry(): Promise<void> {
    for (const [operation, failure] of this.#failed) {
      try {
        await failure.retry();
        if (this.#failed.get(operation) === failure) this.#failed.delete(operation);
      } catch {
        // It is tried again.
      }
    }
    if (this.#failed.size > 0) return;
    this.stop();
    this.#listeners.tell(undefined);
  }
}
