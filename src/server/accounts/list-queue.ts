import { refusal, type Refusal } from '../http/problems.js';

/** So many lists may wait for their turn. */
const WAITING = 20;

interface Waiting {
  readonly go: () => void;
  readonly refuse: (refusal: Refusal) => void;
}

/** The lists of one account: one at a time, in the order in which they were asked for. */
export class ListQueue {
  readonly #waiting = new Set<Waiting>();
  #isBusy = false;
  #onIdle = (): void => undefined;

  /** Whether a list is under way. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /**
   * Settles when it is the caller's turn, with what ends that turn. Throws a refusal where too many wait already, and for a
   * client who goes while waiting: the place is free then.
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

  /** Refuses all who wait; settles when the list that is under way has ended. */
  async close(): Promise<void> {
    for (const { refuse } of this.#waiting) {
      refuse(refusal(503, 'This server is closing. Use another one.', { code: 'unavailable' }));
    }
    if (this.#isBusy) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= WAITING) {
      const detail = `${WAITING} lists of this account are already waiting. Try again, or follow agents/stream.`;
      throw refusal(429, detail, { code: 'unavailable' });
    }
    let one: Waiting | undefined;
    const leave = (): void => one?.refuse(refusal(429, 'The client disconnected.', { code: 'unavailable' }));
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
