import { monotonicNow } from '../../platform/time.js';
import type { MiddlewareHandler } from 'hono';
import type { ServerContext } from '../server-context.js';
import { routeOf } from './own-path.js';

/** Methods that metrics count by name. Clients can make up any number of others. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'];

/** Counts each request in the metrics and writes it to the log. */
export function requestLog(server: ServerContext): MiddlewareHandler {
  return async (c, next) => {
    const startedAt = monotonicNow();
    await next();
    const { status } = c.res;
    const method = METHODS.includes(c.req.method) ? c.req.method : 'OTHER';
    const route = routeOf(c.req.path);
    server.metrics.requests.inc({ method, route, status: String(status) });
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info';
    server.log({ event: 'request', level, method, route, status, ms: Math.round(monotonicNow() - startedAt) });
  };
}
