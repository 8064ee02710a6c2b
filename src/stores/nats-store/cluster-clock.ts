import type { Instant } from '../../model/agent.js';
import { monotonicNow, wallClock } from '../../platform/time.js';

/** The clocks are compared no more often than this, in milliseconds. */
const PAUSE_MS = 1_000;
/** A server refuses saves while its clock is this wrong, in milliseconds: such a difference is checked without saves, too. */
const APART_MS = 5_000;

/** The clock of the cluster: this computer's, corrected by the time stamp of the last message that this store has stored. */
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

  /** Sends a message, and then corrects the clock by its time stamp. */
  async timed<T extends { readonly seq: number; readonly duplicate?: boolean }>(send: () => Promise<T>): Promise<T> {
    const sentAt = wallClock();
    const reply = await send();
    if (!reply.duplicate) void this.#compare(reply.seq, sentAt);
    return reply;
  }

  /** Checks a difference without a save: while it lasts, there may be no saves. */
  async check(tick: () => Promise<number>): Promise<void> {
    if (Math.abs(this.#aheadMs) <= APART_MS) return;
    const sentAt = wallClock();
    const seq = await tick().catch(() => undefined);
    if (seq) await this.#compare(seq, sentAt);
  }

  /** Compares the clocks, after a message that was sent at that instant has been acknowledged. */
  async #compare(seq: number, sentAt: Instant): Promise<void> {
    const now = wallClock();
    if (monotonicNow() - this.#comparedAt < PAUSE_MS) return;
    this.#comparedAt = monotonicNow();
    // The message may have been replaced, or this user may not read it.
    const storedAt = await this.#storedAt(seq).catch(() => undefined);
    // A time stamp within the round trip says nothing.
    if (storedAt !== undefined) this.#aheadMs = Math.max(0, storedAt - now) + Math.min(0, storedAt - sentAt);
  }
}
