import type { Account } from './account.js';
import type { AccountSettings } from './settings.js';
import type { Status } from './status.js';

/** One difference between two states of an account. */
export type AccountNews =
  | { readonly kind: 'added' | 'removed'; readonly status: Status }
  | {
      readonly kind: 'changed';
      readonly status: Status;
      readonly before: Status;
      readonly fields: readonly (keyof Status)[];
    }
  /** The statuses that are in both stand in another order. */
  | { readonly kind: 'order' }
  | {
      readonly kind: 'setting';
      readonly name: keyof AccountSettings;
      readonly value: AccountSettings[keyof AccountSettings];
      readonly before: AccountSettings[keyof AccountSettings];
    };

/** What has become of an account, in the order in which a page tells it: statuses, their order, settings. */
export function accountNews(before: Account, after: Account): readonly AccountNews[] {
  if (before === after) return [];
  const old = new Map(before.statuses.map((status) => [status.id, status]));
  const present = new Set(after.statuses.map(({ id }) => id));
  const news = after.statuses.flatMap((status) => newsOfStatus(old.get(status.id), status));
  for (const status of before.statuses) if (!present.has(status.id)) news.push({ kind: 'removed', status });
  if (!sameOrder(before, after)) news.push({ kind: 'order' });
  return [...news, ...newsOfSettings(before.settings, after.settings)];
}

function newsOfStatus(before: Status | undefined, status: Status): AccountNews[] {
  if (!before) return [{ kind: 'added', status }];
  const fields = (Object.keys(status) as (keyof Status)[]).filter((field) => status[field] !== before[field]);
  return fields.length > 0 ? [{ kind: 'changed', status, before, fields }] : [];
}

function sameOrder(before: Account, after: Account): boolean {
  const ids = (one: Account, other: Account): string[] => {
    const known = new Set(other.statuses.map(({ id }) => id));
    return one.statuses.map(({ id }) => id).filter((id) => known.has(id));
  };
  const now = ids(after, before);
  return ids(before, after).every((id, index) => id === now[index]);
}

function newsOfSettings(before: AccountSettings, after: AccountSettings): AccountNews[] {
  const names = Object.keys(after) as (keyof AccountSettings)[];
  return names
    .filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
    .map((name) => ({ kind: 'setting', name, value: after[name], before: before[name] }));
}
