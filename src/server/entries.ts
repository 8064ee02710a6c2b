import { PhoneError } from '../model/errors.js';
import type { Versioned } from '../stores/status-store.js';

/** A store that has told nothing by then, in milliseconds, counts as unreachable. */
const ANSWER_MS = 10_000;

type Kind = 'account' | 'agents';

/** An entry as the store has it; of a damaged one, what lies there. */
export type Entry =
  Versioned<unknown> | { readonly revision: number; readonly damaged: true; readonly document?: unknown };

/** Told of each later state of an entry: of an agent, or of the account (`null`). */
export type Listener = (agentId: string | null, entry: Entry) => void;

/** The newest entries of one account that are known here, and who wants to hear of them. */
export class Entries {
  readonly #entries = new Map<string | null, Entry>();
  readonly #listeners = new Map<string | null, Set<Listener>>();
  readonly #all = new Set<Listener>();
  readonly #known = { account: createGate(), agents: createGate() };

  /** All present entries of that kind have been told. */
  markReady(kind: Kind): void {
    this.#known[kind].open();
  }

  /** Settles once all present entries of that kind have been told; rejects with `unavailable` where the store is silent. */
  async known(kind: Kind): Promise<void> {
    const gate = this.#known[kind];
    if (gate.isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new PhoneError('unavailable', 'server: the store does not answer. Try again later.');
      timer = setTimeout(() => reject(error), ANSWER_MS);
    });
    await Promise.race([gate.opened, late]).finally(() => clearTimeout(timer));
  }

  get(agentId: string | null): Entry | undefined {
    return this.#entries.get(agentId);
  }

  /** All agents that are known. */
  *agents(): Iterable<readonly [agentId: string, entry: Entry]> {
    for (const [agentId, entry] of this.#entries) if (agentId !== null) yield [agentId, entry];
  }

  /** Takes in what is newer than what is known, and tells it. */
  tell(agentId: string | null, entry: Entry): void {
    const known = this.#entries.get(agentId);
    if (known && known.revision >= entry.revision) return;
    this.#entries.set(agentId, entry);
    for (const listener of this.#listeners.get(agentId) ?? []) listener(agentId, entry);
    if (agentId !== null) for (const listener of this.#all) listener(agentId, entry);
  }

  /** The agent is erased. */
  forget(agentId: string): void {
    this.#entries.delete(agentId);
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
}

interface Gate {
  readonly isOpen: boolean;
  readonly opened: Promise<void>;
  open(): void;
}

function createGate(): Gate {
  let isOpen = false;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    opened,
    get isOpen() {
      return isOpen;
    },
    open() {
      isOpen = true;
      open();
    },
  };
}
