import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../tools/own-name.js';
import { median, spread } from '../statistics.js';
import type { Row } from '../table.js';

/** What each function reached, in millions a second, one value a run. */
type Speeds = Readonly<Record<string, readonly number[]>>;

/** The model in Node, as a router and a server run it: in a process of its own, as it is published. */
export async function model(): Promise<readonly Row[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'test', 'bench', 'model-speed.js')]);
  const speeds = JSON.parse(stdout) as Speeds;
  return Object.entries(speeds).map(([what, found]) => ({
    what,
    ours: median(found),
    noise: spread(found),
    unit: 'M/s',
    of: 'ours',
    budget: 1,
    isLeast: true,
  }));
}
