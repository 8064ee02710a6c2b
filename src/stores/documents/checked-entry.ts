import { readAccount, readAgentRecord } from '../../model/codec.js';
import type { Account } from '../../model/account.js';
import { checkAgentId, type AgentRecord } from '../../model/agent.js';
import { PhoneError, quote } from '../../model/errors.js';
import { freshEntry } from '../../model/fresh-entry.js';
import type { Versioned } from '../status-store.js';
import { ACCOUNT_KEY, type Entry } from './entry.js';

/** The key of a document, and how it is checked. */
export interface Address<T> {
  readonly key: string;
  readonly check: Check<T>;
}

/** Returns the document of that key with its type; throws if it is damaged. */
export type Check<T> = (document: unknown, key: string) => T;

export const accountAddress: Address<Account> = { key: ACCOUNT_KEY, check: readAccount };

/** Throws `missing-agent` if the id cannot be one. */
export function agentAddress(agentId: unknown): Address<AgentRecord> {
  return { key: checkAgentId(agentId), check: checkRecord };
}

/** Returns the record if it is whole and names the agent of its key. */
export function checkRecord(document: unknown, key: string): AgentRecord {
  const record = readAgentRecord(document);
  if (record.agentId === key) return record;
  throw new PhoneError('damaged-data', `store: the record under ${quote(key)} belongs to ${quote(record.agentId)}.`);
}

/** Returns a checked copy of the entry, or the error that describes its damage. */
export function checked<T>(entry: Entry, check: Check<T>): Versioned<T> | PhoneError {
  const { key, revision } = entry;
  let copy: unknown;
  try {
    copy = entry.isFresh ? entry.document : copyOf(entry.document);
    return freshEntry(check(copy, key), revision);
  } catch (cause) {
    const what = key === ACCOUNT_KEY ? 'the account' : `the record of agent ${quote(key)}`;
    const message = `store: ${what} is damaged (revision ${revision}). You can save a fresh one over it.`;
    const whose = key === ACCOUNT_KEY ? {} : { agentId: key };
    return new PhoneError('damaged-data', message, { cause, data: { revision, document: copy, ...whose } });
  }
}

function copyOf(document: unknown): unknown {
  try {
    return structuredClone(document);
  } catch (cause) {
    // A framework of the page may have wrapped it into a `Proxy`: documents are plain JSON. Functions are not.
    const plain = (_key: string, value: unknown): unknown => {
      if (typeof value === 'function') throw cause;
      return value;
    };
    return JSON.parse(JSON.stringify(document, plain));
  }
}

/** As `checked`, but throws the error. */
export function checkedOrThrow<T>(entry: Entry, check: Check<T>): Versioned<T> {
  const found = checked(entry, check);
  if (found instanceof PhoneError) throw found;
  return found;
}
