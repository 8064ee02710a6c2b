import { PhoneError } from '../../model/errors.js';
import { delay, monotonicNow } from '../../platform/time.js';
import { GIVE_UP_MS } from './retry.js';

/** How long requests wait after a loss, in milliseconds: reconnecting to another node takes less. */
const GRACE_MS = 2_000;

/** Whether the cluster replies now; requests wait for it. */
export class Availability {
  readonly #signal: AbortSignal;
  #changed = new AbortController();
  #isAvailable = false;
  #lostAt = monotonicNow();
  #reason: PhoneError | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  /** Why it is unavailable; `undefined` while it is available, and before anything has failed. */
  get reason(): PhoneError | undefined {
    return this.#reason;
  }

  restore(): void {
    this.#reason = undefined;
    this.#set(true);
  }

  lose(reason: PhoneError): void {
    if (this.#isAvailable) this.#lostAt = monotonicNow();
    this.#reason = reason;
    this.#set(false);
  }

  /** Makes it unavailable without a reason, as before the first connection. */
  reset(): void {
    this.#lostAt = monotonicNow();
    this.#reason = undefined;
    this.#set(false);
  }

  /** Waits until it is available; throws the reason if that takes too long. */
  async whenAvailable(): Promise<void> {
    while (!this.#isAvailable) {
      const leftMs = this.#lostAt + (this.#reason ? GRACE_MS : GIVE_UP_MS) - monotonicNow();
      if (this.#signal.aborted || leftMs <= 0) throw this.#reason ?? unanswered();
      await delay(leftMs, AbortSignal.any([this.#signal, this.#changed.signal]));
    }
  }

  #set(isAvailable: boolean): void {
    this.#isAvailable = isAvailable;
    this.#changed.abort();
    this.#changed = new AbortController();
  }
}

function unanswered(): PhoneError {
  return new PhoneError('unavailable', 'natsStore: the cluster has not answered yet. Try again.');
}
