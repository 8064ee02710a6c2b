import { PhoneError, quote } from '../model/errors.js';
import type { Versioned } from '../stores/status-store.js';

/**
 * What a store handed over, with its value read by the model: a store of somebody else's may hand over anything. Throws
 * `damaged-data`, with its revision where it has one.
 */
export function checkedEntry<T>(entry: Versioned<T>, read: (value: unknown) => T): Versioned<T> {
  const { value, revision } = Object(entry) as Partial<Versioned<T>>;
  try {
    if (Number.isFinite(revision)) return { value: read(value), revision: revision as number };
  } catch (cause) {
    throw new PhoneError('damaged-data', (cause as PhoneError).message.replace('[phone-widget] ', ''), {
      cause,
      data: { revision, document: value },
    });
  }
  throw new PhoneError('damaged-data', `The store returned the revision ${quote(revision)}. Fix the store.`);
}
