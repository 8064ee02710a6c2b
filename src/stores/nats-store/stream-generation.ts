import { isPhoneError } from '../../model/errors.js';
import { monotonicNow } from '../../platform/time.js';
import { newGeneration } from '../documents/backend.js';
import type { Generation, Stream } from './stream.js';

/** A leader that answers with a lower sequence than before for so long has no other: the place was set back. */
const SET_BACK_MS = 3_000;

/** Knows in which generation the place is, and gives it another one where it was set back. */
export class StreamGeneration {
  readonly #stream: Stream;
  readonly #began: (generation: string, isAnother: boolean) => void;
  #known: string | undefined;
  /** What somebody else knew of the place: its highest sequence, which is believed once. */
  #recalled = 0;
  #mayBeRecalled = true;
  /** Since when the leader answers as if the place had been set back. */
  #lowSince: number | undefined;

  /** `began` is told each generation once; `isAnother`: all that was known of the one before is to be dropped. */
  constructor(stream: Stream, began: (generation: string, isAnother: boolean) => void) {
    this.#stream = stream;
    this.#began = began;
  }

  /** Somebody else knew a revision of this place; whether that is news beside what was heard. */
  recall(revision: number, heard: number): boolean {
    if (!this.#mayBeRecalled || revision <= Math.max(heard, this.#recalled)) return false;
    this.#recalled = revision;
    return true;
  }

  /** Answers the last sequence, once the generation to which it belongs is known. */
  async check(heard: number, lastSequence: () => Promise<number>): Promise<number> {
    const lowSince = this.#lowSince;
    this.#lowSince = undefined;
    const last = await lastSequence();
    await this.#learn(last, { heard, lowSince });
    return last;
  }

  async #learn(last: number, before: { readonly heard: number; readonly lowSince: number | undefined }): Promise<void> {
    const found = await this.#stream.generation();
    const isOther = found !== undefined && found.id !== this.#known;
    const isLow = last < Math.max(before.heard, this.#recalled) || (!found && this.#known !== undefined);
    if (!isLow) {
      this.#recalled = 0;
      return found ? this.#begin(found.id) : this.#give(undefined);
    }
    // Others have found out, and given it a new one.
    if (isOther && this.#known !== undefined) return this.#begin(found.id);
    const now = monotonicNow();
    if (now - (before.lowSince ?? now) < SET_BACK_MS) {
      this.#lowSince = before.lowSince ?? now;
      throw new Error(`its leader answers with the sequence ${last}, which was higher before`);
    }
    if (last < this.#recalled) this.#mayBeRecalled = false;
    await this.#give(found);
  }

  async #give(before: Generation | undefined): Promise<void> {
    try {
      await this.#stream.renew(newGeneration(), before);
    } catch (failure) {
      // Who may only read waits for somebody who may write.
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
    this.#began(generation, isAnother);
  }
}
