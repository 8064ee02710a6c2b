import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
 * Hands the totals of a test runner to the process that started it: `TOTALS_FILE` names the file.
 * Without that variable nothing is written.
 * @param {Totals} totals
 */
export function handOverTotals(totals) {
  const file = process.env['TOTALS_FILE'];
  if (!file) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(totals));
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
