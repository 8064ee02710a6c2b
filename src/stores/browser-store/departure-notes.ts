import type { Instant, PageId } from '../../model/agent.js';
import { localKey, localKeys, readLocal, removeLocal, writeLocal } from '../../platform/storage.js';

/*
 * What pages leave behind in `localStorage`: the only thing that a browser reliably keeps when it is written while a page is
 * being left. Where storage is forbidden or full, the lease runs out.
 */

/** A page was left. */
export interface Departure {
  readonly agentId: string;
  readonly page: PageId;
  readonly at: Instant;
}

/** The prefix of the notes' keys. */
export const NOTE_PREFIX = 'phone-widget:left:';

/** Whether a value from outside is a departure. */
export function isDeparture(value: unknown): value is Departure {
  const { agentId, page, at } = Object(value) as Partial<Record<keyof Departure, unknown>>;
  return typeof agentId === 'string' && agentId !== '' && typeof page === 'string' && Number.isFinite(at);
}

export function noteDeparture(account: string, departure: Departure): void {
  try {
    writeLocal(keyOf(account, departure), String(departure.at));
  } catch {
    // Storage is full: the note lasts as long as this page does.
  }
}

/** Forgets that departure; a later one of the same page stays noted. */
export function forgetDeparture(account: string, departure: Departure): void {
  const key = keyOf(account, departure);
  if (readLocal(key) === String(departure.at)) removeLocal(key);
}

/** The departures that are noted for that account. Whatever else stands among the notes is removed. */
export function notedDepartures(account: string): readonly Departure[] {
  const found: Departure[] = [];
  for (const key of localKeys(NOTE_PREFIX)) {
    const value = readLocal(key);
    const [owner, agentId, page] = parse(key.slice(NOTE_PREFIX.length));
    const departure = { agentId, page, at: Number(value) };
    const isNote = typeof owner === 'string' && isDeparture(departure) && String(departure.at) === value;
    if (!isNote) removeLocal(key);
    else if (owner === account) found.push(departure);
  }
  return found;
}

function keyOf(account: string, { agentId, page }: Departure): string {
  return localKey('left', account, agentId, page);
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
