import { promisifyRequest } from 'idb-keyval';
import { wallClock } from '../../platform/time.js';
import { newGeneration, type Documents } from '../documents/backend.js';
import { ACCOUNT_KEY, type Announce, type Change, type Entry } from '../documents/entry.js';

/** The version of the layout below. Browsers refuse to open a database of a newer one (`VersionError`). */
const LAYOUT_VERSION = 1;
/** `meta` holds the latest revision under `revision`, and the database's generation under `generation`. */
const STORES = ['account', 'agents', 'meta'] as const;

/** What happens to a database from outside. */
interface DatabaseEvents {
  /** A page with an older layout keeps it open. */
  readonly blocked: () => void;
  /** Another page needs this one to close it. */
  readonly blocking: () => void;
  /** The browser has closed it. */
  readonly terminated: () => void;
}

/** Opens the database of that name, and creates its object stores if it is new. */
export async function openDatabase(name: string, events: DatabaseEvents): Promise<IDBDatabase> {
  const request = indexedDB.open(name, LAYOUT_VERSION);
  request.onblocked = events.blocked;
  request.addEventListener('upgradeneeded', () => {
    for (const store of STORES) request.result.createObjectStore(store);
  });
  const db = await promisifyRequest(request);
  db.onversionchange = events.blocking;
  db.onclose = events.terminated;
  return db;
}

interface DocumentsEvents {
  readonly announce: Announce;
  readonly generation: (id: string) => void;
}

/** Documents in IndexedDB. Each operation is one transaction, and reports the database's generation before it works. */
export class IndexedDbDocuments implements Documents {
  readonly #db: IDBDatabase;
  readonly #events: DocumentsEvents;

  constructor(db: IDBDatabase, events: DocumentsEvents) {
    this.#db = db;
    this.#events = events;
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#transact('readonly', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      if (key !== undefined) return entries([key], [await got(documents, key)]);
      const [keys, found] = [documents.getAllKeys(), documents.getAll()].map(promisifyRequest);
      return entries((await keys) as string[], (await found) as unknown[]);
    });
  }

  async write(key: string, change: Change): Promise<Entry | undefined> {
    const entry = await this.#transact('readwrite', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      const meta = tx.objectStore('meta');
      const [present] = entries([key], [await got(documents, key)]);
      const document = change(present);
      if (document === undefined) return undefined;
      const newest = await got(meta, 'revision');
      // Counted from the time, so that a database that was erased and created again repeats no revision.
      const revision = Math.max(isRevision(newest) ? newest : wallClock(), present?.revision ?? 0) + 1;
      await promisifyRequest(documents.put({ revision, document }, key));
      await promisifyRequest(meta.put(revision, 'revision'));
      return { key, revision, document };
    });
    if (entry) this.#events.announce(key, entry.revision);
    return entry;
  }

  async remove(key: string): Promise<void> {
    const erased = await this.#transact('readwrite', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      const [present] = entries([key], [await got(documents, key)]);
      await promisifyRequest(documents.delete(key));
      return present;
    });
    if (erased) this.#events.announce(key, erased.revision, null);
  }

  /** Waits for the work and for the transaction: if the transaction is aborted, both reject. */
  async #transact<T>(mode: IDBTransactionMode, work: (tx: IDBTransaction) => Promise<T>): Promise<T> {
    const tx = this.#db.transaction(STORES, mode);
    const done = promisifyRequest(tx).catch((reason: DOMException | null) => {
      throw reason ?? new DOMException('The transaction was aborted.', 'AbortError');
    });
    // A failed request rejects first, with the reason.
    done.catch(() => undefined);
    // Requested first, so that the generation is reported before the work goes on.
    const [isReported, result] = await Promise.all([this.#reportGeneration(tx), work(tx)]);
    await done;
    if (isReported) return result;
    await this.#transact('readwrite', async () => undefined);
    return this.#transact(mode, work);
  }

  /** Returns whether there is a generation. A `readwrite` transaction gives one to a database that has none. */
  async #reportGeneration(tx: IDBTransaction): Promise<boolean> {
    const meta = tx.objectStore('meta');
    const known = await got(meta, 'generation');
    const isKnown = typeof known === 'string' && known !== '';
    if (!isKnown && tx.mode === 'readonly') return false;
    const generation = isKnown ? known : newGeneration();
    if (!isKnown) await promisifyRequest(meta.put(generation, 'generation'));
    this.#events.generation(generation);
    return true;
  }
}

function got(store: IDBObjectStore, key: string): Promise<unknown> {
  return promisifyRequest<unknown>(store.get(key));
}

function storeOf(key: string | undefined): 'account' | 'agents' {
  return key === ACCOUNT_KEY ? 'account' : 'agents';
}

/** The entries that were found under the keys. */
function entries(keys: readonly string[], found: readonly unknown[]): Entry[] {
  return keys.flatMap((key, index) => {
    const raw = found[index];
    if (raw === undefined) return [];
    const { revision, document } = Object(raw) as Partial<Entry>;
    // Any script of the origin may have written it: without an envelope, all of it is the damaged document.
    return [isRevision(revision) ? { key, revision, document } : { key, revision: 0, document: raw }];
  });
}

function isRevision(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
