import { copyFileSync, renameSync } from 'node:fs';
import type { Database } from 'libsql';
import { PhoneError } from '../../model/errors.js';
import { every } from '../../platform/time.js';
import type { Announce, Change, Entry } from '../documents/backend.js';
import { closeDatabase, openDatabase, unavailable } from './database.js';
import { EntryTable } from './entry-table.js';
import { FileHealth } from './file-health.js';
import { checkHeader, findFile, lookOf, type FoundFile } from './find-file.js';
import { GroupCommit } from './group-commit.js';

/** How much has to go into a file that could not be written before it counts as well again, in characters. */
const PROBE_LENGTH = 64 * 1024;

/** How often it is looked whether another file lies at the path, in milliseconds. */
const LOOK_MS = 500;

/** What a user of a file hears. */
export interface FileEvents {
  readonly announce: Announce;
  readonly generation: (id: string) => void;
  /** Another file was put in its place, and this one is closed. */
  readonly replaced: () => void;
}

const openFiles = new Map<string, SqliteFile>();

/** The open file behind that path, opened where it is not yet. Each call asks for a `release`. */
export function openFile(file: string): SqliteFile {
  const found = findFile(file);
  const open = openFiles.get(found.identity) ?? new SqliteFile(found);
  openFiles.set(found.identity, open);
  open.users += 1;
  return open;
}

/** One file that this process has open, for all its stores. */
export class SqliteFile {
  users = 0;
  readonly #found: FoundFile;
  readonly #db: Database;
  readonly #table: EntryTable;
  readonly #commits: GroupCommit;
  readonly health = new FileHealth();
  readonly #listeners = new Map<string, Set<FileEvents>>();
  readonly #stopLooking: () => void;
  /** How the file looked after the last own change. */
  #seen: string | undefined;
  /** How a file looked that was found in its place: it may not be there as a whole yet. */
  #other: string | undefined;
  #isClosed = false;

  constructor(found: FoundFile) {
    checkHeader(found.path);
    this.#found = found;
    this.#db = openDatabase(found.path);
    this.#table = new EntryTable(this.#db);
    this.#commits = new GroupCommit(this.#db, {
      beforeCommit: () => this.#table.count(),
      lost: (cause) => this.health.fail('write', unavailable(found.path, cause), () => this.#probe()),
    });
    this.#seen = lookOf(found.path);
    this.#stopLooking = every(LOOK_MS, () => this.#look());
  }

  get generation(): string {
    return this.#table.generation;
  }

  /** Gives the file another generation; all its users are told. */
  async renew(): Promise<void> {
    await this.#write(() => this.#table.renew());
    for (const { generation } of [...this.#listeners.values()].flatMap((all) => [...all])) generation(this.generation);
  }

  /** Somebody knew that revision: where the file has never given it, it was set back. */
  async recall(revision: number): Promise<void> {
    if (this.#table.wasSetBack(revision)) await this.renew();
  }

  read(account: string, key: string | undefined): Promise<readonly Entry[]> {
    this.#mustBeThere();
    return this.#commits.read(() => this.#attempt(() => this.#table.read(account, key)));
  }

  /** Some of the agents' entries: the first ones, or those after that key. */
  readAfter(account: string, key: string | undefined): Promise<readonly Entry[]> {
    this.#mustBeThere();
    return this.#commits.read(() => this.#attempt(() => this.#table.readAfter(account, key)));
  }

  write(account: string, key: string, change: Change): Promise<Entry | undefined> {
    const work = (): Entry | undefined => {
      const document = change(this.#table.read(account, key)[0]);
      return document === undefined ? undefined : this.#table.put(account, key, textOf(document));
    };
    return this.#write(work, (entry) => {
      if (entry) for (const { announce } of this.#listeners.get(account) ?? []) announce(key, entry.revision, entry);
    });
  }

  async remove(account: string, key: string): Promise<void> {
    await this.#write(
      () => this.#table.remove(account, key),
      (revision) => {
        if (revision === undefined) return;
        for (const { announce } of this.#listeners.get(account) ?? []) announce(key, revision, null);
      },
    );
    // Closed since, the file has no log any more.
    if (this.users === 0) return;
    // The log holds what the document was: it is emptied at once.
    this.#commits.flush();
    this.#attempt(() => this.#db.exec('pragma wal_checkpoint(truncate)'));
    this.#seen = lookOf(this.#found.path);
  }

  /** Hears every change of that account, after it was committed; what is answered ends it. */
  listen(account: string, events: FileEvents): () => void {
    const listeners = this.#listeners.get(account) ?? new Set();
    this.#listeners.set(account, listeners.add(events));
    return () => {
      listeners.delete(events);
      if (listeners.size === 0) this.#listeners.delete(account);
    };
  }

  /** Keeps what was begun; the last one closes the file. */
  release(): void {
    if (!this.#isClosed) this.#commits.flush();
    this.users -= 1;
    if (this.users <= 0) this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopLooking();
    openFiles.delete(this.#found.identity);
    this.health.stop();
    closeDatabase(this.#db);
  }

  #write<T>(work: () => T, told?: (result: T) => void): Promise<T> {
    this.#mustBeThere();
    return this.#commits.write(work, (result) => {
      // Within the commit SQLite may have written the log into the file.
      this.#seen = lookOf(this.#found.path);
      told?.(result);
    });
  }

  /** What another program has written there would be spoilt by a save, and a save lost with the file that was taken away. */
  #mustBeThere(): void {
    if (lookOf(this.#found.path) === this.#seen) return;
    throw unavailable(this.#found.path, 'another file is being put in its place');
  }

  /** Moves on to the file that was put in its place, once nobody writes it any more. */
  #look(): void {
    const look = lookOf(this.#found.path);
    if (look === this.#seen) return;
    if (look === undefined || look !== this.#other) return void (this.#other = look);
    const { path } = this.#found;
    const kept = `${path}.restored`;
    try {
      // Closing writes the log into a file that was overwritten where it lay.
      copyFileSync(path, kept);
      this.#close();
      renameSync(kept, path);
    } catch {
      return;
    }
    for (const { replaced } of [...this.#listeners.values()].flatMap((all) => [...all])) replaced();
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.health.fail('read', unavailable(this.#found.path, error), () => this.#again(work));
    }
  }

  /** What was read damaged is forgotten first: the file may have been mended. */
  #again(work: () => unknown): Promise<unknown> {
    return this.#commits.read(() => {
      this.#db.exec('pragma shrink_memory');
      return work();
    });
  }

  /** Writes more than a record takes, and takes it away again: in a place that no account has. */
  async #probe(): Promise<void> {
    await this.#commits.write(() => this.#table.put('', '', 'x'.repeat(PROBE_LENGTH)));
    await this.#commits.write(() => this.#table.remove('', ''));
  }
}

/** A document as the file keeps it. */
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
