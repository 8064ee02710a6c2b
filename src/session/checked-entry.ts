import { PhoneError, quote } from '../model/errors.js';
import { takeFresh } from '../model/fresh-entry.js';
import type { Versioned } from '../stores/status-store.js';

/**
 * An entry that a store handed over. `read` checks and copies its value, unless a built-in store has just done so; `trust`
 * marks the value for the model. Throws `damaged-data`, with the revision if there is one: a foreign store may hand over
 * anything.
 */
export function checkedEntry<T>(
  entry: Versioned<T>,
  read: (value: unknown) => T,
  trust: (value: T) => T,
): Versioned<T> {
  const { value, revision } = Object(entry) as Versioned<T>;
  try {
    if (Number.isFinite(revision)) return { value: trust(takeFresh(entry, value) ? value : read(value)), revision };
  } catch (cause) {
    throw new PhoneError('damaged-data', (cause as PhoneError).message.replace('[phone-widget] ', ''), {
      cause,
      data: { revision, document: value },
    });
  }
  throw new PhoneError('damaged-data', `The store returned the revision ${quote(revision)}. Fix the store.`);
}
