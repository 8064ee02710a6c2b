import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { AgentEvent } from 'phone-widget';
import { StatusSite } from '../support/status-site.js';
import { addressOf, crash, freeze, hidesTabs, thaw } from '../support/tabs.js';
import { AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser, type Query, type TestBrowser } from './browser.js';

let site: StatusSite;
beforeEach(async () => {
  site = await StatusSite.open(inject('origin'));
});
afterEach(() => site.kill());

const open = (browser: TestBrowser, query: Query = {}) =>
  browser.open({ role: 'agent', ...query }, { origin: site.origin });

/** The server has so many streams open, and no more. */
const hasStreams = (count: number) => eventually(async () => site.streams.length === count, 30_000);

const happens = (event: AgentEvent, agentId?: string) => site.happens(event, agentId);

const chooses = (statusId: string): AgentEvent => ({
  type: 'choose',
  statusId,
  by: { role: 'supervisor', id: 'sue', name: 'Sue' },
});

describe('tabs that are signed in alike', () => {
  const browser = useBrowser();

  test('share one stream, so that more tabs than a browser has connections can all save', async () => {
    const tabs: AgentTab[] = [];
    for (let count = 0; count < 8; count += 1) tabs.push(await open(browser));
    for (const tab of tabs) await tab.shows('Available');
    await hasStreams(1);
    for (const [index, tab] of tabs.entries()) {
      const [statusId, name] = index % 2 ? (['break', 'Break'] as const) : (['lunch', 'Lunch'] as const);
      await tab.page.evaluate((id) => widget.choose(id), statusId);
      await tabs[(index + 3) % tabs.length]?.shows(name);
    }
    for (const tab of tabs) await tab.shows('Break');
    expect(site.asked.filter((path) => /\/stream(\?|$)/.test(path)).length).toBe(1);
  });

  test('go on when the one that reads is closed or crashes', async () => {
    const [a, b, c] = [await open(browser), await open(browser), await open(browser)];
    for (const tab of [a, b, c]) await tab.shows('Available');
    await hasStreams(1);
    const [first] = site.streams;
    await a.page.close();
    await eventually(async () => site.streams.length === 1 && site.streams[0] !== first);
    await happens(chooses('meeting'));
    for (const tab of [b, c]) await tab.shows('Meeting');
    const [second] = site.streams;
    await crash(b.page);
    await eventually(async () => site.streams.length === 1 && site.streams[0] !== second);
    await happens(chooses('training'));
    await c.shows('Training');
  });

  test('take the stream from one that says nothing, and it listens again', async () => {
    const a = await open(browser);
    await a.shows('Available');
    const [first] = site.streams;
    // The next tab loses patience at once.
    await browser.profile.context.addInitScript(() => {
      const { setTimeout } = globalThis;
      let isPatient = false;
      globalThis.setTimeout = ((run: () => void, ms: number) => {
        const isSilence = ms >= 18_000 && ms < 20_000 && !isPatient;
        isPatient ||= isSilence;
        return setTimeout(run, isSilence ? 0 : ms);
      }) as typeof setTimeout;
    });
    const b = await open(browser);
    await b.shows('Available');
    await eventually(async () => site.streams.length === 1 && site.streams[0] !== first);
    for (const statusId of ['meeting', 'training', 'lunch']) await happens(chooses(statusId));
    for (const tab of [a, b]) await tab.shows('Lunch');
    await b.page.close();
    await hasStreams(1);
    await happens(chooses('break'));
    await a.shows('Break');
  });

  test('go on when the one that reads may do so no longer', async () => {
    const [a, b] = [await open(browser), await open(browser)];
    for (const tab of [a, b]) await tab.shows('Available');
    const [first] = site.streams;
    await a.page.evaluate(() => (identity.id = 'ben'));
    first?.socket.destroy();
    await eventually(async () => site.streams.length === 1 && site.streams[0] !== first);
    await happens(chooses('meeting'));
    await b.shows('Meeting');
    expect(await a.changes()).toEqual([]);
    await eventually(async () => (await a.happened('phone-error')).some(({ detail }) => detail['code'] === 'denied'));
  });

  test('share nothing with another agent, another account or another role', async () => {
    const a = await open(browser);
    const b = await open(browser, { agent: 'ben' });
    const there = await open(browser, { account: 'other' });
    const sue = await open(browser, { role: 'supervisor', as: 'ana' });
    for (const tab of [a, b, there]) await tab.shows('Available');
    await hasStreams(4);
    await happens(chooses('meeting'));
    await happens(chooses('lunch'), 'ben');
    await a.shows('Meeting');
    await sue.shows('Meeting');
    await b.shows('Lunch');
    await there.shows('Available');
    for (const [tab, ids] of [
      [a, ['meeting']],
      [b, ['lunch']],
      [there, []],
    ] as const) {
      expect(await tab.changes()).toEqual(ids);
    }
  });

  test('are seen by another browser, and see it', async () => {
    const a = await open(browser);
    await a.shows('Available');
    const other = await browser.profile.context.browser()?.newContext();
    const page = await other?.newPage();
    if (!page) throw new Error('There is no other browser.');
    await page.goto(addressOf({ origin: site.origin, query: { agent: 'ana', role: 'agent' } }));
    const b = new AgentTab(page);
    await b.shows('Available');
    await hasStreams(2);
    await a.pick('meeting');
    await b.shows('Meeting');
    await b.start(callOf('call-1'));
    await a.showsCalls('Grace live');
    await other?.close();
  });
});

describe('an outage', () => {
  const browser = useBrowser();

  /** What the server has written down, apart from leases. */
  async function calls(): Promise<string[]> {
    const found = await site.store.readAgent('ana');
    return found?.value.calls.map(({ id, endedAt }) => `${id} ${endedAt === undefined ? 'live' : 'ended'}`) ?? [];
  }

  async function callsDuring(outage: () => Promise<unknown>, end: () => Promise<unknown>): Promise<void> {
    const a = await open(browser, { watched: '' });
    const b = await open(browser);
    for (const tab of [a, b]) await tab.shows('Available');
    await a.pick('break');
    await b.shows('Break');
    await outage();
    await a.start(callOf('call-1'));
    await a.shows('Busy');
    await a.end('call-1');
    await a.start(callOf('call-2', 'Linus'));
    await a.showsCalls('Linus live', 'Grace ended');
    await eventually(() => a.page.evaluate(() => widget.session?.connection.state === 'offline'));
    await end();
    await b.showsCalls('Linus live', 'Grace ended');
    expect(await calls()).toEqual(['call-1 ended', 'call-2 live']);
    expect(await a.writes()).toEqual(['choose', 'call-started', 'call-ended', 'call-started']);
    await hasStreams(1);
    await a.end('call-2');
    await b.shows('After Call Work');
  }

  test('of the server delays call facts, which arrive in order and once', () =>
    callsDuring(
      () => site.kill(),
      () => site.start(),
    ));

  test('of the network delays call facts, which arrive in order and once', () =>
    callsDuring(
      () => browser.profile.setOffline(true),
      () => browser.profile.setOffline(false),
    ));
});

describe.skipIf(!hidesTabs)('a tab that is frozen', () => {
  const browser = useBrowser({ oneVisible: true, backForwardCache: true });

  test('lets another one read, and is up to date when it goes on', async () => {
    const a = await open(browser);
    await a.shows('Available');
    await hasStreams(1);
    const [first] = site.streams;
    const b = await open(browser);
    await b.shows('Available');
    await freeze(a.page);
    await eventually(async () => site.streams.length === 1 && site.streams[0] !== first);
    await happens(chooses('meeting'));
    await b.shows('Meeting');
    await thaw(a.page);
    await a.shows('Meeting');
    await hasStreams(1);
  });

  test('or left to be returned to lets another one read as well', async () => {
    const a = await open(browser);
    await a.shows('Available');
    const b = await open(browser);
    await b.shows('Available');
    const [first] = site.streams;
    await a.page.goto(addressOf({ file: 'empty.html', origin: site.origin }));
    await eventually(async () => site.streams.length === 1 && site.streams[0] !== first);
    await happens(chooses('meeting'));
    await b.shows('Meeting');
    await a.page.goBack({ waitUntil: 'commit' });
    await a.shows('Meeting');
    await hasStreams(1);
  });
});
