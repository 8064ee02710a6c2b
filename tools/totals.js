import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @typedef {{ passed: number, failed: number }} Totals */

/** Adds two totals. @param {Totals} a @param {Totals} b @returns {Totals} */
export function addTotals(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

/** The line that ends every run. @param {Totals} totals */
export function totalsLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

/**
 * Hands the totals of a test runner to the process that started it, and what failed: `TOTALS_FILE` and `FAILURES_FILE` name
 * the files. Without those variables nothing is written.
 * @param {Totals} totals @param {readonly string[]} [failures] a line each
 */
export function handOverTotals(totals, failures = []) {
  const { TOTALS_FILE, FAILURES_FILE } = process.env;
  for (const file of [TOTALS_FILE, FAILURES_FILE]) if (file) mkdirSync(dirname(file), { recursive: true });
  if (TOTALS_FILE) writeFileSync(TOTALS_FILE, JSON.stringify(totals));
  if (FAILURES_FILE) for (const failure of failures) appendFileSync(FAILURES_FILE, `✗ ${failure}\n`);
}

/** Takes the lines of what failed out of a file. @param {string} file */
export function takeFailures(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  } finally {
    rmSync(file, { force: true });
  }
}

/** Takes the totals out of a file; `undefined` where a runner died before it wrote them. @param {string} file */
export function takeTotals(file) {
  try {
    return /** @type {Totals} */ (JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  } finally {
    rmSync(file, { force: true });
  }
}
