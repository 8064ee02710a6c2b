import type { StatusStore } from '../stores/status-store.js';

/** How many accounts, of any server of this process, a store is held for: a host may hand out one store more than once. */
const held = new WeakMap<StatusStore, number>();

/** The store is used for one account more. */
export function holdStore(store: StatusStore): void {
  held.set(store, (held.get(store) ?? 0) + 1);
}

/** The store is used for one account less; for none it is closed. */
export async function releaseStore(store: StatusStore): Promise<void> {
  const left = (held.get(store) ?? 1) - 1;
  held.set(store, left);
  if (left === 0) await store.close();
}
