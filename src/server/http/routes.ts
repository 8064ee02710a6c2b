import { Hono } from 'hono';
import { readTag, tagOf, type IdentityAnswer } from '../../stores/status-protocol.js';
import { agentIdOf, noSuchAgent } from './agent-address.js';
import { agentListBody } from '../streams/agent-list-body.js';
import { respond, respondJson } from './responses.js';
import { checkTime, identify, refusalFor, type ServerContext } from '../server-context.js';
import { messageOf } from '../log.js';
import { openApi } from '../openapi/openapi.js';
import { denied, isOwnTrouble, Refusal, refusal } from './problems.js';
import { mayErase, mayReadAccount, mayReadAgent, mayReadAll } from '../access/rights.js';
import { putAccount } from '../accounts/save-account.js';
import { postEvent, postFacts } from '../accounts/save-event.js';
import { redactAgent, type Subscription } from '../streams/streams.js';
import type { Agents, AccountService } from '../accounts/account-service.js';
import { audit, outcomeOf, entryResponse, redactionOf, WHOLE, type RequestContext } from './request-context.js';

/** The end of a path is the server's; what stands before it is where the host mounted it. */
const OWN_PATH =
  /\/(?:identity|account(?:\/stream)?|agents(?:\/stream|\/~[^/]*(?:\/(?:events|facts|stream))?)?|health|ready|metrics|openapi\.json)$/;

/** An agent's path begins with `~`: no id is taken for another path. */
const AGENT = '/agents/:agent{~[^/]*}';

type Act = (visit: RequestContext) => Promise<Response>;
type Method = 'get' | 'put' | 'post' | 'delete';

/** What the server answers to whom; the rights stand with each route, the rest is in its action. */
const routes: readonly (readonly [Method, path: string, Act])[] = [
  ['get', '/identity', getIdentity],
  ['get', '/account', getAccount],
  ['put', '/account', putAccount],
  ['get', '/account/stream', (visit) => openStream(visit, null)],
  ['get', '/agents', getAgents],
  ['get', '/agents/stream', (visit) => openStream(visit, undefined)],
  ['get', AGENT, getAgent],
  ['delete', AGENT, deleteAgent],
  ['get', `${AGENT}/stream`, (visit) => openStream(visit, visit.agentId)],
  ['post', `${AGENT}/events`, postEvent],
  ['post', `${AGENT}/facts`, postFacts],
];

const PUBLIC = ['/health', '/ready', '/metrics', '/openapi.json'];

/** The table of routes, ready to answer. */
export function createRoutes(server: ServerContext): (request: Request) => Promise<Response> {
  const app = new Hono({ getPath: ownPath });
  for (const [method, path, act] of routes) app[method](path, ({ req }) => attend(req.raw, { server, path, act }));
  app.get('/health', () => respondJson({ status: 'alive' }));
  app.get('/ready', () => {
    if (server.isReady) return respondJson({ status: 'ready' });
    return refusal(
      503,
      'This server is closing, cannot reach its store, or its clock differs from its store.',
    ).toResponse();
  });
  app.get('/metrics', () => server.metrics.toResponse());
  app.get('/openapi.json', () => respondJson(openApi));
  for (const path of new Set([...routes.map(([, one]) => one), ...PUBLIC])) {
    app.all(path, () => noSuchMethod(path).toResponse());
  }
  app.notFound(({ req }) => noSuchPath(req.raw).toResponse());
  app.onError((error) => {
    server.log({ event: 'failure', level: 'error', route: 'other', message: messageOf(error) });
    return refusalFor(error).toResponse();
  });
  return async (request) => app.fetch(request);
}

/** The path of a request, its `~` as itself: a proxy may write `%7E`, which is the same (RFC 3986, section 6.2.2). */
function pathOf({ url }: Request): string {
  return new URL(url).pathname.replace(/%7e/gi, '~');
}

/** The path without where the server is mounted; `/` for one that the server does not know. */
function ownPath(request: Request): string {
  return OWN_PATH.exec(pathOf(request))?.[0] ?? '/';
}

/** Whether it asks for the server's health: a load balancer does, by whatever name or address. */
export function isProbe(request: Request): boolean {
  return ['/health', '/ready'].includes(ownPath(request));
}

/** The route of a request, for figures and the log: `other` where there is none. */
export function routeOf(request: Request): string {
  const path = ownPath(request);
  return path === '/' ? 'other' : path.replace(/\/~[^/]*/, '/:agent');
}

function noSuchMethod(path: string): Refusal {
  const known = routes.filter(([, one]) => one === path).map(([method]) => method.toUpperCase());
  const { problem } = refusal(405, 'This path does not support this method.');
  return new Refusal(problem, { allow: (known.length > 0 ? known : ['GET']).join(', ') });
}

/** A path that nothing is at; who names an agent by the plain id is told how it is written. */
function noSuchPath(request: Request): Refusal {
  const segment = /\/agents\/([^/]+)(?:\/(?:events|facts|stream))?$/.exec(pathOf(request))?.[1];
  if (segment === undefined) return refusal(404, 'There is no such path. See openapi.json for those that there are.');
  return noSuchAgent(segment);
}

interface Route {
  readonly server: ServerContext;
  readonly path: string;
  readonly act: Act;
}

async function attend(request: Request, { server, path, act }: Route): Promise<Response> {
  let visit: RequestContext | undefined;
  try {
    const viewer = await identify(request, server);
    const operation = { action: `${request.method} ${routeOf(request)}` };
    visit = { server, request, viewer, agentId: '', operation, service: server.service(viewer.account) };
    server.limit(viewer);
    if (path.includes(':agent')) visit.agentId = agentIdOf(ownPath(request).split('/')[2] ?? '');
    const response = await act(visit);
    // Who asks for the head alone never reads the body: a stream would stay open for ever.
    if (request.method === 'HEAD') await response.body?.cancel();
    return response;
  } catch (error) {
    if (visit) audit(visit, outcomeOf(error));
    if (isOwnTrouble(error)) {
      server.log({ event: 'failure', level: 'error', route: routeOf(request), message: messageOf(error) });
    }
    return refusalFor(error).toResponse();
  }
}

async function getIdentity({ viewer }: RequestContext): Promise<Response> {
  const { account, id, name, roles, expiresAt } = viewer;
  const known: IdentityAnswer = {
    account,
    id,
    roles,
    ...(name === undefined ? {} : { name }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return respondJson(known);
}

async function getAccount(visit: RequestContext): Promise<Response> {
  const { viewer, service } = visit;
  if (!mayReadAccount(viewer)) throw denied('read the account');
  return entryResponse(visit, await service.readAccount(), WHOLE);
}

async function getAgents(visit: RequestContext): Promise<Response> {
  const { server, request, viewer, service } = visit;
  if (!mayReadAll(viewer)) throw denied('read the records of all agents');
  const { signal } = request;
  const onEnd = await service.lists.enter(signal);
  try {
    checkTime(viewer, server);
    const agents = tellingEach(visit, await service.agents());
    return respond(agentListBody({ agents, signal, onEnd }), { headers: listHeaders(service) });
  } catch (error) {
    onEnd();
    throw error;
  }
}

/** With the generation that the agents' revisions are counted in. */
function listHeaders({ generation: { generation } }: AccountService): Record<string, string> {
  const tag = generation === undefined ? undefined : { etag: `W/"${tagOf(0, generation)}"` };
  return { 'content-type': 'application/json', ...tag };
}

/** The agents as `AgentsAnswer` has them, each put into words when it is asked for. */
function* tellingEach(visit: RequestContext, agents: Agents): Generator<string> {
  for (const [id, entry] of agents) yield JSON.stringify(redactAgent(id, entry, redactionOf(visit, id)));
}

async function getAgent(visit: RequestContext): Promise<Response> {
  const { viewer, service, agentId } = visit;
  if (!mayReadAgent(viewer, agentId)) throw denied('read that record');
  return entryResponse(visit, await service.read(agentId), redactionOf(visit, agentId));
}

async function deleteAgent(visit: RequestContext): Promise<Response> {
  const { viewer, service, agentId } = visit;
  visit.operation = { action: 'erase' };
  if (!mayErase(viewer)) throw denied('erase an agent');
  visit.operation = { action: 'erase', role: 'admin' };
  await service.erase(agentId);
  audit(visit, 'erased');
  return respond(null, { status: 204 });
}

async function openStream(visit: RequestContext, agentId: Subscription['agentId']): Promise<Response> {
  const { server, request, viewer, service } = visit;
  const isAllowed =
    agentId === null
      ? mayReadAccount(viewer)
      : agentId === undefined
        ? mayReadAll(viewer)
        : mayReadAgent(viewer, agentId);
  if (!isAllowed) throw denied('follow these entries');
  const known = readTag(new URL(request.url).searchParams.get('known') ?? '');
  if (known) await service.recall(known);
  const stream = await server.streams.open({
    service,
    viewer,
    agentId,
    redactionOf: (id) => redactionOf(visit, id),
  });
  if (request.signal.aborted) stream.drop();
  else request.signal.addEventListener('abort', () => stream.drop(), { once: true });
  return respond(stream.body, {
    // What compresses or buffers answers on the way would keep events back.
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
