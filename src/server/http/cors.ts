import type { MiddlewareHandler } from 'hono';
import { failure } from '../log.js';
import type { ServerContext } from '../server-context.js';
import { hostOf } from './host-check.js';
import { refusal } from './problems.js';
import { respond } from './responses.js';

/** Response headers that a page of another origin may read. */
const EXPOSED = 'etag, phone-clock, retry-after';
const METHODS = 'GET, PUT, POST, DELETE';
/** How long a browser may remember the answer to a preflight, in seconds. */
const MAX_AGE_SECONDS = 600;

/** Whether pages of an origin may use the server. */
export type OriginTest = (origin: string) => boolean;

/** The test of origins that the server's options ask for. A host's own test that throws allows none, and the log says why. */
export function originTest(server: ServerContext): OriginTest {
  const { origins = [] } = server.options;
  if (typeof origins !== 'function') {
    const known = new Set(origins.map(normalOrigin));
    return (origin) => known.has(origin);
  }
  return (origin) => {
    try {
      return origins(origin);
    } catch (cause) {
      server.log(failure('origins', cause));
      return false;
    }
  };
}

/**
 * Lets pages of allowed origins read every response, errors included.
 *
 * Hono's own `cors` names the methods and headers to refused origins as well, and changes the headers of every response; an
 * unchanged response is several times faster.
 */
export function cors(isAllowed: OriginTest): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    await next();
    if (origin === undefined || !isAllowed(origin)) return;
    c.res.headers.set('access-control-allow-origin', origin);
    c.res.headers.set('access-control-allow-credentials', 'true');
    c.res.headers.set('access-control-expose-headers', EXPOSED);
  };
}

/** Answers a browser that asks before it sends a request of another origin's page. Comes after `checkOrigin`. */
export const preflight: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== 'OPTIONS') return next();
  return respond(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': c.req.header('access-control-request-headers') ?? '',
      'access-control-max-age': String(MAX_AGE_SECONDS),
    },
  });
};

/** Throws a refusal (403) for requests from pages of other origins, unless they are allowed. `onRefused` gets the origin. */
export function checkOrigin(request: Request, isAllowed: OriginTest, onRefused: (origin: string) => void): void {
  const origin = request.headers.get('origin');
  if (origin === null) {
    if (request.headers.get('sec-fetch-site') !== 'cross-site') return;
    throw refusal(403, 'Pages of other sites may not use this server.');
  }
  if (isAllowed(origin) || hostOfOrigin(origin) === hostOf(request)) return;
  onRefused(origin);
  throw refusal(403, 'Pages of that origin may not use this server. Add it to the origins.');
}

/** An origin as browsers write it. Anything else stays as it is: no browser sends it. */
function normalOrigin(listed: string): string {
  return URL.canParse(listed) && /^https?:/i.test(listed) ? new URL(listed).origin : listed;
}

function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
