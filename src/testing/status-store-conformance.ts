import type { StatusStore } from '../stores/status-store.js';
import { Bench } from './conformance/bench.js';
import type { ConformanceCase } from './conformance/case.js';
import { connectionCases } from './conformance/connection-cases.js';
import { copyCases } from './conformance/copy-cases.js';
import { damageCases } from './conformance/damage-cases.js';
import { departureCases } from './conformance/departure-cases.js';
import { entryCases } from './conformance/entry-cases.js';
import { eventCases } from './conformance/event-cases.js';
import { keyCases } from './conformance/key-cases.js';
import { neighbourCases } from './conformance/neighbour-cases.js';
import { raceCases } from './conformance/race-cases.js';
import { watchCases } from './conformance/watch-cases.js';

/** What the conformance suite needs to know about a store. */
export interface StatusStoreConformanceOptions {
  /** Begins each title. */
  readonly name: string;
  /**
   * Opens one client, allowed to do everything, on the place of that name (letters, digits and `-`). Clients on places of
   * one name share their data, also after all of them were closed; places of different names share nothing.
   */
  readonly open: (place: string) => StatusStore | Promise<StatusStore>;
  /** Registers one test: `it` or `test` of any runner, given enough time for a few hundred saves. */
  readonly test: (title: string, run: () => Promise<void>) => void;
  /** For how long the suite waits for something to be seen, in milliseconds; 5,000 without it. */
  readonly patienceMs?: number;
  /** Puts a document into the place, behind the store's back and without any check; `null` names the account. */
  readonly damage?: (place: string, agentId: string | null, document: unknown) => void | Promise<void>;
  /** Cuts one client off from its place, while the others go on; what it answers restores the connection. */
  readonly disconnect?: (store: StatusStore, place: string) => Restore | Promise<Restore>;
  /** Opens a client that may read and not write. */
  readonly openWithoutRights?: (place: string) => StatusStore | Promise<StatusStore>;
}

/** Restores a connection that was cut. */
export type Restore = () => void | Promise<void>;

const cases: readonly ConformanceCase[] = [
  ...entryCases,
  ...raceCases,
  ...watchCases,
  ...neighbourCases,
  ...copyCases,
  ...keyCases,
  ...connectionCases,
  ...damageCases,
  ...departureCases,
  ...eventCases,
];

/**
 * Tests a store against the promises of `StatusStore`, through the contract alone: one test for each case, titled
 * `<name>: promise <number>: <what holds>`. Promises 10 and 11, and the loss in 9, are tested where the options tell how to
 * bring them about.
 */
export function statusStoreConformance(options: StatusStoreConformanceOptions): void {
  for (const { promise, title, needs, run } of cases) {
    if (needs && !options[needs]) continue;
    options.test(`${options.name}: promise ${promise}: ${title}`, async () => {
      const bench = new Bench(options);
      try {
        await run(bench);
      } finally {
        await bench.clear();
      }
    });
  }
}
