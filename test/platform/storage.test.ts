import { afterEach, describe, expect, it, vi } from 'vitest';
import { newPageId } from '../../src/platform/page-id.js';
import {
  localKey,
  localKeys,
  localPrefix,
  readLocal,
  removeLocal,
  watchLocal,
  writeLocal,
} from '../../src/platform/storage.js';
import { fakeBrowser } from '../support/fake-browser.js';

afterEach(() => vi.unstubAllGlobals());

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

  it('is heard when another page writes or removes it, until the watch ends', () => {
    const { fire } = fakeBrowser();
    const heard: unknown[] = [];
    const stop = watchLocal('phone-widget:left:', (...change) => heard.push(change));
    fire('storage', { key: 'phone-widget:left:a', newValue: '1' });
    fire('storage', { key: 'phone-widget:left:a', newValue: null });
    fire('storage', { key: 'phone-widget:other', newValue: '1' });
    fire('storage', { key: null, newValue: null });
    stop();
    fire('storage', { key: 'phone-widget:left:b', newValue: '1' });
    expect(heard).toEqual([
      ['phone-widget:left:a', '1'],
      ['phone-widget:left:a', null],
    ]);
  });
});
