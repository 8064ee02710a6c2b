import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchConnectivity, watchPage } from '../../src/platform/page-lifecycle.js';
import { fakeBrowser } from '../support/fake-browser.js';

afterEach(() => vi.unstubAllGlobals());

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

  it('tells what matters to its network connections', () => {
    const { page, fire } = fakeBrowser();
    const heard: string[] = [];
    const stop = watchConnectivity({
      visible: () => heard.push('visible'),
      suspended: () => heard.push('suspended'),
      restored: () => heard.push('restored'),
      networkChanged: () => heard.push('network'),
    });
    for (const type of ['freeze', 'resume', 'offline', 'online', 'visibilitychange', 'focus', 'pagehide']) fire(type);
    fire('pageshow', { persisted: true });
    page.hidden = true;
    fire('visibilitychange');
    stop();
    fire('online');
    const first = ['suspended', 'restored', 'network', 'network', 'visible', 'suspended', 'restored'];
    expect(heard).toEqual(first);
  });
});
