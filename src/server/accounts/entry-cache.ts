import type { Versioned } from '../../stores/status-store.js';

/** An entry as the store has it; of a damaged one, what lies there. */
export type Entry =
  Versioned<unknown> | { readonly revision: number; readonly damaged: true; readonly document?: unknown };

/** Told of each later state of an entry: of an agent, or of the account (`null`). `isErased`: that was the agent's last one. */
export type Listener = (agentId: string | null, entry: Entry, isErased?: boolean) => void;

/** The newest entries of one account that are known here, and who wants to hear of them. */
export class EntryCache {
  readonly #entries = new Map<string | null, Entry>();
  /** The last revision of an agent who was erased: what is still told of it is old. */
  readonly #erased = new Map<string | null, number>();
  readonly #listeners = new Map<string | null, Set<Listener>>();
  readonly #all = new Set<Listener>();

  get(agentId: string | null): Entry | undefined {
    return this.#entries.get(agentId);
  }

  /** The agents that are known now. Who goes through them in pieces skips those who are erased meanwhile. */
  *agents(): Generator<readonly [agentId: string, entry: Entry]> {
    for (const agentId of [...this.#entries.keys()]) {
      const entry = this.#entries.get(agentId);
      if (agentId !== null && entry) yield [agentId, entry];
    }
  }

  /** Takes in what is newer than what is known, and tells it. */
  tell(agentId: string | null, entry: Entry): void {
    const known = this.#entries.get(agentId)?.revision ?? this.#erased.get(agentId);
    if (known !== undefined && known >= entry.revision) return;
    this.#erased.delete(agentId);
    this.#entries.set(agentId, entry);
    this.#each(agentId, (listener) => listener(agentId, entry));
  }

  /** The agent is erased, unless something newer than that entry has become known. */
  forget(agentId: string, entry = this.#entries.get(agentId)): void {
    if (!entry || this.#entries.get(agentId) !== entry) return;
    this.#entries.delete(agentId);
    this.#erased.set(agentId, entry.revision);
    this.#each(agentId, (listener) => listener(agentId, entry, true));
  }

  /** Nothing that was known holds any more. */
  clear(): void {
    this.#entries.clear();
    this.#erased.clear();
  }

  /** Tells the listener of one agent, of the account (`null`), or of every agent (`undefined`). Answers what ends that. */
  listen(agentId: string | null | undefined, listener: Listener): () => void {
    if (agentId === undefined) {
      this.#all.add(listener);
      return () => void this.#all.delete(listener);
    }
    const listeners = this.#listeners.get(agentId) ?? new Set();
    this.#listeners.set(agentId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(agentId);
    };
  }

  #each(agentId: string | null, tell: (listener: Listener) => void): void {
    this.#listeners.get(agentId)?.forEach(tell);
    if (agentId !== null) this.#all.forEach(tell);
  }
}
