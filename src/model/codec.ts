import { defaultAccount, switchForward, type Account } from './account.js';
import {
  cutText,
  draftOf,
  FACTS,
  isName,
  newAgentRecord,
  RECORD_VERSION,
  type AgentRecord,
  type Past,
} from './agent.js';
import { CheckedBrand } from './checked-brand.js';
import { PhoneError, quote } from './errors.js';
import { STATUS } from './schema/account.js';
import { fits, isFields, isListOf, type Fields } from './schema/field-check.js';
import { instant, type Shape } from './schema/field-kinds.js';
import { pageNotes, RECORD } from './schema/record.js';
import { defaultSettings, settingError, type AccountSettings } from './settings.js';
import { ALLOWANCE_MINUTES, ownStatuses, unknownStatus, type Status } from './status.js';

/**
 * A checked copy of an agent's record. Unknown fields are kept, missing ones get their default, and the name is cut.
 * Throws `damaged-data` if a known field has an impossible value.
 */
export function readAgentRecord(value: unknown): AgentRecord {
  if (!isFields(value) || !isName(value['agentId'])) throw damaged('agent record', value);
  checkFields('agent record', value, RECORD);
  const { leases, agentName, past } = value as Partial<AgentRecord>;
  const record = draftOf({ ...newAgentRecord(''), ...defined(value), leases: { ...leases } });
  if (agentName) record.agentName = cutText(agentName);
  if (isPast(past)) record.past = past;
  return record;
}

/**
 * A checked copy of an account. Unknown fields are kept, missing settings get their default, an allowance beyond the bound is
 * cut to it, and the default statuses come from the product. Throws `damaged-data`.
 */
export function readAccount(value: unknown): Account {
  if (!isFields(value)) throw damaged('account', value);
  const { statuses = ownStatuses, settings = defaultSettings } = value;
  if (!isListOf(isFields, statuses)) throw damaged("account's statuses", statuses);
  if (!isFields(settings)) throw damaged("account's settings", settings);
  for (const name of Object.keys(defaultSettings)) {
    const value = settings[name];
    if (value !== undefined && settingError(name, value, () => true)) throw damaged(`account's ${name}`, value);
  }
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

/** A checked record, whatever was passed. A damaged one counts as that of an agent to whom nothing has happened. */
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

/** A checked account, whatever was passed. A damaged one counts as the default account. */
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

/** The fields without undefined ones, which a structured clone keeps. */
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

/** A past that is damaged is forgotten: the record itself is whole. */
function isPast(value: unknown): value is Past {
  return isFields(value) && fits(instant, value['of']) && isPartOfFacts(value['facts']) && areNotes(value['pages']);
}

function isPartOfFacts(value: unknown): boolean {
  const facts: readonly string[] = FACTS;
  return (
    isFields(value) &&
    Object.keys(value).every((name) => facts.includes(name) && fits((RECORD as Shape)[name]!, value[name]))
  );
}

function areNotes(value: unknown): boolean {
  return isListOf((note) => pageNotes.some((kind) => fits(kind, note)), value);
}

// What a status is, default or custom, the reader decides.
const { kind: _kind, ...STORED_STATUS } = STATUS;

/** A checked status. Of a default one only the allowance, and the place in the list, are the account's. */
function readStatus(value: Fields): Status {
  if (!isName(value['id'])) throw damaged("account's status's id", value['id']);
  checkFields("account's status", value, STORED_STATUS);
  const own = ownStatuses.find(({ id }) => id === value['id']);
  const allowanceMinutes = Math.min((value['allowanceMinutes'] as number | undefined) ?? 0, ALLOWANCE_MINUTES);
  if (own?.kind === 'default') return { ...value, ...own, allowanceMinutes };
  return { ...(own ?? unknownStatus(value['id'])), ...defined(value), allowanceMinutes, kind: 'custom' };
}

function checkFields(what: string, value: Fields, shape: Shape): void {
  for (const name of Object.keys(shape)) {
    if (value[name] !== undefined && !fits(shape[name]!, value[name])) throw damaged(`${what}'s ${name}`, value[name]);
  }
}

/** `cause` is the reason alone, without advice. */
function damaged(what: string, value: unknown): PhoneError {
  const cause = `${what} cannot be ${quote(value)}`;
  return new PhoneError('damaged-data', `The stored ${cause}. Save a fresh one over it.`, { cause });
}
