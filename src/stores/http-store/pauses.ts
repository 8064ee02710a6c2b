/** The longest pause between two attempts, in milliseconds. */
const LONGEST_MS = 30_000;
const SHORTEST_MS = 500;

/** The pauses between attempts, which all end early when there is news of the network. */
export class Pauses {
  readonly #ends = new Set<() => void>();

  /** Waits after so many failures in a row, not always equally long; hardly at all before the first. */
  async after(failures: number, signal: AbortSignal): Promise<void> {
    const ms = failures ? Math.min(LONGEST_MS, SHORTEST_MS * 2 ** failures) : SHORTEST_MS;
    await this.for(ms * (failures ? 0.5 + Math.random() / 2 : Math.random()), signal);
  }

  /** Waits so many milliseconds. */
  async for(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#ends.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#ends.add(end);
      signal.addEventListener('abort', end);
    });
  }

  /** Ends all pauses. */
  hurry(): void {
    for (const end of [...this.#ends]) end();
  }
}
