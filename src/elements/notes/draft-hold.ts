import { createAlarm } from '../../platform/time.js';
import { holdLock, withLock, type Release } from '../../platform/locks.js';

/** A field without a key press for this long, in milliseconds, counts as left. */
const IDLE_MS = 30 * 60_000;
/** How long after the release of a lock another page sees what was written to storage before, in milliseconds. */
const SETTLE_MS = 100;

const holds = new Set<DraftHold>();

/** Whether a field of that draft has the focus in this page. */
export function isHeld(key: string): boolean {
  return [...holds].some((hold) => hold.key === key);
}

/**
 * Keeps a draft from being handed over while one of its fields has the focus: no page of this browser does so until the
 * field is left. A crash of the page releases it too. Without Web Locks only this page knows of it.
 */
export class DraftHold {
  readonly #left: () => void;
  readonly #idle = createAlarm(() => this.leave());
  #lock: Promise<Release> | undefined;

  /** `left` is called when the field is left: by `leave`, with the page, or after half an hour without a key. */
  constructor(
    readonly key: string,
    left: () => void,
  ) {
    this.#left = left;
  }

  get isHeld(): boolean {
    return this.#lock !== undefined;
  }

  /** Called when the field gets the focus or a key. */
  keep(): void {
    this.#idle.set(IDLE_MS);
    if (this.#lock) return;
    this.#lock = holdLock(lockOf(this.key), 'shared');
    holds.add(this);
    addEventListener('pagehide', this.leave);
  }

  readonly leave = (): void => {
    const lock = this.#lock;
    if (!lock) return;
    this.#lock = undefined;
    holds.delete(this);
    this.#idle.set(undefined);
    removeEventListener('pagehide', this.leave);
    void lock.then((release) => release());
    this.#left();
  };
}

/** Runs `run` once no page holds the draft and its last change is readable; rejects if the signal ends the wait. */
export function whenLeft<T>(key: string, run: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return withLock(lockOf(key), () => settle().then(run), signal);
}

/** Waits until this page's storage has what another page has written. */
export function settle(): Promise<void> {
  return new Promise((settled) => createAlarm(settled).set(SETTLE_MS));
}

function lockOf(key: string): string {
  return `${key}:held`;
}
