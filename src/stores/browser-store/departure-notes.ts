import type { Instant, PageId } from '../../model/agent.js';

/*
 * What pages leave behind in `localStorage`: the one thing that a browser keeps for sure when it is written while a page is
 * being left. Where storage is forbidden nothing is noted, and the lease runs out.
 */

/** A page was left. */
export interface Departure {
  readonly agentId: string;
  readonly page: PageId;
  readonly at: Instant;
}

const PREFIX = 'phone-widget:left:';

/** Whether a note may have come with that key of a storage event. */
export function isNoteKey(key: string | null): boolean {
  return key?.startsWith(PREFIX) === true;
}

/** Whether a value from outside is a departure. */
export function isDeparture(value: unknown): value is Departure {
  const { agentId, page, at } = Object(value) as Partial<Record<keyof Departure, unknown>>;
  return typeof agentId === 'string' && agentId !== '' && typeof page === 'string' && Number.isFinite(at);
}

export function noteDeparture(account: string, departure: Departure): void {
  withStorage((storage) => storage.setItem(keyOf(account, departure), String(departure.at)));
}

/** Forgets that departure; a later one of the same page stays noted. */
export function forgetDeparture(account: string, departure: Departure): void {
  const key = keyOf(account, departure);
  withStorage((storage) => storage.getItem(key) === String(departure.at) && storage.removeItem(key));
}

/** The departures that were noted for that account. What stands among the notes and is none is removed. */
export function notedDepartures(account: string): readonly Departure[] {
  const found: Departure[] = [];
  withStorage((storage) => {
    for (const key of Object.keys(storage).filter(isNoteKey)) {
      const value = storage.getItem(key);
      const [owner, agentId, page] = parse(key.slice(PREFIX.length));
      const departure = { agentId, page, at: Number(value) };
      const isNote = typeof owner === 'string' && isDeparture(departure) && String(departure.at) === value;
      if (!isNote) storage.removeItem(key);
      else if (owner === account) found.push(departure);
    }
  });
  return found;
}

function keyOf(account: string, { agentId, page }: Departure): string {
  return PREFIX + JSON.stringify([account, agentId, page]);
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function withStorage(use: (storage: Storage) => unknown): void {
  try {
    use(localStorage);
  } catch {
    // Forbidden or full: a departure that is not noted shows when the lease runs out.
  }
}
