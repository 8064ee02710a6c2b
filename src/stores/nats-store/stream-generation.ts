import { isPhoneError } from '../../model/errors.js';
import { monotonicNow } from '../../platform/time.js';
import { newGeneration } from '../documents/backend.js';
import type { Generation, Stream } from './stream.js';

/** If the leader's sequence is lower than before for this long, in milliseconds, the stream was set back. */
const SET_BACK_MS = 3_000;

/** Finds out the stream's generation, and replaces it if the stream was set back. */
export class StreamGeneration {
  readonly #stream: Stream;
  readonly #onGeneration: (generation: string, isAnother: boolean) => void;
  #known: string | undefined;
  /** The highest sequence that another client knew; it is believed once. */
  #recalled = 0;
  #mayBeRecalled = true;
  /** Since when the leader's sequence has been too low. */
  #lowSince: number | undefined;

  /** `onGeneration` is called once with each generation; `isAnother` means that it replaces one that was known. */
  constructor(stream: Stream, onGeneration: (generation: string, isAnother: boolean) => void) {
    this.#stream = stream;
    this.#onGeneration = onGeneration;
  }

  /** Another client knew that revision. Returns whether it is higher than any that is known here. */
  recall(revision: number, complete: number): boolean {
    if (!this.#mayBeRecalled || revision <= Math.max(complete, this.#recalled)) return false;
    this.#recalled = revision;
    return true;
  }

  /** Returns the last sequence, once the generation to which it belongs is known. */
  async check(complete: number, lastSequence: () => Promise<number>): Promise<number> {
    const lowSince = this.#lowSince;
    this.#lowSince = undefined;
    const last = await lastSequence();
    await this.#update(last, { complete, lowSince });
    return last;
  }

  async #update(
    last: number,
    before: { readonly complete: number; readonly lowSince: number | undefined },
  ): Promise<void> {
    const found = await this.#stream.generation();
    const isOther = found !== undefined && found.id !== this.#known;
    const isLow = last < Math.max(before.complete, this.#recalled) || (!found && this.#known !== undefined);
    if (!isLow) {
      this.#recalled = 0;
      return found ? this.#begin(found.id) : this.#replace(undefined);
    }
    // Another client has replaced it already.
    if (isOther && this.#known !== undefined) return this.#begin(found.id);
    const now = monotonicNow();
    if (now - (before.lowSince ?? now) < SET_BACK_MS) {
      this.#lowSince = before.lowSince ?? now;
      throw new Error(`its leader answers with the sequence ${last}, which was higher before`);
    }
    if (last < this.#recalled) this.#mayBeRecalled = false;
    await this.#replace(found);
  }

  async #replace(before: Generation | undefined): Promise<void> {
    try {
      await this.#stream.replaceGeneration(newGeneration(), before);
    } catch (failure) {
      // A client that may only read waits for one that may write.
      if (!isPhoneError(failure, 'denied')) throw failure;
    }
    const found = await this.#stream.generation();
    if (found && found.id !== before?.id) this.#begin(found.id);
    else if (before) this.#begin(newGeneration());
  }

  #begin(generation: string): void {
    this.#recalled = 0;
    if (generation === this.#known) return;
    const isAnother = this.#known !== undefined;
    this.#known = generation;
    this.#onGeneration(generation, isAnother);
  }
}
