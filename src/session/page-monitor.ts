import type { Instant, PageId } from '../model/agent.js';
import { LEASE_MS } from '../model/presence.js';
import { createAlarm, wallClock } from '../platform/time.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../platform/storage.js';
import { ifFree, whenFree } from '../platform/locks.js';
import type { SessionRun } from './session-run.js';

/** What a page that leaves has written may reach other pages this much later, in milliseconds. */
const GRACE_MS = 500;

/** Watches the other pages of one agent in one browser, by the locks that they hold as long as they live. */
export class PageMonitor {
  readonly #run: SessionRun;
  /**
   * Called for a page that has gone, in whatever way: when its lock is free, and again when its last words have arrived.
   */
  readonly #gone: (page: PageId) => void;
  /** What ends the wait for a page, or the grace that it has. */
  readonly #ends = new Map<PageId, () => void>();
  /** The longest lease that each was seen to hold. */
  readonly #leases = new Map<PageId, Instant>();

  constructor(run: SessionRun, gone: (page: PageId) => void) {
    this.#run = run;
    this.#gone = gone;
  }

  /** Waits for the end of each page of this browser that holds a lease. */
  look(): void {
    const { page: own, synced } = this.#run;
    const family = own.slice(0, own.lastIndexOf('.') + 1);
    for (const [page, lease] of Object.entries(synced.record.leases)) {
      const isSibling = family && page !== own && page.startsWith(family);
      // Once it was found gone, only a lease that it has renewed says that it is back.
      if (!isSibling || lease <= (this.#leases.get(page) ?? 0)) continue;
      this.#leases.set(page, lease);
      this.await(page);
    }
  }

  /** Waits for the end of that page. */
  await(page: PageId): void {
    if (this.#ends.has(page)) return;
    const end = whenFree(lockOf(page), () => {
      this.#gone(page);
      const grace = createAlarm(() => void this.#judge(page));
      this.#ends.set(page, () => grace.set(undefined));
      grace.set(GRACE_MS);
    });
    this.#ends.set(page, end);
  }

  /** A page that holds its lock again was only away, as in the back-forward cache. */
  async #judge(page: PageId): Promise<void> {
    let isWanted = true;
    this.#ends.set(page, () => (isWanted = false));
    const isFree = await ifFree(lockOf(page), () => isWanted && this.#end(page));
    if (!isWanted) return;
    this.#ends.delete(page);
    if (!isFree) this.await(page);
  }

  #end(page: PageId): void {
    const { synced, pending } = this.#run;
    // What the page kept in its last moment may not have reached this one when the lock did.
    this.#gone(page);
    // A lease that was shortened was left, even where nothing was noted here.
    const stands = (synced.record.leases[page] ?? 0) >= (this.#leases.get(page) ?? 0);
    if (stands && readLocal(noteKey(page)) === null) pending.add({ type: 'page-died', page }, 'lease');
  }

  /** Waits for nobody any more. */
  stop(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    this.#leases.clear();
  }
}

/** Not the kind of the stores' own notes: each sweeps its kind. */
const NOTE = 'gone';

function noteKey(page: PageId): string {
  return localKey(NOTE, page);
}

/** The lock that a page holds as long as it lives. */
export function lockOf(page: PageId): string {
  return `phone-widget:page:${page}`;
}

/** Notes in this browser, at once, that the page was left; nobody will think that it died. */
export function noteDeparture(page: PageId): void {
  try {
    writeLocal(noteKey(page), String(wallClock()));
  } catch {
    // Storage is full: the page counts as one that died, and its lease ends a little earlier.
  }
}

/** The page is back. Notes of pages whose leases have run out are swept away. */
export function clearDeparture(page: PageId): void {
  removeLocal(noteKey(page));
  for (const key of localKeys(localPrefix(NOTE))) {
    if (!(Number(readLocal(key)) > wallClock() - LEASE_MS)) removeLocal(key);
  }
}
