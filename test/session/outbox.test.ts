import { afterEach, describe, expect, it, vi } from 'vitest';
import { localKey, localPrefix } from '../../src/platform/storage.js';
import { Outbox } from '../../src/session/outbox.js';
import type { PhoneError } from '../../src/model/errors.js';
import type { StatusStore } from '../../src/stores/status-store.js';
import { fakeBrowser } from '../support/fake-browser.js';

afterEach(() => vi.unstubAllGlobals());

describe('call facts in storage', () => {
  const fact = { type: 'call-ended', callId: 'c1', at: 1 } as const;
  const report = vi.fn<(error: PhoneError) => void>();
  const box = new Outbox({ store: { name: 'store' } as StatusStore, agentId: 'ana', report });
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

  it('are reported where the browser has no room for them', () => {
    const { storage } = fakeBrowser();
    storage.isFull = true;
    box.keep('p1', [fact]);
    expect(report.mock.calls).toMatchObject([[{ code: 'unavailable' }]]);
    storage.isFull = false;
    box.keep('p1', []);
  });

  it('under a key that is none of ours are nobody’s', () => {
    const { storage } = fakeBrowser();
    storage.texts.set(`${localPrefix('facts', 'store', 'ana')}x`, '');
    storage.texts.set(`${localPrefix('facts', 'store', 'ana')}7]`, '');
    expect(box.pages()).toEqual([]);
  });
});
