import type { AgentRecord, Instant, PageId } from '../model/agent.js';
import { createAlarm, wallClock, type Alarm } from './clock.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from './local-storage.js';
import { whenFree } from './page-lock.js';
import { LEASE_MS } from '../model/presence.js';

/** What is known of the agent's other pages in this browser, and who is told. */
export interface SiblingOptions {
  readonly page: PageId;
  /** The agent's record as the store has it. */
  record(): AgentRecord;
  /** The page has gone, in whatever way. Called when its lock is free, and again when its last words have arrived. */
  gone(page: PageId): void;
  /** The page has died without leaving, and its lease stands. */
  died(page: PageId): void;
}

/** What a page that leaves has written may reach other pages this much later, in milliseconds. */
const GRACE_MS = 500;

/** Watches the other pages of one agent in one browser, by the locks that they hold as long as they live. */
export class Siblings {
  readonly #options: SiblingOptions;
  /** What pages of this browser begin with; empty: none is known. */
  readonly #family: string;
  readonly #waits = new Map<PageId, () => void>();
  readonly #graces = new Map<PageId, Alarm>();
  /** The longest lease that each was seen to hold. */
  readonly #leases = new Map<PageId, Instant>();

  constructor(options: SiblingOptions) {
    this.#options = options;
    this.#family = options.page.slice(0, options.page.lastIndexOf('.') + 1);
  }

  /** Waits for the end of each page that holds a lease. */
  look(): void {
    const { page: own, record } = this.#options;
    const { leases } = record();
    for (const page of Object.keys(leases)) {
      if (!this.#family || page === own || !page.startsWith(this.#family)) continue;
      const lease = leases[page] as Instant;
      // Once it was found gone, only a lease that it has renewed says that it is back.
      if (lease <= (this.#leases.get(page) ?? 0)) continue;
      this.#leases.set(page, lease);
      this.await(page);
    }
    for (const page of this.#leases.keys()) if (!Object.hasOwn(leases, page)) this.#forget(page);
  }

  /** Waits for the end of that page. */
  await(page: PageId): void {
    if (this.#waits.has(page)) return;
    this.#waits.set(
      page,
      whenFree(lockOf(page), () => {
        this.#waits.delete(page);
        this.#options.gone(page);
        const grace = createAlarm(() => this.#judge(page));
        this.#graces.set(page, grace);
        grace.set(GRACE_MS);
      }),
    );
  }

  /** Waits for nobody any more. */
  stop(): void {
    for (const page of new Set([...this.#leases.keys(), ...this.#waits.keys(), ...this.#graces.keys()]))
      this.#forget(page);
  }

  #judge(page: PageId): void {
    this.#graces.delete(page);
    // What the page kept in its last moment may not have reached this one when the lock did.
    this.#options.gone(page);
    const lease = this.#options.record().leases[page];
    // A lease that was shortened was left, even where nothing was noted here.
    const stands = lease !== undefined && lease >= (this.#leases.get(page) ?? 0);
    if (stands && readLocal(noteKey(page)) === null) this.#options.died(page);
  }

  #forget(page: PageId): void {
    this.#waits.get(page)?.();
    this.#waits.delete(page);
    this.#graces.get(page)?.set(undefined);
    this.#graces.delete(page);
    this.#leases.delete(page);
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
