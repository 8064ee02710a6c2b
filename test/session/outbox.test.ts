import { afterEach, describe, expect, it, vi } from 'vitest';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../../src/platform/storage.js';
import { Outbox } from '../../src/session/outbox.js';
import { newPageId } from '../../src/platform/page-id.js';
import { watchPage } from '../../src/platform/page-lifecycle.js';
import { hasLocks, holdLock, ifFree, whenFree, withLock } from '../../src/platform/locks.js';
import { fakeBrowser } from '../support/fake-browser.js';

afterEach(() => vi.unstubAllGlobals());

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what this browser keeps', () => {
  it('lasts in its storage', () => {
    const { storage } = fakeBrowser();
    expect(readLocal('a')).toBeNull();
    writeLocal('a', '1');
    expect([readLocal('a'), storage.texts.get('a')]).toEqual(['1', '1']);
    removeLocal('a');
    expect(readLocal('a')).toBeNull();
  });

  it('lasts as long as the page where storage is forbidden, or there is none', () => {
    for (const isForbidden of [true, false]) {
      if (isForbidden) fakeBrowser().storage.isForbidden = true;
      else vi.unstubAllGlobals();
      writeLocal('a', '1');
      expect([readLocal('a'), localKeys('a')]).toEqual(['1', ['a']]);
      removeLocal('a');
      expect(readLocal('a')).toBeNull();
    }
  });

  it('is told to be lost where storage is full, and lasts as long as the page', () => {
    const { storage } = fakeBrowser();
    storage.isFull = true;
    expect(() => writeLocal('a', '2')).toThrow(DOMException);
    expect(readLocal('a')).toBe('2');
    storage.isFull = false;
    writeLocal('a', '3');
    expect(storage.texts.get('a')).toBe('3');
    removeLocal('a');
  });

  it('is found by what its keys begin with', () => {
    const { storage } = fakeBrowser();
    const key = localKey('facts', 'a "store"', 'ana', 'p1');
    expect(key).toBe('phone-widget:facts:["a \\"store\\"","ana","p1"]');
    storage.texts.set(key, '1');
    storage.texts.set(localKey('facts', 'a "store"', 'ana.b', 'p1'), '1');
    expect(localKeys(localPrefix('facts', 'a "store"', 'ana'))).toEqual([key]);
    storage.key = () => null;
    expect(localKeys('x')).toEqual([]);
  });

  it('names the browser, unless something else has taken its place', () => {
    const { storage } = fakeBrowser();
    const browser = newPageId().split('.')[0];
    expect(newPageId().split('.')[0]).toBe(browser);
    storage.texts.set('phone-widget:browser', 'bad name!');
    expect(newPageId().split('.')[0]).not.toBe(browser);
    storage.texts.clear();
    storage.isFull = true;
    expect(newPageId()).toMatch(/^\w+\.\w+$/);
    removeLocal('phone-widget:browser');
  });
});

describe('call facts in storage', () => {
  const fact = { type: 'call-ended', callId: 'c1', at: 1 } as const;
  const box = new Outbox('store', 'ana');
  const key = localKey('facts', 'store', 'ana', 'p1');

  it('are kept by page, and forgotten when there are none', () => {
    const { storage } = fakeBrowser();
    box.keep('p1', [fact]);
    expect([box.pages(), box.factsOf('p1')]).toEqual([['p1'], [fact]]);
    box.keep('p1', []);
    expect([box.pages(), box.factsOf('p1'), storage.texts.size]).toEqual([[], [], 0]);
  });

  it.each([
    '',
    'no JSON',
    'null',
    '[]',
    '{"at": 1, "facts": []}',
    '{"at": "x", "facts": []}',
    JSON.stringify({ at: Date.now(), facts: 7 }),
    JSON.stringify({ at: Date.now(), facts: [null, 7, { type: 7 }, { type: 'sign-out' }] }),
  ])('%j counts as nothing', (text) => {
    fakeBrowser().storage.texts.set(key, text);
    expect(box.factsOf('p1')).toEqual([]);
  });

  it('that are days old are still taken, and after a week count as nothing', () => {
    const { storage } = fakeBrowser();
    const keptFor = (days: number): void =>
      void storage.texts.set(key, JSON.stringify({ at: Date.now() - days * 86_400_000, facts: [fact] }));
    keptFor(6);
    expect(box.factsOf('p1')).toEqual([fact]);
    keptFor(7);
    expect(box.factsOf('p1')).toEqual([]);
  });

  it('under a key that is none of ours are nobody’s', () => {
    const { storage } = fakeBrowser();
    storage.texts.set(`${localPrefix('facts', 'store', 'ana')}x`, '');
    storage.texts.set(`${localPrefix('facts', 'store', 'ana')}7]`, '');
    expect(box.pages()).toEqual([]);
  });
});

describe('locks', () => {
  it('without Web Locks are held by nobody, and what needs one runs at once', async () => {
    expect(hasLocks()).toBe(false);
    (await holdLock('a'))();
    expect(await withLock('a', () => 7)).toBe(7);
    const run = vi.fn();
    await ifFree('a', run);
    whenFree('a', run)();
    await turn();
    expect(run).not.toHaveBeenCalled();
  });

  it('are held until they are let go of', async () => {
    const { locks } = fakeBrowser();
    expect(hasLocks()).toBe(true);
    const release = await holdLock('a');
    const run = vi.fn();
    await ifFree('a', run);
    whenFree('a', run);
    await turn();
    expect(run).not.toHaveBeenCalled();
    release();
    await turn();
    expect(run).toHaveBeenCalledTimes(1);
    await ifFree('a', run);
    expect(run).toHaveBeenCalledTimes(2);
    expect(locks.isHeld('a')).toBe(false);
  });

  it('are not waited for any more once the waiting is ended', async () => {
    fakeBrowser();
    const release = await holdLock('a');
    const run = vi.fn();
    whenFree('a', run)();
    release();
    whenFree('b', run)();
    await turn();
    expect(run).not.toHaveBeenCalled();
  });

  it('that were granted while the waiting was ended count for nothing', async () => {
    const { locks } = fakeBrowser();
    const run = vi.fn();
    locks.request = async (_name, _options, granted) => turn().then(() => granted({ name: 'a' }));
    whenFree('a', run)();
    await turn();
    await turn();
    expect(run).not.toHaveBeenCalled();
  });

  it('let those run one after another who share one', async () => {
    fakeBrowser();
    const steps: string[] = [];
    const one = withLock('a', async () => {
      steps.push('one begins');
      await turn();
      steps.push('one ends');
    });
    await Promise.all([one, withLock('a', () => steps.push('other'))]);
    expect(steps).toEqual(['one begins', 'one ends', 'other']);
    await expect(withLock('a', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    const patience = new AbortController();
    const held = await holdLock('a');
    const run = vi.fn();
    const waiting = withLock('a', run, patience.signal);
    patience.abort();
    await expect(waiting).rejects.toThrow('aborted');
    held();
    expect(run).not.toHaveBeenCalled();
  });

  it('that are forbidden stop nobody', async () => {
    fakeBrowser().locks.isForbidden = true;
    (await holdLock('a'))();
    expect(await withLock('a', () => 7)).toBe(7);
  });
});

describe('a page', () => {
  it('tells when it is seen, restored and left, until nobody listens', () => {
    const { page, fire } = fakeBrowser();
    const heard: string[] = [];
    const stop = watchPage({
      active: () => heard.push('active'),
      restored: () => heard.push('restored'),
      left: () => heard.push('left'),
    });
    page.hidden = true;
    fire('visibilitychange');
    fire('pagehide');
    fire('pageshow', { persisted: true });
    fire('pageshow', { persisted: false });
    fire('resume');
    page.hidden = false;
    for (const type of ['visibilitychange', 'focus', 'online']) fire(type);
    const all = ['left', 'restored', 'restored', 'active', 'active', 'active'];
    expect(heard).toEqual(all);
    stop();
    fire('focus');
    expect(heard).toEqual(all);
  });

  it('outside of a browser has nothing to tell', () => {
    expect(() => watchPage({ active: vi.fn(), restored: vi.fn(), left: vi.fn() })()).not.toThrow();
  });
});
