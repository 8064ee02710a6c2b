import { isPhoneError } from '../../model/errors.js';
import type { Change, Entry } from '../place/place.js';
import type { Patience } from './patience.js';
import { JetStreamError, type StoredEntry } from './stream.js';

/** What is to be written. */
export interface Writing {
  readonly key: string;
  readonly change: Change;
  readonly basedOn?: number | null | undefined;
}

/** How it is read and stored. */
export interface WritingParts {
  readonly patience: Patience;
  readonly read: () => Promise<StoredEntry | undefined>;
  /** One try; answers the new revision. */
  readonly put: (entry: Omit<StoredEntry, 'revision'>, expected: number) => Promise<number>;
}

/** Stores what the change makes of the present entry. It is read first only where the caller does not say what to expect. */
export async function write(parts: WritingParts, { key, change, basedOn }: Writing): Promise<Entry | undefined> {
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
 * One save, sent until it is known what became of it. A time-out says nothing: the save may have been stored. It is sent again
 * under the same id, which JetStream recognises; and where another entry is found, the id that it bears tells whose it is.
 */
async function putOnce(
  { patience, read, put }: WritingParts,
  { key, document }: Omit<Entry, 'revision'>,
  expectedRevision: number,
): Promise<{ readonly stored: Entry } | { readonly present: Entry | undefined }> {
  const ids: string[] = [crypto.randomUUID()];
  for (;;) {
    let failure: unknown;
    try {
      const revision = await put({ key, document, saveId: ids.at(-1) }, expectedRevision);
      return { stored: { key, revision, document } };
    } catch (error) {
      if (isPhoneError(error)) throw error;
      failure = error;
    }
    if (failure instanceof JetStreamError && failure.isConflict) {
      const present = await read();
      if (present?.saveId !== undefined && ids.includes(present.saveId)) return { stored: present };
      if ((present?.revision ?? 0) !== expectedRevision) return { present };
      // A deposed leader refused it. Its refusal may stand under that id.
      ids.push(crypto.randomUUID());
    }
    await patience.pause(failure);
  }
}
