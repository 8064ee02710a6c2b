import libsql, { type Database } from 'libsql';
import { PhoneError, quote } from '../../model/errors.js';

/** Tells the product's files from those of other programs: "phon", in the header of the file. */
export const APPLICATION_ID = 0x70686f6e;

/** What brings a file from the version of its index to the next one. Never changed, only added to. */
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

/** Not a layout of its own: an earlier version may go on with the file. */
const PLACE = 'create table if not exists place (generation text not null)';

/** How long to wait for another process that is about to let go of the file, in milliseconds. */
const PATIENCE_MS = 100;

/** Opens the product's file for this process alone, and brings it up to date. Throws `unavailable` and `newer-version`. */
export function openDatabase(path: string): Database {
  let db: Database | undefined;
  try {
    db = new libsql(path, { timeout: PATIENCE_MS });
    db.exec('pragma locking_mode = exclusive; pragma secure_delete = on; pragma synchronous = full');
    // A disk may call written what it holds in its cache: of use on macOS, without effect elsewhere.
    db.exec('pragma fullfsync = on; pragma checkpoint_fullfsync = on');
    migrate(db, path);
    db.exec('pragma journal_mode = wal');
    // Held from the first access on: the second process is refused when it opens the file, not when it writes.
    db.exec('begin exclusive; commit');
    return db;
  } catch (error) {
    if (db) closeDatabase(db);
    throw openingError(path, error);
  }
}

/** Lets go of the file, which is one file without a log then. */
export function closeDatabase(db: Database): void {
  try {
    // A closed connection lives on until its statements are collected: it has to give up its lock itself.
    db.exec('pragma journal_mode = delete; pragma locking_mode = normal; select 1 from sqlite_schema');
  } catch {
    // A file that cannot be written keeps its log; whoever opens it next reads it.
  }
  db.close();
}

/** The error of a file that cannot be opened or written. */
export function unavailable(path: string, cause: unknown): PhoneError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PhoneError(
    'unavailable',
    `sqlite store: the file ${quoteAll(path)} cannot be used (${why}). Check its path, its permissions and the free disk space.`,
    { cause },
  );
}

/** A path is quoted in full: cut, it would not be found. */
export function quoteAll(path: string): string {
  return JSON.stringify(path);
}

/** The code of an error that SQLite threw; `undefined` for other errors. */
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
  db.exec(PLACE);
  db.exec('commit');
}

function openingError(path: string, error: unknown): unknown {
  if (error instanceof PhoneError) return error;
  if (!sqliteCode(error)?.startsWith('SQLITE_BUSY')) return unavailable(path, error);
  const message = `sqlite store: the file ${quoteAll(path)} is in use by another process. Only one process can open it. Stop the other one, or use another file.`;
  return new PhoneError('unavailable', message, { cause: error });
}
