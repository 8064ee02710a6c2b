/** The longest pause between two attempts, in milliseconds: also after what was refused, since rights come and go. */
const LONGEST_MS = 30_000;
const SHORTEST_MS = 500;

/** The pauses between attempts, which all end early when there is news of the network. */
export class Pauses {
  readonly #ends = new Set<() => void>();

  /** Waits after so many failures in a row, not always equally long, and hardly at all before the first; or after a refusal. */
  async after(failures: number, signal: AbortSignal, isRefused?: boolean): Promise<void> {
    if (signal.aborted) return;
    const most = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** failures);
    const ms = isRefused ? LONGEST_MS : most - Math.random() * Math.max(SHORTEST_MS, most / 2);
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
    for (const end of this.#ends) end();
  }
}
