import {
  chromium,
  type Browser,
  type BrowserContext,
  type CDPSession,
  type LaunchOptions,
  type Page,
} from 'playwright-core';
import { inject } from 'vitest';
import { chromiumArguments } from '../../tools/find-chromium.js';
import { freePort } from '../../tools/free-port.js';

/** What a browser for tabs can do beyond the usual. */
export interface TabsOptions {
  /** Pages that are left stay alive and come back by `back`. */
  readonly backForwardCache?: boolean;
  /**
   * As on a screen: the page in front is visible and every other one is hidden, with slowed timers; `bringToFront`
   * changes it. Otherwise all pages are visible at once. Click in the front page only. `freeze` needs it.
   */
  readonly oneVisible?: boolean;
}

/** What a new page is opened with. */
export interface PageOptions {
  /** A file beside the fixtures: `page.html` is the helpdesk page, `empty.html` has no script at all. */
  readonly file?: string;
  /** Search parameters, such as `{ agent: 'ana' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** How far the page's clock is ahead of the true time; negative: behind. */
  readonly clockAheadMs?: number;
  /** Where the page comes from, if not from the tests' own server. */
  readonly origin?: string;
}

/** One browser; each profile in it has its own storage, channels and locks. */
export interface Tabs {
  newProfile(): Promise<Profile>;
  close(): Promise<void>;
}

/** All pages of one profile share storage, BroadcastChannel and Web Locks, as the tabs of one user do. */
export interface Profile {
  readonly context: BrowserContext;
  newPage(options?: PageOptions): Promise<Page>;
  setOffline(offline: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Whether this Chromium hides the tabs behind the one in front and has a back-forward cache: `test.skipIf(!hidesTabs)`. */
export const { hidesTabs } = inject('chromium');

/** Opens a Chromium for tests with several tabs. Close it in `afterAll`. */
export async function openTabs(options: TabsOptions = {}): Promise<Tabs> {
  if (options.oneVisible) return tabsAsOnAScreen(options);
  const browser = await launch(options);
  return {
    newProfile: async () => {
      const context = await browser.newContext();
      return profileOf(context, () => context.close());
    },
    close: () => browser.close(),
  };
}

/** Playwright makes every page visible, except in the first profile of a browser that it has not launched itself. */
function tabsAsOnAScreen(options: TabsOptions): Tabs {
  const launched: Browser[] = [];
  return {
    newProfile: async () => {
      const port = await freePort();
      const browser = await launch(options, [`--remote-debugging-port=${port}`]);
      launched.push(browser);
      const connected = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
      const [context] = connected.contexts();
      if (!context) throw new Error('The browser has no profile.');
      return profileOf(context, () => browser.close());
    },
    close: async () => {
      await Promise.all(launched.map((browser) => browser.close()));
    },
  };
}

// Arguments of Playwright that keep a page in the background as lively as one in front.
const liveliness = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

function launch({ backForwardCache, oneVisible }: TabsOptions, args: readonly string[] = []): Promise<Browser> {
  const takenAway = [...(backForwardCache ? ['--disable-back-forward-cache'] : []), ...(oneVisible ? liveliness : [])];
  const options: LaunchOptions = {
    executablePath: inject('chromium').executablePath,
    args: [...chromiumArguments, ...args],
    ignoreDefaultArgs: takenAway,
  };
  return chromium.launch(options);
}

function profileOf(context: BrowserContext, close: () => Promise<void>): Profile {
  return {
    context,
    newPage: (options) => openPage(context, options),
    setOffline: (offline) => context.setOffline(offline),
    close,
  };
}

/** The address of a fixture page. */
export function addressOf({ file = 'page.html', query = {}, origin }: PageOptions = {}): string {
  const address = new URL(`/test/e2e/fixtures/${file}`, origin ?? inject('origin'));
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}

async function openPage(context: BrowserContext, options: PageOptions = {}): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${page.url()}: ${error.stack ?? error.message}`));
  if (options.clockAheadMs !== undefined) await page.addInitScript(shiftClock, options.clockAheadMs);
  await page.goto(addressOf(options));
  return page;
}

/** Runs in the page, before its scripts. */
function shiftClock(aheadMs: number): void {
  const RealDate = Date;
  const now = () => RealDate.now() + aheadMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values) => Reflect.construct(target, values.length === 0 ? [now()] : values) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
}

/** Ends the page's process as a crash does: no event fires in the page. */
export async function crash(page: Page): Promise<void> {
  const session = await devtools(page);
  const crashed = page.waitForEvent('crash');
  // The command itself is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** Leaves the page for another one and comes back, out of the back-forward cache where the browser has it. */
export async function leaveAndReturn(page: Page, { file = 'empty.html' }: PageOptions = {}): Promise<void> {
  await page.goto(addressOf({ file, query: { left: 'yes' } }));
  // A page out of the cache fires no load event.
  await page.goBack({ waitUntil: 'commit' });
}

/** Freezes a hidden page as a browser freezes a tab in the background: nothing runs in it, its locks stay taken. */
export function freeze(page: Page): Promise<void> {
  return setLifecycle(page, 'frozen');
}

/** Lets a frozen page go on. */
export function thaw(page: Page): Promise<void> {
  return setLifecycle(page, 'active');
}

async function setLifecycle(page: Page, state: 'frozen' | 'active'): Promise<void> {
  const session = await devtools(page);
  await session.send('Page.setWebLifecycleState', { state });
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** The page's DevTools protocol session, opened once. */
export function devtools(page: Page): Promise<CDPSession> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  return session;
}
