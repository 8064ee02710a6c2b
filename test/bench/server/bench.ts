import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tools/free-port.js';
import { root } from '../../../tools/own-name.js';
import { devToken } from '../../../src/server/cli/dev-tokens.js';
import { median, quantile } from '../statistics.js';
import { tableOf, type Row } from '../table.js';
import { fanOut, savesASecond, type Target } from './load.js';

const AGENTS = [64, 200];
const SECONDS = 5;
const ROUNDS = 3;
const STREAMS = 2_000;

/** Measures the published command over SQLite, on this machine: one process that answers, one that asks. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  const port = await freePort();
  const command = ['dist/server/cli.js', 'serve', '--dev', '--port', String(port), '--db', join(folder, 'bench.db')];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] });
  try {
    const target: Target = {
      url: `http://127.0.0.1:${port}/`,
      tokenOf: ({ id, roles }) => devToken({ account: 'bench', id, roles }),
    };
    await until(`${target.url}health`, () => child.exitCode === null);
    const rows: Row[] = [];
    for (const agents of AGENTS) rows.push(await savesRow(target, agents));
    rows.push(...(await fanOutRows(target)));
    console.log(tableOf(rows));
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function savesRow(target: Target, agents: number): Promise<Row> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(await savesASecond(target, agents, SECONDS));
  const ours = median(rates);
  return {
    what: `saves a second, ${agents} agents at once, SQLite with a sync before each answer`,
    ours,
    unit: 'saves/s',
    of: 'ours',
    budget: 5_000,
    isLeast: true,
    noise: (Math.max(...rates) - Math.min(...rates)) / ours,
  };
}

async function fanOutRows(target: Target): Promise<readonly Row[]> {
  const delays = await fanOut(target, STREAMS, ROUNDS * 3);
  const what = `${STREAMS} open event streams, one change to all:`;
  return [
    { what: `${what} median`, ours: median(delays), unit: 'ms', of: 'ours' },
    { what: `${what} p99`, ours: quantile(delays, 0.99), unit: 'ms', of: 'ours', budget: 250 },
  ];
}

async function until(address: string, isRunning: () => boolean): Promise<void> {
  for (;;) {
    const isUp = await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (!isRunning()) throw new Error('The status server ended at once.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
