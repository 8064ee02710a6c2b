import { ACCOUNT_KEY, type Entry } from '../documents/entry.js';
import type { Retry } from './retry.js';

/** How often an entry that was seen must be missing before it counts as removed. */
const CONFIRMATIONS = 3;

/** The last revision that was seen of each entry: a leader that does not know that it was deposed replies with older ones. */
export class Revisions {
  readonly #last = new Map<string, number>();

  note({ key, revision }: Omit<Entry, 'document'>): void {
    if (revision > (this.#last.get(key) ?? 0)) this.#last.set(key, revision);
  }

  forget(key: string): void {
    this.#last.delete(key);
  }

  clear(): void {
    this.#last.clear();
  }

  /** The keys of the agents that were seen. */
  agentKeys(): readonly string[] {
    return [...this.#last.keys()].filter((key) => key !== ACCOUNT_KEY);
  }

  /** Reads an entry again and again until it is no older than the one that was seen. */
  async confirmed<T extends Entry>(
    key: string,
    read: () => Promise<T | undefined>,
    retry: Retry,
  ): Promise<T | undefined> {
    for (let missing = 0; ;) {
      const entry = await read();
      const seen = this.#last.get(key);
      if (entry && entry.revision >= (seen ?? 0)) {
        this.note(entry);
        return entry;
      }
      if (!entry && (seen === undefined || ++missing > CONFIRMATIONS)) {
        this.forget(key);
        return undefined;
      }
      await retry.pause(new Error('a node does not have the latest state'));
    }
  }
}
