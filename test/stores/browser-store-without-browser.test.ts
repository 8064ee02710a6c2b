import { expect, test } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { browserStore } from '../../src/stores/browser-store.js';
import type { Connection } from '../../src/stores/status-store.js';
import { statusStoreConformance } from 'phone-widget/testing';
import { quietly } from '../../src/testing/quietly.js';

// Without IndexedDB the memory of the page stands in for it, and keeps the same promises.
statusStoreConformance({
  name: 'browserStore without IndexedDB',
  open: (account) => browserStore({ account }),
  test: (title, run) => test(title, quietly(run), 60_000),
});

test('browserStore tells where it keeps everything in memory', async () => {
  const store = browserStore({ account: 'told' });
  const heard: Connection[] = [];
  store.watchConnection((connection) => heard.push(connection));
  await store.saveAccount(defaultAccount, null);
  expect(heard.at(-1)).toMatchObject({ state: 'online', reason: { code: 'unavailable' } });
  expect(heard.at(-1)?.reason?.cause).toBeInstanceOf(Error);
  expect(store.name).toBe('browser:told');
});
