interface Span {
  readonly from: number;
  readonly to: number;
}

/** Remembers which revisions were seen in the present generation, and which before: a number alone does not tell. */
export class SeenRevisions {
  #generation: string | undefined;
  #present = new Map<string, Span>();
  /** The highest of each entry in the generations before. */
  readonly #before = new Map<string, number>();
  #newest = 0;

  get generation(): string | undefined {
    return this.#generation;
  }

  /** The highest revision that was seen in the present generation; 0 if none was. */
  get newest(): number {
    return this.#newest;
  }

  /** Takes the database's generation; returns whether it has changed. */
  startGeneration(generation: string): boolean {
    if (generation === this.#generation) return false;
    // What was seen before the first generation was known belongs to it.
    if (this.#generation !== undefined) {
      for (const [key, { to }] of this.#present) this.#before.set(key, Math.max(to, this.#before.get(key) ?? to));
      this.#present = new Map();
      this.#newest = 0;
    }
    this.#generation = generation;
    return true;
  }

  add(key: string, revision: number): void {
    this.#newest = Math.max(this.#newest, revision);
    const { from, to } = this.#present.get(key) ?? { from: revision, to: revision };
    this.#present.set(key, { from: Math.min(from, revision), to: Math.max(to, revision) });
  }

  /** Whether that revision was seen only in another generation. */
  isForeign(key: string, revision: number): boolean {
    const present = this.#present.get(key);
    const isOwn = present && revision >= present.from && revision <= present.to;
    return !isOwn && revision <= (this.#before.get(key) ?? -Infinity);
  }
}
