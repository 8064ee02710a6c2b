import type { Entry } from './backend.js';

/** So many entries are handed over at once. */
export const BATCH_SIZE = 64;

const soon = globalThis.setImmediate as typeof setImmediate | undefined;

/** The next round of the event loop: what has arrived meanwhile comes first. A browser's place is too small to hold anything up. */
export async function pause(): Promise<void> {
  if (soon) await new Promise<void>((go) => soon(go));
}

/** Hands over entries a few at a time. */
export async function* inBatches(entries: readonly Entry[]): AsyncGenerator<readonly Entry[]> {
  for (let at = 0; at < entries.length; at += BATCH_SIZE) {
    if (at > 0) await pause();
    yield entries.slice(at, at + BATCH_SIZE);
  }
}
