import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from 'playwright-core';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.js';
import type {} from './pages/agent-tab.js';
import type {} from './pages/harness.js';

/** A page, and what the DevTools protocol tells of it. */
export interface BenchPage {
  readonly page: Page;
  readonly cdp: CDPSession;
}

/** What is left after garbage was collected. */
export interface Leftovers {
  readonly nodes: number;
  readonly listeners: number;
  /** Bytes of JavaScript, and of the DOM behind it. */
  readonly heap: number;
  /** Bytes of JavaScript alone. */
  readonly scripts: number;
}

export async function launch(): Promise<Browser> {
  const { executablePath } = await findChromium();
  return chromium.launch({ executablePath, args: chromiumArguments });
}

/** Opens a page in that profile, or in one of its own; ends with the error that the page throws. */
export async function openPage(where: Browser | BrowserContext, address: string): Promise<BenchPage> {
  const context = 'newContext' in where ? await where.newContext() : where;
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${page.url()}: ${error.stack ?? error.message}`));
  const cdp = await context.newCDPSession(page);
  // Time on the processor, not on the clock: other programs of this machine do not count.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(address);
  return { page, cdp };
}

/** Opens a page on which a subject or a tab is ready to be driven. */
export async function openReady(where: Browser | BrowserContext, address: string): Promise<BenchPage> {
  const opened = await openPage(where, address);
  await opened.page.waitForFunction(() => Boolean(globalThis.harness ?? globalThis.tab));
  return opened;
}

export async function leftovers({ cdp }: BenchPage): Promise<Leftovers> {
  for (let time = 0; time < 2; time++) await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  // The protocol has told of the DOM's own memory for some versions only.
  const { usedSize, embedderHeapUsedSize = 0 } = (await cdp.send('Runtime.getHeapUsage')) as HeapUsage;
  return { nodes, listeners: jsEventListeners, heap: usedSize + embedderHeapUsedSize, scripts: usedSize };
}

interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize?: number;
}

/** How long the main thread works while something is done, in milliseconds of the processor. */
export async function work({ cdp }: BenchPage, act: () => Promise<void>): Promise<number> {
  const before = await taskSeconds(cdp);
  await act();
  return ((await taskSeconds(cdp)) - before) * 1000;
}

async function taskSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
}

/** Lets so much time pass in which the page does what it does by itself: a person is slow. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
