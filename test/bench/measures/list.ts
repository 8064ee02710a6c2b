import { pause, work, type BenchPage } from '../chromium.js';
import { median, p95, spread } from '../statistics.js';
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

const NAMES = ['vanilla', 'lit', 'select'] as const;
const FRAME_MS = 1000 / 60;
/** A person's pace: two frames and more between one click and the next. */
const BETWEEN_CLICKS_MS = 50;
/** With those of the product, 1,000 in all: these can be chosen. */
const MANY = 997;

/** Opening the list and choosing from it. */
export async function list(bench: Bench): Promise<readonly Row[]> {
  const pages = await openSubjects(bench, NAMES);
  await keepOne(pages);
  const chosen = await interleave(pages, 5, openAndChoose);
  const painted = await interleave(pages, 4, openAndClose);
  await closeSubjects(pages);
  return [
    rowOf('open and choose, main-thread work', chosen, { budget: 1.5, aim: 1 }),
    {
      what: 'click → list painted, p95',
      vanilla: p95(of(painted, 'vanilla')),
      lit: p95(of(painted, 'lit')),
      ours: p95(of(painted, 'select')),
      noise: spread(of(painted, 'select')),
      unit: 'ms',
      of: 'excess',
      budget: FRAME_MS,
      aim: 0,
    },
    await manyStatuses(bench),
  ];
}

function rowOf(what: string, samples: Samples, limits: Pick<Row, 'budget' | 'aim'>): Row {
  const middle = (name: Name): number => median(of(samples, name));
  const [vanilla, lit, ours] = [middle('vanilla'), middle('lit'), middle('select')];
  return { what, vanilla, lit, ours, noise: spread(of(samples, 'select')), unit: 'ms', of: 'ratio', ...limits };
}

async function keepOne(pages: Pages): Promise<void> {
  for (const { page } of pages.values()) await page.evaluate(() => harness.keep(1));
}

/** Work an open-and-choose with a real pointer. */
async function openAndChoose(subject: BenchPage): Promise<number> {
  const { page } = subject;
  const trigger = await page.evaluate(() => harness.triggerPoint());
  await click(subject, trigger);
  const options = await page.evaluate(() => [harness.optionPoint(3), harness.optionPoint(5)]);
  await click(subject, options[0]!);
  const times = 10;
  const took = await work(subject, async () => {
    for (let time = 0; time < times; time++) {
      await click(subject, trigger);
      await click(subject, options[(time + 1) % 2]!);
    }
  });
  return took / times;
}

/** Milliseconds from each click to the frame that shows the list. */
async function openAndClose(subject: BenchPage): Promise<readonly number[]> {
  const { page } = subject;
  const trigger = await page.evaluate(() => harness.triggerPoint());
  const took: number[] = [];
  for (let time = 0; time < 10; time++) {
    await click(subject, trigger);
    took.push(await page.evaluate(() => harness.opening()));
    await click(subject, trigger);
    await page.evaluate(() => harness.closing());
  }
  return took;
}

/** The first time that a select opens a list of 1,000: work until it is painted. */
async function manyStatuses(bench: Bench): Promise<Row> {
  const pages = await openSubjects(bench, NAMES, `statuses=${MANY}`);
  const samples = await interleave(pages, 6, async (subject) => {
    await subject.page.evaluate(() => harness.keep(1));
    const trigger = await subject.page.evaluate(() => harness.triggerPoint());
    await subject.cdp.send('HeapProfiler.collectGarbage');
    const took = await work(subject, async () => {
      await click(subject, trigger);
      await subject.page.evaluate(() => harness.opening());
    });
    await subject.page.evaluate(() => harness.clear());
    return took;
  });
  await closeSubjects(pages);
  return rowOf('1,000 statuses: first open, main-thread work until painted', samples, { budget: 1.3, aim: 1 });
}

async function click({ page }: BenchPage, { x, y }: { x: number; y: number }): Promise<void> {
  await page.mouse.click(x, y);
  await pause(BETWEEN_CLICKS_MS);
}
