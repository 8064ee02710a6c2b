import { delay } from '../../platform/time.js';
import type { SequenceGaps } from './sequence-gaps.js';

/** A fresh leader may answer with a sequence that is too low for a moment: it is asked again after this, in milliseconds. */
const AGREE_MS = 250;

/** The last sequence in which two answers of the leader agree. Rejects where it does not know the last state yet. */
export async function agreedSequence(
  ask: () => Promise<number>,
  tide: SequenceGaps,
  signal: AbortSignal,
): Promise<number> {
  const last = await ask();
  await delay(AGREE_MS, signal);
  const again = await ask();
  // What came meanwhile is heard soon.
  if (again > last) await delay(AGREE_MS, signal);
  if (again < last || again > tide.reachable(last)) throw new Error('a new leader does not have the latest state yet');
  return again;
}
