/** The next round of the event loop: requests that have arrived meanwhile come first. */
const soon: (go: () => void) => unknown = globalThis.setImmediate ?? setTimeout;

const waiting: (() => void)[] = [];

/**
 * Settles when it is the caller's turn to work for some milliseconds: whatever is large (all records of an account) is done in
 * pieces, one a round of the event loop, in the order in which they were asked for. So no number of them holds up the rest.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) soon(next);
  });
}

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) soon(next);
}
