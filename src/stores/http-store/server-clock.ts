import type { Instant } from '../../model/agent.js';
import { monotonicNow, wallClock } from '../../platform/time.js';

/** A computer's clock that runs ahead of the time that has passed by more than this, in milliseconds, was asleep meanwhile. */
const SLEPT_MS = 1_000;
/** The last instant that a date can have. */
const LAST_INSTANT = 8.64e15;

/**
 * The server's clock, as far as its answers tell it. What an answer says was true at some moment after its request was sent,
 * so each one sets bounds, and narrow ones correct what wide ones left open.
 */
export class ServerClock {
  #offset: number | undefined;
  #slept = 0;
  #lead = Infinity;

  /** Until the server has answered, the time of this computer. */
  now(): Instant {
    return this.#offset === undefined ? wallClock() : Math.round(this.steady() + this.#offset);
  }

  /** The milliseconds that have passed since some moment: a change of the computer's clock leaves them alone. */
  steady(): number {
    const counted = monotonicNow();
    const lead = wallClock() - counted;
    // The time of a computer that sleeps is counted by its clock alone.
    if (lead - this.#lead > SLEPT_MS) this.#slept += lead - this.#lead;
    this.#lead = lead;
    return counted + this.#slept;
  }

  /** Takes what the server said of its clock, not before `sentAt` where that is known. */
  hear(said: unknown, sentAt = -Infinity): void {
    const told = Number(said);
    if (!(told > 0 && told < LAST_INSTANT)) return;
    const least = told - this.steady();
    const most = told - sentAt;
    const begin = most === Infinity ? least : (least + most) / 2;
    this.#offset = Math.min(Math.max(this.#offset ?? begin, least), most);
  }
}
