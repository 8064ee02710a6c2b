import { handOverTotals } from './totals.js';

/** @param {any} suite @returns {any[]} */
function testsOf(suite) {
  return suite ? [...suite.tests, ...suite.suites.flatMap(testsOf)] : [];
}

/** @param {any} suite @param {string[]} titles @returns {string[]} */
function failuresOf(suite, titles = []) {
  if (!suite) return [];
  const path = suite.name ? [...titles, suite.name] : titles;
  const own = suite.tests
    .filter((/** @type {any} */ test) => !test.passed && !test.skipped)
    .map((/** @type {any} */ test) => {
      const { message = 'failed', stack = '', expected, actual } = test.error ?? {};
      const values = expected === undefined ? '' : `\n  expected ${expected}\n  received ${actual}`;
      const where = stack.includes(message) ? stack.replace(message, '') : stack;
      return `✗ ${[...path, test.name].join(' › ')}\n  ${message}${values}\n${where}`;
    });
  return [...own, ...suite.suites.flatMap((/** @type {any} */ inner) => failuresOf(inner, path))];
}

/** Reports a run in a browser: one line a file, failures in full, the totals handed over. @param {string} label */
export function browserReporter(label) {
  return {
    /** @param {{ testFile: string, sessionsForTestFile: any[] }} results */
    reportTestFileResults({ testFile, sessionsForTestFile }) {
      for (const { testResults, errors, logs, request404s } of sessionsForTestFile) {
        const tests = testsOf(testResults);
        const failed = failuresOf(testResults);
        const bad = failed.length + errors.length > 0;
        console.log(`${bad ? '✗' : '✓'} ${testFile.slice(process.cwd().length + 1)} (${tests.length} tests)`);
        for (const failure of failed) console.log(failure);
        for (const error of errors) console.log(`✗ ${error.message}\n${error.stack ?? ''}`);
        for (const { url } of request404s) console.log(`  not found: ${url}`);
        for (const log of logs) console.log('  console:', ...log);
      }
    },
    /** @param {{ sessions: Iterable<any> }} run */
    onTestRunFinished({ sessions }) {
      let passed = 0;
      const failures = [];
      for (const { testFile, testResults, errors } of sessions) {
        const tests = testsOf(testResults);
        passed += tests.filter((test) => test.passed).length;
        const failed = tests.filter((test) => !test.passed && !test.skipped);
        for (const { name, message } of [...failed, ...errors]) {
          failures.push(`${label}: ${testFile.slice(process.cwd().length + 1)}: ${name ?? message}`);
        }
      }
      console.log(`${label}: ${passed} of ${passed + failures.length} tests passed`);
      handOverTotals({ passed, failed: failures.length }, failures);
    },
  };
}
