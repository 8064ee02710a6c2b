/** How many events a second somebody may send for long, and how many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Lets so many requests of one owner through. */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();
  #sweptAt = 0;

  constructor(rate: Rate, clock: () => number) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Whether so many more of that owner are let through now: all, or none. */
  allows(owner: string, cost = 1): boolean {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock();
    this.#sweep(now);
    const bucket = this.#buckets.get(owner) ?? { left: burst, at: now };
    bucket.left = Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(owner, bucket);
    if (bucket.left < cost) return false;
    bucket.left -= cost;
    return true;
  }

  /** Who has been silent for long enough has everything again, and is forgotten. */
  #sweep(now: number): void {
    const { perSecond, burst } = this.#rate;
    const refillMs = (burst / perSecond) * 1000;
    if (now - this.#sweptAt < refillMs) return;
    this.#sweptAt = now;
    for (const [owner, { at }] of this.#buckets) if (now - at >= refillMs) this.#buckets.delete(owner);
  }
}
