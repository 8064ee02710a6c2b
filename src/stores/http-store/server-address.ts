import { PhoneError, quote } from '../../model/errors.js';

/** The address to which the server's paths are appended. Throws `not-supported` if the address cannot be used. */
export function serverAddress(given: string | URL): string {
  let url: URL | undefined;
  try {
    url = new URL(given, globalThis.document?.baseURI);
  } catch {
    // Reported below.
  }
  const plain = url ? url.origin + url.pathname : String(given);
  if (url?.href === plain && /^https?:/.test(plain)) return plain.replace(/\/?$/, '/');
  throw new PhoneError(
    'not-supported',
    `http store: ${quote(plain)} cannot be used. Give an http(s) address without a password, query or hash.`,
  );
}
