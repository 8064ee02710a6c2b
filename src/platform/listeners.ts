/** Functions that are called when something happens. One that throws does not stop the others. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  readonly #part: string;

  /** `part` names, in console messages, the part of the product that calls the listeners. */
  constructor(part = 'session') {
    this.#part = part;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Adds a listener, once more if it is there already. Returns a function that removes it. */
  add(listener: (value: T) => void): () => void {
    const own = (value: T): void => listener(value);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  /** Calls the present listeners, as long as `isCurrent`; those that are added meanwhile are not called. */
  tell(value: T, isCurrent = (): boolean => true): void {
    for (const listener of [...this.#all]) {
      if (!isCurrent()) return;
      callSafely(this.#part, () => listener(value));
    }
  }
}

/** Calls a function of the host page. What it throws goes to the console: it must not stop whoever calls it. */
export function callSafely(part: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    // eslint-disable-next-line no-console -- a host's failure is the host's to see
    console.error(`[phone-widget] ${part}: a listener threw.`, error);
  }
}
