import type { AgentEvent, Instant, PageId } from '../../model/agent.js';
import { wallClock } from '../../platform/time.js';
import type { Connection } from '../status-store.js';
import type { Announce, Change, Entry } from './entry.js';
import type { Watch } from './entry-watch.js';

/** What a save says besides the document. */
export interface Save {
  /** The expected revision; `null` means that there must be no entry. */
  readonly basedOn: number | null;
  /** The event that led from the agent's record before to this one. */
  readonly event?: AgentEvent | undefined;
  /** The generation in which the record before was read, if it is known. */
  readonly generation?: string | undefined;
}

/** Keeps documents: in memory, in a file, in a database, on a server. */
export interface Documents {
  /** The entry under that key; without a key, those of all agents. */
  read(key: string | undefined): Promise<readonly Entry[]>;
  /** The entries of all agents in pieces, between which other work proceeds; `read` does where there are only a few. */
  readInBatches?(): AsyncIterable<readonly Entry[]>;
  /**
   * Reads, changes and keeps in one step, under a revision that was never given before. A remote database first tries with an
   * entry that has the revision of the save and no document, and reads only if the present revision is another.
   */
  write(key: string, change: Change, save?: Save): Promise<Entry | undefined>;
  remove(key: string): Promise<void>;
}

/** What a backend reports to its store, and what it may ask of it. */
export interface BackendEvents {
  readonly changed: Announce;
  readonly connection: (connection: Connection) => void;
  /** The database's generation, before any of its entries. If it is not the one before, all that was known is forgotten. */
  readonly generation: (id: string) => void;
  /** Something may have been missed: every watch reads again. */
  readonly catchUp: () => void;
  /** The present watches of entries. */
  readonly watches: ReadonlySet<Watch>;
  /** How many watchers of the connection there are. */
  readonly connectionWatchers: { readonly size: number };
  /** The highest revision that was delivered in the present generation; 0 if none was. */
  readonly newest: () => number;
}

/** One client's connection to its documents. Its methods reject with `unavailable` when they cannot be reached. */
export interface Backend extends Documents {
  depart(agentId: string, page: PageId): void;
  /** A watch has begun or ended. A backend that has this method brings watches up to date by itself. */
  watchesChanged?(): void;
  /** A client knew that revision. If this generation never gave it, the database was set back, and gets a new generation. */
  recall?(revision: number): Promise<void>;
  /** The database's clock, if it is not this computer's. */
  now?(): Instant;
  close(): void | Promise<void>;
}

/** An id for a database that has no generation yet. */
export function newGeneration(): string {
  return wallClock().toString(36) + Math.random().toString(36).slice(2, 12);
}
