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
import type { StatusStoreConformanceOptions } from './conformance/options.js';
import { raceCases } from './conformance/race-cases.js';
import { watchCases } from './conformance/watch-cases.js';

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
 * `<name>: promise <number>: <what holds>`. Promises 10 and 11, and the loss in 9, are tested if the options say how to bring
 * them about.
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
