import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { Entry } from './entry-cache.js';

/** An error of the store about a damaged document. */
type DamageError = PhoneError & { readonly data: { readonly revision: number; readonly document?: unknown } };

/** Whether the error is about a damaged document, and says its revision. */
export function isDamaged(error: unknown): error is DamageError {
  const data = isPhoneError(error, 'damaged-data') ? (error.data as { readonly revision?: unknown } | undefined) : {};
  return typeof data?.revision === 'number';
}

/** The damaged entry that the error is about. */
export function damagedEntry({ data }: DamageError): Entry {
  return { revision: data.revision, damaged: true, document: data.document };
}

/** What was read, be it a damaged entry. */
export async function readOrDamaged(read: Promise<Entry | undefined>): Promise<Entry | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isDamaged(error)) return damagedEntry(error);
    throw error;
  }
}
