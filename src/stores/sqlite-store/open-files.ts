import { copyFileSync, renameSync } from 'node:fs';
import type { Database } from 'libsql';
import { PhoneError } from '../../model/errors.js';
import { every } from '../../platform/time.js';
import type { Announce, Change, Entry } from '../documents/entry.js';
import { closeDatabase, openDatabase, unavailable } from './database.js';
import { EntryTable } from './entry-table.js';
import { FileHealth } from './file-health.js';
import { checkHeader, findFile, fingerprintOf, type FoundFile } from './find-file.js';
import { GroupCommit } from './group-commit.js';

/** How many characters a file must take before it counts as writable again. */
const PROBE_LENGTH = 64 * 1024;

/** How often to check whether another file was put at the path, in milliseconds. */
const CHECK_MS = 500;

/** What a file reports to its users. */
interface FileEvents {
  readonly announce: Announce;
  readonly generation: (id: string) => void;
  /** Another file was put at the path, and this one is closed. */
  readonly replaced: () => void;
}

const openFiles = new Map<string, SqliteFile>();

/** Returns the open file at that path, and opens it if it is not open yet. Call `release` once for each call. */
export function openFile(file: string): SqliteFile {
  const found = findFile(file);
  const open = openFiles.get(found.identity) ?? new SqliteFile(found);
  openFiles.set(found.identity, open);
  open.users += 1;
  return open;
}

/** An open file, shared by all stores of this process. */
export class SqliteFile {
  users = 0;
  readonly #found: FoundFile;
  readonly #db: Database;
  readonly #table: EntryTable;
  readonly #commits: GroupCommit;
  readonly health = new FileHealth();
  readonly #listeners = new Map<string, Set<FileEvents>>();
  readonly #stopChecking: () => void;
  /** The fingerprint after the latest change of this process. */
  #fingerprint: string | undefined;
  /** The fingerprint of another file at the path, which may still be being written. */
  #otherFingerprint: string | undefined;
  #isClosed = false;

  constructor(found: FoundFile) {
    checkHeader(found.path);
    this.#found = found;
    this.#db = openDatabase(found.path);
    this.#table = new EntryTable(this.#db);
    this.#commits = new GroupCommit(this.#db, {
      beforeCommit: () => this.#table.saveRevision(),
      lost: (cause) => this.health.fail('write', unavailable(found.path, cause), () => this.#probe()),
    });
    this.#fingerprint = fingerprintOf(found.path);
    this.#stopChecking = every(CHECK_MS, () => this.#checkPath());
  }

  get generation(): string {
    return this.#table.generation;
  }

  /** Gives the file another generation, and reports it to all users. */
  async replaceGeneration(): Promise<void> {
    await this.#write(() => this.#table.replaceGeneration());
    for (const { generation } of this.#allListeners) generation(this.generation);
  }

  /** A client knew that revision: if the file has never given it, it was set back. */
  async recall(revision: number): Promise<void> {
    if (this.#table.wasSetBack(revision)) await this.replaceGeneration();
  }

  read(account: string, key: string | undefined): Promise<readonly Entry[]> {
    this.#mustBeSameFile();
    return this.#commits.read(() => this.#attempt(() => this.#table.read(account, key)));
  }

  /** A batch of the agents' entries: the first one, or the one after that key. */
  readAfter(account: string, key: string | undefined): Promise<readonly Entry[]> {
    this.#mustBeSameFile();
    return this.#commits.read(() => this.#attempt(() => this.#table.readAfter(account, key)));
  }

  write(account: string, key: string, change: Change): Promise<Entry | undefined> {
    const work = (): Entry | undefined => {
      const document = change(this.#table.read(account, key)[0]);
      return document === undefined ? undefined : this.#table.put(account, key, textOf(document));
    };
    return this.#write(work, (entry) => {
      if (entry) this.#announce(account, [key, entry.revision, entry]);
    });
  }

  async remove(account: string, key: string): Promise<void> {
    await this.#write(
      () => this.#table.remove(account, key),
      (revision) => {
        if (revision !== undefined) this.#announce(account, [key, revision, null]);
      },
    );
    // The file has been closed since, and has no log any more.
    if (this.users === 0) return;
    // The log still holds the document: it is emptied at once.
    this.#commits.flush();
    this.#attempt(() => this.#db.exec('pragma wal_checkpoint(truncate)'));
    this.#fingerprint = fingerprintOf(this.#found.path);
  }

  /** Reports every change of that account, after its commit. Returns a function that ends it. */
  listen(account: string, events: FileEvents): () => void {
    const listeners = this.#listeners.get(account) ?? new Set();
    this.#listeners.set(account, listeners.add(events));
    return () => {
      listeners.delete(events);
      if (listeners.size === 0) this.#listeners.delete(account);
    };
  }

  /** Commits what has begun. The last user's call closes the file. */
  release(): void {
    if (!this.#isClosed) this.#commits.flush();
    this.users -= 1;
    if (this.users <= 0) this.#close();
  }

  get #allListeners(): readonly FileEvents[] {
    return [...this.#listeners.values()].flatMap((all) => [...all]);
  }

  #announce(account: string, change: Parameters<Announce>): void {
    for (const { announce } of this.#listeners.get(account) ?? []) announce(...change);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopChecking();
    openFiles.delete(this.#found.identity);
    this.health.stop();
    closeDatabase(this.#db);
  }

  #write<T>(work: () => T, afterCommit?: (result: T) => void): Promise<T> {
    this.#mustBeSameFile();
    return this.#commits.write(work, (result) => {
      // During the commit SQLite may have written the log into the file.
      this.#fingerprint = fingerprintOf(this.#found.path);
      afterCommit?.(result);
    });
  }

  /** Throws if the file was replaced: a save would damage the new file, or be lost with the old one. */
  #mustBeSameFile(): void {
    if (fingerprintOf(this.#found.path) === this.#fingerprint) return;
    throw unavailable(this.#found.path, 'another file is being put in its place');
  }

  /** Switches to a file that was put at the path, once it is complete. */
  #checkPath(): void {
    const fingerprint = fingerprintOf(this.#found.path);
    if (fingerprint === this.#fingerprint) return;
    if (fingerprint === undefined || fingerprint !== this.#otherFingerprint)
      return void (this.#otherFingerprint = fingerprint);
    const { path } = this.#found;
    const kept = `${path}.restored`;
    try {
      // Closing would write the log into a file that was overwritten in place.
      copyFileSync(path, kept);
      this.#close();
      renameSync(kept, path);
    } catch {
      return;
    }
    for (const { replaced } of this.#allListeners) replaced();
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.health.fail('read', unavailable(this.#found.path, error), () => this.#readAgain(work));
    }
  }

  /** Drops cached pages first: the file may have been repaired. */
  #readAgain(work: () => unknown): Promise<unknown> {
    return this.#commits.read(() => {
      this.#db.exec('pragma shrink_memory');
      return work();
    });
  }

  /** Writes more than a record takes, and removes it again, under an account that cannot exist. */
  async #probe(): Promise<void> {
    await this.#commits.write(() => this.#table.put('', '', 'x'.repeat(PROBE_LENGTH)));
    await this.#commits.write(() => this.#table.remove('', ''));
  }
}

/** Returns a document as the file keeps it. */
function textOf(document: unknown): string {
  try {
    return JSON.stringify(document);
  } catch (cause) {
    throw new PhoneError(
      'damaged-data',
      'sqlite store: the document cannot be written as JSON. Remove what JSON cannot hold.',
      {
        cause,
      },
    );
  }
}
