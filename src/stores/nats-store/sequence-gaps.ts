import { inParallel } from './parallel.js';
import type { StoredEntry, Stream } from './stream.js';

/** At most this many missed changes are fetched one by one; after more, everything is read again. */
const MOST_FETCHED = 256;
/** How many of them at a time. */
const WIDTH = 64;

interface SequenceGapsParts {
  readonly stream: Stream;
  readonly announce: (entry: StoredEntry) => void;
  /** Everything must be read again. */
  readonly catchUp: () => void;
  /** A change has arrived before its predecessor. */
  readonly missed: () => void;
}

/**
 * Tracks which of the stream's sequences have arrived. Each save takes the next one, so a gap means that a change was missed; a
 * sequence that the stream no longer has was removed, or replaced by a later one.
 */
export class SequenceGaps {
  readonly #parts: SequenceGapsParts;
  /** All sequences up to this one have arrived, or were fetched or replaced; `undefined` before the leader has replied once. */
  #complete: number | undefined;
  readonly #ahead = new Set<number>();

  constructor(parts: SequenceGapsParts) {
    this.#parts = parts;
  }

  /** Takes a change that has arrived. */
  receive(entry: StoredEntry): void {
    this.#parts.announce(entry);
    if (entry.revision <= (this.#complete ?? 0)) return;
    this.#ahead.add(entry.revision);
    this.#advance();
    if (this.#complete !== undefined && this.#ahead.size > 0) this.#parts.missed();
  }

  /** The last sequence up to which nothing was missed; 0 before the leader has replied once. */
  get complete(): number {
    return this.#complete ?? 0;
  }

  /** The last sequence up to which, after that one, all have arrived. */
  lastContiguousFrom(sequence: number): number {
    let last = sequence;
    while (this.#ahead.has(last + 1)) last += 1;
    return last;
  }

  /** Begins again: the sequences are counted anew. */
  reset(): void {
    this.#complete = undefined;
    this.#ahead.clear();
  }

  /** Fetches what was missed, up to the leader's last sequence. */
  async catchUpTo(last: number): Promise<void> {
    if (this.#complete !== undefined) await this.#fetch(this.#complete, last);
    this.#complete = Math.max(this.#complete ?? 0, last);
    for (const sequence of this.#ahead) if (sequence <= this.#complete) this.#ahead.delete(sequence);
    this.#advance();
  }

  async #fetch(complete: number, last: number): Promise<void> {
    if (last < complete) throw new Error(`a node answers with the sequence ${last}, which was ${complete} before`);
    const missing: number[] = [];
    for (let sequence = complete + 1; sequence <= last && missing.length <= MOST_FETCHED; sequence += 1) {
      if (!this.#ahead.has(sequence)) missing.push(sequence);
    }
    if (missing.length > MOST_FETCHED) return this.#parts.catchUp();
    const entries = await inParallel(missing, WIDTH, (sequence) => this.#parts.stream.getBySequence(sequence));
    for (const entry of entries) if (entry) this.#parts.announce(entry);
  }

  #advance(): void {
    while (this.#complete !== undefined && this.#ahead.delete(this.#complete + 1)) this.#complete += 1;
  }
}
