import { handOverTotals } from './totals.js';

/** Counts the tests of a Vitest run; a file that could not be loaded and an error outside of a test count as failed. */
export default class TotalsReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<{ message?: string }>} errors
   */
  onTestRunEnd(modules, errors) {
    let passed = 0;
    const failures = errors.map(({ message }) => `an error outside a test: ${message}`);
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      passed += tests.filter((test) => test.result().state === 'passed').length;
      const failed = tests.filter((test) => test.result().state === 'failed');
      failures.push(...failed.map(({ fullName }) => `${module.relativeModuleId}: ${fullName}`));
      failures.push(...module.errors().map(({ message }) => `${module.relativeModuleId}: ${message}`));
    }
    handOverTotals({ passed, failed: failures.length }, failures);
  }
}
