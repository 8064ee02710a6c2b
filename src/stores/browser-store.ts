import type { StatusStore } from './status-store.js';
import { BrowserBackend } from './browser-store/browser-backend.js';
import { DocumentStore } from './documents/document-store.js';

/**
 * The store of one browser, for all its tabs: it needs no set-up and no server, and survives reload and crash. Stores with the
 * same account name (`default` without one) share their data. It is not a security boundary: every script of the origin can
 * write to it.
 *
 * If the browser refuses IndexedDB, it works in the memory of this page, and its connection is `online` with the reason
 * `unavailable`.
 */
export function browserStore({ account = 'default' }: { readonly account?: string } = {}): StatusStore {
  return new DocumentStore(`browser:${account}`, (events) => new BrowserBackend(account, events));
}
