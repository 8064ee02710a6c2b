import type { AgentRecord, Instant } from '../../model/agent.js';
import { monotonicNow } from '../../platform/time.js';
import type { Logged } from '../log.js';
import type { Entry } from './entry-cache.js';

/** How far clocks may differ without a word, in milliseconds. */
export const APART_MS = 5_000;
/** The shortest time between two lines of the log, in milliseconds. */
const LOG_PAUSE_MS = 60_000;

interface Options {
  readonly clock: () => Instant;
  readonly log: (line: Logged) => void;
  /** Counts a record that is ahead. */
  readonly count: () => void;
}

/** Tells the operator of clocks that differ from the server's: one that wrote a record, and the store's own. */
export class ClockWatch {
  readonly #options: Options;
  readonly #warnedAt = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Checks a record that was read: a clock that is ahead may have written it. */
  checkRecord(agentId: string, entry: Entry, account: string): void {
    if (!('value' in entry)) return;
    const aheadMs = (entry.value as AgentRecord).at - this.#options.clock();
    if (aheadMs <= APART_MS) return;
    this.#options.count();
    this.#warn('record', { event: 'clock', level: 'warn', what: 'record', account, agentId, aheadMs });
  }

  /** Whether the store's clock differs, by that many milliseconds, too much from this server's. */
  isApart(apartMs: number): boolean {
    if (Math.abs(apartMs) <= APART_MS) return false;
    this.#warn('store', { event: 'clock', level: 'error', what: 'store', aheadMs: apartMs });
    return true;
  }

  #warn(what: string, line: Logged): void {
    const now = monotonicNow();
    if (now - (this.#warnedAt.get(what) ?? -Infinity) < LOG_PAUSE_MS) return;
    this.#warnedAt.set(what, now);
    this.#options.log(line);
  }
}
