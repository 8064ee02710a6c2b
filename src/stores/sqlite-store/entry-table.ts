import type { Database, Statement } from 'libsql';
import { wallClock } from '../../platform/time.js';
import { BATCH_SIZE } from '../documents/batches.js';
import { newGeneration } from '../documents/backend.js';
import { ACCOUNT_KEY, type Entry } from '../documents/entry.js';

type Row = readonly [key: string, revision: number, text: string];

/** The documents of all accounts in a file, by prepared statements. */
export class EntryTable {
  readonly #one: Statement;
  readonly #agents: Statement;
  readonly #after: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;
  readonly #saveRevision: Statement;
  readonly #saveGeneration: Statement;
  #generation: string;
  #revision: number;
  /** No revision between these was given since the file was opened: a client that knows one knew a later state of the file. */
  #gap: { readonly from: number; readonly to: number };

  constructor(db: Database) {
    this.#one = db.prepare('select key, revision, document from entries where account = ? and key = ?').raw();
    this.#agents = db.prepare('select key, revision, document from entries where account = ? and key <> ?').raw();
    this.#after = db
      .prepare(
        'select key, revision, document from entries where account = ? and key > ? and key <> ? order by key limit ?',
      )
      .raw();
    this.#put = db.prepare(
      `insert into entries (account, key, revision, document) values (?, ?, ?, ?)
       on conflict (account, key) do update set revision = excluded.revision, document = excluded.document`,
    );
    this.#remove = db.prepare('delete from entries where account = ? and key = ?');
    this.#saveRevision = db.prepare('update counter set revision = ?');
    this.#saveGeneration = db.prepare('insert or replace into place (rowid, generation) values (1, ?)');
    const row = db.prepare('select revision from counter').get() as { readonly revision: number };
    const generation = db.prepare('select generation from place').get() as { readonly generation: string } | undefined;
    this.#generation = generation?.generation ?? '';
    if (!generation) this.replaceGeneration();
    // At least the time, so that a file that was erased, or restored from a copy, repeats no revision.
    this.#revision = Math.max(row.revision, wallClock());
    this.#gap = { from: row.revision, to: this.#revision };
  }

  get generation(): string {
    return this.#generation;
  }

  replaceGeneration(): void {
    const generation = newGeneration();
    this.#saveGeneration.run(generation);
    this.#generation = generation;
  }

  /**
   * Whether the file was set back before it was opened: then it has never given that revision, which a client knew. Returns
   * `true` once, since later revisions are not in doubt.
   */
  wasSetBack(revision: number): boolean {
    const { from, to } = this.#gap;
    const isUnknown = from < to && revision > from && (revision <= to || revision > this.#revision);
    if (isUnknown) this.#gap = { from: to, to };
    return isUnknown;
  }

  read(account: string, key: string | undefined): readonly Entry[] {
    if (key !== undefined) {
      const row = this.#one.get(toText(account), toText(key)) as Row | undefined;
      return row ? [new TextEntry(key, row[1], row[2])] : [];
    }
    return entriesOf(this.#agents.all(toText(account), toText(ACCOUNT_KEY)));
  }

  /** A batch of the agents' entries: the first one, or the one after that key. */
  readAfter(account: string, key: string | undefined): readonly Entry[] {
    const after = key === undefined ? '' : toText(key);
    return entriesOf(this.#after.all(toText(account), after, toText(ACCOUNT_KEY), BATCH_SIZE));
  }

  /** Stores the text of a document under the next revision. */
  put(account: string, key: string, text: string): Entry {
    const revision = ++this.#revision;
    this.#put.run(toText(account), toText(key), revision, text);
    return new TextEntry(key, revision, text);
  }

  /** Returns the entry's last revision; `undefined` if there was none. */
  remove(account: string, key: string): number | undefined {
    const [entry] = this.read(account, key);
    if (entry) this.#remove.run(toText(account), toText(key));
    return entry?.revision;
  }

  /** Stores the latest revision: to be called before each commit. */
  saveRevision(): void {
    this.#saveRevision.run(this.#revision);
  }
}

/** An entry whose document is parsed at each access: every reader gets a copy of its own. */
class TextEntry implements Entry {
  readonly isFresh = true;
  readonly key: string;
  readonly revision: number;
  readonly #text: string;

  constructor(key: string, revision: number, text: string) {
    this.key = key;
    this.revision = revision;
    this.#text = text;
  }

  get document(): unknown {
    return JSON.parse(this.#text);
  }
}

function entriesOf(rows: unknown[]): readonly Entry[] {
  return (rows as Row[]).map(([name, revision, text]) => new TextEntry(JSON.parse(name) as string, revision, text));
}

/** Encodes a name: SQLite would cut it at a NUL character, and change invalid Unicode. */
function toText(name: string): string {
  return JSON.stringify(name);
}
