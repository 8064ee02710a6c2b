import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type OpenDBCallbacks } from 'idb';
import { ACCOUNT_KEY, newGeneration, type Announce, type Change, type Entry, type Place } from '../place/place.js';

interface Layout extends DBSchema {
  account: { key: string; value: unknown };
  agents: { key: string; value: unknown };
  /** Under `revision`, the newest revision that was given; under `generation`, the place's. */
  meta: { key: string; value: unknown };
}

/** The layout that this code knows; a browser refuses to open a newer one with it (`VersionError`). */
const LAYOUT_VERSION = 1;
const STORES = ['account', 'agents', 'meta'] as const;

/** Opens the database of that name, and lays it out where it is new. */
export function openDatabase(name: string, callbacks: OpenDBCallbacks<Layout>): Promise<IDBPDatabase<Layout>> {
  return openDB<Layout>(name, LAYOUT_VERSION, {
    ...callbacks,
    upgrade(db) {
      for (const name of STORES) {
        const { transaction } = db.createObjectStore(name);
        // Whoever opens is told of a failure; the host page need not hear of it as well.
        transaction.done.catch(() => undefined);
      }
    },
  });
}

type Mode = 'readonly' | 'readwrite';
type Transaction<M extends Mode> = IDBPTransaction<Layout, typeof STORES, M>;

interface PlaceEvents {
  readonly announce: Announce;
  readonly generation: (id: string) => void;
}

/** Documents in IndexedDB; every step is one transaction, which tells the place's generation. */
export class IndexedDbPlace implements Place {
  readonly #db: IDBPDatabase<Layout>;
  readonly #events: PlaceEvents;

  constructor(db: IDBPDatabase<Layout>, events: PlaceEvents) {
    this.#db = db;
    this.#events = events;
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#transact('readonly', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      if (key !== undefined) return entries([key], [await documents.get(key)]);
      return entries(...(await Promise.all([documents.getAllKeys(), documents.getAll()])));
    });
  }

  async write(key: string, change: Change): Promise<Entry | undefined> {
    const entry = await this.#transact('readwrite', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      const meta = tx.objectStore('meta');
      const [present] = entries([key], [await documents.get(key)]);
      const document = change(present);
      if (document === undefined) return undefined;
      const newest = await meta.get('revision');
      // Counted from the time: a database that was erased and made anew never gives an earlier revision again.
      const revision = Math.max(isRevision(newest) ? newest : Date.now(), present?.revision ?? 0) + 1;
      await documents.put({ revision, document }, key);
      await meta.put(revision, 'revision');
      return { key, revision, document };
    });
    if (entry) this.#events.announce(key, entry.revision);
    return entry;
  }

  async remove(key: string): Promise<void> {
    const erased = await this.#transact('readwrite', async (tx) => {
      const documents = tx.objectStore(storeOf(key));
      const [present] = entries([key], [await documents.get(key)]);
      await documents.delete(key);
      return present;
    });
    if (erased) this.#events.announce(key, erased.revision, null);
  }

  /** Waits for both: a transaction that is aborted rejects what was begun in it, and itself. */
  async #transact<T, M extends Mode>(mode: M, work: (tx: Transaction<M>) => Promise<T>): Promise<T> {
    const tx = this.#db.transaction(STORES, mode);
    // Asked for together: the generation is told before the work goes on.
    const [isTold, result] = await Promise.all([this.#tellGeneration(tx), work(tx), tx.done]);
    if (isTold) return result;
    await this.#transact('readwrite', async () => undefined);
    return this.#transact(mode, work);
  }

  /** A place that was emptied, or that an earlier version made, has none: it is given one where that is possible. */
  async #tellGeneration(tx: Transaction<Mode>): Promise<boolean> {
    const meta = tx.objectStore('meta');
    const known = await meta.get('generation');
    const isKnown = typeof known === 'string' && known !== '';
    if (!isKnown && tx.mode === 'readonly') return false;
    const generation = isKnown ? known : newGeneration();
    if (!isKnown) await meta.put?.(generation, 'generation');
    this.#events.generation(generation);
    return true;
  }
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
