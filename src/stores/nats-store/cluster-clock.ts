import type { Instant } from '../../model/agent.js';
import { monotonicNow, wallClock } from '../../platform/time.js';

/** How often the own clock is compared, in milliseconds. */
const PAUSE_MS = 1_000;
/** A difference that the store's user may act on: until it has gone it is looked at without saves too. */
const APART_MS = 5_000;

/** The clock of the cluster: this one, put right by the time stamp of the last own message that was acknowledged. */
export class ClusterClock {
  readonly #storedAt: (seq: number) => Promise<Instant | undefined>;
  #comparedAt = -Infinity;
  #aheadMs = 0;

  constructor(storedAt: (seq: number) => Promise<Instant | undefined>) {
    this.#storedAt = storedAt;
  }

  now(): Instant {
    return wallClock() + this.#aheadMs;
  }

  /** Sends an own message, whose time stamp then tells the clock. */
  async timed<T extends { readonly seq: number; readonly duplicate?: boolean }>(send: () => Promise<T>): Promise<T> {
    const sentAt = wallClock();
    const answer = await send();
    if (!answer.duplicate) void this.#acknowledged(answer.seq, sentAt);
    return answer;
  }

  /** Looks without a save whether the clocks still differ: nobody may save here any more as long as they do. */
  async look(tick: () => Promise<number>): Promise<void> {
    if (Math.abs(this.#aheadMs) <= APART_MS) return;
    const sentAt = wallClock();
    const seq = await tick().catch(() => undefined);
    if (seq) await this.#acknowledged(seq, sentAt);
  }

  /** A message that was sent at that instant was acknowledged now. */
  async #acknowledged(seq: number, sentAt: Instant): Promise<void> {
    const now = wallClock();
    if (monotonicNow() - this.#comparedAt < PAUSE_MS) return;
    this.#comparedAt = monotonicNow();
    // It may have been replaced, or not be this user's to read.
    const storedAt = await this.#storedAt(seq).catch(() => undefined);
    // Within the time that its way took nothing can be said.
    if (storedAt !== undefined) this.#aheadMs = Math.max(0, storedAt - now) + Math.min(0, storedAt - sentAt);
  }
}
