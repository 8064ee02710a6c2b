import type { StatusStore } from '../../stores/status-store.js';

/** How the conformance suite opens and disturbs a store. */
export interface StatusStoreConformanceOptions {
  /** Begins each title. */
  readonly name: string;
  /**
   * Opens one client with all rights, of the place with that name (letters, digits and `-`). Clients of one place share their
   * data, also after all of them were closed; different places share nothing.
   */
  readonly open: (place: string) => StatusStore | Promise<StatusStore>;
  /** Registers one test: `it` or `test` of any runner, given enough time for a few hundred saves. */
  readonly test: (title: string, run: () => Promise<void>) => void;
  /** How long the suite waits until something is seen, in milliseconds; 5,000 without it. */
  readonly patienceMs?: number;
  /** Writes a document into the place, bypassing the store and its checks; `null` means the account. */
  readonly damage?: (place: string, agentId: string | null, document: unknown) => void | Promise<void>;
  /** Cuts one client off from its place, while the others go on. Returns a function that restores the connection. */
  readonly disconnect?: (store: StatusStore, place: string) => Restore | Promise<Restore>;
  /** Opens a client that may read but not write. */
  readonly openWithoutRights?: (place: string) => StatusStore | Promise<StatusStore>;
}

/** Restores a connection that was cut. */
export type Restore = () => void | Promise<void>;
