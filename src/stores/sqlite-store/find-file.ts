import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { PhoneError } from '../../model/errors.js';
import { APPLICATION_ID, quoteAll, unavailable } from './database.js';

/** SQLite's name of a database in memory. */
const MEMORY = ':memory:';

/** A file on the disk. */
export interface FoundFile {
  readonly path: string;
  /** The same for every path and link that leads to the file. */
  readonly identity: string;
}

/** Identifies the file at the path and its latest change; `undefined` if there is none. */
export function fingerprintOf(path: string): string | undefined {
  const found = path === MEMORY ? undefined : statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}`;
}

const MAGIC = 'SQLite format 3\0';
/** The offset of the application id in the header of an SQLite file. */
const APPLICATION_ID_AT = 68;
const HEADER_LENGTH = 100;

/** Finds the file; creates an empty one if there is none. Throws `unavailable`. */
export function findFile(file: string): FoundFile {
  if (file === MEMORY) return { path: file, identity: file };
  try {
    // Documents hold names and numbers of callers: only this user may read them. SQLite gives the log the same permissions.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const path = realpathSync.native(file);
    const { dev, ino } = statSync(path, { bigint: true });
    return { path, identity: `${dev}:${ino}` };
  } catch (error) {
    throw unavailable(file, error);
  }
}

/**
 * Throws `unavailable` if the file is not the product's, before SQLite touches it. Do not call it while this process has the
 * file open: closing it here would give up the locks there.
 */
export function checkHeader(path: string): void {
  if (path === MEMORY) return;
  const header = readHeader(path);
  if (header.length === 0) return;
  if (header.length < HEADER_LENGTH || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw foreign(path, 'is not a database');
  }
  if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) throw foreign(path, 'belongs to another program');
}

function readHeader(path: string): Buffer {
  try {
    const descriptor = openSync(path, 'r+');
    try {
      if (!fstatSync(descriptor).isFile()) throw new Error('it is not a file');
      const header = Buffer.alloc(HEADER_LENGTH);
      return header.subarray(0, readSync(descriptor, header, 0, HEADER_LENGTH, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unavailable(path, error);
  }
}

function foreign(path: string, what: string): PhoneError {
  const message = `sqlite store: the file ${quoteAll(path)} ${what}. It was left unchanged. Use another file.`;
  return new PhoneError('unavailable', message);
}
