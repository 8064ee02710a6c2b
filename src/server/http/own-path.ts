/** The server's own part of a path. Where the host mounted the server stands before it. */
const OWN_PATH =
  /\/(?:identity|account(?:\/stream)?|agents(?:\/stream|\/~[^/]*(?:\/(?:events|facts|stream))?)?|health|ready|metrics|openapi\.json)$/;

/** The path of a request without the mount's prefix; `/` for a path that the server does not know. */
export function ownPath(request: Request): string {
  return OWN_PATH.exec(pathOf(request))?.[0] ?? '/';
}

/** The route that an own path belongs to, for metrics and log: `/agents/:agent/events`, or `other`. */
export function routeOf(path: string): string {
  return path === '/' ? 'other' : path.replace(/\/~[^/]*/, '/:agent');
}

/** The path of a request. `%7E` becomes `~`: a proxy may encode it, and both mean the same (RFC 3986, section 6.2.2). */
export function pathOf({ url }: Request): string {
  return new URL(url).pathname.replace(/%7e/gi, '~');
}
