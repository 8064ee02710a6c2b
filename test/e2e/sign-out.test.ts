import { expect, test } from 'vitest';
import { AgentTab, callOf, eventually } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();

test('S147 an agent who signs out in one tab is signed out in the other, and signs in again in either', async () => {
  const supervisor = await browser.supervise();
  const [a, b] = [await browser.open(), await browser.open()];
  await a.pick('meeting');
  await b.shows('Meeting');
  await a.page.evaluate(() => widget.signOut());
  for (const tab of [a, b]) {
    await tab.shows('Offline');
    await expect.poll(() => tab.text('sign-in')).toBe('Sign in');
    await expect.poll(() => tab.text('why')).toContain('signed out');
  }
  await supervisor.sees('offline');
  expect((await a.stored()).value.leases).toEqual({});
  await b.press('sign-in');
  for (const tab of [a, b]) {
    await tab.shows('Available');
    await expect.poll(() => tab.text('sign-in')).toBe('');
  }
  expect(await supervisor.seen()).toEqual(['available', 'meeting', 'offline', 'available']);
});

test('who signed out stays so while the tabs stay open, and no renewal signs in again', async () => {
  const time = await browser.stopwatch();
  const supervisor = await browser.supervise();
  const [a, b] = [await browser.open({ watched: '' }), await browser.open({ watched: '' })];
  await b.shows('Available');
  await a.page.evaluate(() => widget.signOut());
  await b.shows('Offline');
  await time.pass(300);
  await supervisor.sees('offline');
  await a.shows('Offline');
  expect(await supervisor.seen()).toEqual(['available', 'offline']);
  expect([...(await a.writes()), ...(await b.writes())]).toEqual(['sign-out']);
});

test('a page that is loaded after the sign-out signs in, in the status of a first sign-in', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.pick('meeting');
  await b.shows('Meeting');
  await a.page.evaluate(() => widget.signOut());
  await b.shows('Offline');
  await a.page.reload();
  await a.shows('Available');
  await b.shows('Available');
  expect(await b.text('sign-in')).toBe('');
});

test('a page that the host signs in stays signed out through a reload', async () => {
  const a = await browser.open({ manual: '' });
  await a.press('sign-in');
  await a.shows('Available');
  await a.page.evaluate(() => widget.signOut());
  await a.shows('Offline');
  await a.page.reload();
  await expect.poll(() => a.text('sign-in')).toBe('Sign in');
  await eventually(async () => (await a.stored()).value.signedIn === false);
});

test('an agent on a call signs out only when it is forced, and then it is over in both tabs', async () => {
  const [a, b] = [await browser.open(), await browser.open()];
  await a.start(callOf('call-1'));
  await b.shows('Busy');
  const refusal = await b.page.evaluate(() => widget.signOut().catch((error: { code: string }) => error.code));
  expect(refusal).toBe('call-in-progress');
  await a.shows('Busy');
  await b.page.evaluate(() => widget.signOut({ force: true }));
  await a.shows('Offline');
  await b.shows('Offline');
});

test('two agents in one browser do not disturb each other, not even with one call between them', async () => {
  const [ana, bob] = [await browser.open(), await browser.open({ agent: 'bob' })];
  await ana.pick('meeting');
  await ana.shows('Meeting');
  await bob.pick('lunch');
  await bob.shows('Lunch');
  await ana.start(callOf('call-1'));
  await ana.shows('Busy');
  await ana.type('notes', 'Wants a refund.');
  await bob.shows('Lunch');
  await bob.start(callOf('call-1'));
  await bob.shows('Busy');
  await bob.showsNotes('');
  await bob.type('notes', 'Transferred by Ana.');
  await ana.end('call-1');
  await ana.shows('After Call Work');
  await ana.showsNotes('Wants a refund.');
  await bob.shows('Busy');
  await ana.press('close');
  await ana.shows('Meeting');
  await bob.showsNotes('Transferred by Ana.');
  await ana.page.evaluate(() => widget.signOut());
  await ana.shows('Offline');
  await bob.shows('Busy');
  await bob.end('call-1');
  await bob.press('close');
  await bob.shows('Lunch');
  expect(await ana.changes()).toEqual(['meeting', 'busy', 'after-call-work', 'meeting', 'offline']);
  expect(await bob.changes()).toEqual(['lunch', 'busy', 'after-call-work', 'lunch']);
});

test('an agent who takes the place of another one in a tab sees nothing of what that one wrote', async () => {
  const tab = await browser.open();
  await tab.start(callOf('call-1'));
  await tab.type('notes', 'Wants a refund.');
  await tab.end('call-1');
  await tab.shows('After Call Work');
  await tab.page.evaluate(() => {
    widget.agentId = 'bob';
  });
  await tab.shows('Available');
  await tab.showsCalls();
  await tab.start(callOf('call-1'));
  await tab.shows('Busy');
  await tab.showsNotes('');
  expect(await new AgentTab(tab.page).happened('phone-conversation-close')).toEqual([]);
});
