import type { PhoneError } from '../../model/errors.js';
import { wallClock } from '../../platform/time.js';
import type { StatusStore } from '../../stores/status-store.js';
import { answerInTime } from '../time-limit.js';
import { isDamaged, damagedEntry } from './damaged-entry.js';
import type { EntryCache, Entry } from './entry-cache.js';

/** How long the list of agents counts as fresh, in milliseconds. Only a new watch shows that a store has fallen silent. */
const FRESH_MS = 10_000;

interface Watch {
  /** Settles once all present entries have come. */
  readonly ready: Promise<void>;
  /** When that was, by the server's clock. */
  readonly readyAt: () => number | undefined;
  readonly stop: () => void;
  readonly found: ReadonlySet<string>;
  /** The entries that were known when it began. */
  readonly before: ReadonlyMap<string, Entry>;
}

/** Knows all agents of an account. What a silent store did not report, such as an erasure, shows when they are listed again. */
export class AgentIndex {
  readonly #store: StatusStore;
  readonly #entries: EntryCache;
  readonly #onBroken: (error: PhoneError) => void;
  #watch: Watch;
  #refreshing: Promise<void> | undefined;

  constructor(store: StatusStore, entries: EntryCache, onBroken: (error: PhoneError) => void) {
    this.#store = store;
    this.#entries = entries;
    this.#onBroken = onBroken;
    this.#watch = this.#begin();
  }

  /** Settles once the cache has all agents, and none who were erased more than some seconds ago. */
  async update(): Promise<void> {
    const readyAt = this.#watch.readyAt();
    if (readyAt === undefined) return allOf(this.#watch);
    if (Math.abs(wallClock() - readyAt) < FRESH_MS) return;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  stop(): void {
    this.#watch.stop();
  }

  async #refresh(): Promise<void> {
    const watch = this.#begin();
    try {
      await allOf(watch);
    } catch (error) {
      watch.stop();
      throw error;
    }
    this.#watch.stop();
    this.#watch = watch;
    for (const [agentId, entry] of watch.before) if (!watch.found.has(agentId)) this.#entries.erase(agentId, entry);
  }

  #begin(): Watch {
    const found = new Set<string>();
    const entries = this.#entries;
    let readyAt: number | undefined;
    let markReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => (markReady = resolve));
    const before = new Map(entries.agents());
    const take = (agentId: string, entry: Entry): void => {
      found.add(agentId);
      entries.update(agentId, entry);
    };
    const stop = this.#store.watchAgents({
      next: (entry) => take(entry.value.agentId, entry),
      ready: () => {
        readyAt = wallClock();
        markReady();
      },
      gone: (agentId) => entries.erase(agentId),
      error: (error) => {
        const { agentId } = (error.data ?? {}) as { readonly agentId?: unknown };
        if (!isDamaged(error)) this.#onBroken(error);
        else if (typeof agentId === 'string') take(agentId, damagedEntry(error));
      },
    });
    return { ready, readyAt: () => readyAt, stop, found, before };
  }
}

/** Settles once all agents have come. A store may take its time while more of them keep coming. */
async function allOf({ ready, found }: Watch): Promise<void> {
  for (;;) {
    const before = found.size;
    try {
      return await answerInTime('the store', ready);
    } catch (error) {
      if (found.size === before) throw error;
    }
  }
}
