import { isPhoneError, retryAfterOf } from '../model/errors.js';
import { createAlarm, startTimer } from './time.js';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** The pauses of one loop after failures in a row: 0.5 s, doubling up to 30 s, each shortened at random by up to half. */
export class Backoff {
  readonly #alarm;
  #failures = 0;
  #isOn = false;
  #isAsked = false;

  /** `over` runs when a pause has passed. */
  constructor(over: () => void) {
    this.#alarm = createAlarm(() => {
      this.#set(false);
      over();
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Whether the server asked for this pause: `end` and `reset` leave it alone. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  get hasFailed(): boolean {
    return this.#failures > 0;
  }

  /** Begins a pause after that failure: at least as long as its `retryAfterMs` asks for. */
  after(error: unknown): void {
    this.#set(true, retryAfterOf(error) > 0);
    this.#alarm.set(pauseMs(this.#failures++, error));
  }

  /** Ends the pause, unless the server asked for it. */
  end(): void {
    if (!this.#isAsked) this.stop();
  }

  /** To be called after a success: the next pause is short again. */
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

interface Pause {
  readonly end: () => void;
  /** Something answered, but refused: it may accept again once it accepts anything else. */
  readonly isRefused: boolean;
  /** The server asked for this pause. */
  readonly isAsked: boolean;
}

/** The pauses of several loops that retry against the same server, and that a sign of life may end together. */
export class RetryPauses {
  readonly #all = new Set<Pause>();

  /**
   * Waits after that many earlier failures in a row; `error` is the latest one. The first pause takes 0 to 0.5 s, later ones grow
   * as those of `Backoff`; none is shorter than the error's `retryAfterMs`.
   */
  async after(failures: number, signal: AbortSignal, error?: unknown): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        stop();
        this.#all.delete(pause);
        resolve();
      };
      const isRefused = isPhoneError(error) && error.code !== 'unavailable';
      const pause = { end, isRefused, isAsked: retryAfterOf(error) > 0 };
      const stop = startTimer(pauseMs(failures, error, FIRST_MS), end, signal);
      this.#all.add(pause);
    });
  }

  /** Ends all pauses that the server did not ask for: the network may be back. */
  retryNow(): void {
    for (const { end, isAsked } of this.#all) if (!isAsked) end();
  }

  /** Ends those of these pauses that follow a refusal. */
  retryRefused(): void {
    for (const { end, isRefused, isAsked } of this.#all) if (isRefused && !isAsked) end();
  }
}

function pauseMs(failures: number, error: unknown, leastSpreadMs = 0): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
  return Math.max(retryAfterOf(error), most - Math.random() * Math.max(leastSpreadMs, most / 2));
}
