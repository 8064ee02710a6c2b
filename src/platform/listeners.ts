/** Those who want to be told of something. One that throws harms no other. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  /** Adds one; returns what takes it away. */
  add(listener: (value: T) => void): () => void {
    // A function of its own: who adds a listener twice takes it away twice.
    const tell = (value: T): void => listener(value);
    this.#all.add(tell);
    return () => void this.#all.delete(tell);
  }

  /** Tells all that are there now, until it is out of date. */
  tell(value: T, isCurrent = (): boolean => true): void {
    for (const tell of [...this.#all]) {
      if (!isCurrent()) return;
      try {
        tell(value);
      } catch (error) {
        // eslint-disable-next-line no-console -- a host's failure is the host's to see, and must not stop a session
        console.error('[phone-widget] session: a listener threw.', error);
      }
    }
  }
}
