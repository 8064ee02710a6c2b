import { PhoneError } from '../model/errors.js';

/** Milliseconds since the epoch by this computer's clock, which may be wrong: a record's times come from the store's clock. */
export function wallClock(): number {
  return Date.now();
}

/** Milliseconds since an arbitrary moment. Setting the computer's clock does not affect it; sleep may not be counted. */
export function monotonicNow(): number {
  return performance.now();
}

/** Runs something once: after that many milliseconds, or when the signal is aborted. Returns a function that stops the timer. */
export function startTimer(ms: number, run: () => void, signal?: AbortSignal): () => void {
  const stop = (): void => {
    clearTimeout(own);
    signal?.removeEventListener('abort', fire);
  };
  const fire = (): void => {
    stop();
    run();
  };
  const own = setTimeout(fire, ms);
  signal?.addEventListener('abort', fire);
  return stop;
}

/** Runs something at that interval, in milliseconds; it keeps no process alive. Returns a function that ends it. */
export function every(ms: number, run: () => void): () => void {
  const own = setInterval(run, ms);
  // A browser's timer is a number.
  (own as Partial<NodeJS.Timeout>).unref?.();
  return () => clearInterval(own);
}

/** Waits for that many milliseconds, or until the signal is aborted. Never rejects. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    else startTimer(ms, resolve, signal);
  });
}

/** What `withTimeout` may be told. */
interface TimeoutOptions {
  /** Gives up early: when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the error of giving up; without it, a `PhoneError` with the code `unavailable`. */
  readonly error?: () => Error;
}

/** Settles as the promise does, but rejects after that many milliseconds. It does not cancel what the promise stands for. */
export function withTimeout<T>(
  promise: T | Promise<T>,
  limitMs: number,
  { signal, error = nothingAnswered }: TimeoutOptions = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = startTimer(limitMs, () => reject(error()), signal);
    Promise.resolve(promise).then(resolve, reject).finally(stop);
  });
}

function nothingAnswered(): PhoneError {
  return new PhoneError('unavailable', 'No answer in time. Try again later.');
}

/** A timer that can be set again. */
export interface Alarm {
  /** Rings once, after that many milliseconds, instead of when it was set to ring before; `undefined` unsets it. */
  set(delayMs: number | undefined): void;
}

/** The longest delay that a browser's timer accepts, in milliseconds. */
const LONGEST_MS = 0x7fff_ffff;
/** A timer may fire a little early. A clock that is behind by more than this, in milliseconds, was set back. */
const SET_BACK_MS = 1000;

const due = new Map<object, { readonly at: number; readonly run: () => void }>();
let timer: ReturnType<typeof setTimeout> | undefined;
let ahead = 0;

/** Creates an alarm. All alarms share one timer, which is set to the nearest of them. */
export function createAlarm(run: () => void): Alarm {
  const alarm: Alarm = {
    set(delayMs) {
      if (delayMs === undefined) due.delete(alarm);
      else due.set(alarm, { at: elapsed() + Math.ceil(Math.max(0, delayMs)), run });
      wind();
    },
  };
  return alarm;
}

// If the computer's clock is set back, alarms go on by the time that the timer has waited.
function elapsed(): number {
  return wallClock() + ahead;
}

// Set anew each time, since the previous timer may be gone: a host may replace the page's timers, as tests do.
function wind(): void {
  clearTimeout(timer);
  timer = undefined;
  if (due.size === 0) return;
  let nearest = Infinity;
  for (const { at } of due.values()) nearest = Math.min(nearest, at);
  const now = elapsed();
  const until = Math.min(nearest, now + LONGEST_MS);
  timer = setTimeout(ring, Math.ceil(Math.max(0, until - now)), until);
}

function ring(until: number): void {
  const lag = until - elapsed();
  if (lag > SET_BACK_MS) ahead += lag;
  const now = elapsed();
  try {
    for (const alarm of [...due.keys()]) {
      const entry = due.get(alarm);
      if (!entry || entry.at > now) continue;
      due.delete(alarm);
      entry.run();
    }
  } finally {
    wind();
  }
}
