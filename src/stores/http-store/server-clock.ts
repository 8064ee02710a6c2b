import type { Instant } from '../../model/agent.js';
import { monotonicNow, wallClock } from '../../platform/time.js';

/** If the clock gains more than this on the monotonic time, in milliseconds, the computer was asleep meanwhile. */
const SLEPT_MS = 1_000;
/** The last instant that a date can have. */
const LAST_INSTANT = 8.64e15;

/**
 * Estimates the server's clock from its replies. The time in a reply was true at some moment after its request was sent, so
 * each reply sets bounds for the offset, and narrow bounds correct wide ones.
 */
export class ServerClock {
  #offset: number | undefined;
  #slept = 0;
  #lead = Infinity;

  /** This computer's clock, until the server has replied. */
  now(): Instant {
    return this.#offset === undefined ? wallClock() : Math.round(this.steady() + this.#offset);
  }

  /** Milliseconds since an arbitrary moment, sleep included; setting the computer's clock does not affect them. */
  steady(): number {
    const counted = monotonicNow();
    const lead = wallClock() - counted;
    // Only the clock counts while the computer sleeps.
    if (lead - this.#lead > SLEPT_MS) this.#slept += lead - this.#lead;
    this.#lead = lead;
    return counted + this.#slept;
  }

  /** Takes what the server said its clock was, after `sentAt` if that is known. */
  hear(time: unknown, sentAt = -Infinity): void {
    const told = Number(time);
    if (!(told > 0 && told < LAST_INSTANT)) return;
    const least = told - this.steady();
    const most = told - sentAt;
    const begin = most === Infinity ? least : (least + most) / 2;
    this.#offset = Math.min(Math.max(this.#offset ?? begin, least), most);
  }
}
