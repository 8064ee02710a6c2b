import { readAccount, readAgentRecord } from '../../model/codec.js';
import type { Account } from '../../model/account.js';
import { checkAgentId, type AgentRecord } from '../../model/agent.js';
import { PhoneError, quote } from '../../model/errors.js';
import { freshEntry } from '../../model/fresh-entry.js';
import type { Versioned } from '../status-store.js';
import { ACCOUNT_KEY, type Entry } from './backend.js';

/** Where a document lies, and how it is checked. */
export interface Address<T> {
  readonly key: string;
  readonly check: Check<T>;
}

/** The document of that key as it is meant to be; throws where it cannot be one. */
export type Check<T> = (document: unknown, key: string) => T;

export const accountAddress: Address<Account> = { key: ACCOUNT_KEY, check: readAccount };

/** Refuses what is no agent id: `missing-agent`. */
export function agentAddress(agentId: unknown): Address<AgentRecord> {
  return { key: checkAgentId(agentId), check: checkRecord };
}

/** A record that is whole and that names the agent under whose key it lies. */
export function checkRecord(document: unknown, key: string): AgentRecord {
  const record = readAgentRecord(document);
  if (record.agentId === key) return record;
  throw new PhoneError('damaged-data', `store: the record under ${quote(key)} belongs to ${quote(record.agentId)}.`);
}

/** A checked copy of the entry, or the error that tells its damage. */
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
    // A page's framework may have put a `Proxy` around it: documents are plain JSON. A function makes it none.
    const plain = (_key: string, value: unknown): unknown => {
      if (typeof value === 'function') throw cause;
      return value;
    };
    return JSON.parse(JSON.stringify(document, plain));
  }
}

/** The same for a caller who waits for the entry: damage is thrown. */
export function checkedOrThrow<T>(entry: Entry, check: Check<T>): Versioned<T> {
  const found = checked(entry, check);
  if (found instanceof PhoneError) throw found;
  return found;
}
