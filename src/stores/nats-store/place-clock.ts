import type { Instant } from '../../model/agent.js';

/** How often the own clock is compared, in milliseconds. */
const PAUSE_MS = 1_000;
/** A difference that the store's user may act on: until it has gone it is looked at without saves too. */
const APART_MS = 5_000;

/** The clock of the cluster: this one, put right by the time stamp of the last own message that was acknowledged. */
export class PlaceClock {
  readonly #storedAt: (seq: number) => Promise<Instant | undefined>;
  #comparedAt = -Infinity;
  #aheadMs = 0;

  constructor(storedAt: (seq: number) => Promise<Instant | undefined>) {
    this.#storedAt = storedAt;
  }

  get isApart(): boolean {
    return Math.abs(this.#aheadMs) > APART_MS;
  }

  now(): Instant {
    return Date.now() + this.#aheadMs;
  }

  /** A message that was sent at that instant was acknowledged now. */
  async acknowledged(seq: number, sentAt: Instant): Promise<void> {
    const now = Date.now();
    if (performance.now() - this.#comparedAt < PAUSE_MS) return;
    this.#comparedAt = performance.now();
    // It may have been replaced, or not be this user's to read.
    const storedAt = await this.#storedAt(seq).catch(() => undefined);
    // Within the time that its way took nothing can be said.
    if (storedAt !== undefined) this.#aheadMs = Math.max(0, storedAt - now) + Math.min(0, storedAt - sentAt);
  }
}
