/** Lets go of a lock. */
export type Release = () => void;

/** Whether this browser tells one page of the death of another. */
export function hasLocks(): boolean {
  return manager() !== undefined;
}

/**
 * Takes a lock and keeps it, once it is free; a `shared` one together with others who share it. Without Web Locks, or where
 * they are forbidden, there is nothing to keep.
 */
export function holdLock(name: string, mode: LockMode = 'exclusive'): Promise<Release> {
  return new Promise((resolve) => {
    const hold = (): Promise<void> => new Promise((release) => resolve(release));
    requestLock(name, { mode }, hold).catch(() => resolve(() => {}));
  });
}

/**
 * Runs something while the lock is held, once it is free; rejects where the signal ends the wait. Without Web Locks it runs
 * at once.
 */
export async function withLock<T>(name: string, run: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
  let isHeld = false;
  const begin = async (): Promise<T> => {
    isHeld = true;
    return run();
  };
  try {
    return await requestLock(name, signal ? { signal } : {}, begin);
  } catch (error) {
    if (isHeld || signal?.aborted) throw error;
    return run();
  }
}

/** Runs something while the lock is held, if it is free now, and tells whether it is. Without Web Locks none is. */
export function ifFree(name: string, run: () => unknown): Promise<boolean> {
  const begin = async (lock: Lock | null): Promise<boolean> => {
    if (lock) run();
    return lock !== null;
  };
  return requestLock(name, { ifAvailable: true }, begin).catch(() => false);
}

/** Runs something once the lock is free, as it is when its page has died. Returns what ends the waiting. */
export function whenFree(name: string, run: () => void): () => void {
  const waiting = new AbortController();
  requestLock(name, { signal: waiting.signal }, async () => {
    if (!waiting.signal.aborted) run();
  }).catch(() => {
    // The wait was ended, or the browser forbids locks here: nobody is told of a page's death, and its lease runs out.
  });
  return () => waiting.abort();
}

/** Runs something while the lock is held, as the browser's own `request` does; rejects without Web Locks. */
export async function requestLock<T>(
  name: string,
  options: LockOptions,
  run: (lock: Lock | null) => Promise<T>,
): Promise<T> {
  const locks = manager();
  if (!locks) throw new Error('no Web Locks');
  return locks.request(name, options, run);
}

function manager(): LockManager | undefined {
  return globalThis.navigator?.locks;
}
