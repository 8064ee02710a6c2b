/** A stored document with its revision, not checked yet. */
export interface Entry {
  readonly key: string;
  readonly revision: number;
  readonly document: unknown;
  /** Each access to `document` returns a copy of its own. */
  readonly isFresh?: boolean;
}

/** The key of the account's document. The key of an agent is the id, which is never empty. */
export const ACCOUNT_KEY = '';

/** Computes the document that replaces the present entry; `undefined` leaves it as it is. If it throws, nothing changes. */
export type Change = (present: Entry | undefined) => unknown;

/**
 * Announces that an entry has changed, and its revision now. With the entry at hand, nothing is read. `null` means that the
 * agent was erased, whose last revision that was.
 */
export type Announce = (key: string, revision: number, entry?: Entry | null) => void;
