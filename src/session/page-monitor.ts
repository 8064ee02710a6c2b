import type { Instant, PageId } from '../model/agent.js';
import { LEASE_MS } from '../model/presence.js';
import { hasLocks, holdLock, ifFree, whenFree, type Release } from '../platform/locks.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../platform/storage.js';
import { createAlarm, wallClock, withTimeout } from '../platform/time.js';
import type { Outbox } from './outbox.js';
import type { PendingEvents } from './pending-events.js';
import type { SessionContext } from './session-context.js';
import type { SyncedState } from './synced-state.js';

/** What a leaving page has written may reach other pages this much later, in milliseconds. */
const GRACE_MS = 500;
/** A lock that cannot be had within this time, in milliseconds, is not waited for. */
const LOCK_MS = 1000;

/** The pages that run in this JavaScript realm. Without locks nothing else tells which pages live. */
const running = new Set<PageId>();

/** What the monitor watches, and where it puts what a dead page leaves. */
interface PageMonitorParts {
  readonly synced: Pick<SyncedState, 'record'>;
  readonly pending: Pick<PendingEvents, 'add' | 'enqueueKept'>;
  readonly outbox: Pick<Outbox, 'keep' | 'factsOf' | 'pages'>;
}

/**
 * The pages of one agent in one browser. Each holds a lock as long as it lives; a page that dies loses its lease, and its
 * kept facts go to another page.
 */
export class PageMonitor {
  readonly #page: PageId;
  readonly #synced: PageMonitorParts['synced'];
  readonly #pending: PageMonitorParts['pending'];
  readonly #outbox: PageMonitorParts['outbox'];
  /** Ends the wait for a page, or the grace that it has. */
  readonly #ends = new Map<PageId, () => void>();
  /** The longest known lease of each page. */
  readonly #leases = new Map<PageId, Instant>();
  #lock!: Promise<Release>;

  constructor({ page }: Pick<SessionContext, 'page'>, parts: PageMonitorParts) {
    this.#page = page;
    this.#synced = parts.synced;
    this.#pending = parts.pending;
    this.#outbox = parts.outbox;
  }

  /** Enters the page, and takes over what it and dead pages have kept. Resolves once that is done. */
  async start(): Promise<void> {
    this.enter();
    this.#takeOver(this.#page);
    await this.entered();
    const pages = this.#outbox.pages().filter((page) => page !== this.#page && (hasLocks() || !running.has(page)));
    await Promise.all(pages.map((page) => this.#takeOverIfDead(page)));
  }

  /** Marks this page as live, and takes its lock. */
  enter(): void {
    const page = this.#page;
    running.add(page);
    removeLocal(noteKey(page));
    sweepNotes();
    this.#lock = holdLock(lockOf(page));
  }

  /** Resolves once this page holds its lock, after a second at the latest. */
  entered(): Promise<unknown> {
    return withTimeout(this.#lock, LOCK_MS).catch(() => undefined);
  }

  /** Marks this page as left, so that no other page thinks it died, releases its lock, and stops watching the others. */
  leave(): void {
    this.stop();
    noteDeparture(this.#page);
    running.delete(this.#page);
    void this.#lock.then((release) => release());
  }

  /** Queues the facts that a page has kept, and forgets those of another page. */
  #takeOver(page: PageId): void {
    const facts = this.#outbox.factsOf(page);
    if (facts.length > 0) this.#pending.enqueueKept(facts);
    if (page !== this.#page) this.#outbox.keep(page, []);
  }

  /** Waits for the end of each page of this browser that holds a lease. */
  look(): void {
    if (!hasLocks()) return;
    const own = this.#page;
    const family = own.slice(0, own.lastIndexOf('.') + 1);
    for (const [page, lease] of Object.entries(this.#synced.record.leases)) {
      const isSibling = family && page !== own && page.startsWith(family);
      // A page that was found dead is back only if it has renewed its lease.
      if (!isSibling || lease <= (this.#leases.get(page) ?? 0)) continue;
      this.#leases.set(page, lease);
      this.#await(page);
    }
  }

  /** Waits for no page any more. */
  stop(): void {
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    this.#leases.clear();
  }

  /** A page that still holds its lock may be about to leave: its facts are taken over once it is gone. */
  async #takeOverIfDead(page: PageId): Promise<void> {
    if (!hasLocks()) return this.#takeOver(page);
    this.#await(page);
    await ifFree(lockOf(page), () => this.#takeOver(page));
  }

  /** Waits for the end of that page. */
  #await(page: PageId): void {
    if (this.#ends.has(page)) return;
    const end = whenFree(lockOf(page), () => {
      this.#takeOver(page);
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
    if (!isFree) this.#await(page);
  }

  #end(page: PageId): void {
    // What the page kept in its last moment may have arrived here after its lock was free.
    this.#takeOver(page);
    // A page whose lease was shortened has left, even if nothing was noted here.
    const stands = (this.#synced.record.leases[page] ?? 0) >= (this.#leases.get(page) ?? 0);
    if (stands && readLocal(noteKey(page)) === null) this.#pending.add({ type: 'page-died', page }, 'lease');
  }
}

/** The stores sweep their own notes, of another kind. */
const NOTE = 'gone';

function noteKey(page: PageId): string {
  return localKey(NOTE, page);
}

/** The lock that a page holds as long as it lives. */
function lockOf(page: PageId): string {
  return `phone-widget:page:${page}`;
}

/** Notes in this browser, at once, that the page was left. */
function noteDeparture(page: PageId): void {
  try {
    writeLocal(noteKey(page), String(wallClock()));
  } catch {
    // Storage is full: the page counts as dead, and its lease ends a little earlier.
  }
}

/** Removes the notes of pages whose leases have run out. */
function sweepNotes(): void {
  for (const key of localKeys(localPrefix(NOTE))) {
    if (!(Number(readLocal(key)) > wallClock() - LEASE_MS)) removeLocal(key);
  }
}
