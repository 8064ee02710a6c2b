/** Releases a lock. */
export type Release = () => void;

/** Whether this browser has Web Locks, and so lets one page know when another one dies. */
export function hasLocks(): boolean {
  return !!globalThis.navigator?.locks;
}

/**
 * Waits for a lock, and holds it until it is released; a `shared` one may have several holders. If Web Locks are missing or
 * forbidden, it resolves without a lock.
 */
export function holdLock(name: string, mode: LockMode = 'exclusive'): Promise<Release> {
  return new Promise((resolve) => {
    const hold = (): Promise<void> => new Promise((release) => resolve(release));
    requestLock(name, { mode }, hold).catch(() => resolve(() => {}));
  });
}

/**
 * Waits for a lock, and runs something while it is held; rejects if the signal ends the wait. If Web Locks are missing or
 * forbidden, it runs at once.
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

/** Runs something if the lock is free now, and resolves with whether it is. Without Web Locks, no lock is. */
export function ifFree(name: string, run: () => unknown): Promise<boolean> {
  const begin = async (lock: Lock | null): Promise<boolean> => {
    if (lock) run();
    return lock !== null;
  };
  return requestLock(name, { ifAvailable: true }, begin).catch(() => false);
}

/** Runs something once the lock is free, as it is when its page has died. Returns a function that ends the wait. */
export function whenFree(name: string, run: () => void): () => void {
  const waiting = new AbortController();
  requestLock(name, { signal: waiting.signal }, async () => {
    if (!waiting.signal.aborted) run();
  }).catch(() => {
    // The wait was ended, or the browser forbids locks here: then nobody sees a page die, and its lease runs out.
  });
  return () => waiting.abort();
}

/** Runs something while the lock is held, as the browser's own `request` does; rejects without Web Locks. */
export async function requestLock<T>(
  name: string,
  options: LockOptions,
  run: (lock: Lock | null) => Promise<T>,
): Promise<T> {
  return navigator.locks.request(name, options, run);
}
