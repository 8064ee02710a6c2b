import type { StoredEntry } from './stream.js';

interface Save {
  readonly key: string;
  /** The revision that it is to replace; 0 if there must be none. */
  readonly expected: number;
  revision?: number;
  isOvertaken?: boolean;
}

/** The saves whose result is not known yet, and what the stream has shown about them. */
export class InFlightSaves {
  readonly #saves = new Map<string, Save>();

  /** Begins a save of that key; returns its id. */
  begin(key: string, expected: number): string {
    const id = crypto.randomUUID();
    this.#saves.set(id, { key, expected });
    return id;
  }

  end(id: string): void {
    this.#saves.delete(id);
  }

  see({ key, saveId, revision, replaced }: StoredEntry): void {
    for (const [id, save] of this.#saves) {
      if (id === saveId) save.revision = revision;
      else if (save.key === key && save.expected === replaced) save.isOvertaken = true;
    }
  }

  /** The revision with which it was seen, if it was. */
  revisionOf(id: string): number | undefined {
    return this.#saves.get(id)?.revision;
  }

  /** Whether another save was seen to replace the revision that this one expects: it cannot have been stored. */
  isOvertaken(id: string): boolean {
    return this.#saves.get(id)?.isOvertaken === true;
  }
}
