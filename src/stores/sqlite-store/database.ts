import libsql, { type Database } from 'libsql';
import { PhoneError, quote } from '../../model/errors.js';

/** Marks the product's files in their header: "phon". */
export const APPLICATION_ID = 0x70686f6e;

/** The statements at an index migrate a file of that version to the next one. Only ever add to them. */
const migrations: readonly string[] = [
  `create table entries (
     id integer primary key,
     account text not null,
     key text not null,
     revision integer not null,
     document text not null,
     unique (account, key)
   );
   create table counter (id integer primary key check (id = 1), revision integer not null);
   insert into counter values (1, 0);
   pragma application_id = ${APPLICATION_ID};`,
];

/** Not a new layout: earlier versions can still use the file. */
const GENERATION_TABLE = 'create table if not exists place (generation text not null)';

/** How long to wait for another process that is about to close the file, in milliseconds. */
const BUSY_TIMEOUT_MS = 100;

/** Opens the file for this process alone, and migrates it. Throws `unavailable` or `newer-version`. */
export function openDatabase(path: string): Database {
  let db: Database | undefined;
  try {
    db = new libsql(path, { timeout: BUSY_TIMEOUT_MS });
    db.exec('pragma locking_mode = exclusive; pragma secure_delete = on; pragma synchronous = full');
    // Some disks acknowledge writes that are still in their cache. Only macOS needs this; it has no effect elsewhere.
    db.exec('pragma fullfsync = on; pragma checkpoint_fullfsync = on');
    migrate(db, path);
    db.exec('pragma journal_mode = wal');
    // Takes the lock now: a second process is refused when it opens the file, not when it writes.
    db.exec('begin exclusive; commit');
    return db;
  } catch (error) {
    if (db) closeDatabase(db);
    throw openingError(path, error);
  }
}

/** Closes the file, and leaves no log beside it. */
export function closeDatabase(db: Database): void {
  try {
    // A closed connection lives on until its statements are collected, so the lock has to be given up explicitly.
    db.exec('pragma journal_mode = delete; pragma locking_mode = normal; select 1 from sqlite_schema');
  } catch {
    // A file that cannot be written keeps its log, and is read with it next time.
  }
  db.close();
}

/** Returns the error of a file that cannot be opened or written. */
export function unavailable(path: string, cause: unknown): PhoneError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PhoneError(
    'unavailable',
    `sqlite store: the file ${quoteAll(path)} cannot be used (${why}). Check its path, its permissions and the free disk space.`,
    { cause },
  );
}

/** Quotes a path in full: nobody could find a shortened one. */
export function quoteAll(path: string): string {
  return JSON.stringify(path);
}

/** Returns the code of an error of SQLite; `undefined` for other errors. */
export function sqliteCode(error: unknown): string | undefined {
  const { name, code } = Object(error) as Partial<Record<'name' | 'code', unknown>>;
  return name === 'SqliteError' && typeof code === 'string' ? code : undefined;
}

function migrate(db: Database, path: string): void {
  db.exec('begin exclusive');
  const row = db.prepare('pragma user_version').get() as { readonly user_version: number };
  const version = row.user_version;
  if (version > migrations.length) {
    db.exec('rollback');
    const message = `sqlite store: the file ${quoteAll(path)} was written by a newer version of phone-widget (layout ${quote(version)}, this one knows ${migrations.length}). Use that version, or another file.`;
    throw new PhoneError('newer-version', message);
  }
  for (const statements of migrations.slice(version)) db.exec(statements);
  if (version < migrations.length) db.exec(`pragma user_version = ${migrations.length}`);
  db.exec(GENERATION_TABLE);
  db.exec('commit');
}

function openingError(path: string, error: unknown): unknown {
  if (error instanceof PhoneError) return error;
  if (!sqliteCode(error)?.startsWith('SQLITE_BUSY')) return unavailable(path, error);
  const message = `sqlite store: the file ${quoteAll(path)} is in use by another process. Only one process can open it. Stop the other one, or use another file.`;
  return new PhoneError('unavailable', message, { cause: error });
}
