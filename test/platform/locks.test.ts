import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasLocks, holdLock, ifFree, whenFree, withLock } from '../../src/platform/locks.js';
import { fakeBrowser } from '../support/fake-browser.js';

afterEach(() => vi.unstubAllGlobals());

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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
