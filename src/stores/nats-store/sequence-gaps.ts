import { inParallel } from './parallel.js';
import type { StoredEntry, Stream } from './stream.js';

/** Up to so many missed changes are fetched one by one; after more, everything is read again. */
const FETCHED = 256;
const WIDTH = 64;

interface TideParts {
  readonly stream: Stream;
  readonly announce: (entry: StoredEntry) => void;
  /** Everything is to be read again. */
  readonly catchUp: () => void;
  /** A change was heard before the one that it follows. */
  readonly missed: () => void;
}

/**
 * Keeps account of which of the stream's sequences were heard. Each save takes the next one, so a hole tells of a change that
 * was not heard; a sequence that the stream no longer has was removed, or replaced by a later one.
 */
export class SequenceGaps {
  readonly #parts: TideParts;
  /** All up to here have been heard, fetched or replaced; `undefined` before the leader has answered once. */
  #heard: number | undefined;
  readonly #ahead = new Set<number>();

  constructor(parts: TideParts) {
    this.#parts = parts;
  }

  /** A change came. */
  hear(entry: StoredEntry): void {
    this.#parts.announce(entry);
    if (entry.revision <= (this.#heard ?? 0)) return;
    this.#ahead.add(entry.revision);
    this.#advance();
    if (this.#heard !== undefined && this.#ahead.size > 0) this.#parts.missed();
  }

  /** The last sequence up to which nothing was missed; 0 before the leader has answered once. */
  get heard(): number {
    return this.#heard ?? 0;
  }

  /** The last sequence of those that were heard one after another from that one on. */
  reachable(sequence: number): number {
    let last = sequence;
    while (this.#ahead.has(last + 1)) last += 1;
    return last;
  }

  /** The sequences are counted anew. */
  restart(): void {
    this.#heard = undefined;
    this.#ahead.clear();
  }

  /** Makes up for what was not heard, up to the leader's last sequence. */
  async reach(last: number): Promise<void> {
    if (this.#heard !== undefined) await this.#fetch(this.#heard, last);
    this.#heard = Math.max(this.#heard ?? 0, last);
    for (const sequence of this.#ahead) if (sequence <= this.#heard) this.#ahead.delete(sequence);
    this.#advance();
  }

  async #fetch(heard: number, last: number): Promise<void> {
    if (last < heard) throw new Error(`a node answers with the sequence ${last}, which was ${heard} before`);
    const missing: number[] = [];
    for (let sequence = heard + 1; sequence <= last && missing.length <= FETCHED; sequence += 1) {
      if (!this.#ahead.has(sequence)) missing.push(sequence);
    }
    if (missing.length > FETCHED) return this.#parts.catchUp();
    const entries = await inParallel(missing, WIDTH, (sequence) => this.#parts.stream.getBySequence(sequence));
    for (const entry of entries) if (entry) this.#parts.announce(entry);
  }

  #advance(): void {
    while (this.#heard !== undefined && this.#ahead.delete(this.#heard + 1)) this.#heard += 1;
  }
}
