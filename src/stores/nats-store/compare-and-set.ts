import { isPhoneError } from '../../model/errors.js';
import type { Change, Entry } from '../documents/backend.js';
import type { InFlightSaves } from './in-flight-saves.js';
import type { Retry } from './retry.js';
import { JetStreamError, type PutAnswer, type StoredEntry } from './stream.js';

/** What is to be written. */
export interface Writing {
  readonly key: string;
  readonly change: Change;
  readonly basedOn?: number | null | undefined;
}

type Outcome = { readonly stored: Entry } | { readonly present: Entry | undefined };

/** How it is read and stored. */
export interface WritingParts {
  readonly patience: Retry;
  readonly read: () => Promise<StoredEntry | undefined>;
  /** One try. */
  readonly put: (entry: Omit<StoredEntry, 'revision'>, expected: number) => Promise<PutAnswer>;
  readonly own: InFlightSaves;
}

/** Stores what the change makes of the present entry. It is read first only where the caller does not say what to expect. */
export async function compareAndSet(
  parts: WritingParts,
  { key, change, basedOn }: Writing,
): Promise<Entry | undefined> {
  let present = await expected(parts, key, basedOn);
  for (;;) {
    const document = change(present);
    if (document === undefined) return undefined;
    const outcome = await putOnce(parts, { key, document }, present?.revision ?? 0);
    if ('stored' in outcome) return outcome.stored;
    present = outcome.present;
  }
}

async function expected(parts: WritingParts, key: string, basedOn: Writing['basedOn']): Promise<Entry | undefined> {
  if (basedOn === null) return undefined;
  if (!Number.isSafeInteger(basedOn) || Number(basedOn) <= 0) return parts.read();
  return { key, revision: Number(basedOn), document: undefined };
}

/**
 * One save, sent until it is known what became of it. A time-out says nothing: the save may have been stored, so it is sent
 * again, which cannot store it twice. Where another entry is found, the id that it bears tells whose it is.
 */
async function putOnce(
  parts: WritingParts,
  { key, document }: Omit<Entry, 'revision'>,
  expectedRevision: number,
): Promise<Outcome> {
  const { patience, put, own } = parts;
  const saveId = own.begin();
  try {
    for (;;) {
      const answer = await put({ key, document, saveId }, expectedRevision).catch(passOn);
      if ('seq' in answer && !answer.duplicate) return { stored: { key, revision: answer.seq, document } };
      const isLate = 'seq' in answer || (answer instanceof JetStreamError && answer.isConflict);
      const outcome = isLate && (await outcomeOf(parts, { key, document, saveId }, expectedRevision));
      if (outcome) return outcome;
      await patience.pause('seq' in answer ? new Error('a node does not have the latest state') : answer);
    }
  } finally {
    own.end(saveId);
  }
}

/** What became of a save in place of which another was found; `undefined` where a deposed leader compared with old states. */
async function outcomeOf(
  { read, own }: WritingParts,
  { key, document, saveId }: Omit<StoredEntry, 'revision'> & { readonly saveId: string },
  expectedRevision: number,
): Promise<Outcome | undefined> {
  const present = await read();
  // It may have been stored, seen, and replaced since.
  const revision = present?.saveId === saveId ? present.revision : own.revisionOf(saveId);
  if (revision !== undefined) return { stored: { key, revision, document } };
  return (present?.revision ?? 0) === expectedRevision ? undefined : { present };
}

function passOn(failure: unknown): Error {
  if (isPhoneError(failure) || !(failure instanceof Error)) throw failure;
  return failure;
}
