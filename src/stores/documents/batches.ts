import type { Entry } from './entry.js';

/** How many entries a batch holds. */
export const BATCH_SIZE = 64;

const soon = globalThis.setImmediate as typeof setImmediate | undefined;

/** Waits for the next round of the event loop in Node. Browsers keep too few entries to need it. */
export async function pause(): Promise<void> {
  if (soon) await new Promise<void>((go) => soon(go));
}

/** Yields the entries in batches, with a pause between them. */
export async function* inBatches(entries: readonly Entry[]): AsyncGenerator<readonly Entry[]> {
  for (let at = 0; at < entries.length; at += BATCH_SIZE) {
    if (at > 0) await pause();
    yield entries.slice(at, at + BATCH_SIZE);
  }
}
