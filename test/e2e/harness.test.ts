import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { crash, freeze, hidesTabs, leaveAndReturn, openTabs, thaw, type Profile, type Tabs } from '../support/tabs.js';

const empty = { file: 'empty.html' };
const isFree = (name: string) => navigator.locks.request(name, { ifAvailable: true }, (lock) => lock !== null);
const hold = (name: string) => {
  void navigator.locks.request(name, () => new Promise(() => {}));
  return navigator.locks.query().then(({ held = [] }) => held.some((lock) => lock.name === name));
};

describe('two tabs of one browser', () => {
  let tabs: Tabs;
  let profile: Profile;
  beforeAll(async () => {
    tabs = await openTabs();
  });
  afterAll(() => tabs.close());
  beforeEach(async () => {
    profile = await tabs.newProfile();
  });
  afterEach(() => profile.close());

  test('hear each other and share a lock', async () => {
    const [a, b] = [await profile.newPage(empty), await profile.newPage(empty)];
    await b.evaluate(() => {
      const heard = new Promise((done) => {
        new BroadcastChannel('news').onmessage = ({ data }) => {
          done(data);
        };
      });
      Object.assign(globalThis, { heard });
    });
    await a.evaluate(() => {
      new BroadcastChannel('news').postMessage('hello');
    });
    expect(await b.evaluate(() => Reflect.get(globalThis, 'heard') as unknown)).toBe('hello');
    expect(await a.evaluate(hold, 'one')).toBe(true);
    expect(await b.evaluate(isFree, 'one')).toBe(false);
  });

  test('share nothing with another profile', async () => {
    const a = await profile.newPage(empty);
    const other = await tabs.newProfile();
    const b = await other.newPage(empty);
    await a.evaluate(() => localStorage.setItem('word', 'hello'));
    await a.evaluate(hold, 'one');
    expect(await b.evaluate(() => localStorage.getItem('word'))).toBeNull();
    expect(await b.evaluate(isFree, 'one')).toBe(true);
    await other.close();
  });

  test('lose one of them in a crash, and its lock is free', async () => {
    const [a, b] = [await profile.newPage(empty), await profile.newPage(empty)];
    await a.evaluate(hold, 'one');
    await crash(a);
    await expect.poll(() => b.evaluate(isFree, 'one')).toBe(true);
  });

  test('have clocks of their own and go offline', async () => {
    const [right, wrong] = [await profile.newPage(empty), await profile.newPage({ ...empty, clockAheadMs: 300_000 })];
    const difference = (await wrong.evaluate(() => new Date().getTime())) - (await right.evaluate(() => Date.now()));
    expect(Math.round(difference / 60_000)).toBe(5);
    await profile.setOffline(true);
    expect(await right.evaluate(() => navigator.onLine)).toBe(false);
  });
});

describe.skipIf(!hidesTabs)('tabs as on a screen', () => {
  let tabs: Tabs;
  beforeAll(async () => {
    tabs = await openTabs({ oneVisible: true, backForwardCache: true });
  });
  afterAll(() => tabs.close());

  test('are hidden behind the one in front, are frozen and go on', async () => {
    const profile = await tabs.newProfile();
    const back = await profile.newPage(empty);
    const note = () => {
      const log = (event: Event) => (localStorage['events'] = `${localStorage['events'] ?? ''} ${event.type}`.trim());
      for (const type of ['freeze', 'resume']) document.addEventListener(type, log);
    };
    await back.evaluate(note);
    await back.evaluate(hold, 'one');
    const front = await profile.newPage(empty);
    await expect.poll(() => back.evaluate(() => document.visibilityState)).toBe('hidden');
    expect(await front.evaluate(() => document.visibilityState)).toBe('visible');
    await freeze(back);
    await expect.poll(() => front.evaluate(() => localStorage['events'] as unknown)).toBe('freeze');
    expect(await front.evaluate(isFree, 'one')).toBe(false);
    await thaw(back);
    await expect.poll(() => front.evaluate(() => localStorage['events'] as unknown)).toBe('freeze resume');
    await back.bringToFront();
    await expect.poll(() => front.evaluate(() => document.visibilityState)).toBe('hidden');
  });

  test('come back out of the back-forward cache', async () => {
    const profile = await tabs.newProfile();
    const page = await profile.newPage(empty);
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
    });
    await leaveAndReturn(page);
    await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'persisted') as unknown)).toBe(true);
  });
});
