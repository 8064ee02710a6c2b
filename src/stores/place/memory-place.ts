import { departure } from './departure.js';
import {
  ACCOUNT_KEY,
  type Announce,
  type Change,
  type Entry,
  type Line,
  type LineEvents,
  type Place,
} from './place.js';

/** Documents in the memory of this JavaScript realm. */
class MemoryPlace implements Place {
  readonly listeners = new Set<Announce>();
  readonly #entries = new Map<string, Entry>();
  #revision = 0;

  async read(key: string | undefined): Promise<readonly Entry[]> {
    return [...this.#entries.values()].filter((entry) =>
      key === undefined ? entry.key !== ACCOUNT_KEY : entry.key === key,
    );
  }

  // Nothing is awaited within: reading, changing and keeping are one step.
  async write(key: string, change: Change): Promise<Entry | undefined> {
    const document = change(this.#entries.get(key));
    if (document === undefined) return undefined;
    const entry = { key, revision: ++this.#revision, document };
    this.#entries.set(key, entry);
    for (const announce of this.listeners) announce(key, entry.revision);
    return entry;
  }

  async remove(key: string): Promise<void> {
    this.#entries.delete(key);
  }
}

const places = new Map<string, MemoryPlace>();

/** The place of that name; everybody in this realm who names it shares it. */
export function memoryPlace(name: string): MemoryPlace {
  const place = places.get(name) ?? new MemoryPlace();
  places.set(name, place);
  return place;
}

/** A client's line to the place of that name. It is never lost. */
export function memoryLine(name: string, { changed }: LineEvents): Line {
  const place = memoryPlace(name);
  // A function of its own: two lines may have the same events.
  const announce: Announce = (key, revision) => changed(key, revision);
  place.listeners.add(announce);
  return {
    read: (key) => place.read(key),
    write: (key, change) => place.write(key, change),
    remove: (key) => place.remove(key),
    depart: (agentId, page) => void place.write(agentId, departure(page, Date.now())),
    close: () => void place.listeners.delete(announce),
  };
}
