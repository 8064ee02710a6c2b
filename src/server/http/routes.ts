import { Hono, type MiddlewareHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { isPhoneError } from '../../model/errors.js';
import { identify } from '../access/authentication.js';
import { failure, refusedOrigin } from '../log.js';
import { openApi } from '../openapi/openapi.js';
import type { ServerContext } from '../server-context.js';
import { agentIdOf, noSuchAgent } from './agent-address.js';
import { checkOrigin, cors, originTest, preflight, type OriginTest } from './cors.js';
import {
  deleteAgent,
  followAccount,
  followAgent,
  followAgents,
  getAccount,
  getAgent,
  getAgents,
  getIdentity,
} from './entry-routes.js';
import { checkHost } from './host-check.js';
import { ownPath, pathOf, routeOf } from './own-path.js';
import { isOwnTrouble, Refusal, refusal, refusalOf } from './problems.js';
import { audit, outcomeOf, type RequestVariables, type ServerEnv } from './request-context.js';
import { requestLog } from './request-log.js';
import { respondJson } from './responses.js';
import { putAccount } from './save-account.js';
import { postEvent, postFacts } from './save-event.js';

/** An agent's segment begins with `~`, so that no id is taken for another path. */
const AGENT = '/agents/:agent{~[^/]*}';

/** Load balancers ask for these, by any name or address. */
const PROBES = ['/health', '/ready'];

/** The server's routes. What each viewer may do is checked in its handler. */
export function createRoutes(server: ServerContext): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>({ getPath: ownPath });
  const isAllowed = originTest(server);
  app.use(requestLog(server), cors(isAllowed), errorsOnly, visitorCheck(server, isAllowed), preflight);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (_, methods) => wrongMethod(methods).toResponse() }));

  app.get('/health', () => respondJson({ status: 'alive' }));
  app.get('/ready', () => {
    if (server.isReady) return respondJson({ status: 'ready' });
    throw refusal(503, 'This server is closing, cannot reach its store, or its clock differs from its store.');
  });
  app.get('/metrics', () => server.metrics.toResponse());
  app.get('/openapi.json', () => respondJson(openApi));

  const signedIn = signIn(server);
  app.get('/identity', signedIn, getIdentity);
  app.get('/account', signedIn, getAccount);
  app.put('/account', signedIn, putAccount);
  app.get('/account/stream', signedIn, followAccount);
  app.get('/agents', signedIn, getAgents);
  app.get('/agents/stream', signedIn, followAgents);
  app.get(AGENT, signedIn, getAgent);
  app.delete(AGENT, signedIn, deleteAgent);
  app.get(`${AGENT}/stream`, signedIn, followAgent);
  app.post(`${AGENT}/events`, signedIn, postEvent);
  app.post(`${AGENT}/facts`, signedIn, postFacts);

  app.notFound((c) => noSuchPath(c.req.raw).toResponse());
  app.onError((error, c) => {
    // Nobody is signed in if the request failed before its route.
    if ((c.var as Partial<RequestVariables>).viewer) audit(c.var, outcomeOf(error));
    if (isOwnTrouble(error)) server.log(failure(routeOf(c.req.path), error));
    return refusalFor(error).toResponse();
  });
  return app;
}

/** Hono's error handler takes errors alone, but a host or a store may throw anything. */
const errorsOnly: MiddlewareHandler = async (_, next) => {
  try {
    await next();
  } catch (thrown) {
    throw new Error(String(thrown), { cause: thrown });
  }
};

/** Refuses requests for other hosts and from pages of other origins. */
function visitorCheck(server: ServerContext, isAllowed: OriginTest): MiddlewareHandler {
  const onRefused = (origin: string): void => server.log(refusedOrigin(origin));
  return (c, next) => {
    if (!PROBES.includes(c.req.path)) {
      checkHost(c.req.raw, server.options.hosts);
      checkOrigin(c.req.raw, isAllowed, onRefused);
    }
    return next();
  };
}

/** Finds out who asks, about what, and whether a rate limit is reached. */
function signIn(server: ServerContext): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const viewer = await identify(c.req.raw, server);
    c.set('service', server.service(viewer.account));
    c.set('server', server);
    c.set('viewer', viewer);
    c.set('agentId', '');
    c.set('operation', { action: `${c.req.method} ${routeOf(c.req.path)}` });
    server.limit(viewer);
    const agent = c.req.param('agent');
    if (agent !== undefined) c.set('agentId', agentIdOf(agent));
    await next();
    // The body of a response to HEAD is never read, so a stream would stay open for ever.
    if (c.req.method === 'HEAD') await c.res.body?.cancel();
  };
}

function wrongMethod(allowed: readonly string[]): Refusal {
  const { problem } = refusal(405, 'This path does not support this method.');
  return new Refusal(problem, { allow: allowed.filter((method) => method !== 'HEAD').join(', ') });
}

/** The refusal of an unknown path. If it names an agent by a plain id, it says how to write the agent. */
function noSuchPath(request: Request): Refusal {
  const segment = /\/agents\/([^/]+)(?:\/(?:events|facts|stream))?$/.exec(pathOf(request))?.[1];
  if (segment === undefined) return refusal(404, 'There is no such path. See openapi.json for those that there are.');
  return noSuchAgent(decoded(segment));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The refusal that a client gets for an error. For the server's own failures it says only that there was one. */
function refusalFor(error: Error): Refusal {
  if (error instanceof Refusal) return error;
  if (isPhoneError(error)) return refusalOf(error);
  return refusal(500, 'The server failed. Its log says why.');
}
