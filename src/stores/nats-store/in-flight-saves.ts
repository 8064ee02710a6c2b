import type { StoredEntry } from './stream.js';

/** The saves whose result is not known yet, and which of them were seen in the stream. */
export class InFlightSaves {
  readonly #revisions = new Map<string, number | undefined>();

  /** Begins a save; returns its id. */
  begin(): string {
    const id = crypto.randomUUID();
    this.#revisions.set(id, undefined);
    return id;
  }

  end(id: string): void {
    this.#revisions.delete(id);
  }

  see({ saveId, revision }: StoredEntry): void {
    if (saveId !== undefined && this.#revisions.has(saveId)) this.#revisions.set(saveId, revision);
  }

  /** The revision with which it was seen, if it was. */
  revisionOf(id: string): number | undefined {
    return this.#revisions.get(id);
  }
}
