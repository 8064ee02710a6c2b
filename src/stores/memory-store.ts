import type { StatusStore } from './status-store.js';
import { memoryBackend } from './documents/memory-backend.js';
import { DocumentStore } from './documents/document-store.js';

let unnamed = 0;

/**
 * A store in memory, for tests and for a single page. Stores with the same account name share their data within one JavaScript
 * realm, as long as it lasts; a store without a name has data of its own.
 */
export function memoryStore({ account }: { readonly account?: string } = {}): StatusStore {
  const name = account === undefined ? `memory#${++unnamed}` : `memory:${account}`;
  return new DocumentStore(name, (events) => {
    events.connection({ state: 'online' });
    return memoryBackend(name, events);
  });
}
