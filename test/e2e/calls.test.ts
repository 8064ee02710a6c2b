import { expect, test } from 'vitest';
import type { PhoneWidget } from 'phone-widget';
import { type AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();

test('S047 a call that nobody answers leaves Available as it was, with a notice and no After Call Work', async () => {
  const [a, b] = await twoTabs();
  const since = await a.settled();
  await a.ring(callOf('call-1'));
  await both([a, b], (tab) => tab.showsCalls('Grace ringing'));
  await a.end('call-1', 'missed');
  await both([a, b], (tab) => tab.showsCalls());
  await both([a, b], (tab) => expect.poll(() => tab.text('missed')).toContain('Missed call from Grace'));
  await both([a, b], (tab) => tab.shows('Available'));
  await b.isSince(since);
  const shown = [...(await a.changes()), ...(await b.changes())];
  expect(shown.filter((id) => id !== 'available')).toEqual([]);
});

test('S059 a call whose hang-up was lost ends when its source does not list it any more', async () => {
  const [a, b] = [await browser.open({ calls: 'listed' }), await browser.open()];
  await a.start(callOf('call-1'));
  await both([a, b], (tab) => tab.shows('Busy'));
  await a.page.evaluate(() => {
    source?.report('offline');
    hostPhone.endUnheard('call-1');
  });
  await both([a, b], (tab) => tab.shows('Busy'));
  await a.page.evaluate(() => source?.report('online'));
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await b.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
});

test('S059 a call whose hang-up was lost ends when the agent says so, in whichever tab', async () => {
  const time = await browser.stopwatch();
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await both([a, b], (tab) => tab.shows('Busy'));
  await a.page.evaluate(() => hostPhone.endUnheard('call-1'));
  await b.press('call-over');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await time.pass(60);
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await a.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
});

test('S073 of three calls that end and are closed one after another, the last one keeps the status', async () => {
  const [a, b] = await twoTabs();
  await a.pick('meeting');
  await b.shows('Meeting');
  for (const [id, name] of [
    ['call-1', 'Ada'],
    ['call-2', 'Grace'],
    ['call-3', 'Linus'],
  ] as const) {
    await a.start(callOf(id, name));
  }
  await both([a, b], (tab) => tab.showsCalls('Ada live', 'Grace live', 'Linus live'));
  await a.end('call-1');
  await both([a, b], (tab) => tab.showsCalls('Grace live', 'Linus live', 'Ada ended'));
  await both([a, b], (tab) => tab.shows('Busy'));
  await b.press('close', 'Ada');
  await both([a, b], (tab) => tab.showsCalls('Grace live', 'Linus live'));
  await a.end('call-3');
  await both([a, b], (tab) => tab.shows('Busy'));
  await a.end('call-2');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await a.press('close', 'Linus');
  await both([a, b], (tab) => tab.showsCalls('Grace ended'));
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await b.press('close', 'Grace');
  await both([a, b], (tab) => tab.shows('Meeting'));
  expect(await b.changes()).toEqual(['meeting', 'busy', 'after-call-work', 'meeting']);
});

test('S091 Break, chosen during a call, comes into force although the page was reloaded in mid-call', async () => {
  const a = await browser.open();
  await a.start(callOf('call-1'));
  await a.shows('Busy');
  await a.pick('break');
  await a.showsNext('Break');
  await eventually(async () => (await a.stored()).value.next?.statusId === 'break');
  await a.page.reload();
  await a.shows('Busy');
  await a.showsNext('Break');
  await a.end('call-1');
  await a.shows('After Call Work');
  await a.press('close');
  await a.shows('Break');
  await a.showsNoNext();
});

test('S093 Break from before the call is back although the local storage was wiped in mid-call', async () => {
  const a = await browser.open();
  await a.pick('break');
  await a.shows('Break');
  await a.start(callOf('call-1'));
  await a.shows('Busy');
  await eventually(async () => (await a.stored()).value.calls.length === 1);
  await a.page.evaluate(() => localStorage.clear());
  await a.page.reload();
  await a.shows('Busy');
  await a.end('call-1');
  await a.shows('After Call Work');
  await a.press('close');
  await a.shows('Break');
});

test('S143 a call that is hung up in one tab and closed in the other brings both back, with one write each', async () => {
  const [a, b] = [await browser.open({ watched: '' }), await browser.open({ watched: '' })];
  await b.start(callOf('call-1'));
  await both([a, b], (tab) => tab.shows('Busy'));
  await b.end('call-1');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await a.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
  expect(await a.writes()).toEqual(['close']);
  expect(await b.writes()).toEqual(['call-started', 'call-ended']);
});

test('notes and tags are live in both tabs, are handed to the page that closes, and are then forgotten', async () => {
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await both([a, b], (tab) => tab.showsCalls('Grace live'));
  await a.type('notes', 'Wants a refund.');
  await b.showsNotes('Wants a refund.');
  await b.type('tags', 'refund');
  await both([a, b], (tab) => tab.showsTags('refund'));
  await a.end('call-1');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await b.type('notes', ' Today.');
  await a.showsNotes('Wants a refund. Today.');
  expect(JSON.stringify(await a.stored())).not.toContain('refund');
  await b.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
  const [closing, ...others] = await b.happened('phone-conversation-close');
  expect(closing).toMatchObject({
    cancelable: true,
    detail: { call: { id: 'call-1' }, notes: 'Wants a refund. Today.', tags: ['refund'], cause: 'agent' },
  });
  expect([...others, ...(await a.happened('phone-conversation-close'))]).toEqual([]);
  await eventually(async () => !(await keptHere(b)).includes('refund'));
});

test('notes of a conversation that its limit closes are handed to one page of the browser, once', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  await supervisor.set({ acwLimitSeconds: 30 });
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await both([a, b], (tab) => tab.showsCalls('Grace live'));
  await a.type('notes', 'Wants a refund.');
  await b.showsNotes('Wants a refund.');
  await a.end('call-1');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await time.pass(31);
  await both([a, b], (tab) => tab.shows('Available'));
  await leaveFields(a);
  await a.start(callOf('call-2'));
  await both([a, b], (tab) => tab.shows('Busy'));
  await expectOneClosing([a, b], { notes: 'Wants a refund.', cause: 'limit' });
  await time.pass(30);
  await expectOneClosing([a, b], { notes: 'Wants a refund.', cause: 'limit' });
  await eventually(async () => !(await keptHere(a)).includes('refund'));
});

test('notes of a conversation that a supervisor closes are handed to one page of the browser, once', async () => {
  const supervisor = await browser.supervise();
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await both([a, b], (tab) => tab.showsCalls('Grace live'));
  await b.type('notes', 'Wants a refund.');
  await a.showsNotes('Wants a refund.');
  await a.end('call-1');
  await supervisor.sees('after-call-work');
  await supervisor.close('call-1');
  await both([a, b], (tab) => tab.shows('Available'));
  await leaveFields(b);
  await expectOneClosing([a, b], { notes: 'Wants a refund.', cause: 'supervisor' });
  await eventually(async () => !(await keptHere(a)).includes('refund'));
});

test('both tabs close one conversation at the same moment: one page is asked, one write is made', async () => {
  const [a, b] = [await browser.open({ watched: '' }), await browser.open({ watched: '' })];
  await a.start(callOf('call-1'));
  await b.showsCalls('Grace live');
  await a.type('notes', 'Wants a refund.');
  await b.showsNotes('Wants a refund.');
  await a.end('call-1');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await both([a, b], ({ page }) => page.evaluate(() => widget.closeConversation('call-1')));
  await both([a, b], (tab) => tab.shows('Available'));
  const closings = await Promise.all([a, b].map((tab) => tab.happened('phone-conversation-close')));
  expect(closings.flat().map(({ detail }) => detail['notes'])).toEqual(['Wants a refund.']);
  expect([...(await a.writes()), ...(await b.writes())].sort()).toEqual(['call-ended', 'call-started', 'close']);
});

test('what a page has to do before a conversation is closed keeps the panel in both tabs, and what fails keeps the notes', async () => {
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await a.type('notes', 'Wants a refund.');
  await a.end('call-1');
  await both([a, b], (tab) => tab.showsCalls('Grace ended'));
  await a.page.evaluate(() => {
    const kept = new Promise((_, reject) => Object.assign(globalThis, { fail: reject }));
    widget.addEventListener('phone-conversation-close', (event) => event.detail.waitUntil(kept), { once: true });
  });
  await a.press('close');
  await eventually(async () => (await a.happened('phone-conversation-close')).length === 1);
  await expect.poll(() => a.page.locator('[part~="close"]').getAttribute('aria-busy')).toBe('true');
  await both([a, b], (tab) => tab.showsCalls('Grace ended'));
  await a.page.evaluate(() =>
    (Reflect.get(globalThis, 'fail') as (why: Error) => void)(new Error('The ticket is locked.')),
  );
  await expect.poll(() => a.text('conversation')).toContain('The ticket is locked.');
  await both([a, b], (tab) => tab.showsNotes('Wants a refund.'));
  await a.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
});

test('a supervisor sets a status that waits in both tabs, says whose it is, and is withdrawn by the agent', async () => {
  const supervisor = await browser.supervise();
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await supervisor.sees('busy');
  await supervisor.choose('training');
  await both([a, b], (tab) => tab.showsNext('Training, set by Sue'));
  await b.press('withdraw');
  await both([a, b], (tab) => tab.showsNoNext());
  await supervisor.choose('lunch');
  await both([a, b], (tab) => tab.showsNext('Lunch'));
  await a.end('call-1');
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await b.press('close');
  await both([a, b], (tab) => tab.shows('Lunch'));
  expect(await a.text('why')).toContain('set by the supervisor Sue');
});

test('two widgets of one agent on one page are one agent, and the call stays when one of them is removed', async () => {
  const [a, b] = await twoTabs();
  await a.page.evaluate(() => {
    const other = Object.assign(document.createElement('phone-widget'), { agentId: 'ana', id: 'other' });
    document.body.append(other);
  });
  const other = () => a.page.evaluate(() => document.querySelector<PhoneWidget>('#other')?.view?.status.id);
  await a.start(callOf('call-1'));
  await expect.poll(other).toBe('busy');
  await a.page.evaluate(() => document.querySelector('#other')?.remove());
  await a.end('call-1');
  await b.shows('After Call Work');
  await b.press('close');
  await both([a, b], (tab) => tab.shows('Available'));
  expect(await b.changes()).toEqual(['busy', 'after-call-work', 'available']);
});

test('more time for After Call Work, asked for in one tab, is more time in both, once', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  await supervisor.set({ acwLimitSeconds: 30, acwExtensionSeconds: 60, acwExtensions: 1 });
  const [a, b] = await twoTabs();
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  await a.end('call-1');
  await b.shows('After Call Work');
  await time.pass(20);
  await b.press('extend');
  await both([a, b], (tab) => expect.poll(() => tab.text('extend')).toBe(''));
  await time.pass(30);
  await both([a, b], (tab) => tab.shows('After Call Work'));
  await time.pass(45);
  await both([a, b], (tab) => tab.shows('Available'));
});

test('calls missed in a row put the agent on Break in both tabs, which say why', async () => {
  const supervisor = await browser.supervise();
  await supervisor.set({ missedCallLimit: 2 });
  const [a, b] = await twoTabs();
  for (const id of ['call-1', 'call-2']) {
    await a.ring(callOf(id));
    await b.showsCalls('Grace ringing');
    await a.end(id, 'missed');
    await b.showsCalls();
  }
  await both([a, b], (tab) => tab.shows('Break'));
  await both([a, b], (tab) => expect.poll(() => tab.text('why')).toContain('missed calls'));
});

async function twoTabs(): Promise<[AgentTab, AgentTab]> {
  const [a, b] = [await browser.open(), await browser.open()];
  await both([a, b], (tab) => tab.shows('Available'));
  return [a, b];
}

async function both(tabs: readonly AgentTab[], look: (tab: AgentTab) => Promise<unknown>): Promise<void> {
  await Promise.all(tabs.map(look));
}

/** Everything that the browser's local storage holds. */
function keptHere({ page }: AgentTab): Promise<string> {
  return page.evaluate(() => Object.values(localStorage).join('\n'));
}

/** What an agent does who goes on to something else on the page. */
function leaveFields({ page }: AgentTab): Promise<void> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

async function expectOneClosing(tabs: readonly AgentTab[], detail: Record<string, unknown>): Promise<void> {
  const closings = async () => (await Promise.all(tabs.map((tab) => tab.happened('phone-conversation-close')))).flat();
  await expect.poll(closings).toHaveLength(1);
  expect((await closings())[0]).toMatchObject({ cancelable: false, detail });
}
