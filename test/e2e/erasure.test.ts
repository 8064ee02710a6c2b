import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { StatusSite } from '../support/status-site.js';
import { callOf, eventually, type AgentTab } from './agent-tab.js';
import { useBrowser } from './browser.js';

const browser = useBrowser();

/** What this browser keeps of an agent's notes. */
const keepsText = ({ page }: AgentTab, text: string) =>
  page.evaluate((wanted) => Object.values(localStorage).some((kept) => String(kept).includes(wanted)), text);

describe('an agent who is erased on the status server', () => {
  let site: StatusSite;
  beforeEach(async () => {
    site = await StatusSite.open(inject('origin'));
  });
  afterEach(() => site.kill());

  const open = (agent: string) => browser.open({ role: 'agent', agent }, { origin: site.origin });

  test('is signed out in every tab, which write nothing more and forget the notes; nobody else notices', async () => {
    const [a, b, other] = [await open('ana'), await open('ana'), await open('ben')];
    await a.pick('break');
    await b.shows('Break');
    await a.start(callOf('call-1'));
    await a.type('notes', 'Wants a refund.');
    await b.showsCalls('Grace live');
    await eventually(() => keepsText(b, 'Wants a refund.'));
    const { store } = site;
    await store.removeAgent('ana');
    const saved = site.saved.length;
    for (const tab of [a, b]) {
      await tab.shows('Offline');
      await expect.poll(() => tab.text('sign-in')).toBe('Sign in');
      await tab.showsCalls();
    }
    expect(await keepsText(a, 'Wants a refund.')).toBe(false);
    await other.shows('Available');
    // What the phone says of the call that was erased brings nobody back.
    await a.hold('call-1');
    await a.end('call-1');
    await other.pick('lunch');
    await other.shows('Lunch');
    await eventually(async () => (await store.readAgent('ben'))?.value.choice?.statusId === 'lunch');
    expect(site.saved.slice(saved).filter(({ record }) => record.agentId === 'ana')).toEqual([]);
    expect(await store.readAgent('ana')).toBeUndefined();
    await b.press('sign-in');
    for (const tab of [a, b]) await tab.shows('Available');
    expect((await store.readAgent('ana'))?.value.calls).toEqual([]);
    await store.close();
  });
});

describe('a status server that comes back with nothing of what it kept', () => {
  let site: StatusSite;
  beforeEach(async () => {
    site = await StatusSite.open(inject('origin'));
  });
  afterEach(() => site.kill());

  const open = () => browser.open({ role: 'agent' }, { origin: site.origin });

  test('is told the choice, the next one and the call that stood, by whichever tab comes first', async () => {
    const [a, b] = [await open(), await open()];
    await a.pick('break');
    await b.shows('Break');
    await a.start(callOf('call-1'));
    await b.shows('Busy');
    await b.pick('lunch');
    await a.showsNext('Lunch');
    await site.kill();
    site.lose();
    const before = site.saved.length;
    await site.start();
    const { store } = site;
    await expect
      .poll(async () => (await store.readAgent('ana'))?.value, { timeout: 20_000 })
      .toMatchObject({
        signedIn: true,
        choice: { statusId: 'break' },
        next: { statusId: 'lunch' },
        calls: [{ id: 'call-1', state: 'live' }],
      });
    for (const tab of [a, b]) {
      await tab.shows('Busy');
      await tab.showsNext('Lunch');
    }
    expect(site.saved.slice(before).filter(({ event }) => event.type === 'sign-in').length).toBeLessThanOrEqual(2);
    await a.end('call-1');
    await a.press('close');
    for (const tab of [a, b]) await tab.shows('Lunch');
    expect((await store.readAgent('ana'))?.value.choice?.statusId).toBe('lunch');
    await store.close();
  });
});

describe('a browser whose data are cleared under its open pages', () => {
  test('loses neither status nor call: the pages sign in again with the choice that stood', async () => {
    const [a, b] = [await browser.open(), await browser.open()];
    await a.pick('break');
    await b.shows('Break');
    await a.start(callOf('call-1'));
    await b.shows('Busy');
    await a.type('notes', 'Wants a refund.');
    await b.showsNotes('Wants a refund.');
    await b.page.evaluate(async () => {
      const [found] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('phone-widget'));
      await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(found?.name ?? '');
        request.onsuccess = resolve;
        request.onerror = reject;
      });
    });
    await eventually(async () => (await a.stored().catch(() => undefined))?.value.calls[0]?.state === 'live');
    for (const tab of [a, b]) {
      await tab.shows('Busy');
      await tab.showsCalls('Grace live');
    }
    expect((await a.stored()).value.choice?.statusId).toBe('break');
    await a.end('call-1');
    await b.shows('After Call Work');
    await a.showsNotes('Wants a refund.');
    await a.press('close');
    for (const tab of [a, b]) await tab.shows('Break');
    expect(await a.changes()).toEqual(['break', 'busy', 'after-call-work', 'break']);
  });
});
