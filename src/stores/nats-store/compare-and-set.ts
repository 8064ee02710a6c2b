import { isPhoneError } from '../../model/errors.js';
import type { Change, Entry } from '../documents/entry.js';
import type { InFlightSaves } from './in-flight-saves.js';
import type { Retry } from './retry.js';
import { JetStreamError, type PutReply, type StoredEntry } from './stream.js';

/** A document to be written. */
export interface Write {
  readonly key: string;
  readonly change: Change;
  readonly basedOn?: number | null | undefined;
}

type PutResult = { readonly stored: Entry } | { readonly present: Entry | undefined };

/** How documents are read and stored. */
export interface CompareAndSetParts {
  readonly retry: Retry;
  readonly read: () => Promise<StoredEntry | undefined>;
  /** Tries once. */
  readonly put: (entry: Omit<StoredEntry, 'revision'>, expected: number) => Promise<PutReply>;
  readonly inFlight: InFlightSaves;
}

/** Stores what the change makes of the present entry, which is read first only if the caller expects no revision. */
export async function compareAndSet(
  parts: CompareAndSetParts,
  { key, change, basedOn }: Write,
): Promise<Entry | undefined> {
  let present = await expected(parts, key, basedOn);
  for (;;) {
    const document = change(present);
    if (document === undefined) return undefined;
    const result = await putOnce(parts, { key, document }, present?.revision ?? 0);
    if ('stored' in result) return result.stored;
    present = result.present;
  }
}

async function expected(parts: CompareAndSetParts, key: string, basedOn: Write['basedOn']): Promise<Entry | undefined> {
  if (basedOn === null) return undefined;
  if (!Number.isSafeInteger(basedOn) || Number(basedOn) <= 0) return parts.read();
  return { key, revision: Number(basedOn), document: undefined };
}

/**
 * Sends a save until its result is known. After a time-out it may have been stored or not, so it is sent again, which cannot
 * store it twice. If another entry is found, its save id tells whose it is.
 */
async function putOnce(
  parts: CompareAndSetParts,
  { key, document }: Omit<Entry, 'revision'>,
  expectedRevision: number,
): Promise<PutResult> {
  const { retry, put, inFlight } = parts;
  const saveId = inFlight.begin(key, expectedRevision);
  let isUncertain = false;
  try {
    for (;;) {
      const reply = await put({ key, document, saveId }, expectedRevision).catch(passOn);
      if ('seq' in reply && !reply.duplicate) return { stored: { key, revision: reply.seq, document } };
      const isLate = 'seq' in reply || (reply instanceof JetStreamError && reply.isConflict);
      const result = isLate && (await resultOf(parts, { key, document, saveId }, expectedRevision));
      // A save that was stored and replaced before it was seen looks like a conflict.
      const isCertain =
        !isUncertain || !result || 'stored' in result || !result.present || inFlight.isOvertaken(saveId);
      if (result && isCertain) return result;
      isUncertain ||= !isLate;
      await retry.pause('seq' in reply ? new Error('it is not known yet whether the save was stored') : reply);
    }
  } finally {
    inFlight.end(saveId);
  }
}

/** The result of a save that found another entry; `undefined` if a deposed leader has compared with an old state. */
async function resultOf(
  { read, inFlight }: CompareAndSetParts,
  { key, document, saveId }: Omit<StoredEntry, 'revision'> & { readonly saveId: string },
  expectedRevision: number,
): Promise<PutResult | undefined> {
  const present = await read();
  if (present) inFlight.see(present);
  // The save may have been stored, seen, and replaced since.
  const revision = inFlight.revisionOf(saveId);
  if (revision !== undefined) return { stored: { key, revision, document } };
  return (present?.revision ?? 0) === expectedRevision ? undefined : { present };
}

function passOn(failure: unknown): Error {
  if (isPhoneError(failure) || !(failure instanceof Error)) throw failure;
  return failure;
}
