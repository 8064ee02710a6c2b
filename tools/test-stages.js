import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { root } from './own-name.js';
import { addTotals, handOverTotals, takeFailures, takeTotals, totalsLine } from './totals.js';

/** @typedef {{ name: string, command: readonly string[] }} Stage */

/** @param {string} browser @returns {Stage} */
const elementsIn = (browser) => ({
  name: `elements in ${browser}`,
  command: ['tools/test-elements.js', '--browser', browser],
});

/** @type {readonly Stage[]} */
const everyday = [
  { name: 'model, session and stores in Node', command: ['node_modules/vitest/vitest.mjs', 'run'] },
  { name: 'clusters', command: ['node_modules/vitest/vitest.mjs', 'run', '--mode', 'clusters'] },
  elementsIn('chromium'),
  {
    name: 'several tabs',
    command: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/e2e/vitest.config.ts'],
  },
];

const otherBrowsers = [elementsIn('firefox'), elementsIn('webkit')];

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, 'other-browsers': { type: 'boolean', default: false } },
});

/** @returns {readonly Stage[]} */
function wanted() {
  if (values['other-browsers']) return otherBrowsers;
  return values.all ? [...everyday, ...otherBrowsers] : everyday;
}

const failuresFile = `${root}.cache/failures-${process.pid}.txt`;

/** @param {readonly string[]} command @param {string} file @returns {Promise<number>} */
function run(command, file) {
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TOTALS_FILE: file, FAILURES_FILE: failuresFile },
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * A stage that died before it could count is run once more: the driver of a browser may hang. One that dies again, or fails
 * without a failed test, counts as one failure.
 * @param {Stage} stage @param {boolean} [isAgain] @returns {Promise<{ passed: number, failed: number }>}
 */
async function totalsOf(stage, isAgain = false) {
  const { name, command } = stage;
  const file = `${root}.cache/totals-${process.pid}.json`;
  mkdirSync(`${root}.cache`, { recursive: true });
  console.log(`\n── ${name}`);
  const code = await run(command, file);
  const counted = takeTotals(file);
  if (counted && (code === 0 || counted.failed > 0)) return counted;
  console.error(`${name}: ended with code ${code}, see above.`);
  if (!counted && !isAgain) return totalsOf(stage, true);
  return addTotals(counted ?? { passed: 0, failed: 0 }, { passed: 0, failed: 1 });
}

let totals = { passed: 0, failed: 0 };
for (const stage of wanted()) totals = addTotals(totals, await totalsOf(stage));
const failures = takeFailures(failuresFile).trimEnd();
handOverTotals(totals, failures ? failures.replace(/^✗ /gm, '').split('\n') : []);
console.log(`\n${failures && `${failures}\n\n`}${totalsLine(totals)}`);
process.exitCode = totals.failed > 0 ? 1 : 0;
