import type { AgentEvent, Instant, PageId } from '../../model/agent.js';
import { wallClock } from '../../platform/time.js';
import type { Connection } from '../status-store.js';
import type { Watch } from './entry-watch.js';

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

/** What a save says besides the document. */
export interface Save {
  /** The revision that the caller expects; `null`: none. */
  readonly basedOn: number | null;
  /** What made an agent's record out of the one before. */
  readonly event?: AgentEvent | undefined;
  /** The generation in which it was read, where that is known. */
  readonly generation?: string | undefined;
}

/**
 * Tells which entry changed, and the revision that it has now; with the entry, where it is at hand, nothing is read. `null`: an
 * agent was erased, whose last revision that was.
 */
export type Announce = (key: string, revision: number, entry?: Entry | null) => void;

/** Where documents lie: the part in which the local stores differ. */
export interface Documents {
  /** The entry under that key; without one, those of all agents. */
  read(key: string | undefined): Promise<readonly Entry[]>;
  /** The entries of all agents in pieces, between which everything else has its turn; a small place leaves it to `read`. */
  readInBatches?(): AsyncIterable<readonly Entry[]>;
  /**
   * Reads, changes and keeps in one step, under a revision that the place has never given before. A place that is far away
   * tries with an entry that has the revision of the save and no document, and reads only where the present one is another.
   */
  write(key: string, change: Change, save?: Save): Promise<Entry | undefined>;
  remove(key: string): Promise<void>;
}

/** What a client hears from its line. */
export interface BackendEvents {
  readonly changed: Announce;
  readonly connection: (connection: Connection) => void;
  /** The place's generation, before anything of it is handed over. Another one than before: all that was known is forgotten. */
  readonly generation: (id: string) => void;
  /** Something may have been missed: every watch reads again. */
  readonly catchUp: () => void;
  /** Those who watch entries now, and those who watch the connection. */
  readonly watches: ReadonlySet<Watch>;
  /** The highest revision that was handed over in the present generation; 0 where there is none. */
  readonly newest: () => number;
  readonly connectionWatchers: ReadonlySet<unknown>;
}

/** One client's line to a place; its calls reject with `unavailable` where the place cannot be reached. */
export interface Backend extends Documents {
  depart(agentId: string, page: PageId): void;
  /** Somebody has begun or ended to watch. A line that has this brings its watches up to date by itself. */
  plan?(): void;
  /**
   * Somebody was given that revision in this generation. Where the place has never given it, it was set back, and gets a new id.
   */
  recall?(revision: number): Promise<void>;
  /** The place's clock, where it is another than this computer's. */
  now?(): Instant;
  close(): void | Promise<void>;
}

/** An id for a place that has none yet. */
export function newGeneration(): string {
  return wallClock().toString(36) + Math.random().toString(36).slice(2, 12);
}
