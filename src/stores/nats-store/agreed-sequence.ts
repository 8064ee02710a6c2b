import { delay } from '../../platform/time.js';
import type { SequenceGaps } from './sequence-gaps.js';

/** A new leader may briefly reply with too low a sequence, so it is asked again after this, in milliseconds. */
const AGREE_MS = 250;

/** Returns the last sequence once two replies of the leader agree. Rejects if the leader does not know the last state yet. */
export async function agreedSequence(
  ask: () => Promise<number>,
  gaps: SequenceGaps,
  signal: AbortSignal,
): Promise<number> {
  const last = await ask();
  await delay(AGREE_MS, signal);
  const again = await ask();
  // Messages that were stored meanwhile arrive soon.
  if (again > last) await delay(AGREE_MS, signal);
  if (again < last || again > gaps.lastContiguousFrom(last))
    throw new Error('a new leader does not have the latest state yet');
  return again;
}
