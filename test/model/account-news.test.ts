import { expect, test } from 'vitest';
import {
  addStatus,
  defaultAccount,
  moveStatus,
  updateSettings,
  updateStatus,
  type Account,
} from '../../src/model/account.js';
import { accountNews } from '../../src/model/account-diff.js';

const kinds = (after: Account): string[] => accountNews(defaultAccount, after).map(({ kind }) => kind);

test('an account compared with itself or with its like has no news', () => {
  expect(accountNews(defaultAccount, defaultAccount)).toEqual([]);
  expect(accountNews(defaultAccount, structuredClone(defaultAccount))).toEqual([]);
});

test('an added status is news, and no news of the order', () => {
  const after = addStatus(defaultAccount, { name: 'Inventory', emoji: '📦' });
  expect(accountNews(defaultAccount, after)).toEqual([{ kind: 'added', status: after.statuses.at(-1) }]);
  expect(accountNews(after, defaultAccount)).toEqual([{ kind: 'removed', status: after.statuses.at(-1) }]);
});

test('a changed status is news with the fields that changed', () => {
  const after = updateStatus(defaultAccount, 'lunch', { name: 'Dinner', allowanceMinutes: 30 });
  const [news] = accountNews(defaultAccount, after);
  expect(news).toMatchObject({ kind: 'changed', fields: ['name', 'allowanceMinutes'], before: { name: 'Lunch' } });
});

test('another order is news once, whatever was moved', () => {
  expect(kinds(moveStatus(defaultAccount, 'lunch', 'busy'))).toEqual(['order']);
});

test('each changed setting is news with its value before and after', () => {
  const after = updateSettings(defaultAccount, { missedCallLimit: 3, alwaysDial: ['112'] });
  expect(accountNews(defaultAccount, after)).toEqual([
    { kind: 'setting', name: 'missedCallLimit', value: 3, before: 0 },
    { kind: 'setting', name: 'alwaysDial', value: ['112'], before: [] },
  ]);
});

test('what is told comes as statuses, order, settings', () => {
  const added = addStatus(defaultAccount, { name: 'Inventory', emoji: '📦' });
  const after = updateSettings(moveStatus(added, 'lunch', 'busy'), { missedCallLimit: 3 });
  expect(kinds(after)).toEqual(['added', 'order', 'setting']);
});
