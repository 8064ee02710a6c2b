interface Span {
  readonly from: number;
  readonly to: number;
}

/** The place's generation, and which revisions were handed over in it and in those before: a number alone does not tell. */
export class SeenRevisions {
  #generation: string | undefined;
  #present = new Map<string, Span>();
  /** The highest of each entry in the generations before. */
  readonly #before = new Map<string, number>();

  #newest = 0;

  get generation(): string | undefined {
    return this.#generation;
  }

  /** The highest revision of the present generation that was handed over; 0: none. */
  get newest(): number {
    return this.#newest;
  }

  /** Takes the place's generation; answers whether it is another one. */
  renew(generation: string): boolean {
    if (generation === this.#generation) return false;
    // What was given before the first one was told belongs to it.
    if (this.#generation !== undefined) {
      for (const [key, { to }] of this.#present) this.#before.set(key, Math.max(to, this.#before.get(key) ?? to));
      this.#present = new Map();
      this.#newest = 0;
    }
    this.#generation = generation;
    return true;
  }

  /** That revision of the entry was handed over. */
  note(key: string, revision: number): void {
    this.#newest = Math.max(this.#newest, revision);
    const { from, to } = this.#present.get(key) ?? { from: revision, to: revision };
    this.#present.set(key, { from: Math.min(from, revision), to: Math.max(to, revision) });
  }

  /** Whether that revision was handed over in another generation only. */
  isForeign(key: string, revision: number): boolean {
    const present = this.#present.get(key);
    const isOwn = present && revision >= present.from && revision <= present.to;
    return !isOwn && revision <= (this.#before.get(key) ?? -Infinity);
  }
}
