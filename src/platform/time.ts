import { PhoneError } from '../model/errors.js';

/** Milliseconds since the epoch by this computer's clock, which may be wrong: a record's times come from the store's. */
export function wallClock(): number {
  return Date.now();
}

/** Runs something later. */
export interface Alarm {
  /** Runs it once after so many milliseconds, in place of what was set before; `undefined`: not at all. */
  set(delayMs: number | undefined): void;
}

/** The longest delay that a timer takes, in milliseconds. */
const LONGEST_MS = 0x7fff_ffff;
/** A timer may ring a little early; a clock that is behind by more than this, in milliseconds, was set back. */
const SET_BACK_MS = 1000;

const due = new Map<object, { readonly at: number; readonly run: () => void }>();
let timer: ReturnType<typeof setTimeout> | undefined;
let ahead = 0;

/** An alarm. All alarms of a page share one timer, which is set to the nearest of them. */
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

/** Settles as the promise does, or rejects with `unavailable` after so many milliseconds, or when it is ended. */
export function withTimeout<T>(promise: Promise<T>, limitMs: number, ending?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      end();
      reject(new PhoneError('unavailable', 'No answer in time. Try again later.'));
    };
    const alarm = createAlarm(giveUp);
    alarm.set(limitMs);
    ending?.addEventListener('abort', giveUp);
    const end = (): void => {
      alarm.set(undefined);
      ending?.removeEventListener('abort', giveUp);
    };
    promise.then(resolve, reject).finally(end);
  });
}

// The computer's clock may be set back; alarms go on by the time that the timer has waited.
function elapsed(): number {
  return wallClock() + ahead;
}

// Wound anew each time, never trusted to be still there: a host may replace the page's timers, as tests do.
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
