import { PlaceStore } from './place/place-store.js';
import { SqliteLine } from './sqlite-store/sqlite-line.js';
import type { StatusStore } from './status-store.js';

/** Where `sqliteStore` keeps its documents. */
export interface SqliteStoreOptions {
  /** The path of the database file; it is made where it is not there, its folder is not. */
  readonly file: string;
  /** Several accounts may lie in one file; `default` without one. */
  readonly account?: string;
}

/**
 * The store of one process, in an SQLite file: what it has acknowledged survives the end of the process and a loss of power.
 * Stores of one process on one file share it; a second process is refused. Saves that come at about the same time are
 * written together.
 *
 * Throws a `TypeError` where the arguments are wrong. Where the file cannot be opened every call rejects (`unavailable`,
 * `newer-version` where a newer version of this package wrote it), the connection is `offline` with the reason, and the next
 * call tries again; the file is left as it is. A save that the disk refuses is `unavailable` and changes nothing.
 *
 * What `removeAgent` erases is overwritten in the file and cut off its log; copies that the file system or the disk keeps
 * (snapshots, worn cells, backups) are out of its reach.
 */
export function sqliteStore({ file, account = 'default' }: SqliteStoreOptions): StatusStore {
  if (typeof file !== 'string' || file === '') throw new TypeError('sqliteStore: give the path of a file, as `file`.');
  if (typeof account !== 'string') throw new TypeError('sqliteStore: give the name of the account as a text.');
  return new PlaceStore(`sqlite:${account}`, (events) => new SqliteLine({ file, account }, events));
}
