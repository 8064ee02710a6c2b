import { PhoneError, quote } from '../../model/errors.js';

/** The address below which the server's paths lie. Refuses, with `not-supported`, what is none. */
export function serverAddress(given: string | URL): URL {
  let url: URL | undefined;
  try {
    url = new URL(given, globalThis.document?.baseURI);
  } catch {
    // Told below.
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    const shown = url ? url.origin + url.pathname : given;
    throw new PhoneError(
      'not-supported',
      `http store: ${quote(String(shown))} cannot be used. Give an http(s) address without password, query and hash.`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
