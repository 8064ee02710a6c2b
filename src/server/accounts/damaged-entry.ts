import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { Entry } from './entry-cache.js';

/** Whether the error tells of a damaged document, and of which revision. */
export function isDamaged(error: unknown): error is PhoneError & { readonly data: { readonly revision: number } } {
  const data = isPhoneError(error, 'damaged-data') ? (error.data as { readonly revision?: unknown } | undefined) : {};
  return typeof data?.revision === 'number';
}

/** The damaged entry that an error tells of. */
export function damagedEntry({
  data,
}: {
  readonly data: { readonly revision: number; readonly document?: unknown };
}): Entry {
  return { revision: data.revision, damaged: true, document: data.document };
}

/** What was read, or its damage. */
export async function readOrDamaged(read: Promise<Entry | undefined>): Promise<Entry | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isDamaged(error)) return damagedEntry(error);
    throw error;
  }
}
