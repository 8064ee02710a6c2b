import { leftovers, work } from '../chromium.js';
import { median, spread } from '../statistics.js';
import type { Row } from '../table.js';
import {
  closeSubjects,
  interleave,
  of,
  openSubjects,
  type Bench,
  type Name,
  type Pages,
  type Samples,
} from './measure.js';

const NAMES = ['vanilla', 'lit', 'select', 'widget'] as const;
const KEPT = 300;

type Limits = Pick<Row, 'budget' | 'aim' | 'unit'>;

/**
 * Rows for our selector and for the whole widget, by the medians of all samples. The limits are the selector's: the others
 * are selects, too.
 */
function rowsOf(what: string, samples: Samples, limits: Limits): Row[] {
  const middle = (name: Name): number => median(of(samples, name));
  const row = (name: 'select' | 'widget'): Row => ({
    what: name === 'select' ? what : `  … of a whole <phone-widget>`,
    vanilla: middle('vanilla'),
    lit: middle('lit'),
    ours: middle(name),
    noise: spread(of(samples, name)),
    of: 'ratio',
    ...(name === 'select' ? limits : { unit: limits.unit }),
  });
  return [row('select'), ...(samples.has('widget') ? [row('widget')] : [])];
}

/** Mount, an instance of 100 and of 1,000 that share one session: the main thread's work until they are painted. */
export async function mount(bench: Bench): Promise<readonly Row[]> {
  const pages = await openSubjects(bench, NAMES);
  const rows: Row[] = [];
  for (const [count, rounds] of [
    [100, 8],
    [1000, 3],
  ] as const) {
    const samples = await interleave(pages, rounds, async (subject) => {
      await subject.cdp.send('HeapProfiler.collectGarbage');
      const took = await work(subject, () => subject.page.evaluate((many) => harness.keep(many), count));
      const unshown = await subject.page.evaluate(() => harness.unshown());
      if (unshown > 0) throw new Error(`${unshown} of ${count} show no status.`);
      await subject.page.evaluate(() => harness.clear());
      return (took * 1000) / count;
    });
    rows.push(
      ...rowsOf(`mount and paint, main-thread work per instance of ${count.toLocaleString('en')}`, samples, {
        unit: 'µs',
        budget: 3,
        aim: 2,
      }),
    );
  }
  await closeSubjects(pages);
  return rows;
}

/** Memory and nodes of each instance, measured on many that stay on the page. */
export async function footprint(bench: Bench): Promise<readonly Row[]> {
  const pages = await openSubjects(bench, NAMES);
  const nodes = new Map<Name, number>();
  const samples = await interleave(pages, 2, async (subject, name) => {
    const before = await leftovers(subject);
    await subject.page.evaluate((many) => harness.keep(many), KEPT);
    const after = await leftovers(subject);
    nodes.set(name, await subject.page.evaluate(() => harness.nodes()));
    await subject.page.evaluate(() => harness.clear());
    return (after.heap - before.heap) / KEPT / 1000;
  });
  await closeSubjects(pages);
  const node = (name: 'select' | 'widget', what: string): Row => {
    const [vanilla, lit, ours = NaN] = [nodes.get('vanilla'), nodes.get('lit'), nodes.get(name)];
    return { what, vanilla, lit, ours, unit: 'nodes', of: 'ours', budget: 30, aim: 20 };
  };
  return [
    ...rowsOf('heap per instance, JavaScript and DOM', samples, { unit: 'kB', budget: 2, aim: 1.5 }),
    node('select', 'nodes per instance, shadow tree, text and comments included'),
    node('widget', '  … of a whole <phone-widget>'),
  ];
}

/** A status set by somebody else, until it is drawn and laid out. */
export async function change(bench: Bench): Promise<readonly Row[]> {
  const pages = await openSubjects(bench, ['vanilla', 'lit', 'select']);
  const rows: Row[] = [];
  for (const [count, times] of [
    [1, 10],
    [100, 5],
  ] as const) {
    await keepOnly(pages, count);
    const samples = await interleave(pages, 8, async ({ page }) => {
      const took = await page.evaluate((many) => harness.change(many), times);
      return took.map((ms) => ms * 1000);
    });
    const seen = count === 1 ? '1 selector' : `${count} selectors`;
    rows.push(
      ...rowsOf(`status change from outside → DOM settled, ${seen}`, samples, { unit: 'µs', budget: 6, aim: 4 }),
    );
  }
  await closeSubjects(pages);
  return rows;
}

async function keepOnly(pages: Pages, count: number): Promise<void> {
  for (const { page } of pages.values()) {
    await page.evaluate(async (many) => {
      await harness.clear();
      await harness.keep(many);
    }, count);
  }
}
