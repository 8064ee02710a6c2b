import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tools/free-port.js';
import { root } from '../../../tools/own-name.js';
import { devToken } from '../../../src/server/cli/dev-tokens.js';
import { median, quantile } from '../statistics.js';
import { tableOf, type Row } from '../table.js';
import { crowdedDatabase, listsBeside, stalledList } from './lists.js';
import { fanOut, savesASecond, type Target } from './load.js';

const AGENTS = [64, 200];
const SECONDS = 5;
const ROUNDS = 3;
const STREAMS = 2_000;
const CROWD = 100_000;
const LISTS = 8;

/** Measures the published command over SQLite on this machine: one process serves, one sends requests. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  try {
    const rows: Row[] = [];
    await serving(join(folder, 'bench.db'), async (target) => {
      for (const agents of AGENTS) rows.push(await savesRow(target, agents));
      rows.push(...(await fanOutRows(target)));
    });
    const crowded = join(folder, 'crowded.db');
    await crowdedDatabase(crowded, CROWD);
    await serving(crowded, async (target, pid) => void rows.push(...(await listRows(target, pid))));
    console.log(tableOf(rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command on that file during the measurement. */
async function serving(file: string, measure: (target: Target, pid: number) => Promise<void>): Promise<void> {
  const port = await freePort();
  const command = ['dist/server/cli.js', 'serve', '--dev', '--port', String(port), '--db', file];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] });
  try {
    const target: Target = {
      url: `http://127.0.0.1:${port}/`,
      tokenOf: ({ id, roles }) => devToken({ account: 'bench', id, roles }),
    };
    await until(`${target.url}health`, () => child.exitCode === null);
    await measure(target, child.pid as number);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

async function listRows(target: Target, pid: number): Promise<readonly Row[]> {
  const measured = await listsBeside(target, pid, LISTS);
  const stalledMs = await stalledList(target);
  const what = `${CROWD.toLocaleString('en')} agents, ${LISTS} lists at once:`;
  return [
    {
      what: `${what} others' p99 beyond an idle server's`,
      ours: measured.beyondMs,
      unit: 'ms',
      of: 'ours',
      budget: 50,
    },
    { what: `${what} growth of the process beyond one list`, ours: measured.grownMB, unit: 'MB', of: 'ours' },
    {
      what: 'a list whose reader takes nothing gives its turn to the next after',
      ours: stalledMs,
      unit: 'ms',
      of: 'ours',
    },
  ];
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
