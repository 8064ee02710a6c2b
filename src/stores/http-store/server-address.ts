import { PhoneError, quote } from '../../model/errors.js';

/** The address that the server's paths are appended to. Refuses, with `not-supported`, what is none. */
export function serverAddress(given: string | URL): string {
  let url: URL | undefined;
  try {
    url = new URL(given, globalThis.document?.baseURI);
  } catch {
    // Told below.
  }
  const plain = url ? url.origin + url.pathname : String(given);
  if (url?.href === plain && /^https?:/.test(plain)) return plain.replace(/\/?$/, '/');
  throw new PhoneError(
    'not-supported',
    `http store: ${quote(plain)} cannot be used. Give an http(s) address without a password, query or hash.`,
  );
}
