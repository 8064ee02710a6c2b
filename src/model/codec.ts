import { defaultAccount, switchForward, type Account } from './account.js';
import { cutText, draftOf, isName, newAgentRecord, RECORD_VERSION, type AgentRecord, type Past } from './agent.js';
import { PhoneError, quote } from './errors.js';
import { CheckedBrand } from './checked-brand.js';
import { defaultSettings, settingError, type AccountSettings } from './settings.js';
import { ALLOWANCE_MINUTES, ownStatuses, unknownStatus, type Status } from './status.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;
type Checks = Readonly<Record<string, Check>>;

/**
 * A checked copy of an agent's record. Unknown fields are kept, missing ones get their default, and the name is cut.
 * Throws `damaged-data` where a known field cannot be what it says.
 */
export function readAgentRecord(value: unknown): AgentRecord {
  if (!isFields(value) || !isName(value['agentId'])) throw damaged('agent record', value);
  checkFields('agent record', value, recordChecks);
  const { leases, agentName, past } = value as Partial<AgentRecord>;
  const record = draftOf({ ...newAgentRecord(''), ...defined(value), leases: { ...leases } });
  if (agentName) record.agentName = cutText(agentName);
  if (isPast(past)) record.past = past as Past;
  return record;
}

/**
 * A checked copy of an account. Unknown fields are kept, missing settings get their default, an allowance beyond the bound is
 * cut to it, and the default statuses are as the product has them. Throws `damaged-data`.
 */
export function readAccount(value: unknown): Account {
  if (!isFields(value)) throw damaged('account', value);
  const { statuses = ownStatuses, settings = defaultSettings } = value;
  if (!isListOf(isFields)(statuses)) throw damaged("account's statuses", statuses);
  if (!isFields(settings)) throw damaged("account's settings", settings);
  checkFields('account', settings, settingChecks);
  const known: AccountSettings = { ...defaultSettings, ...defined(settings) };
  const read = (statuses as readonly Fields[]).map(readStatus);
  const missing = ownStatuses.filter(({ id, kind }) => kind === 'default' && !read.some((status) => status.id === id));
  return { ...value, statuses: switchForward([...read, ...missing], known.forwardToPhone), settings: known };
}

/** Whether this version of the product may write the document. */
export function isWritable(document: unknown): boolean {
  const least = isFields(document) ? document['writableBy'] : undefined;
  return typeof least !== 'number' || least <= RECORD_VERSION;
}

const records = new WeakMap<object, AgentRecord>();
const accounts = new WeakMap<object, Account>();

/** The record as the model can rely on it, whatever was handed in. */
export function recordOf(value: unknown): AgentRecord {
  if (!isFields(value)) return newAgentRecord('');
  if (CheckedBrand.has(value)) return value;
  let record = records.get(value);
  if (!record) {
    const fresh = (): AgentRecord => newAgentRecord(isName(value['agentId']) ? value['agentId'] : '');
    record = new CheckedBrand(attempt(() => readAgentRecord(value)) ?? attempt(fresh) ?? newAgentRecord(''));
    records.set(value, record);
  }
  return record;
}

/** The account as the model can rely on it, whatever was handed in. */
export function accountOf(value: unknown): Account {
  if (value === defaultAccount || !isFields(value)) return defaultAccount;
  let account = accounts.get(value);
  if (!account) {
    account = trustAccount(attempt(() => readAccount(value)) ?? defaultAccount);
    accounts.set(value, account);
  }
  return account;
}

/** Marks an account that {@link readAccount} made, and that nobody else holds: the model relies on it as it is. */
export function trustAccount(account: Account): Account {
  accounts.set(account, account);
  return account;
}

/** The fields that say something: a structured clone keeps undefined ones. */
function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // A hostile document may throw anything from a getter; the default stands in for it.
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isString: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isInstant: Check = (value) => Number.isFinite(value);
const isCount: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const isListOf =
  (check: Check): Check =>
  (value) =>
    // A structured clone keeps the holes of a list, and `every` passes over them.
    Array.isArray(value) && !value.includes(undefined) && value.every(check);
const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isRecordOf =
  (check: Check): Check =>
  (value) =>
    isFields(value) && Object.values(value).every(check);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const fits =
  (checks: Checks): Check =>
  (value) =>
    isFields(value) && Object.keys(checks).every((name) => checks[name]!(value[name]));

const isActor = fits({ role: isString, id: isString, name: optional(isString) });
const isChoice = fits({
  statusId: isString,
  at: isInstant,
  by: isActor,
  cause: isString,
  forwardTo: optional(isString),
});
const isCall = fits({
  id: isName,
  direction: isOneOf('inbound', 'outbound'),
  party: fits({ name: optional(isString), number: optional(isString) }),
  state: isOneOf('ringing', 'live', 'held', 'ended'),
  carriers: isListOf(isName),
  reportedAt: isInstant,
  rangAt: optional(isInstant),
  startedAt: optional(isInstant),
  endedAt: optional(isInstant),
  outcome: optional(isString),
  presumed: optional(isFlag),
  acwLimitSeconds: optional(isCount),
  acwExtensionSeconds: optional(isCount),
  extensionsLeft: optional(isCount),
  closesAt: optional(isInstant),
});
const isEnd = fits({
  id: isName,
  at: isInstant,
  declared: optional(isFlag),
  cause: optional(isString),
  by: optional(isActor),
  call: optional(isCall),
});

const isDeed = fits({ at: isInstant, by: isActor });

const recordChecks: Checks = {
  agentName: isString,
  leases: isRecordOf(isInstant),
  version: isCount,
  writableBy: isCount,
  at: isInstant,
  signedIn: isFlag,
  signOut: orNull(isDeed),
  withdrawn: isDeed,
  absentSince: orNull(isInstant),
  absentTooLong: isFlag,
  absenceLimitMinutes: orNull(isCount),
  choice: orNull(isChoice),
  next: orNull(isChoice),
  wishAt: isInstant,
  missedCalls: isCount,
  calls: isListOf(isCall),
  tombstones: isListOf(isEnd),
  closings: isListOf(isEnd),
  shown: fits({ statusId: isName, since: isInstant }),
};

const isGoing = fits({ type: isOneOf('leave', 'page-died'), page: isName, at: isInstant });
const isComing = fits({
  type: isOneOf('renew'),
  page: isName,
  at: isInstant,
  until: isInstant,
  settings: fits({ signInStatus: isName, absenceLimitMinutes: isCount }),
});

/** A past that is damaged is forgotten: the record itself is whole. */
const isPast = fits({
  of: isInstant,
  facts: (value) => isFields(value) && Object.keys(value).every((name) => recordChecks[name]?.(value[name])),
  pages: isListOf((value) => isGoing(value) || isComing(value)),
});

const statusChecks: Checks = {
  id: isName,
  name: isString,
  emoji: isString,
  description: isString,
  takesCalls: isFlag,
  enabled: isFlag,
  allowanceMinutes: isCount,
};

const settingChecks: Checks = Object.fromEntries(
  Object.keys(defaultSettings).map((name) => [name, (value) => !settingError(name, value, () => true)]),
);

/** A status as the account may have it: of a default one only the allowance and the place in the order are the account's. */
function readStatus(value: Fields): Status {
  if (!isName(value['id'])) throw damaged("account's status's id", value['id']);
  checkFields("account's status", value, statusChecks);
  const own = ownStatuses.find(({ id }) => id === value['id']);
  const allowanceMinutes = Math.min((value['allowanceMinutes'] as number | undefined) ?? 0, ALLOWANCE_MINUTES);
  if (own?.kind === 'default') return { ...value, ...own, allowanceMinutes };
  return { ...(own ?? unknownStatus(value['id'])), ...defined(value), allowanceMinutes, kind: 'custom' };
}

function checkFields(what: string, value: Fields, checks: Checks): void {
  for (const name of Object.keys(checks)) {
    if (value[name] !== undefined && !checks[name]!(value[name])) throw damaged(`${what}'s ${name}`, value[name]);
  }
}

/** The cause says what is wrong, wherever the document came from. */
function damaged(what: string, value: unknown): PhoneError {
  const cause = `${what} cannot be ${quote(value)}`;
  return new PhoneError('damaged-data', `The stored ${cause}. Save a fresh one over it.`, { cause });
}
