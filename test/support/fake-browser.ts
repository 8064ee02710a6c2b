import { vi } from 'vitest';

interface Request {
  readonly run: (lock: { name: string } | null) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Web Locks as the standard has them, for one origin; `kill` is what becomes of a page that dies. */
export class FakeLocks {
  readonly #held = new Map<string, Request>();
  readonly #queues = new Map<string, Request[]>();
  /** Requests fail, as in a frame without an origin of its own. */
  isForbidden = false;

  request(name: string, options: LockOptions, run: Request['run']): Promise<unknown> {
    if (this.isForbidden) return Promise.reject(new DOMException('no origin', 'SecurityError'));
    return new Promise((resolve, reject) => {
      const request = { run, resolve, reject };
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      if (options.ifAvailable && (this.#held.has(name) || queue.length > 0)) {
        queueMicrotask(() => void this.#finish(request, null));
        return;
      }
      if (options.steal) {
        this.#held.get(name)?.reject(new DOMException('stolen', 'AbortError'));
        this.#held.delete(name);
        queue.unshift(request);
      } else queue.push(request);
      options.signal?.addEventListener('abort', () => {
        const index = queue.indexOf(request);
        if (index < 0) return;
        queue.splice(index, 1);
        reject(new DOMException('aborted', 'AbortError'));
      });
      queueMicrotask(() => this.#grant(name));
    });
  }

  isHeld(name: string): boolean {
    return this.#held.has(name);
  }

  waiting(name: string): number {
    return this.#queues.get(name)?.length ?? 0;
  }

  /** The page that holds the lock is gone; it never hears of it. */
  kill(name: string): void {
    this.#held.delete(name);
    this.#grant(name);
  }

  #grant(name: string): void {
    if (this.#held.has(name)) return;
    const request = this.#queues.get(name)?.shift();
    if (!request) return;
    this.#held.set(name, request);
    void this.#finish(request, { name }).then(() => {
      if (this.#held.get(name) !== request) return;
      this.#held.delete(name);
      this.#grant(name);
    });
  }

  async #finish({ run, resolve, reject }: Request, lock: { name: string } | null): Promise<void> {
    try {
      resolve(await run(lock));
    } catch (error) {
      reject(error);
    }
  }
}

/** The storage of one origin. */
export class FakeStorage {
  readonly texts = new Map<string, string>();
  isFull = false;
  isForbidden = false;

  get length(): number {
    return this.texts.size;
  }

  key(index: number): string | null {
    return [...this.texts.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    if (this.isForbidden) throw new DOMException('forbidden', 'SecurityError');
    return this.texts.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
    this.texts.set(key, text);
  }

  removeItem(key: string): void {
    this.texts.delete(key);
  }
}

/** The parts of a browser's page that a session uses; all sessions of a test share them. */
export function fakeBrowser() {
  const locks = new FakeLocks();
  const storage = new FakeStorage();
  const events = new EventTarget();
  const page = { hidden: false };
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
  const fire = (type: string, fields: object = {}): void =>
    void events.dispatchEvent(Object.assign(new Event(type), fields));
  return { locks, storage, page, fire };
}
