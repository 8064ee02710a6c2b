/** Runs something in the next round of the event loop, after the requests that have arrived by then. */
const nextRound: (run: () => void) => unknown = globalThis.setImmediate ?? setTimeout;

const waiting: (() => void)[] = [];

/**
 * Settles when it is the caller's turn to work for some milliseconds. Large work (all records of an account) is done in pieces,
 * one in each round of the event loop, in the order of the calls, so that it never holds up other requests.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) nextRound(run);
  });
}

function run(): void {
  waiting.shift()?.();
  if (waiting.length > 0) nextRound(run);
}
