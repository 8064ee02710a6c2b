import type { BrowserContext, Page } from 'playwright-core';
import { openReady, pause, type BenchPage } from '../chromium.js';
import { p95, spread } from '../statistics.js';
import type { Way } from '../pages/agent-tab.js';
import type { Row } from '../table.js';
import type { Bench } from './measure.js';

const CHANGES = 40;
/** A peer whose tabs answered each other went on for hours; two seconds of it would be seen. */
const QUIET_MS = 2000;
const STATUSES = ['lunch', 'meeting', 'break', 'training', 'available'] as const;
const FACTS = [
  ['ringing', 'ringing'],
  ['started', 'live'],
  ['ended', 'ended'],
] as const;

/** Several tabs of one agent, on the browser store. */
export async function tabs(bench: Bench): Promise<readonly Row[]> {
  return [await otherTab(bench), ...(await writes(bench))];
}

async function open(context: BrowserContext, { origin }: Bench, query: string): Promise<BenchPage> {
  const opened = await openReady(context, `${origin}/page/agent-tab?${query}`);
  await opened.page.waitForFunction(() => tab.widget.view?.present && !tab.widget.session?.saving);
  return opened;
}

async function otherTab(bench: Bench): Promise<Row> {
  const context = await bench.browser.newContext();
  const { page: one } = await open(context, bench, '');
  const { page: other } = await open(context, bench, '');
  const took: Record<Way, number[]> = { plain: [], ours: [] };
  for (let change = 0; change < CHANGES; change++) {
    const id = STATUSES[change % STATUSES.length]!;
    const name = id.replace(/^./, (letter) => letter.toUpperCase());
    for (const way of ['plain', 'ours'] as const) {
      const painted = other.evaluate(([how, wanted]) => tab.painted(how, wanted), [way, name] as const);
      await pause(30);
      const start = await one.evaluate(([how, wanted]) => tab.set(how, wanted), [way, name] as const);
      took[way].push((await painted) - start);
    }
  }
  await context.close();
  return {
    what: 'other tab shows it, painted, p95 (browser store)',
    vanilla: p95(took.plain),
    ours: p95(took.ours),
    noise: spread(took.ours),
    unit: 'ms',
    of: 'ours',
    budget: 50,
    aim: 20,
  };
}

/** Three tabs; each real transition is to be written once, by one of them. */
async function writes(bench: Bench): Promise<readonly Row[]> {
  const context = await bench.browser.newContext();
  const pages: Page[] = [];
  for (let index = 0; index < 3; index++) pages.push((await open(context, bench, 'elsewhere')).page);
  const choices = await chooseInEach(pages);
  const calls = await hearCalls(pages);
  await context.close();
  const row = { unit: 'times', of: 'ours', budget: 1 } as const;
  return [
    { ...row, what: 'writes per choice, three tabs together, leases apart', ours: choices },
    { ...row, what: 'writes per fact of a call that three tabs hear of alike', ours: calls },
  ];
}

async function chooseInEach(pages: readonly Page[]): Promise<number> {
  const before = await written(pages);
  let transitions = 0;
  for (const page of [...pages, ...pages]) {
    const id = STATUSES[transitions++ % STATUSES.length]!;
    await page.evaluate((statusId) => tab.choose(statusId), id);
    await agreed(pages, (status) => status === id);
  }
  return ((await written(pages)) - before) / transitions;
}

async function hearCalls(pages: readonly Page[]): Promise<number> {
  const before = await written(pages);
  let transitions = 0;
  for (let call = 0; call < 4; call++) {
    const id = `call-${call}`;
    for (const [what, state] of FACTS) {
      await Promise.all(pages.map((page) => page.evaluate(([heard, of]) => tab.hear(heard, of), [what, id] as const)));
      await agreed(pages, (_status, calls) => calls[id] === state);
      transitions++;
    }
    await pages[call % 3]!.evaluate((of) => tab.close(of), id);
    await agreed(pages, (_status, calls) => calls[id] === undefined);
    transitions++;
  }
  return ((await written(pages)) - before) / transitions;
}

/** Waits until all tabs see that alike, and nothing is on its way to the store. */
async function agreed(
  pages: readonly Page[],
  isSo: (status: string, calls: Readonly<Record<string, string>>) => boolean,
): Promise<void> {
  for (const page of pages) {
    for (;;) {
      const { status, calls, saving } = await page.evaluate(() => tab.state());
      if (!saving && isSo(status, calls)) break;
      await pause(10);
    }
  }
}

/** Once all is quiet. */
async function written(pages: readonly Page[]): Promise<number> {
  await pause(QUIET_MS);
  const writes = await Promise.all(pages.map((page) => page.evaluate(() => tab.writes.length)));
  return writes.reduce((sum, count) => sum + count, 0);
}
