import { expect, test } from 'vitest';
import type { AgentRecord } from 'phone-widget';
import { crash } from '../support/tabs.js';
import { AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();
/** What happens at once is there after so many milliseconds, on a busy machine. */
const AT_ONCE = 3000;

test('a reload in mid-call stays Busy since the same instant, and the other tab sees nothing else', async () => {
  const supervisor = await browser.supervise();
  const [a, b] = [await browser.open(), await browser.open()];
  await supervisor.sees('available');
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  const since = await b.since();
  await a.page.reload();
  await a.shows('Busy');
  await a.showsCalls('Grace live');
  await a.isSince(since);
  await b.isSince(since);
  await a.end('call-1');
  await b.shows('After Call Work');
  expect(await b.changes()).toEqual(['busy', 'after-call-work']);
  expect(await supervisor.seen()).toEqual(['available', 'busy', 'after-call-work']);
});

test('a reload of the only tab in mid-call is seen by nobody', async () => {
  const supervisor = await browser.supervise();
  const a = await browser.open();
  await supervisor.sees('available');
  await a.start(callOf('call-1'));
  await supervisor.sees('busy');
  const since = await a.since();
  for (let load = 0; load < 3; load++) {
    await a.page.reload();
    await a.shows('Busy');
    await a.isSince(since);
  }
  await a.end('call-1');
  await supervisor.sees('after-call-work');
  expect(await supervisor.seen()).toEqual(['available', 'busy', 'after-call-work']);
});

test('five quick reloads in mid-call are seen by nobody', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  const since = await b.since();
  for (let load = 0; load < 5; load++) await a.page.reload();
  await a.shows('Busy');
  await a.isSince(since);
  await a.end('call-1');
  await b.shows('After Call Work');
  expect(await b.changes()).toEqual(['busy', 'after-call-work']);
});

test('calls that ring and are held outlast a reload as they are, and the ringing is not prolonged', async () => {
  const time = await browser.stopwatch();
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1', 'Ada'));
  await a.hold('call-1');
  await a.ring(callOf('call-2', 'Grace'));
  await b.showsCalls('Grace ringing', 'Ada held');
  await time.pass(60);
  await a.page.reload();
  for (const tab of [a, b]) await tab.showsCalls('Grace ringing', 'Ada held');
  await time.pass(65);
  for (const tab of [a, b]) await tab.showsCalls('Ada held');
  await b.shows('Busy');
});

test('a reload after which nobody reports the call again is Busy for the minute that a page may take, then no more', async () => {
  const time = await browser.stopwatch();
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.page.evaluate(() => sessionStorage.clear());
  await a.page.reload();
  await a.shows('Busy');
  await time.pass(45);
  for (const tab of [a, b]) await tab.shows('Busy');
  await time.pass(30);
  for (const tab of [a, b]) await tab.shows('After Call Work');
  await a.press('close');
  await b.shows('Available');
  expect(await b.changes()).toEqual(['busy', 'after-call-work', 'available']);
});

test('a reload in After Call Work keeps the panel, the notes and the tags', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.type('notes', 'Wants a refund.');
  await a.type('tags', 'refund');
  await a.end('call-1');
  await b.shows('After Call Work');
  const since = await b.since();
  await a.page.reload();
  await a.shows('After Call Work');
  await a.showsCalls('Grace ended');
  await a.showsNotes('Wants a refund.');
  await a.showsTags('refund');
  await a.isSince(since);
  await a.press('close');
  await b.shows('Available');
  expect(await b.changes()).toEqual(['busy', 'after-call-work', 'available']);
  expect((await a.happened('phone-conversation-close'))[0]?.detail).toMatchObject({
    notes: 'Wants a refund.',
    tags: ['refund'],
  });
});

test('the tab of the call crashes: the other one is at once in After Call Work, with the notes', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await a.type('notes', 'Wants a refund.');
  await b.showsNotes('Wants a refund.');
  const crashedAt = Date.now();
  await crash(a.page);
  await eventually(async () => (await b.statusId()) === 'after-call-work', AT_ONCE);
  console.log(`After Call Work in the other tab ${Date.now() - crashedAt} ms after the crash`);
  await b.showsNotes('Wants a refund.');
  await b.press('close');
  await b.shows('Available');
  expect(await b.changes()).toEqual(['busy', 'after-call-work', 'available']);
  expect(Object.keys((await b.stored()).value.leases)).toHaveLength(1);
});

test('a tab crashes in After Call Work: the other one stays in it and closes it', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.end('call-1');
  await b.shows('After Call Work');
  const since = await b.since();
  await crash(a.page);
  await eventually(async () => Object.keys((await b.stored()).value.leases).length === 1, AT_ONCE);
  await b.shows('After Call Work');
  await b.isSince(since);
  await b.press('close');
  await b.shows('Available');
  expect(await b.changes()).toEqual(['busy', 'after-call-work', 'available']);
});

test('the only tab crashes in mid-call: the next one that is opened is in After Call Work', async () => {
  const a = await browser.open();
  await a.start(callOf('call-1'));
  await eventually(async () => (await a.stored()).value.calls[0]?.state === 'live');
  await crash(a.page);
  await a.page.close();
  const b = await browser.open();
  await eventually(async () => (await b.statusId()) === 'after-call-work', AT_ONCE);
  await b.press('close');
  await b.shows('Available');
});

test('two of three tabs crash at once in mid-call: the third one is in After Call Work with both calls', async () => {
  const [a, b, c] = [await browser.open(), await browser.open(), await browser.open()];
  await a.start(callOf('call-1', 'Ada'));
  await c.shows('Busy');
  await b.start(callOf('call-1', 'Ada'));
  await b.start(callOf('call-2', 'Grace'));
  await c.showsCalls('Ada live', 'Grace live');
  await Promise.all([crash(a.page), crash(b.page)]);
  await c.shows('After Call Work');
  await c.showsCalls('Ada ended', 'Grace ended');
  expect(Object.keys((await c.stored()).value.leases)).toHaveLength(1);
});

test('a hang-up that is reported while the page is left is known at once to the other tab', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await hangUpWhenLeft(a);
  await a.page.close();
  await eventually(async () => (await b.statusId()) === 'after-call-work', AT_ONCE);
  await eventually(async () => isReportedEnd(await b.stored()));
  expect(await b.changes()).toEqual(['busy', 'after-call-work']);
});

test('a hang-up that is reported while the last page is left is known to the next one', async () => {
  const a = await browser.open();
  await a.start(callOf('call-1'));
  await eventually(async () => (await a.stored()).value.calls[0]?.state === 'live');
  await hangUpWhenLeft(a);
  await a.page.close();
  const b = await browser.open();
  await b.shows('After Call Work');
  await eventually(async () => isReportedEnd(await b.stored()));
});

test('one of two tabs that carry a call closes: still Busy; the other one as well: After Call Work is nowhere, Offline', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  const [a, b] = [await browser.open(), await browser.open()];
  await supervisor.sees('available');
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await b.start(callOf('call-1'));
  await eventually(async () => (await b.stored()).value.calls[0]?.carriers.length === 2);
  const since = await b.since();
  await a.page.close();
  await time.pass(90);
  await supervisor.sees('busy');
  await b.isSince(since);
  await b.page.close();
  await time.pass(45);
  await supervisor.sees('busy');
  await time.pass(30);
  await supervisor.sees('offline');
  expect(await supervisor.seen()).toEqual(['available', 'busy', 'offline']);
});

test('a tab that was opened by the page of the call, with a copy of its session storage, is a page of its own', async () => {
  const a = await browser.open();
  await a.start(callOf('call-1'));
  await a.shows('Busy');
  const open = a.page.evaluate(() => void window.open(location.href));
  const [page] = await Promise.all([a.page.waitForEvent('popup'), open]);
  const b = new AgentTab(page);
  await b.shows('Busy');
  await eventually(async () => (await b.stored()).value.calls[0]?.carriers.length === 2);
  await a.page.close();
  await b.end('call-1');
  await b.shows('After Call Work');
  expect(await b.changes()).toEqual(['after-call-work']);
});

test('one of two tabs that carry a call crashes: still Busy', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await b.start(callOf('call-1'));
  await eventually(async () => (await b.stored()).value.calls[0]?.carriers.length === 2);
  await crash(a.page);
  await eventually(async () => (await b.stored()).value.calls[0]?.carriers.length === 1, AT_ONCE);
  await b.shows('Busy');
  await b.end('call-1');
  await b.shows('After Call Work');
  expect(await b.changes()).toEqual(['busy', 'after-call-work']);
});

test("another agent's page sees Offline within ten seconds after the last tab was closed, and not before", async () => {
  const bob = await browser.open({ agent: 'bob', supervise: 'ana' });
  const [a, b] = [await browser.open(), await browser.open()];
  await Promise.all([a.shows('Available'), b.shows('Available')]);
  const seen = () => bob.page.evaluate(() => supervision.seen);
  await a.page.close();
  const closedAt = Date.now();
  await b.page.close();
  await expect.poll(async () => (await seen()).at(-1)?.id, { timeout: 15_000 }).toBe('offline');
  const after = ((await seen()).at(-1)?.at ?? NaN) - closedAt;
  console.log(`Offline ${after} ms after the last tab was closed`);
  expect(after).toBeLessThan(11_000);
  expect(after).toBeGreaterThan(5000);
  expect((await seen()).map(({ id }) => id).slice(-2)).toEqual(['available', 'offline']);
  await bob.shows('Available');
});

test('Forward to Phone outlasts the last tab, and ends with an absence beyond the limit', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  await supervisor.set({ forwardToPhone: true, absenceLimitMinutes: 60 });
  const a = await browser.open();
  await a.shows('Available');
  await a.page.evaluate(() => widget.choose('forward-to-phone', { forwardTo: '+4930901820' }));
  await supervisor.sees('forward-to-phone');
  await a.page.close();
  await time.pass(60);
  await supervisor.sees('forward-to-phone');
  expect(await supervisor.route()).toEqual({ to: 'phone', number: '+4930901820' });
  const b = await browser.open();
  await b.shows('Forward to Phone');
  await time.pass(5);
  await b.page.close();
  await time.jump(3700);
  await supervisor.sees('offline');
  expect(await supervisor.route()).toBeNull();
  expect(await supervisor.seen()).toEqual(['available', 'forward-to-phone', 'offline']);
});

test('S119 an agent who vanished in mid-call three days ago is Offline since then, and Available with the next page', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  const a = await browser.open();
  await supervisor.sees('available');
  await a.start(callOf('call-1'));
  await supervisor.sees('busy');
  await eventually(async () => (await a.stored()).value.calls[0]?.state === 'live');
  await crash(a.page);
  await a.page.close();
  await time.jump(3 * 86_400);
  await supervisor.sees('offline');
  const days = await supervisor.page.evaluate(() => (Date.now() - (supervision.session.view?.since ?? 0)) / 86_400_000);
  expect(days).toBeGreaterThan(2.9);
  expect(days).toBeLessThan(3);
  const b = await browser.open();
  await b.shows('Available');
  await b.showsCalls();
  await supervisor.sees('available');
  expect(await b.changes()).not.toContain('busy');
  expect(await supervisor.seen()).toEqual(['available', 'busy', 'offline', 'available']);
});

/** A telephone that ends its calls when its page is left, as most in web pages do. */
async function hangUpWhenLeft({ page }: AgentTab): Promise<void> {
  await page.evaluate(() => {
    addEventListener('pagehide', () => hostPhone.end('call-1', 'answered'));
  });
}

/** Whether the call has ended for good, by a report. */
function isReportedEnd({ value }: { readonly value: AgentRecord }): boolean {
  return value.tombstones.some(({ id, declared }) => id === 'call-1' && !declared);
}
