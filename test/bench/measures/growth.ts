import type { Browser } from 'playwright-core';
import { leftovers, openReady, pause, type BenchPage } from '../chromium.js';
import type { Row } from '../table.js';
import type { Bench } from './measure.js';

const TIMES = 1000;
/** An element that is removed keeps its session for a second, in case it was only moved. */
const LEAVING_MS = 1500;

const SUBJECTS = [
  { name: 'vanilla', address: '/page/subject-vanilla' },
  { name: 'selector in a provider', address: '/page/subject-phone' },
  { name: '<phone-widget> with a session of its own', address: '/page/subject-phone?own' },
] as const;

interface Growth {
  readonly nodes: number;
  readonly listeners: number;
  readonly timers: number;
  /**
   * Kilobytes of JavaScript. The DOM's own memory rises and falls by megabytes with the moment of the browser's last sweep,
   * whatever is left: its nodes and listeners are counted instead.
   */
  readonly heap: number;
}

/** What is left of so many that were on the page and are not any more. */
export async function growth({ browser, origin }: Bench): Promise<readonly Row[]> {
  const found: Growth[] = [];
  for (const { address } of SUBJECTS) found.push(await growthOf(browser, origin + address));
  const [vanilla, ...ours] = found;
  return ours.flatMap((one, index): Row[] => {
    const name = SUBJECTS[index + 1]?.name ?? '';
    const row = (what: keyof Growth, limit: Pick<Row, 'unit' | 'budget'>): Row => ({
      what: `  ${what}: ${name}`,
      vanilla: vanilla?.[what],
      ours: one[what],
      of: 'ours',
      ...limit,
    });
    return [
      { ...row('nodes', { unit: 'left', budget: 0 }), what: `growth after 1,000 mounts and unmounts, nodes: ${name}` },
      row('listeners', { unit: 'left', budget: 0 }),
      row('timers', { unit: 'left', budget: 0 }),
      row('heap', { unit: 'kB' }),
    ];
  });
}

async function growthOf(browser: Browser, address: string): Promise<Growth> {
  const context = await browser.newContext();
  await context.addInitScript(countTimers);
  const subject = await openReady(context, address);
  await mountAndUnmount(subject, 200);
  const before = await stateOf(subject);
  await mountAndUnmount(subject, TIMES);
  const after = await stateOf(subject);
  await context.close();
  return {
    nodes: Math.max(0, after.nodes - before.nodes),
    listeners: Math.max(0, after.listeners - before.listeners),
    timers: Math.max(0, after.timers - before.timers),
    heap: Math.max(0, after.scripts - before.scripts) / 1000,
  };
}

async function mountAndUnmount({ page }: BenchPage, times: number): Promise<void> {
  await page.evaluate((many) => harness.mountAndUnmount(many), times);
  await pause(LEAVING_MS);
}

async function stateOf(subject: BenchPage) {
  const timers = await subject.page.evaluate(
    () => (globalThis as unknown as { pendingTimers: Set<unknown> }).pendingTimers.size,
  );
  return { ...(await leftovers(subject)), timers };
}

/** Runs in the page before all else. */
function countTimers(): void {
  const pending = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: stop } = globalThis;
  Object.assign(globalThis, {
    pendingTimers: pending,
    setTimeout: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      const id = set(() => {
        pending.delete(id);
        run(...args);
      }, ms);
      pending.add(id);
      return id;
    },
    setInterval: (run: () => void, ms?: number) => {
      const id = repeat(run, ms);
      pending.add(id);
      return id;
    },
    clearTimeout: (id: number) => {
      pending.delete(id);
      clear(id);
    },
    clearInterval: (id: number) => {
      pending.delete(id);
      stop(id);
    },
  });
}
