import { PhoneError } from '../../model/errors.js';
import type { Watcher } from '../status-store.js';
import { checked, type Check } from './checked-entry.js';
import { ACCOUNT_KEY, type Entry } from './backend.js';

/** One watcher and what it has been told. */
export interface Watch {
  /** What it watches; `undefined`: all agents. */
  readonly key: string | undefined;
  /** Whether that revision of that entry would be news. */
  wants(key: string, revision: number): boolean;
  /** Hands over what is news, in the order of revisions; damage goes to `error`, once. */
  tell(entries: readonly Entry[]): void;
  /** The agent was erased, whose last revision that was. */
  gone(key: string, revision: number): void;
  /** Begins to tell all present entries: to be called before they are read. */
  begin(): Telling;
  /** The place has another generation: all that was told is forgotten, and a telling under way counts for nothing. */
  restart(generation: string, before: string): void;
  /** It cannot go on for now: told once until something else is told. */
  fail(error: PhoneError): void;
  end(): void;
}

/** The telling of all present entries. */
export interface Telling {
  tell(entries: readonly Entry[]): void;
  /** They have all been told: what was known before, and is not among them, was erased. */
  ready(generation: string | undefined): void;
}

interface Told {
  readonly revision: number;
  /** The last telling that it was part of, or came after. */
  readonly telling: number;
  readonly isGone?: boolean;
}

/** Whom a watch tells, and of what. */
interface WatchOptions<T> {
  readonly key: string | undefined;
  readonly check: Check<T>;
  readonly watcher: Watcher<T>;
  /** Hears of each entry that is handed over. */
  given(key: string, revision: number): void;
}

/** Keeps account of what a watcher has been told. */
export class EntryWatch<T> implements Watch {
  readonly key: string | undefined;
  readonly #options: WatchOptions<T>;
  readonly #told = new Map<string, Told>();
  #state: 'starting' | 'ready' | 'ended' = 'starting';
  #telling = 0;
  #firstTelling = 0;
  #failed: string | undefined;

  constructor(options: WatchOptions<T>) {
    this.key = options.key;
    this.#options = options;
  }

  wants(key: string, revision: number): boolean {
    return this.#isWatched(key) && revision > (this.#told.get(key)?.revision ?? -1);
  }

  tell(entries: readonly Entry[]): void {
    const { check, watcher, given } = this.#options;
    this.#failed = undefined;
    for (const entry of entries) {
      const { key, revision } = entry;
      if (!this.wants(key, revision)) continue;
      this.#told.set(key, { revision, telling: this.#telling });
      given(key, revision);
      const found = checked(entry, check);
      safely(() => (found instanceof PhoneError ? watcher.error?.(found) : watcher.next(found)));
    }
  }

  gone(agentId: string, revision: number): void {
    const known = this.#told.get(agentId);
    if (!this.#isWatched(agentId) || known?.isGone || revision < (known?.revision ?? 0)) return;
    this.#told.set(agentId, { revision, telling: this.#telling, isGone: true });
    safely(() => this.#options.watcher.gone?.(agentId));
  }

  begin(): Telling {
    const own = ++this.#telling;
    const counts = (): boolean => own > this.#firstTelling && this.#state !== 'ended';
    return {
      tell: (entries) => {
        if (!counts()) return;
        this.tell(entries);
        for (const { key } of entries) {
          const known = this.#told.get(key);
          if (known && known.telling < own) this.#told.set(key, { ...known, telling: own });
        }
      },
      ready: (generation) => {
        if (counts()) this.#ready(own, generation);
      },
    };
  }

  restart(generation: string, before: string): void {
    if (this.#state === 'ended') return;
    this.#firstTelling = this.#telling;
    const isTold = this.#state === 'ready' || this.#told.size > 0;
    // It is to forget entries of a generation that it was never told.
    if (this.#state === 'starting' && isTold) this.#tellReady(before);
    this.#told.clear();
    this.#state = 'starting';
    if (isTold) this.#tellReady(generation);
  }

  fail(error: PhoneError): void {
    if (this.#state !== 'ended' && this.#failed !== error.code) safely(() => this.#options.watcher.error?.(error));
    this.#failed = error.code;
  }

  end(): void {
    this.#state = 'ended';
  }

  #isWatched(key: string): boolean {
    return this.#state !== 'ended' && (this.key === undefined ? key !== ACCOUNT_KEY : key === this.key);
  }

  /** Without a generation it may as well be another place, where nothing was erased. */
  #ready(telling: number, generation: string | undefined): void {
    if (generation !== undefined) {
      for (const [key, told] of this.#told) if (told.telling < telling) this.gone(key, told.revision);
    }
    if (this.#state === 'ready') return;
    this.#state = 'ready';
    this.#tellReady(generation);
  }

  #tellReady(generation: string | undefined): void {
    safely(() => this.#options.watcher.ready?.(generation));
  }
}

/** Runs what a host gave: its failure is the host's to see in the console, and harms nobody else. */
export function safely(run: () => void): void {
  try {
    run();
  } catch (error) {
    // eslint-disable-next-line no-console -- thrown on, it would end the watches that come after this one
    console.error('[phone-widget] store: a watcher threw.', error);
  }
}
