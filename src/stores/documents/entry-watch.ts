import { PhoneError } from '../../model/errors.js';
import { callSafely } from '../../platform/listeners.js';
import type { Watcher } from '../status-store.js';
import { ACCOUNT_KEY, type Entry } from './entry.js';
import { checked, type Check } from './checked-entry.js';

/** One watcher, and what was delivered to it. */
export interface Watch {
  /** The key that it watches; `undefined` means all agents. */
  readonly key: string | undefined;
  /** Whether that revision of that entry is still to be delivered. */
  wants(key: string, revision: number): boolean;
  /** Delivers the entries that are newer than those before; damage goes to `error`, once. */
  deliver(entries: readonly Entry[]): void;
  /** The agent was erased, whose last revision that was. */
  gone(key: string, revision: number): void;
  /** Begins to deliver all present entries: to be called before they are read. */
  beginSnapshot(): Snapshot;
  /** The database has another generation: forgets what was delivered, and abandons unfinished snapshots. */
  restart(generation: string, before: string): void;
  /** Reports why it cannot go on for now, once until something is delivered again. */
  fail(error: PhoneError): void;
  end(): void;
}

/** The delivery of all present entries. */
export interface Snapshot {
  deliver(entries: readonly Entry[]): void;
  /** All have been delivered: whatever was delivered before, and is not among them, was erased. */
  complete(generation: string | undefined): void;
}

interface Delivered {
  readonly revision: number;
  /** The number of the latest snapshot that it was part of, or came after. */
  readonly snapshot: number;
  readonly isGone?: boolean;
}

interface WatchOptions<T> {
  readonly key: string | undefined;
  readonly check: Check<T>;
  readonly watcher: Watcher<T>;
  /** Called with each entry that is delivered. */
  onDelivery(key: string, revision: number): void;
}

/** Remembers which revisions were delivered to a watcher. */
export class EntryWatch<T> implements Watch {
  readonly key: string | undefined;
  readonly #options: WatchOptions<T>;
  readonly #delivered = new Map<string, Delivered>();
  #state: 'starting' | 'ready' | 'ended' = 'starting';
  #snapshot = 0;
  /** Snapshots up to this number are abandoned. */
  #abandoned = 0;
  #failed: string | undefined;

  constructor(options: WatchOptions<T>) {
    this.key = options.key;
    this.#options = options;
  }

  wants(key: string, revision: number): boolean {
    return this.#isWatched(key) && revision > (this.#delivered.get(key)?.revision ?? -1);
  }

  deliver(entries: readonly Entry[]): void {
    const { check, onDelivery } = this.#options;
    this.#failed = undefined;
    for (const entry of entries) {
      const { key, revision } = entry;
      if (!this.wants(key, revision)) continue;
      this.#delivered.set(key, { revision, snapshot: this.#snapshot });
      onDelivery(key, revision);
      const found = checked(entry, check);
      this.#notify((watcher) => (found instanceof PhoneError ? watcher.error?.(found) : watcher.next(found)));
    }
  }

  gone(agentId: string, revision: number): void {
    const known = this.#delivered.get(agentId);
    if (!this.#isWatched(agentId) || known?.isGone || revision < (known?.revision ?? 0)) return;
    this.#delivered.set(agentId, { revision, snapshot: this.#snapshot, isGone: true });
    this.#notify((watcher) => watcher.gone?.(agentId));
  }

  beginSnapshot(): Snapshot {
    const own = ++this.#snapshot;
    const isCurrent = (): boolean => own > this.#abandoned && this.#state !== 'ended';
    return {
      deliver: (entries) => {
        if (!isCurrent()) return;
        this.deliver(entries);
        for (const { key } of entries) {
          const known = this.#delivered.get(key);
          if (known && known.snapshot < own) this.#delivered.set(key, { ...known, snapshot: own });
        }
      },
      complete: (generation) => {
        if (isCurrent()) this.#complete(own, generation);
      },
    };
  }

  restart(generation: string, before: string): void {
    if (this.#state === 'ended') return;
    this.#abandoned = this.#snapshot;
    const hasBegun = this.#state === 'ready' || this.#delivered.size > 0;
    // The watcher can only forget entries of a generation whose name it knows.
    if (this.#state === 'starting' && hasBegun) this.#notifyReady(before);
    this.#delivered.clear();
    this.#state = 'starting';
    if (hasBegun) this.#notifyReady(generation);
  }

  fail(error: PhoneError): void {
    if (this.#state !== 'ended' && this.#failed !== error.code) this.#notify((watcher) => watcher.error?.(error));
    this.#failed = error.code;
  }

  end(): void {
    this.#state = 'ended';
  }

  #isWatched(key: string): boolean {
    return this.#state !== 'ended' && (this.key === undefined ? key !== ACCOUNT_KEY : key === this.key);
  }

  /** Without a generation it may be another database, in which nothing was erased. */
  #complete(snapshot: number, generation: string | undefined): void {
    if (generation !== undefined) {
      for (const [key, known] of this.#delivered) if (known.snapshot < snapshot) this.gone(key, known.revision);
    }
    if (this.#state === 'ready') return;
    this.#state = 'ready';
    this.#notifyReady(generation);
  }

  #notifyReady(generation: string | undefined): void {
    this.#notify((watcher) => watcher.ready?.(generation));
  }

  #notify(call: (watcher: Watcher<T>) => void): void {
    callSafely('store', () => call(this.#options.watcher));
  }
}
