import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { openTabs, type PageOptions, type Profile, type Tabs, type TabsOptions } from '../support/tabs.js';
import { AgentTab, SupervisorTab } from './agent-tab.js';

/** What the fixture page is opened with: see `fixtures/page.ts`. */
export type Query = Readonly<Record<string, string>>;

/** The browser of one file: every test has a profile of its own. */
export interface TestBrowser {
  readonly profile: Profile;
  /** Opens a tab of an agent, of Ana if left out, and waits until it shows a status, if it is to show one. */
  open(query?: Query, options?: PageOptions): Promise<AgentTab>;
  /** Opens the page of a supervisor who looks at Ana. */
  supervise(): Promise<SupervisorTab>;
  /** Lets time pass in all tabs alike, from now on also in those that are opened later. */
  stopwatch(): Promise<Stopwatch>;
}

/** Moves the time of all tabs. Time goes on by itself as well. */
export interface Stopwatch {
  /** Lets that time pass in small steps, as it does in front of an open page. */
  pass(seconds: number): Promise<void>;
  /** Jumps ahead, as after a laptop has slept. */
  jump(seconds: number): Promise<void>;
}

/** Steps shorter than any lease and any renewal. */
const STEP_SECONDS = 15;

/**
 * Gives each test of a file a browser profile. After each test: no page has thrown anything, and none has asked any
 * other host than its own for anything.
 */
export function useBrowser(options: TabsOptions = {}): TestBrowser {
  let tabs: Tabs;
  let profile: Profile;
  let troubles: string[] = [];
  beforeAll(async () => {
    tabs = await openTabs(options);
  });
  afterAll(() => tabs.close());
  beforeEach(async () => {
    profile = await tabs.newProfile();
    troubles = watchTroubles(profile.context);
  });
  afterEach(async () => {
    await profile.close();
    expect(troubles).toEqual([]);
  });
  return {
    get profile() {
      return profile;
    },
    async open(query = {}, pageOptions = {}) {
      const tab = new AgentTab(await profile.newPage({ query: { agent: 'ana', ...query }, ...pageOptions }));
      if (!('manual' in query) && query['store'] !== 'frozen') await tab.isReady();
      return tab;
    },
    async supervise() {
      return new SupervisorTab(await profile.newPage({ file: 'headless.html' }));
    },
    async stopwatch() {
      const { clock } = profile.context;
      await clock.install();
      return {
        async pass(seconds) {
          for (let left = seconds; left > 0; left -= STEP_SECONDS) {
            await clock.runFor(Math.min(STEP_SECONDS, left) * 1000);
          }
        },
        jump: (seconds) => clock.fastForward(seconds * 1000),
      };
    },
  };
}

function watchTroubles(context: BrowserContext): string[] {
  const troubles: string[] = [];
  context.on('weberror', (error) => troubles.push(error.error().message));
  context.on('request', (request) => {
    if (request.isNavigationRequest()) return;
    const { origin, protocol } = new URL(request.url());
    const own = new URL(request.frame().url());
    if (protocol.startsWith('http') && origin !== own.origin) troubles.push(`${own.href} asked ${request.url()}.`);
  });
  return troubles;
}
