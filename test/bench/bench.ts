import { spawnSync } from 'node:child_process';
import { arch, cpus, loadavg, platform } from 'node:os';
import { root } from '../../tools/own-name.js';
import { isBuilt } from '../support/built-package.js';
import { launch } from './chromium.js';
import { calls } from './measures/calls.js';
import { growth } from './measures/growth.js';
import { change, footprint, mount } from './measures/instances.js';
import { list } from './measures/list.js';
import { load } from './measures/load.js';
import type { Measure } from './measures/measure.js';
import { model } from './measures/model.js';
import { sizes } from './measures/sizes.js';
import { tabs } from './measures/tabs.js';
import { openSite } from './site.js';
import { tableOf, type Row } from './table.js';

const measures: Readonly<Record<string, Measure>> = {
  sizes,
  load,
  mount,
  footprint,
  change,
  list,
  growth,
  calls,
  tabs,
  model,
};

/** Measures what is named, or everything, and prints one table. A missed budget is a line of it, and no failure. */
export async function bench(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in measures));
  if (unknown.length > 0)
    throw new Error(`No measure is called ${unknown.join(', ')}. There are: ${Object.keys(measures).join(', ')}.`);
  buildWhereStale();
  const began = performance.now();
  const loadBefore = loadavg()[0] ?? NaN;
  const site = await openSite();
  const browser = await launch();
  const rows: Row[] = [];
  try {
    for (const [name, measure] of Object.entries(measures)) {
      if (names.length > 0 && !names.includes(name)) continue;
      const start = performance.now();
      try {
        rows.push(...(await measure({ browser, origin: site.origin })));
      } catch (error) {
        console.error(`${name} could not be measured:`, error);
        process.exitCode = 1;
      }
      process.stderr.write(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
    }
    console.log(tableOf(rows));
    const busy = [loadBefore, loadavg()[0] ?? NaN].map((value) => value.toFixed(1)).join(' → ');
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(
      `Medians of interleaved runs in one browser, work in time of the processor; ±: the middle half of ours. Chromium ${browser.version()}, Node ${process.versions.node},`,
    );
    console.log(
      `${cpus().length} × ${cpus()[0]?.model ?? arch()} on ${platform()}, load of the machine ${busy}, ${seconds} s.`,
    );
  } finally {
    await browser.close();
    await site.close();
  }
}

function buildWhereStale(): void {
  if (isBuilt()) return;
  process.stderr.write('dist/ is older than src/: building it.\n');
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--app', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (status !== 0) throw new Error('The build failed.');
}
