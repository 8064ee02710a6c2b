import { ACCOUNT_KEY, type Announce, type Change, type Entry, type Place } from '../place/place.js';

/** The layout that this code knows; a browser refuses to open a newer one with it (`VersionError`). */
const LAYOUT_VERSION = 1;
/** `meta` holds, under `revision`, the newest revision that was given. */
const STORES = ['account', 'agents', 'meta'];

/** What may come between a page and its database. */
export interface Interruptions {
  /** An older page holds it, and has to go first. */
  readonly blocked: () => void;
  /** A newer page, or an erasure, waits until this one lets go. */
  readonly blocking: () => void;
  /** The browser has closed it. */
  readonly terminated: () => void;
}

/** Opens the database of that name, and lays it out where it is new. */
export async function openDatabase(name: string, interruptions: Interruptions): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, LAYOUT_VERSION);
  opening.addEventListener('upgradeneeded', () => STORES.forEach((store) => opening.result.createObjectStore(store)));
  opening.addEventListener('blocked', interruptions.blocked);
  const db = await answer(opening);
  db.addEventListener('versionchange', interruptions.blocking);
  db.addEventListener('close', interruptions.terminated);
  return db;
}

/** Documents in IndexedDB; every step is one transaction. */
export class IndexedDbPlace implements Place {
  readonly #db: IDBDatabase;
  readonly #announce: Announce;

  constructor(db: IDBDatabase, announce: Announce) {
    this.#db = db;
    this.#announce = announce;
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#transact('readonly', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      if (key !== undefined) return entries([key], [await answer(documents.get(key))]);
      const [keys, found] = await Promise.all([answer(documents.getAllKeys()), answer(documents.getAll())]);
      return entries(keys as string[], found);
    });
  }

  async write(key: string, change: Change): Promise<Entry | undefined> {
    const entry = await this.#transact('readwrite', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      const meta = tx.objectStore('meta');
      const [present] = entries([key], [await answer(documents.get(key))]);
      const document = change(present);
      if (document === undefined) return undefined;
      const newest: unknown = await answer(meta.get('revision'));
      // Counted from the time: a database that was erased and made anew never gives an earlier revision again.
      const revision = Math.max(isRevision(newest) ? newest : Date.now(), present?.revision ?? 0) + 1;
      await answer(documents.put({ revision, document }, key));
      await answer(meta.put(revision, 'revision'));
      return { key, revision, document };
    });
    if (entry) this.#announce(key, entry.revision);
    return entry;
  }

  remove(key: string): Promise<void> {
    return this.#transact('readwrite', (tx) => answer(tx.objectStore(storeOf(key)).delete(key)));
  }

  /** Waits for both: a transaction that is aborted rejects what was begun in it, and itself. */
  async #transact<T>(mode: IDBTransactionMode, work: (tx: IDBTransaction) => Promise<T>): Promise<T> {
    const tx = this.#db.transaction(STORES, mode);
    const [result] = await Promise.all([work(tx), end(tx)]);
    return result;
  }
}

/** Settles with what the request brings. */
function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error as DOMException));
  });
}

/** Settles when all of the transaction is kept; rejects where nothing is. */
function end(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.addEventListener('complete', () => resolve());
    tx.addEventListener('abort', () => reject(tx.error ?? new DOMException('It was aborted.', 'AbortError')));
  });
}

function storeOf(key: string | undefined): 'account' | 'agents' {
  return key === ACCOUNT_KEY ? 'account' : 'agents';
}

/** What was found under the keys; what was never written is left out. */
function entries(keys: readonly string[], found: readonly unknown[]): Entry[] {
  return keys.flatMap((key, index) => {
    const raw = found[index];
    if (raw === undefined) return [];
    const { revision, document } = Object(raw) as Partial<Entry>;
    // Any script of the origin may have written it: without its envelope, all of it is the damaged document.
    return [isRevision(revision) ? { key, revision, document } : { key, revision: 0, document: raw }];
  });
}

function isRevision(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
