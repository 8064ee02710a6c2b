import {
  checkAllowance,
  CUSTOM_ID,
  defaultAccount,
  isNameable,
  STATUS_LIMIT,
  type Account,
} from '../../model/account.js';
import { PhoneError, quote } from '../../model/errors.js';
import { checkSetting, isWithin, namedStatuses, type AccountSettings } from '../../model/settings.js';
import {
  ALLOWANCE_MINUTES,
  checkDescription,
  checkEmoji,
  checkName,
  nameKey,
  ownStatuses,
  unknownStatus,
  type Status,
} from '../../model/status.js';

/** What an account's fields that this version does not know may take of JSON in UTF-8, all together. */
const UNKNOWN_BYTES = 4096;

/**
 * Refuses settings and allowances that an admin's page would not save, as they were sent: reading takes no other settings, and
 * cuts allowances. Like {@link checkAccount} it judges what differs from the saved account. Throws `invalid-setting`.
 */
export function checkSent(document: unknown, saved = defaultAccount): void {
  const { statuses, settings } = Object(document) as Readonly<Record<string, unknown>>;
  const sent = Object(settings) as Partial<AccountSettings>;
  for (const name of changedSettings(sent, saved)) checkSetting(name, sent[name], () => true);
  if (Array.isArray(statuses)) checkAllowances(statuses, byId(saved));
}

/**
 * Refuses what an admin's page would not save, as the model does: of what differs from the saved account, so that what lies
 * there already hinders nobody. Throws `too-many-statuses`, `invalid-status`, `invalid-name`, `duplicate-name`,
 * `invalid-emoji`, `invalid-description`, `invalid-setting` or `status-in-use`.
 */
export function checkAccount(next: Account, saved: Account | undefined): void {
  const present = saved ?? defaultAccount;
  const { length } = next.statuses;
  if (length > STATUS_LIMIT && length > present.statuses.length) {
    throw new PhoneError(
      'too-many-statuses',
      `server: the account has ${length} statuses. Use at most ${STATUS_LIMIT}.`,
    );
  }
  const known = byId(present);
  for (const status of next.statuses) if (status.kind === 'custom') checkStatus(status, known.get(status.id));
  checkTwins(next, known);
  checkUnknown(next, present);
  for (const name of changedSettings(next.settings, present)) {
    checkSetting(name, next.settings[name], (id) => isNameable(next, id));
  }
  if (saved) checkKept(next, saved);
}

function byId({ statuses }: Account): ReadonlyMap<unknown, Status> {
  return new Map(statuses.map((status) => [status.id, status]));
}

/** The known settings that are there, with another value than the saved one. */
function changedSettings(next: Partial<AccountSettings>, saved: Account): (keyof AccountSettings)[] {
  const names = Object.keys(defaultAccount.settings) as (keyof AccountSettings)[];
  const differs = (name: keyof AccountSettings): boolean =>
    JSON.stringify(next[name]) !== JSON.stringify(saved.settings[name]);
  return names.filter((name) => next[name] !== undefined && differs(name));
}

function checkStatus({ id, name, emoji, description }: Status, before: Status | undefined): void {
  if (!before && !CUSTOM_ID.test(id) && !ownStatuses.some((own) => own.id === id)) {
    throw new PhoneError('invalid-status', `server: ${quote(id)} is not a status id. Use custom- and a number.`);
  }
  if (name !== before?.name) checkName(name);
  if (emoji !== before?.emoji) checkEmoji(emoji);
  if (description !== before?.description) checkDescription(description);
}

/** One beyond the bound counts as the bound where it lies there already. */
function checkAllowances(statuses: readonly unknown[], known: ReadonlyMap<unknown, Status>): void {
  for (const status of statuses) {
    const { id, allowanceMinutes = 0 } = Object(status) as Partial<Status>;
    const before = known.get(id)?.allowanceMinutes;
    const isCut = before === ALLOWANCE_MINUTES && isWithin(allowanceMinutes, before, Infinity);
    if (allowanceMinutes !== before && !isCut) checkAllowance(allowanceMinutes);
  }
}

function checkUnknown(next: Account, present: Account): void {
  const unknown = unknownOf(next);
  const { length } = new TextEncoder().encode(unknown);
  if (length <= UNKNOWN_BYTES || unknown === unknownOf(present)) return;
  throw new PhoneError(
    'invalid-setting',
    `server: unknown fields take ${length} bytes. Use at most ${UNKNOWN_BYTES} in all.`,
  );
}

/** The fields that this version does not know, as JSON, whatever the order of fields and statuses. */
function unknownOf(account: Account): string {
  const others = (place: string, fields: object, known: object): string[] =>
    Object.entries(fields)
      .filter(([name]) => !Object.hasOwn(known, name))
      .map(([name, value]) => JSON.stringify([place, name, value]));
  return [
    ...others('', account, defaultAccount),
    ...others('', account.settings, defaultAccount.settings),
    ...account.statuses.flatMap((status) => others(status.id, status, unknownStatus(''))),
  ]
    .sort()
    .join();
}

/** No two statuses have one id, or one name. */
function checkTwins({ statuses }: Account, known: ReadonlyMap<unknown, Status>): void {
  const ids = new Set<string>();
  const names = new Map<string, Status>();
  const isNew = ({ id, name }: Status): boolean => known.get(id)?.name !== name;
  for (const status of statuses) {
    const { id, name } = status;
    if (ids.has(id)) {
      throw new PhoneError('invalid-status', `server: two statuses have the id ${quote(id)}. Give each its own.`);
    }
    ids.add(id);
    const twin = names.get(nameKey(name));
    if (twin && (isNew(twin) || isNew(status))) {
      throw new PhoneError('duplicate-name', `server: two statuses are called ${quote(name)}. Choose another name.`);
    }
    names.set(nameKey(name), status);
  }
}

/** No status is deleted, and none is disabled that a setting goes on to name. */
function checkKept(next: Account, saved: Account): void {
  const kept = new Set(next.statuses.map(({ id }) => id));
  const lost = saved.statuses.find(({ id }) => !kept.has(id));
  if (lost) {
    throw new PhoneError(
      'invalid-status',
      `server: the status ${quote(lost.id)} is missing. Statuses cannot be deleted: disable it instead.`,
    );
  }
  const named = namedStatuses(next.settings).find((id) => isNameable(saved, id) && !isNameable(next, id));
  if (named !== undefined) {
    throw new PhoneError(
      'status-in-use',
      `server: a setting uses the status ${quote(named)}. Change that setting first.`,
    );
  }
}
