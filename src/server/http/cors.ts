import { respond } from './responses.js';
import { refusal } from './problems.js';

/** Headers of an answer that a page of another origin may read. */
const EXPOSED = 'etag, phone-clock, retry-after';
const METHODS = 'GET, PUT, POST, DELETE';
/** For how long a browser may remember what it was allowed, in seconds. */
const REMEMBERED_SECONDS = 600;

/** Which names the server answers to, and from pages of which origins; without a list of names, to every one. */
export interface CorsOptions {
  readonly hosts: readonly string[] | undefined;
  readonly isOpenTo: (origin: string) => boolean;
  /** Hears of an origin whose pages were refused. */
  readonly onRefused: (origin: string) => void;
}

/** Whether pages of an origin may ask the server, by a list of origins or the host's own function. */
export function openness(origins: readonly string[] | ((origin: string) => boolean) = []): CorsOptions['isOpenTo'] {
  if (typeof origins === 'function') return origins;
  const known = new Set(origins.map(originOf));
  return (origin) => known.has(origin);
}

/** Refuses requests to a foreign name (a page that let its own name point here) and from pages of foreign origins. */
export function checkVisitor({ headers, url }: Request, { hosts, isOpenTo, onRefused }: CorsOptions): void {
  const host = (headers.get('host') ?? new URL(url).host).toLowerCase();
  if (hosts && !hosts.some((name) => name.toLowerCase() === host || name.toLowerCase() === nameOf(host))) {
    throw refusal(421, 'This server does not answer to that host name. Add it to the allowed hosts.');
  }
  const origin = headers.get('origin');
  if (origin !== null) {
    if (!isOpenTo(origin) && hostOf(origin) !== host) {
      onRefused(origin);
      throw refusal(403, 'Pages of that origin may not use this server. Add it to the origins.');
    }
  } else if (headers.get('sec-fetch-site') === 'cross-site') {
    throw refusal(403, 'Pages of other sites may not use this server.');
  }
}

/** The answer to a browser that asks before it sends a request of a page of that origin. */
export function preflight({ headers }: Request): Response {
  return respond(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': headers.get('access-control-request-headers') ?? '',
      'access-control-max-age': String(REMEMBERED_SECONDS),
    },
  });
}

/** What a browser needs to let a page of that origin read the answer. */
export function openTo(origin: string, { isOpenTo }: CorsOptions): Readonly<Record<string, string>> {
  if (!isOpenTo(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED,
  };
}

/** An origin as browsers write it, however the host does; what is none stays as it is, and no browser sends it. */
function originOf(listed: string): string {
  return URL.canParse(listed) && /^https?:/i.test(listed) ? new URL(listed).origin : listed;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The name without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
