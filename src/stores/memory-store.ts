import type { StatusStore } from './status-store.js';
import { memoryLine } from './place/memory-place.js';
import { PlaceStore } from './place/place-store.js';

/**
 * A store in memory, for tests and for a single page. Stores with the same account name (`default` without one) share
 * their place within one JavaScript realm; it lasts as long as the realm.
 */
export function memoryStore({ account = 'default' }: { readonly account?: string } = {}): StatusStore {
  const name = `memory:${account}`;
  return new PlaceStore(name, (events) => {
    events.connection({ state: 'online' });
    return memoryLine(name, events);
  });
}
