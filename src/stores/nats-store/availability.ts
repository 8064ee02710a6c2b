import { PhoneError } from '../../model/errors.js';
import { delay, monotonicNow } from '../../platform/time.js';
import { ANSWER_MS } from './retry.js';

/** How long calls wait for a place that was just lost: the way to another node takes less. */
const GRACE_MS = 2_000;

/** Lets calls through while the place answers. */
export class Availability {
  readonly #signal: AbortSignal;
  #turned = new AbortController();
  #isOpen = false;
  #shutAt = monotonicNow();
  #reason: PhoneError | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why it is shut; `undefined` while it is open, and before anything has failed. */
  get reason(): PhoneError | undefined {
    return this.#reason;
  }

  open(): void {
    this.#reason = undefined;
    this.#turn(true);
  }

  shut(reason: PhoneError): void {
    if (this.#isOpen) this.#shutAt = monotonicNow();
    this.#reason = reason;
    this.#turn(false);
  }

  /** Shuts it without a reason, until the place is asked again. */
  rest(): void {
    this.#shutAt = monotonicNow();
    this.#reason = undefined;
    this.#turn(false);
  }

  /** Waits until it is open; throws why it is shut where that takes too long. */
  async pass(): Promise<void> {
    while (!this.#isOpen) {
      const patienceMs = this.#shutAt + (this.#reason ? GRACE_MS : ANSWER_MS) - monotonicNow();
      if (this.#signal.aborted || patienceMs <= 0) throw this.#reason ?? unanswered();
      await delay(patienceMs, AbortSignal.any([this.#signal, this.#turned.signal]));
    }
  }

  #turn(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#turned.abort();
    this.#turned = new AbortController();
  }
}

function unanswered(): PhoneError {
  return new PhoneError('unavailable', 'natsStore: the cluster has not answered yet. Try again.');
}
