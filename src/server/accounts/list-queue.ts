import { refusal, type Refusal } from '../http/problems.js';

/** How many lists may wait. */
const WAITING = 20;

interface Waiting {
  readonly go: () => void;
  readonly refuse: (refusal: Refusal) => void;
}

/** The lists of one account's agents: one is sent at a time, in the order of the requests. */
export class ListQueue {
  readonly #waiting = new Set<Waiting>();
  #isBusy = false;
  #onIdle = (): void => undefined;

  /** Whether a list is being sent. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /**
   * Settles when it is the caller's turn, with the function that ends it. Throws a refusal (429) if too many are waiting, and
   * for a client that leaves while waiting.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#isBusy) await this.#turn(signal);
    this.#isBusy = true;
    let isOver = false;
    return () => {
      if (!isOver) this.#next();
      isOver = true;
    };
  }

  /** Refuses all that are waiting. Settles when the list that is being sent has ended. */
  async close(): Promise<void> {
    for (const { refuse } of this.#waiting) {
      refuse(refusal(503, 'This server is closing. Use another one.'));
    }
    if (this.#isBusy) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= WAITING) {
      throw refusal(429, `${WAITING} lists of this account are already waiting. Try again, or follow agents/stream.`);
    }
    let one: Waiting | undefined;
    const leave = (): void => one?.refuse(refusal(429, 'The client disconnected.'));
    try {
      await new Promise<void>((go, refuse) => {
        this.#waiting.add((one = { go, refuse }));
        signal.addEventListener('abort', leave);
        if (signal.aborted) leave();
      });
    } finally {
      signal.removeEventListener('abort', leave);
      if (one) this.#waiting.delete(one);
    }
  }

  #next(): void {
    const [next] = this.#waiting;
    this.#isBusy = next !== undefined;
    if (!next) return this.#onIdle();
    this.#waiting.delete(next);
    next.go();
  }
}
