import { PhoneError, quote } from '../model/errors.js';
import { DocumentStore } from './documents/document-store.js';
import { SqliteBackend } from './sqlite-store/sqlite-backend.js';
import type { StatusStore } from './status-store.js';

/** Where `sqliteStore` keeps its documents. */
export interface SqliteStoreOptions {
  /**
   * The path of the database file; it is made where it is not there, its folder is not. `:memory:` is no file: it is gone once
   * its last store is closed.
   */
  readonly file: string;
  /** Several accounts may lie in one file; `default` without one. */
  readonly account?: string;
}

/**
 * The store of one process, in an SQLite file: what it has acknowledged survives the end of the process and a loss of power.
 * Stores of one process on one file share it; a second process is refused. Saves that come at about the same time are
 * written together.
 *
 * Throws `invalid-setting` where an option is wrong. Where the file cannot be opened every call rejects (`unavailable`,
 * `newer-version` where a newer version of this package wrote it), the connection is `offline` with the reason, and the next
 * call tries again; the file is left as it is. A save that the disk refuses is `unavailable` and changes nothing.
 *
 * What `removeAgent` erases is overwritten in the file and cut off its log; copies that the file system or the disk keeps
 * (snapshots, worn cells, backups) are out of its reach.
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
