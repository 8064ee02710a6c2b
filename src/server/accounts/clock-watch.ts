import type { AgentRecord, Instant } from '../../model/agent.js';
import type { Entry } from './entry-cache.js';
import type { Logged } from '../log.js';

/** Clocks that differ by more, in milliseconds, are told. */
export const APART_MS = 5_000;
/** How often that is written down, in milliseconds. */
const PAUSE_MS = 60_000;

interface Options {
  readonly clock: () => Instant;
  readonly log: (line: Logged) => void;
  /** Counts a record that is ahead. */
  readonly count: () => void;
}

/** Tells the operator of clocks that differ: of the one that wrote a record, and of the store's own. */
export class ClockWatch {
  readonly #options: Options;
  readonly #toldAt = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** A record was read: it may have been written by a clock that is ahead. */
  meet(agentId: string, entry: Entry, account: string): void {
    if (!('value' in entry)) return;
    const aheadMs = (entry.value as AgentRecord).at - this.#options.clock();
    if (aheadMs <= APART_MS) return;
    this.#options.count();
    this.#tell('record', { event: 'clock', level: 'warn', what: 'record', account, agentId, aheadMs });
  }

  /** Whether the store's clock is another than this server's. */
  isApart(apartMs: number): boolean {
    if (Math.abs(apartMs) <= APART_MS) return false;
    this.#tell('store', { event: 'clock', level: 'error', what: 'store', aheadMs: apartMs });
    return true;
  }

  #tell(what: string, line: Logged): void {
    const now = performance.now();
    if (now - (this.#toldAt.get(what) ?? -Infinity) < PAUSE_MS) return;
    this.#toldAt.set(what, now);
    this.#options.log(line);
  }
}
