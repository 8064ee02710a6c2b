import { expect, test } from 'vitest';
import { freeze, leaveAndReturn, thaw } from '../support/tabs.js';
import { type AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser({ oneVisible: true, backForwardCache: true });

test('a hidden tab shows what happens in the one in front, and keeps the agent there', async () => {
  const supervisor = await browser.supervise();
  const b = await browser.open();
  const a = await browser.open();
  await expect.poll(() => visibility(b)).toBe('hidden');
  await supervisor.sees('available');
  await a.pick('meeting');
  await b.shows('Meeting');
  await a.start(callOf('call-1'));
  await b.showsCalls('Grace live');
  await a.end('call-1');
  await b.shows('After Call Work');
  await a.press('close');
  await b.shows('Meeting');
  await a.page.close();
  await expect.poll(() => shortestLease(b), { timeout: 15_000 }).toBeLessThan(0);
  await supervisor.sees('meeting');
  expect(await supervisor.seen()).toEqual(['available', 'meeting', 'busy', 'after-call-work', 'meeting']);
});

test('S153 ten minutes on a call with one tab in the background write nothing but leases, and change nothing', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  const b = await browser.open({ watched: '' });
  const a = await browser.open({ watched: '' });
  await expect.poll(() => visibility(b)).toBe('hidden');
  await supervisor.sees('available');
  await b.shows('Available');
  await a.start(callOf('call-1'));
  await supervisor.sees('busy');
  await b.shows('Busy');
  const since = await a.since();
  await time.pass(600);
  await supervisor.sees('busy');
  for (const tab of [a, b]) {
    await tab.shows('Busy');
    await tab.isSince(since);
    expect(await tab.changes()).toEqual(['busy']);
    await tab.page.bringToFront();
    await expect.poll(() => tab.seconds()).toBeGreaterThanOrEqual(600);
  }
  expect([...(await a.writes()), ...(await b.writes())]).toEqual(['call-started']);
  expect(await supervisor.seen()).toEqual(['available', 'busy']);
  await a.end('call-1');
  await b.shows('After Call Work');
  expect([...(await a.writes()), ...(await b.writes())]).toEqual(['call-started', 'call-ended']);
});

test('a tab that was frozen while its agent took a call in another one shows it when it goes on', async () => {
  const b = await browser.open();
  const a = await browser.open();
  await b.shows('Available');
  await expect.poll(() => visibility(b)).toBe('hidden');
  await freeze(b.page);
  await a.pick('lunch');
  await a.start(callOf('call-1'));
  await a.shows('Busy');
  await a.pick('break');
  await a.showsNext('Break');
  await thaw(b.page);
  await b.shows('Busy');
  await b.showsNext('Break');
  await b.showsCalls('Grace live');
  await a.end('call-1');
  await a.press('close');
  await b.shows('Break');
});

test('an only tab that is frozen for five minutes is Offline for others meanwhile, and as it was when it goes on', async () => {
  const time = await browser.stopwatch();
  const a = await browser.open();
  await a.pick('meeting');
  await a.shows('Meeting');
  const supervisor = await browser.supervise();
  await supervisor.sees('meeting');
  await expect.poll(() => visibility(a)).toBe('hidden');
  await freeze(a.page);
  const slept = time.jump(300);
  await thaw(a.page);
  await slept;
  await supervisor.sees('meeting');
  await a.shows('Meeting');
  await expect.poll(() => shortestLease(a)).toBeGreaterThan(60_000);
});

test('S165 a page that wakes after an hour shows what a supervisor has chosen, and takes a click on top of it', async () => {
  const time = await browser.stopwatch();
  const a = await browser.open({ watched: '' });
  await a.shows('Available');
  const supervisor = await browser.supervise();
  await supervisor.sees('available');
  await expect.poll(() => visibility(a)).toBe('hidden');
  await freeze(a.page);
  await supervisor.choose('break');
  const slept = time.jump(3600);
  await thaw(a.page);
  await slept;
  await a.shows('Break');
  expect(await a.text('why')).toContain('set by the supervisor Sue');
  await supervisor.sees('break');
  await a.page.bringToFront();
  await a.pick('available');
  await a.shows('Available');
  await supervisor.sees('available');
  expect(await a.writes()).toEqual(['choose']);
});

test('S165 a click at the very moment of waking is applied to what the store says, not to what was there before', async () => {
  const a = await browser.open({ watched: '' });
  await a.shows('Available');
  const supervisor = await browser.supervise();
  await supervisor.sees('available');
  await expect.poll(() => visibility(a)).toBe('hidden');
  await freeze(a.page);
  await supervisor.choose('break');
  const chosen = await supervisor.page.evaluate(() =>
    supervision.store.readAgent('ana').then((entry) => entry?.revision),
  );
  const asked = await a.page.evaluate(() => watched.asked.length);
  await a.page.evaluate(() => {
    document.addEventListener('resume', () => void widget.choose('lunch'), { once: true });
  });
  await thaw(a.page);
  await a.shows('Lunch');
  await supervisor.sees('lunch');
  const since = (await a.page.evaluate(() => watched.asked)).slice(asked);
  const choice = since.find(({ what }) => what === 'choose');
  expect(choice?.basedOn).toBeGreaterThanOrEqual(chosen ?? Infinity);
  expect(await supervisor.seen()).toEqual(['available', 'break', 'lunch']);
});

test('S165 a call goes on when the laptop wakes after an hour in which it was closed', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  const a = await browser.open();
  await supervisor.sees('available');
  await a.start(callOf('call-1'));
  await supervisor.sees('busy');
  await time.jump(3600);
  await a.shows('Busy');
  await supervisor.sees('busy');
  await a.end('call-1');
  await supervisor.sees('after-call-work');
  expect(await a.changes()).toEqual(['busy', 'after-call-work']);
});

test('S165 a call that ended while the laptop slept is in After Call Work when it wakes', async () => {
  const time = await browser.stopwatch();
  const a = await browser.open({ calls: 'listed' });
  await a.start(callOf('call-1'));
  await a.settled();
  await a.page.evaluate(() => hostPhone.endUnheard('call-1'));
  await time.jump(3600);
  await a.shows('After Call Work');
});

test('an absence beyond the limit makes the next sign-in the first, closes the conversation, and hands on its notes', async () => {
  const time = await browser.stopwatch();
  const b = await browser.open();
  const a = await browser.open();
  await a.pick('meeting');
  await b.shows('Meeting');
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.type('notes', 'Wants a refund.');
  await a.end('call-1');
  await b.shows('After Call Work');
  await a.settled();
  await time.jump(9 * 3600);
  for (const tab of [a, b]) {
    await tab.shows('Available');
    await tab.showsCalls();
  }
  const closings = async () =>
    [...(await a.happened('phone-conversation-close')), ...(await b.happened('phone-conversation-close'))].map(
      ({ detail }) => [detail['notes'], detail['cause']],
    );
  await expect.poll(closings).toEqual([['Wants a refund.', 'absence']]);
});

test('a page out of the back-forward cache shows what was chosen meanwhile, and its agent is there again', async () => {
  const b = await browser.open();
  const a = await browser.open();
  await a.shows('Available');
  await notePersisted(a);
  await a.page.goto('about:blank');
  await b.pick('training');
  await b.shows('Training');
  await a.page.goBack({ waitUntil: 'commit' });
  await expect.poll(() => wasPersisted(a)).toBe(true);
  await a.shows('Training');
  await eventually(async () => Object.keys((await a.stored()).value.leases).length === 2);
  await expect.poll(() => shortestLease(a)).toBeGreaterThan(60_000);
  await a.page.bringToFront();
  await a.pick('lunch');
  await b.shows('Lunch');
});

test('a call goes on through the back-forward cache', async () => {
  const supervisor = await browser.supervise();
  const a = await browser.open();
  await supervisor.sees('available');
  await a.start(callOf('call-1'));
  await supervisor.sees('busy');
  const since = await a.since();
  await notePersisted(a);
  await leaveAndReturn(a.page);
  await expect.poll(() => wasPersisted(a)).toBe(true);
  await a.shows('Busy');
  await a.isSince(since);
  await expect.poll(() => shortestLease(a)).toBeGreaterThan(100_000);
  await a.end('call-1');
  await supervisor.sees('after-call-work');
  expect(await supervisor.seen()).toEqual(['available', 'busy', 'after-call-work']);
});

test('a call goes on when its page is left and returned to at once, with another tab open', async () => {
  const b = await browser.open({ watched: '' });
  const a = await browser.open();
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  const since = await b.since();
  for (let round = 0; round < 3; round++) {
    await leaveAndReturn(a.page);
    await a.shows('Busy');
    await isPast(a, 1000);
  }
  await b.isSince(since);
  expect(await shortestLease(a)).toBeGreaterThan(100_000);
  expect((await b.page.evaluate(() => watched.asked)).map(({ what }) => what)).not.toContain('page-died');
  await a.end('call-1');
  await b.shows('After Call Work');
  expect(await b.changes()).toEqual(['busy', 'after-call-work']);
});

test('a page that stays in the back-forward cache makes its agent Offline after ten seconds', async () => {
  const supervisor = await browser.supervise();
  const a = await browser.open();
  await supervisor.sees('available');
  await a.page.goto('about:blank');
  const leftAt = Date.now();
  await supervisor.sees('offline', 15_000);
  expect(Date.now() - leftAt).toBeLessThan(11_000);
});

test('who signs out in one tab is signed out in those that were frozen or in the back-forward cache, and stays so', async () => {
  const supervisor = await browser.supervise();
  const [c, b, a] = [await browser.open(), await browser.open(), await browser.open()];
  for (const tab of [a, b, c]) await tab.shows('Available');
  await expect.poll(() => visibility(b)).toBe('hidden');
  await c.page.goto('about:blank');
  // A page that is stopped by force in the middle of a transaction would keep all others waiting; no browser does that.
  await expect.poll(() => shortestLease(a)).toBeLessThan(15_000);
  await b.settled();
  await freeze(b.page);
  await a.page.evaluate(() => widget.signOut());
  await supervisor.sees('offline');
  await thaw(b.page);
  await b.shows('Offline');
  await c.page.goBack({ waitUntil: 'commit' });
  await c.shows('Offline');
  await b.page.bringToFront();
  await expect.poll(() => visibility(b)).toBe('visible');
  await b.shows('Offline');
  expect((await b.stored()).value.leases).toEqual({});
  expect(await supervisor.seen()).toEqual(['available', 'offline']);
});

function visibility({ page }: AgentTab): Promise<string> {
  return page.evaluate(() => document.visibilityState);
}

/** How long the lease that ends first still lasts. */
async function shortestLease(tab: AgentTab): Promise<number> {
  const now = await tab.page.evaluate(() => Date.now());
  return Math.min(...Object.values((await tab.stored()).value.leases)) - now;
}

/** The time is over within which another tab may take this page for dead. */
async function isPast({ page }: AgentTab, ms: number): Promise<void> {
  const then = Date.now() + ms;
  await eventually(() => page.evaluate((instant) => Date.now() > instant, then));
}

async function notePersisted({ page }: AgentTab): Promise<void> {
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
}

function wasPersisted({ page }: AgentTab): Promise<unknown> {
  return page.evaluate(() => Reflect.get(globalThis, 'persisted') as unknown);
}
