import type { PhoneError } from '../../model/errors.js';
import type { StatusStore } from '../../stores/status-store.js';
import { answerInTime } from '../time-limit.js';
import { wallClock } from '../../platform/time.js';
import { isDamaged, damagedEntry } from './damaged-entry.js';
import type { EntryCache, Entry } from './entry-cache.js';

/** A list of all agents that is older, in milliseconds, is made anew: a store that has fallen silent shows in no other way. */
const FRESH_MS = 10_000;

interface Watch {
  /** All present entries have been told. */
  readonly ready: Promise<void>;
  /** When that was. */
  readonly readyAt: () => number | undefined;
  readonly stop: () => void;
  readonly found: ReadonlySet<string>;
  /** What was known when it began. */
  readonly before: ReadonlyMap<string, Entry>;
}

/** Who all the agents of an account are. What a silent store did not report, such as an erasure, shows when it lists them again. */
export class AgentIndex {
  readonly #store: StatusStore;
  readonly #entries: EntryCache;
  readonly #onBroken: (error: PhoneError) => void;
  #watch: Watch;
  #renewing: Promise<void> | undefined;

  constructor(store: StatusStore, entries: EntryCache, onBroken: (error: PhoneError) => void) {
    this.#store = store;
    this.#entries = entries;
    this.#onBroken = onBroken;
    this.#watch = this.#begin();
  }

  /** Settles once the entries hold all agents, and none who had been erased some seconds ago. */
  async update(): Promise<void> {
    const readyAt = this.#watch.readyAt();
    if (readyAt === undefined) return allOf(this.#watch);
    if (Math.abs(wallClock() - readyAt) < FRESH_MS) return;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  stop(): void {
    this.#watch.stop();
  }

  async #renew(): Promise<void> {
    const watch = this.#begin();
    try {
      await allOf(watch);
    } catch (error) {
      watch.stop();
      throw error;
    }
    this.#watch.stop();
    this.#watch = watch;
    for (const [agentId, entry] of watch.before) if (!watch.found.has(agentId)) this.#entries.forget(agentId, entry);
  }

  #begin(): Watch {
    const found = new Set<string>();
    const entries = this.#entries;
    let readyAt: number | undefined;
    let markReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => (markReady = resolve));
    const before = new Map(entries.agents());
    const tell = (agentId: string, entry: Entry): void => {
      found.add(agentId);
      entries.tell(agentId, entry);
    };
    const stop = this.#store.watchAgents({
      next: (entry) => tell(entry.value.agentId, entry),
      ready: () => {
        readyAt = wallClock();
        markReady();
      },
      gone: (agentId) => entries.forget(agentId),
      error: (error) => {
        const { agentId } = (error.data ?? {}) as { readonly agentId?: unknown };
        if (!isDamaged(error)) this.#onBroken(error);
        else if (typeof agentId === 'string') tell(agentId, damagedEntry(error));
      },
    });
    return { ready, readyAt: () => readyAt, stop, found, before };
  }
}

/** Settles when all has been told; a store that goes on telling may take its time. */
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
