import { HttpBackend } from './http-store/http-backend.js';
import { serverAddress } from './http-store/server-address.js';
import { DocumentStore } from './documents/document-store.js';
import type { StatusStore } from './status-store.js';

/** `HeadersInit`: Node's types have no such name. */
type RequestHeaders = NonNullable<RequestInit['headers']>;

/** How to reach the status server. */
export interface HttpStoreOptions {
  /** The server's address, without password and query; in a page it may be relative. */
  readonly url: string | URL;
  /** Called before every request, so that the token can be renewed: `() => ({ authorization: 'Bearer …' })`. */
  readonly headers?: () => RequestHeaders | Promise<RequestHeaders>;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * The store of a page, or of a program in Node, that uses the status server. Tabs of one browser that are signed in alike share
 * one stream of events; each of them saves by itself. While anything is watched, it reconnects by itself and then brings every
 * watcher up to date.
 *
 * Throws `not-supported` if the address cannot be used.
 */
export function httpStore({ url, headers, fetch }: HttpStoreOptions): StatusStore {
  const address = serverAddress(url);
  return new DocumentStore(`http:${address}`, (events) => new HttpBackend({ address, headers, fetch }, events));
}
