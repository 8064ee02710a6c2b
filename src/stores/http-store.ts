import { HttpBackend } from './http-store/http-backend.js';
import { serverAddress } from './http-store/server-address.js';
import { DocumentStore } from './documents/document-store.js';
import type { StatusStore } from './status-store.js';

/** `HeadersInit`, in whatever environment: Node's types have no such name. */
type RequestHeaders = NonNullable<RequestInit['headers']>;

/** How a client of the status server reaches it. */
export interface HttpStoreOptions {
  /** Where the server is mounted; in a page it may be relative. It holds neither a password nor a query. */
  readonly url: string | URL;
  /** Asked before every request, so that the host may renew its token: `() => ({ authorization: 'Bearer …' })`. */
  readonly headers?: () => RequestHeaders | Promise<RequestHeaders>;
  /** In place of the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * The store of a browser, or of a program in Node, that talks to the status server. The tabs of one browser that are signed in
 * alike share one stream of events; each of them saves by itself. A lost connection is regained by itself while anything is
 * watched, and every watcher is then brought up to date.
 *
 * Throws `not-supported` where the address is none that it can use.
 */
export function httpStore({ url, headers, fetch }: HttpStoreOptions): StatusStore {
  const address = serverAddress(url);
  return new DocumentStore(`http:${address}`, (events) => new HttpBackend({ address, headers, fetch }, events));
}
