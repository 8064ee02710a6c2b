import { expect, test } from 'vitest';
import { crash } from '../support/tabs.js';
import { type AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();

test('the limit passes while one tab types and another idles: one event, with the whole text', async () => {
  const time = await browser.stopwatch();
  const [a, b] = await afterCallWork({ acwLimitSeconds: 30 });
  await a.type('notes', 'please call ');
  await b.showsNotes('please call ');
  await time.pass(31);
  await both([a, b], (tab) => tab.shows('Available'));
  await b.showsCalls();
  await a.page.keyboard.type('back later about training ');
  await a.showsNotes('please call back later about training ');
  expect(await a.text('conversation')).toContain('Closed by the limit');
  expect(await a.calls()).toEqual(['Grace closed']);
  expect(await closings(a, b)).toEqual([]);
  await leave(a);
  await handsOn([a, b], 'please call back later about training ', 'limit');
  expect([...(await a.changes()), ...(await b.changes())]).not.toContain('training');
});

test('a supervisor closes while one tab types: who it was is shown there, and the whole text is handed on once', async () => {
  const [a, b] = await afterCallWork();
  await a.type('notes', 'first');
  const supervisor = await browser.supervise();
  await supervisor.sees('after-call-work');
  await supervisor.close('call-1');
  await both([a, b], (tab) => tab.shows('Available'));
  await a.page.keyboard.type(' second');
  await expect.poll(() => a.text('conversation')).toContain('Closed by the supervisor Sue');
  await leave(a);
  await handsOn([a, b], 'first second', 'supervisor');
});

test('another tab closes while one types: it is handed what there was, and what is written later is handed on whole', async () => {
  const [a, b] = await afterCallWork();
  await a.type('notes', 'first');
  await b.showsNotes('first');
  await b.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
  await expect.poll(() => a.text('conversation')).toContain('Closed in another tab');
  await a.page.bringToFront();
  await a.page.keyboard.type(' second');
  await a.showsNotes('first second');
  expect((await closings(a, b)).map(({ notes }) => notes)).toEqual(['first']);
  await leave(a);
  await eventually(async () => (await closings(a, b)).length === 2);
  expect((await closings(a, b)).map(({ notes, cause }) => [notes, cause])).toContainEqual(['first second', 'agent']);
  await forgotten(b);
});

test('another tab closes, and nothing more is written: nothing is handed on twice', async () => {
  const [a, b] = await afterCallWork();
  await a.type('notes', 'all');
  await b.showsNotes('all');
  await b.press('close');
  await expect.poll(() => a.text('conversation')).toContain('Closed in another tab');
  await a.showsNotes('all');
  await leave(a);
  await a.showsCalls();
  await forgotten(a);
  expect((await closings(a, b)).map(({ notes }) => notes)).toEqual(['all']);
});

test('the tab that types crashes: the other one hands the whole text on', async () => {
  const [a, b] = await afterCallWork();
  await a.type('notes', 'before');
  const supervisor = await browser.supervise();
  await supervisor.sees('after-call-work');
  await supervisor.close('call-1');
  await both([a, b], (tab) => tab.shows('Available'));
  await a.page.bringToFront();
  await a.page.keyboard.type(' and after');
  await b.page.bringToFront();
  expect(await closings(b)).toEqual([]);
  await crash(a.page);
  await handsOn([b], 'before and after', 'supervisor');
});

test('the only tab crashes while it types in what is closed: the next page hands the whole text on', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  await supervisor.set({ acwLimitSeconds: 30 });
  const a = await browser.open();
  await a.start(callOf('call-1'));
  await a.end('call-1');
  await a.shows('After Call Work');
  await a.type('notes', 'before');
  await time.pass(31);
  await a.shows('Available');
  await a.page.keyboard.type(' and after');
  await crash(a.page);
  const b = await browser.open();
  await handsOn([b], 'before and after', 'limit');
});

test('a page that is loaded anew while its agent types hands the text on after the load', async () => {
  const a = await browser.open();
  const supervisor = await browser.supervise();
  await a.start(callOf('call-1'));
  await a.end('call-1');
  await a.type('notes', 'kept');
  await supervisor.sees('after-call-work');
  await supervisor.close('call-1');
  await a.shows('Available');
  await a.page.reload();
  await a.isReady();
  await handsOn([a], 'kept', 'supervisor');
});

test('half an hour without a key counts as left: the text is handed on, and the focus takes no keys', async () => {
  const time = await browser.stopwatch();
  const [a, b] = await afterCallWork({ acwLimitSeconds: 60 });
  await a.type('notes', 'coffee');
  await time.pass(61);
  await a.shows('Available');
  for (let minutes = 0; minutes < 28; minutes += 2) await time.pass(120);
  expect(await closings(a, b)).toEqual([]);
  await time.pass(120);
  await handsOn([a, b], 'coffee', 'limit');
  const focused = () =>
    a.page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.getAttribute('role');
    });
  await expect.poll(focused).toBe('group');
});

async function afterCallWork(settings: { acwLimitSeconds?: number } = {}): Promise<[AgentTab, AgentTab]> {
  const supervisor = await browser.supervise();
  await supervisor.set(settings);
  await supervisor.page.close();
  const tabs: [AgentTab, AgentTab] = [await browser.open(), await browser.open()];
  await tabs[0].start(callOf('call-1'));
  await both(tabs, (tab) => tab.showsCalls('Grace live'));
  await tabs[0].end('call-1');
  await both(tabs, (tab) => tab.shows('After Call Work'));
  return tabs;
}

function both(tabs: readonly AgentTab[], check: (tab: AgentTab) => Promise<unknown>): Promise<unknown> {
  return Promise.all(tabs.map(check));
}

function leave({ page }: AgentTab): Promise<void> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

async function closings(...tabs: readonly AgentTab[]): Promise<{ notes: unknown; cause: unknown }[]> {
  const all = await Promise.all(tabs.map((tab) => tab.happened('phone-conversation-close')));
  return all.flat().map(({ detail: { notes, cause } }) => ({ notes, cause }));
}

/** One of the tabs hands the text on, once, and then nothing is left of it. */
async function handsOn(tabs: readonly AgentTab[], notes: string, cause: string): Promise<void> {
  await eventually(async () => (await closings(...tabs)).length > 0);
  await forgotten(tabs[0]!);
  expect(await closings(...tabs)).toEqual([{ notes, cause }]);
}

async function forgotten({ page }: AgentTab): Promise<void> {
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')));
  await expect.poll(kept).toEqual([]);
}
