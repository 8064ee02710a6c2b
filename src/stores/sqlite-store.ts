import { PhoneError, quote } from '../model/errors.js';
import { DocumentStore } from './documents/document-store.js';
import { SqliteBackend } from './sqlite-store/sqlite-backend.js';
import type { StatusStore } from './status-store.js';

/** Where `sqliteStore` keeps its documents. */
export interface SqliteStoreOptions {
  /**
   * The path of the database file, which is created if it is missing; its folder is not. `:memory:` keeps the data in memory,
   * until the last store that uses it is closed.
   */
  readonly file: string;
  /** The account's name: one file can hold several accounts. `default` without one. */
  readonly account?: string;
}

/**
 * The store of one process, in an SQLite file. Acknowledged saves survive a crash and a loss of power. Stores of one process
 * share an open file; a second process is refused. Saves that come at about the same time are written together.
 *
 * Throws `invalid-setting` if an option is wrong. If the file cannot be opened, every call rejects with `unavailable` (with
 * `newer-version` if a newer version of this package wrote it), the connection is `offline` with that reason, and the next call
 * tries again; the file stays as it is. A save that the disk refuses is `unavailable` and changes nothing.
 *
 * `removeAgent` overwrites the record in the file and truncates its log. It cannot reach copies that the file system or the disk
 * keeps: snapshots, worn cells, backups.
 */
export function sqliteStore(options: SqliteStoreOptions): StatusStore {
  const { file, account = 'default' } = Object(options) as SqliteStoreOptions;
  if (typeof file !== 'string' || file === '') throw refusal('file', file, 'Give a file path.');
  if (typeof account !== 'string') throw refusal('account', account, 'Give a string, or leave it out.');
  return new DocumentStore(`sqlite:${account}`, (events) => new SqliteBackend({ file, account }, events));
}

function refusal(option: string, value: unknown, advice: string): PhoneError {
  return new PhoneError('invalid-setting', `sqliteStore: ${option} cannot be ${quote(value)}. ${advice}`);
}
