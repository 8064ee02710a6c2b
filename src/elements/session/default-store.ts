import { browserStore } from '../../stores/browser-store.js';
import type { StatusStore } from '../../stores/status-store.js';

/** The store of an element that was given none: this browser's. */
export function defaultStore(): StatusStore {
  return browserStore();
}
