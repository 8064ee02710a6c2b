import type { RateLimit } from '../server-options.js';

/** Counts the requests of each owner against one limit. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();
  #sweptAt = 0;

  constructor(limit: RateLimit, clock: () => number) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** After how many milliseconds the owner may send that many requests; 0 if now. */
  waitMs(owner: string, count: number): number {
    return (Math.max(0, count - this.#bucketOf(owner).left) / this.#limit.perSecond) * 1000;
  }

  /** Charges requests that the owner may send now. */
  charge(owner: string, count: number): void {
    this.#bucketOf(owner).left -= count;
  }

  /** The owner's bucket, filled up to now. */
  #bucketOf(owner: string): { left: number } {
    const { perSecond, burst } = this.#limit;
    const now = this.#clock();
    this.#sweep(now);
    const bucket = this.#buckets.get(owner) ?? { left: burst, at: now };
    bucket.left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(owner, bucket);
    return bucket;
  }

  /** Forgets buckets that are full again. */
  #sweep(now: number): void {
    const { perSecond, burst } = this.#limit;
    const refillMs = (burst / perSecond) * 1000;
    if (now - this.#sweptAt < refillMs) return;
    this.#sweptAt = now;
    for (const [owner, { at }] of this.#buckets) if (now - at >= refillMs) this.#buckets.delete(owner);
  }
}
