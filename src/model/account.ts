import { PhoneError, quote } from './errors.js';
import {
  checkSetting,
  checkWanted,
  defaultSettings,
  isWithin,
  namedStatuses,
  wantFlag,
  type AccountSettings,
} from './settings.js';
import {
  ALLOWANCE_MINUTES,
  checkDescription,
  checkEmoji,
  checkName,
  FORWARD,
  nameKey,
  ownStatuses,
  unknownStatus,
  type Status,
  type StatusId,
} from './status.js';

/** What an account's admin decides: its statuses, in the admin's order, and its settings. */
export interface Account {
  readonly statuses: readonly Status[];
  readonly settings: AccountSettings;
}

/** The account as it is before anybody changed it. */
export const defaultAccount: Account = { statuses: ownStatuses, settings: defaultSettings };

/** At most this many statuses are kept; they are never deleted. */
export const STATUS_LIMIT = 1000;

/** The form of the ids that statuses are given which an admin adds. */
export const CUSTOM_ID = /^custom-(\d{1,15})$/;

/** What an admin says of a new status; without more it takes no calls and has no allowance. */
export interface NewStatus {
  readonly name: string;
  readonly emoji: string;
  readonly description?: string;
  readonly takesCalls?: boolean;
  readonly allowanceMinutes?: number;
}

/** What an admin can change of a status. */
export type StatusEdit = Partial<Omit<Status, 'id' | 'kind'>>;

/**
 * The account with one more custom status, enabled at once, its id `custom-<n>`.
 * Throws `invalid-name`, `duplicate-name`, `invalid-emoji`, `invalid-description`, `invalid-setting` (takes calls,
 * allowance) or `too-many-statuses`.
 */
export function addStatus(account: Account, status: NewStatus): Account {
  if (account.statuses.length >= STATUS_LIMIT) {
    throw new PhoneError(
      'too-many-statuses',
      `The account already has ${STATUS_LIMIT} statuses. Rename a disabled one.`,
    );
  }
  const blank = { ...unknownStatus(nextId(account)), enabled: true };
  const { description = '', takesCalls = false, allowanceMinutes = 0 } = status;
  const named = { ...blank, name: freeName(account, blank.id, status.name), emoji: checkEmoji(status.emoji) };
  const added = checkChange(account, named, { description, takesCalls, allowanceMinutes });
  return { ...account, statuses: [...account.statuses, added] };
}

/**
 * The account with one status changed; the same object if nothing changes. Of a default status only the allowance is
 * the account's. Throws `invalid-status` (unknown), `not-supported` (a default status), `status-in-use` (disabling one that
 * a setting names), and what {@link addStatus} throws.
 */
export function updateStatus(account: Account, id: StatusId, change: StatusEdit): Account {
  const status = account.statuses[positionOf(account, id)]!;
  const changed = checkChange(account, status, change);
  const keys = (Object.keys(changed) as (keyof Status)[]).filter((key) => changed[key] !== status[key]);
  if (keys.length === 0) return account;
  if (status.kind === 'default' && keys.some((key) => key !== 'allowanceMinutes')) {
    throw new PhoneError('not-supported', `Only the allowance of ${quote(status.name)} can be changed.`);
  }
  if (!changed.enabled && namedStatuses(account.settings).includes(id)) {
    throw new PhoneError('status-in-use', `A setting uses ${quote(status.name)}. Change that setting first.`);
  }
  return { ...account, statuses: account.statuses.map((one) => (one === status ? changed : one)) };
}

/**
 * The account with one status moved in front of another, or to the end (`null`). Available stays first whatever is asked.
 * Throws `invalid-status`, and `not-supported` for Available.
 */
export function moveStatus(account: Account, id: StatusId, before: StatusId | null): Account {
  const status = account.statuses[positionOf(account, id)]!;
  if (id === 'available') throw new PhoneError('not-supported', 'Available is always first. Move another status.');
  if (before !== null) positionOf(account, before);
  if (before === id) return account;
  const rest = account.statuses.filter((one) => one !== status);
  const target = before === null ? rest.length : rest.findIndex((one) => one.id === before);
  const index = before === 'available' ? target + 1 : target;
  const statuses = [...rest.slice(0, index), status, ...rest.slice(index)];
  return statuses.every((one, index) => one === account.statuses[index]) ? account : { ...account, statuses };
}

/**
 * The account with some settings changed; the same object if nothing changes. A status that a setting names must be
 * enabled and other than Forward to Phone. Throws `invalid-setting`.
 */
export function updateSettings(account: Account, change: Partial<AccountSettings>): Account {
  const names = (Object.keys(change) as (keyof AccountSettings)[]).filter((name) => change[name] !== undefined);
  for (const name of names) checkSetting(name, change[name], (id) => isNameable(account, id));
  const changed = names.filter((name) => JSON.stringify(change[name]) !== JSON.stringify(account.settings[name]));
  if (changed.length === 0) return account;
  const settings = { ...account.settings };
  for (const name of changed) Object.assign(settings, { [name]: change[name] });
  return { ...account, settings, statuses: switchForward(account.statuses, settings.forwardToPhone) };
}

/** The statuses with Forward to Phone enabled as the setting says; the same list if it is already. */
export function switchForward(statuses: readonly Status[], enabled: boolean): readonly Status[] {
  const differs = statuses.some((status) => status.id === FORWARD && status.enabled !== enabled);
  return differs ? statuses.map((status) => (status.id === FORWARD ? { ...status, enabled } : status)) : statuses;
}

/** What an agent can choose from: the enabled statuses, Available first, then the admin's order. */
export function choosableStatuses(account: Account): readonly Status[] {
  const rank = ({ id }: Status): number => (id === 'available' ? 0 : 1);
  return account.statuses.filter(({ id }) => isChoosable(account, id)).sort((one, other) => rank(one) - rank(other));
}

/** Whether an agent can choose the status; Forward to Phone is the vendor's to switch. */
export function isChoosable(account: Account, id: StatusId): boolean {
  return id === FORWARD ? account.settings.forwardToPhone : statusOf(account, id).enabled;
}

const indexes = new WeakMap<readonly Status[], Map<StatusId, Status>>();

/** The status of that id; one the account does not know is shown as it is written and takes no calls. */
export function statusOf(account: Account, id: StatusId): Status {
  let index = indexes.get(account.statuses);
  if (!index) {
    index = new Map(account.statuses.map((status) => [status.id, status]));
    indexes.set(account.statuses, index);
  }
  return index.get(id) ?? unknownStatus(id);
}

/** Whether a setting may name the status. */
export function isNameable(account: Account, id: StatusId): boolean {
  return id !== FORWARD && statusOf(account, id).enabled;
}

function positionOf(account: Account, id: StatusId): number {
  const position = account.statuses.findIndex((status) => status.id === id);
  if (position < 0) throw noStatus(id);
  return position;
}

/** The error of a status that is not there to be chosen. */
export function noStatus(id: unknown): PhoneError {
  return new PhoneError(
    'invalid-status',
    `The account has no status ${quote(id)} to choose. Choose one from its list.`,
  );
}

/** One above the highest; where no id has room for that, the lowest that is free: as none is deleted, it was never used. */
function nextId({ statuses }: Account): StatusId {
  const numbers = statuses.map(({ id }) => Number(CUSTOM_ID.exec(id)?.[1] ?? 0));
  let number = Math.max(0, ...numbers) + 1;
  if (!CUSTOM_ID.test(`custom-${number}`)) number = 1;
  while (numbers.includes(number)) number++;
  return `custom-${number}`;
}

function checkChange(account: Account, status: Status, change: StatusEdit): Status {
  const next = { ...status };
  if (change.name !== undefined && change.name !== status.name) next.name = freeName(account, status.id, change.name);
  if (change.emoji !== undefined && change.emoji !== status.emoji) next.emoji = checkEmoji(change.emoji);
  if (change.description !== undefined) next.description = checkDescription(change.description);
  for (const name of ['takesCalls', 'enabled'] as const) {
    const value = change[name];
    if (value === undefined) continue;
    checkWanted(name, value, wantFlag(value));
    next[name] = value;
  }
  const { allowanceMinutes } = change;
  if (allowanceMinutes === undefined) return next;
  checkAllowance(allowanceMinutes);
  return { ...next, allowanceMinutes };
}

/** Throws `invalid-setting` unless the value is an allowance: whole minutes, 0 to 1,440. */
export function checkAllowance(allowanceMinutes: unknown): void {
  if (isWithin(allowanceMinutes, 0, ALLOWANCE_MINUTES)) return;
  throw new PhoneError(
    'invalid-setting',
    `The allowance is ${quote(allowanceMinutes)}. Give whole minutes from 0 (none) to ${ALLOWANCE_MINUTES}.`,
  );
}

function freeName(account: Account, id: StatusId, value: unknown): string {
  const name = checkName(value);
  const key = nameKey(name);
  const twin = account.statuses.find((status) => status.id !== id && nameKey(status.name) === key);
  if (twin)
    throw new PhoneError(
      'duplicate-name',
      `The account already has a status ${quote(twin.name)}. Choose another name.`,
    );
  return name;
}
