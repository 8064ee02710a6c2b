/* eslint-disable no-console -- stores report to the console */

/** Returns the same test, without the console output about the suite's watchers that throw on purpose. */
export function quietly(run: () => Promise<void>): () => Promise<void> {
  return async () => {
    const { error } = console;
    console.error = (...parts: unknown[]) => {
      if (!String(parts[1]).includes('is meant to throw')) error(...parts);
    };
    try {
      await run();
    } finally {
      console.error = error;
    }
  };
}
