import { wallClock } from '../../platform/time.js';
import { newGeneration, type Backend, type BackendEvents, type Documents } from './backend.js';
import { ACCOUNT_KEY, type Announce, type Entry } from './entry.js';
import { inBatches } from './batches.js';
import { departure } from './departure.js';

interface MemoryDocuments extends Documents {
  readonly generation: string;
  /** Called on every change, by whichever client. */
  readonly listeners: Set<Announce>;
}

const documentsByName = new Map<string, MemoryDocuments>();

/** The documents of that name in the memory of this JavaScript realm, shared by all who name them. */
export function memoryDocuments(name: string): MemoryDocuments {
  const documents = documentsByName.get(name) ?? createMemoryDocuments();
  documentsByName.set(name, documents);
  return documents;
}

/** A client of the documents of that name. Its connection is never lost. */
export function memoryBackend(name: string, { changed, generation }: BackendEvents): Backend {
  const documents = memoryDocuments(name);
  generation(documents.generation);
  documents.listeners.add(changed);
  return {
    ...documents,
    depart: (agentId, page) => void documents.write(agentId, departure(page, wallClock())),
    close: () => void documents.listeners.delete(changed),
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
      // Never within the call that causes it.
      queueMicrotask(() => listeners.forEach((announce) => announce(key, erased.revision, null)));
    },
  };
}
