import type { Versioned } from '../../stores/status-store.js';

/** An entry as the store has it. A damaged one may come with the document that could not be read. */
export type Entry =
  Versioned<unknown> | { readonly revision: number; readonly damaged: true; readonly document?: unknown };

/** Gets each later entry of an agent, or of the account (`null`). `isErased`: it was the last one of an agent who was erased. */
export type Listener = (agentId: string | null, entry: Entry, isErased?: boolean) => void;

/** The newest known entries of one account, and who listens to them. */
export class EntryCache {
  readonly #entries = new Map<string | null, Entry>();
  /** The last revision of each erased agent: older entries may still arrive. */
  readonly #erased = new Map<string | null, number>();
  /** By agent; `null`: of the account, `undefined`: of all agents. */
  readonly #listeners = new Map<string | null | undefined, Set<Listener>>();

  get(agentId: string | null): Entry | undefined {
    return this.#entries.get(agentId);
  }

  /** The agents that are known now. A reader who takes them in pieces skips those who are erased meanwhile. */
  *agents(): Generator<readonly [agentId: string, entry: Entry]> {
    for (const agentId of [...this.#entries.keys()]) {
      const entry = this.#entries.get(agentId);
      if (agentId !== null && entry) yield [agentId, entry];
    }
  }

  /** Keeps an entry that is newer than the known one, and calls the listeners. */
  update(agentId: string | null, entry: Entry): void {
    const known = this.#entries.get(agentId)?.revision ?? this.#erased.get(agentId);
    if (known !== undefined && known >= entry.revision) return;
    this.#erased.delete(agentId);
    this.#entries.set(agentId, entry);
    this.#each(agentId, (listener) => listener(agentId, entry));
  }

  /** Marks the agent as erased, unless something newer than that entry is known. */
  erase(agentId: string, entry = this.#entries.get(agentId)): void {
    if (!entry || this.#entries.get(agentId) !== entry) return;
    this.#entries.delete(agentId);
    this.#erased.set(agentId, entry.revision);
    this.#each(agentId, (listener) => listener(agentId, entry, true));
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#erased.clear();
  }

  /** Calls the listener for one agent, for the account (`null`), or for all agents (`undefined`). Returns what ends that. */
  listen(agentId: string | null | undefined, listener: Listener): () => void {
    const listeners = this.#listeners.get(agentId) ?? new Set();
    this.#listeners.set(agentId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(agentId);
    };
  }

  #each(agentId: string | null, call: (listener: Listener) => void): void {
    this.#listeners.get(agentId)?.forEach(call);
    if (agentId !== null) this.#listeners.get(undefined)?.forEach(call);
  }
}
