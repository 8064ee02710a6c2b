import { wallClock } from '../../platform/time.js';
import { departure } from './departure.js';
import { inBatches } from './batches.js';
import {
  ACCOUNT_KEY,
  newGeneration,
  type Announce,
  type Entry,
  type Backend,
  type BackendEvents,
  type Documents,
} from './backend.js';

interface MemoryDocuments extends Documents {
  readonly generation: string;
  /** Told of every change, by whomever. */
  readonly listeners: Set<Announce>;
}

const places = new Map<string, MemoryDocuments>();

/** The place of that name in the memory of this JavaScript realm; everybody who names it shares it. */
export function memoryDocuments(name: string): MemoryDocuments {
  const place = places.get(name) ?? createMemoryDocuments();
  places.set(name, place);
  return place;
}

/** A client's line to the place of that name. It is never lost. */
export function memoryBackend(name: string, { changed, generation }: BackendEvents): Backend {
  const place = memoryDocuments(name);
  generation(place.generation);
  place.listeners.add(changed);
  return {
    ...place,
    depart: (agentId, page) => void place.write(agentId, departure(page, wallClock())),
    close: () => void place.listeners.delete(changed),
  };
}

function createMemoryDocuments(): MemoryDocuments {
  const entries = new Map<string, Entry>();
  const listeners = new Set<Announce>();
  let revision = 0;
  return {
    generation: newGeneration(),
    listeners,
    read: async (wanted) =>
      [...entries.values()].filter(({ key }) => (wanted === undefined ? key !== ACCOUNT_KEY : key === wanted)),
    readInBatches: () => inBatches([...entries.values()].filter(({ key }) => key !== ACCOUNT_KEY)),
    // Nothing is awaited within: reading, changing and keeping are one step.
    async write(key, change) {
      const document = change(entries.get(key));
      if (document === undefined) return undefined;
      const entry = { key, revision: ++revision, document };
      entries.set(key, entry);
      for (const announce of listeners) announce(key, revision);
      return entry;
    },
    async remove(key) {
      const erased = entries.get(key);
      if (!entries.delete(key) || !erased) return;
      // Not within the call that causes it.
      queueMicrotask(() => listeners.forEach((announce) => announce(key, erased.revision, null)));
    },
  };
}
