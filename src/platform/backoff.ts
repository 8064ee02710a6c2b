import { retryAfterOf } from '../model/errors.js';
import { createAlarm } from './time.js';

const FIRST_MS = 500;
const LAST_MS = 30_000;

/** The pauses after failures in a row: 0.5 s growing to 30 s, not always equally long. */
export class Backoff {
  readonly #alarm;
  #failures = 0;
  #isOn = false;
  #isAsked = false;

  /** `over` is called when a pause has passed. */
  constructor(over: () => void) {
    this.#alarm = createAlarm(() => {
      this.#set(false);
      over();
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Whether the place asked for this pause: it is not to be ended early. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  get hasFailed(): boolean {
    return this.#failures > 0;
  }

  /** Begins a pause after that failure, at least as long as the place asks for. */
  after(error: unknown): void {
    const most = Math.min(LAST_MS, FIRST_MS * 2 ** this.#failures++);
    const least = retryAfterOf(error);
    this.#set(true, least > 0);
    this.#alarm.set(Math.max(least, most * (0.5 + Math.random() / 2)));
  }

  /** Ends the pause, unless the place asked for it. */
  end(): void {
    if (!this.#isAsked) this.stop();
  }

  /** Something went well: the next pause is short again. */
  reset(): void {
    this.#failures = 0;
    this.end();
  }

  /** Ends the pause in any case. */
  stop(): void {
    if (!this.#isOn) return;
    this.#set(false);
    this.#alarm.set(undefined);
  }

  #set(isOn: boolean, isAsked = false): void {
    this.#isOn = isOn;
    this.#isAsked = isAsked;
  }
}
