import { handOverTotals } from './totals.js';

/** Counts the tests of a Vitest run; a file that could not be loaded and an error outside of a test count as failed. */
export default class TotalsReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} errors
   */
  onTestRunEnd(modules, errors) {
    const totals = { passed: 0, failed: errors.length };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      totals.passed += tests.filter((test) => test.result().state === 'passed').length;
      totals.failed += tests.filter((test) => test.result().state === 'failed').length + module.errors().length;
    }
    handOverTotals(totals);
  }
}
