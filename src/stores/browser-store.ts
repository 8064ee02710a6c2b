import type { StatusStore } from './status-store.js';
import { BrowserBackend } from './browser-store/browser-backend.js';
import { DocumentStore } from './documents/document-store.js';

/**
 * The store of one browser, for all its tabs: it needs no set-up and no server, and survives reload and crash. Stores with
 * the same account name (`default` without one) share their place. It is no boundary of security: every script of the
 * origin can write it.
 *
 * Where the browser refuses IndexedDB it works in this page's memory, and tells so: `online` with an `unavailable` reason.
 */
export function browserStore({ account = 'default' }: { readonly account?: string } = {}): StatusStore {
  return new DocumentStore(`browser:${account}`, (events) => new BrowserBackend(account, events));
}
