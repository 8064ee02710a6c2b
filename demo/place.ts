import { browserStore } from 'phone-widget';
import type { StatusStore } from 'phone-widget';
import { httpStore } from 'phone-widget/http';

/** Who uses a store in this demo; a real page gets a token from its own sign-in. */
interface Person {
  readonly id: string;
  readonly name?: string;
  readonly roles: readonly ('agent' | 'supervisor' | 'admin')[];
}

/** The status server that the address names, as `?server=/phone/`; without one, all is kept in this browser. */
const server = new URLSearchParams(location.search).get('server');

/** Whether agents of other browsers and machines are seen. */
export const isShared = server !== null;

/** A client of the place where this demo keeps its statuses, for that person. */
export function storeFor(person: Person): StatusStore {
  if (server === null) return browserStore();
  const authorization = `Bearer dev.${base64url(JSON.stringify({ account: 'demo', ...person }))}`;
  return httpStore({ url: server, headers: () => ({ authorization }) });
}

/** Keeps the server in the links to the demo's other pages. */
export function keepServerInLinks(): void {
  if (server === null) return;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href^="./"]')) {
    const address = new URL(link.href);
    address.searchParams.set('server', server);
    link.href = address.href;
  }
}

function base64url(text: string): string {
  const letters = btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return letters.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
