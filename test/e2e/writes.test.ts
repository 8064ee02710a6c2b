import { expect, test } from 'vitest';
import type { AgentEvent } from 'phone-widget';
import { type AgentTab, callOf } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();

test('each event is written exactly once by all tabs together, and nothing else is, leases apart', async () => {
  const [a, b] = await twoTabs();
  const call = callOf('call-1');
  const steps: readonly [AgentEvent['type'], AgentTab, (tab: AgentTab) => Promise<void>, string][] = [
    ['choose', a, (tab) => tab.pick('meeting'), 'Meeting'],
    ['choose', b, (tab) => tab.pick('available'), 'Available'],
    ['call-ringing', a, (tab) => tab.ring(call), 'Available'],
    ['call-started', a, (tab) => tab.start(call), 'Busy'],
    ['call-held', a, (tab) => tab.hold(call.id), 'Busy'],
    ['call-resumed', a, (tab) => tab.resume(call.id), 'Busy'],
    ['choose', b, (tab) => tab.pick('break'), 'Break'],
    ['withdraw', a, (tab) => tab.press('withdraw'), 'Busy'],
    ['choose', a, (tab) => tab.pick('lunch'), 'Lunch'],
    ['call-ended', a, (tab) => tab.end(call.id), 'After Call Work'],
    ['close', b, (tab) => tab.press('close'), 'Lunch'],
    ['sign-out', a, ({ page }) => page.evaluate(() => widget.signOut()), 'Offline'],
  ];
  const written: AgentEvent['type'][] = [];
  for (const [event, tab, act, shown] of steps) {
    await act(tab);
    written.push(event);
    await expect.poll(() => writesOf(a, b), { timeout: 10_000 }).toEqual([...written].sort());
    for (const one of [a, b]) await expect.poll(() => shownBy(one), { timeout: 10_000 }).toContain(shown);
  }
  await expectNothingElse(a, b);
});

test('what nobody did is written by nobody: the limit on After Call Work, a choice that comes into force, ten minutes', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  await supervisor.set({ acwLimitSeconds: 60 });
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await b.pick('break');
  await a.showsNext('Break');
  await a.end('call-1');
  await b.shows('After Call Work');
  await time.pass(62);
  for (const tab of [a, b]) await tab.shows('Break');
  await time.pass(600);
  for (const tab of [a, b]) await tab.shows('Break');
  expect(await writesOf(a, b)).toEqual(['call-ended', 'call-started', 'choose']);
  await expectNothingElse(a, b);
  expect(await supervisor.seen()).toEqual(['available', 'busy', 'after-call-work', 'break']);
});

test('a call that rings until it ends by itself is written once', async () => {
  const time = await browser.stopwatch();
  const [a, b] = await twoTabs();
  await a.ring(callOf('call-1'));
  await b.showsCalls('Grace ringing');
  await time.pass(125);
  for (const tab of [a, b]) await tab.showsCalls();
  expect(await writesOf(a, b)).toEqual(['call-ringing']);
});

test('nothing is written for what changes nothing: the same status again, a repeated fact, a second end', async () => {
  const [a, b] = await twoTabs();
  await a.pick('available');
  await a.start(callOf('call-1'));
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.end('call-1');
  await a.end('call-1');
  await b.shows('After Call Work');
  await a.press('close');
  await b.shows('Available');
  await b.pick('meeting');
  await a.shows('Meeting');
  expect(await writesOf(a, b)).toEqual(['call-ended', 'call-started', 'choose', 'close']);
});

test('both tabs click at once: two writes, and both show the later click', async () => {
  const [a, b] = await twoTabs();
  for (let round = 1; round <= 10; round++) {
    await Promise.all([
      a.page.evaluate(() => widget.choose('meeting').catch(() => undefined)),
      b.page.evaluate(() => widget.choose('lunch').catch(() => undefined)),
    ]);
    const { value } = await a.stored();
    const name = value.choice?.statusId === 'meeting' ? 'Meeting' : 'Lunch';
    for (const tab of [a, b]) await tab.shows(name);
    await a.page.evaluate(() => widget.choose('available'));
    for (const tab of [a, b]) await tab.shows('Available');
  }
  const writes = await writesOf(a, b);
  expect(writes.length).toBeLessThanOrEqual(30);
  expect(writes.length).toBeGreaterThanOrEqual(20);
});

test('ten minutes on a call ask the store for a renewal every 45 seconds and for nothing else', async () => {
  const time = await browser.stopwatch();
  const tabs = await twoTabs();
  const [a, b] = tabs;
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.settled();
  const asked = () => Promise.all(tabs.map(({ page }) => page.evaluate(() => watched.asked.map(({ what }) => what))));
  const before = await asked();
  await time.pass(600);
  for (const [index, all] of (await asked()).entries()) {
    const since = all.slice(before[index]?.length);
    expect(new Set(since)).toEqual(new Set(['renew']));
    // Two tabs that renew at the same moment meet a conflict now and then.
    expect(since.length).toBeGreaterThanOrEqual(12);
    expect(since.length).toBeLessThanOrEqual(26);
  }
});

test('fifty choices in a row are all written in their order', async () => {
  const [a, b] = await twoTabs();
  await a.page.evaluate(async () => {
    const ids = Array.from({ length: 50 }, (_, index) => ['meeting', 'lunch', 'break'][index % 3] ?? '');
    await Promise.all(ids.map((id) => widget.choose(id)));
  });
  for (const tab of [a, b]) await tab.shows('Lunch');
  expect(await writesOf(a, b)).toEqual(Array.from({ length: 50 }, () => 'choose'));
});

async function twoTabs(): Promise<[AgentTab, AgentTab]> {
  const tabs: [AgentTab, AgentTab] = [await browser.open({ watched: '' }), await browser.open({ watched: '' })];
  for (const tab of tabs) await tab.shows('Available');
  return tabs;
}

async function writesOf(a: AgentTab, b: AgentTab): Promise<string[]> {
  return [...(await a.writes()), ...(await b.writes())].sort();
}

async function shownBy(tab: AgentTab): Promise<string> {
  return `${await tab.text('selector')} ${await tab.text('next')}`;
}

/** Each revision that the browser has given is one of the saves that the two tabs know of. */
async function expectNothingElse(a: AgentTab, b: AgentTab): Promise<void> {
  const asked = (await Promise.all([a, b].map(({ page }) => page.evaluate(() => watched.asked)))).flat();
  const revisions = asked.flatMap(({ revision }) => revision ?? []).sort((one, other) => one - other);
  const first = revisions[0] ?? NaN;
  const { revision } = await a.stored();
  expect(revisions).toEqual(Array.from({ length: revision - first + 1 }, (_, index) => first + index));
}
