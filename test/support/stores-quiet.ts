/** Runs a test without what the store writes about the watchers that are meant to throw. */
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
