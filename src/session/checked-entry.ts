import type { Account } from '../model/account.js';
import type { AgentRecord } from '../model/agent.js';
import { CheckedBrand } from '../model/checked-brand.js';
import { readAccount, readAgentRecord, trustAccount } from '../model/codec.js';
import { PhoneError, quote } from '../model/errors.js';
import { takeFresh } from '../model/fresh-entry.js';
import type { Versioned } from '../stores/status-store.js';

/** An account that a store handed over, checked and copied unless a built-in store did so. Throws `damaged-data`. */
export function accountEntry(entry: Versioned<Account>): Versioned<Account> {
  return checkedEntry(entry, readAccount, trustAccount);
}

/** A record of that agent, checked and copied unless a built-in store did so. Throws `damaged-data`. */
export function agentEntry(entry: Versioned<AgentRecord>, agentId: string): Versioned<AgentRecord> {
  return checkedEntry(entry, readAgentRecord, (record) => {
    if (record.agentId === agentId) return new CheckedBrand(record);
    throw new PhoneError(
      'damaged-data',
      `The store returned the record of agent ${quote(record.agentId)}. Fix the store.`,
    );
  });
}

/** Throws `damaged-data`, with the revision where there is one: a store of somebody else's may hand over anything. */
function checkedEntry<T>(entry: Versioned<T>, read: (value: unknown) => T, trust: (value: T) => T): Versioned<T> {
  const { value, revision } = Object(entry) as Versioned<T>;
  try {
    if (Number.isFinite(revision)) return { value: trust(takeFresh(entry) ? value : read(value)), revision };
  } catch (cause) {
    throw new PhoneError('damaged-data', (cause as PhoneError).message.replace('[phone-widget] ', ''), {
      cause,
      data: { revision, document: value },
    });
  }
  throw new PhoneError('damaged-data', `The store returned the revision ${quote(revision)}. Fix the store.`);
}
