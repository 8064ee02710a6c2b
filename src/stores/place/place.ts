import type { PageId } from '../../model/agent.js';
import type { Connection } from '../status-store.js';

/** A document as it lies in its place: not checked yet. */
export interface Entry {
  readonly key: string;
  readonly revision: number;
  readonly document: unknown;
  /** Each access to `document` gives an own copy. */
  readonly isFresh?: boolean;
}

/** The key of the account's document. Agents lie under their ids, which are never empty. */
export const ACCOUNT_KEY = '';

/** What the present entry becomes; `undefined` leaves it as it is. What it throws is passed on and changes nothing. */
export type Change = (present: Entry | undefined) => unknown;

/** Tells which entry changed, and the revision that it has now; with the entry, where it is at hand, nothing is read. */
export type Announce = (key: string, revision: number, entry?: Entry) => void;

/** Where documents lie: the part in which the local stores differ. */
export interface Place {
  /** The entry under that key; without one, those of all agents. */
  read(key: string | undefined): Promise<readonly Entry[]>;
  /**
   * Reads, changes and keeps in one step, under a revision that the place has never given before. `basedOn` is the revision
   * that the caller expects, `null` none: a place that is far away tries with an entry that has that revision and no
   * document, and reads only where the present one is another.
   */
  write(key: string, change: Change, basedOn?: number | null): Promise<Entry | undefined>;
  remove(key: string): Promise<void>;
}

/** What a client hears from its line. */
export interface LineEvents {
  readonly changed: Announce;
  readonly connection: (connection: Connection) => void;
  /** Something may have been missed: every watch reads again. */
  readonly catchUp: () => void;
}

/** One client's line to a place; its calls reject with `unavailable` where the place cannot be reached. */
export interface Line extends Place {
  depart(agentId: string, page: PageId): void;
  close(): void | Promise<void>;
}
