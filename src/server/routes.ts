import { Hono, type Context } from 'hono';
import { readAccount } from '../model/codec.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import { agentOfPath, type AgentsAnswer, type IdentityAnswer } from '../stores/status-protocol.js';
import { answer, jsonAnswer } from './answers.js';
import { identify, messageOf, refusalFor, type Desk } from './desk.js';
import { ACCOUNT_BYTES, readJson } from './limits.js';
import { openApi } from './openapi.js';
import { denied, Refusal, refusal } from './problems.js';
import { mayAdministrate, mayReadAccount, mayReadAgent, mayReadAll } from './rights.js';
import { postEvent, postFacts } from './save-event.js';
import { seenAgent, seenEntry, type Subscription } from './streams.js';
import {
  entryAnswer,
  mustBeBased,
  outcomeOf,
  precondition,
  saveRefusal,
  shown,
  visitorsSight,
  WHOLE,
  type Visit,
} from './visit.js';

/** What an agent's id may be long, in characters. */
const AGENT_ID_LENGTH = 200;

/** The end of a path is the server's; what stands before it is where the host mounted it. */
const OWN_PATH =
  /\/(?:identity|account(?:\/stream)?|agents(?:\/stream|\/~[^/]*(?:\/(?:events|facts|stream))?)?|health|ready|metrics|openapi\.json)$/;

type Act = (visit: Visit) => Promise<Response>;
type Method = 'get' | 'put' | 'post' | 'delete';

/** What the server answers to whom; the rights stand with each route, the rest is in its action. */
const routes: readonly (readonly [Method, path: string, Act])[] = [
  ['get', '/identity', getIdentity],
  ['get', '/account', getAccount],
  ['put', '/account', putAccount],
  ['get', '/account/stream', (visit) => openStream(visit, null)],
  ['get', '/agents', getAgents],
  ['get', '/agents/stream', (visit) => openStream(visit, undefined)],
  ['get', '/agents/:agent', getAgent],
  ['delete', '/agents/:agent', deleteAgent],
  ['get', '/agents/:agent/stream', (visit) => openStream(visit, visit.agentId)],
  ['post', '/agents/:agent/events', postEvent],
  ['post', '/agents/:agent/facts', postFacts],
];

/** The table of routes, ready to answer. */
export function createRoutes(desk: Desk): (request: Request) => Promise<Response> {
  const app = new Hono({ getPath: ownPath });
  for (const [method, path, act] of routes) app[method](path, (context) => attend(context, { desk, path, act }));
  app.get('/health', () => jsonAnswer({ status: 'alive' }));
  app.get('/ready', () => {
    if (desk.isReady) return jsonAnswer({ status: 'ready' });
    return refusal(503, 'This server is closing, or cannot reach its store.').toResponse();
  });
  app.get('/metrics', () => desk.metrics.toResponse());
  app.get('/openapi.json', () => jsonAnswer(openApi));
  for (const path of new Set([...routes.map(([, one]) => one), '/health', '/ready', '/metrics', '/openapi.json'])) {
    app.all(path, () => refusal(405, 'This path knows no such method.').toResponse());
  }
  app.notFound(() => refusal(404, 'There is no such path.').toResponse());
  return async (request) => app.fetch(request);
}

function ownPath(request: Request): string {
  const path = /^[^?#]*/.exec(request.url)?.[0] ?? '';
  return OWN_PATH.exec(path)?.[0] ?? '/';
}

interface Route {
  readonly desk: Desk;
  readonly path: string;
  readonly act: Act;
}

async function attend({ req }: Context, { desk, path, act }: Route): Promise<Response> {
  const { raw: request } = req;
  const startedAt = performance.now();
  let response: Response;
  try {
    const viewer = await identify(request, desk);
    desk.limit(viewer);
    const agentId = path.includes(':agent') ? agentIdOf(ownPath(request).split('/')[2] ?? '') : '';
    response = await act({ desk, request, viewer, agentId, tenant: desk.tenant(viewer.account) });
  } catch (error) {
    const isExpected = error instanceof Refusal || isPhoneError(error);
    if (!isExpected) desk.log({ event: 'failure', level: 'error', route: path, message: messageOf(error) });
    response = refusalFor(error).toResponse();
  }
  const { method } = request;
  const { status } = response;
  desk.metrics.requests.inc({ method, route: path, status: String(status) });
  const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info';
  desk.log({ event: 'request', level, method, route: path, status, ms: Math.round(performance.now() - startedAt) });
  return response;
}

function agentIdOf(segment: string): string {
  const agentId = agentOfPath(segment);
  if (agentId === undefined) throw refusal(404, 'An agent is named by ~ and the base64url of the id.');
  if ([...agentId].length <= AGENT_ID_LENGTH) return agentId;
  throw new PhoneError('missing-agent', `${quote(agentId)} is no agent id. Give a text of 1 to 200 characters.`);
}

async function getIdentity({ viewer }: Visit): Promise<Response> {
  const { account, id, name, roles, expiresAt } = viewer;
  const known: IdentityAnswer = {
    account,
    id,
    roles,
    ...(name === undefined ? {} : { name }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  return jsonAnswer(known);
}

async function getAccount({ viewer, tenant }: Visit): Promise<Response> {
  if (!mayReadAccount(viewer)) throw denied('read the account');
  return shown(await tenant.readAccount(), WHOLE);
}

async function putAccount({ desk, request, viewer, tenant }: Visit): Promise<Response> {
  const { account, id } = viewer;
  let outcome = 'saved';
  try {
    if (!mayAdministrate(viewer)) throw denied('save the account');
    const basedOn = mustBeBased(precondition(request));
    const saved = await tenant.saveAccount(readAccount(await readJson(request, ACCOUNT_BYTES)), basedOn);
    return entryAnswer(saved.value, saved.revision);
  } catch (error) {
    outcome = outcomeOf(error);
    throw saveRefusal(error, (entry) => seenEntry(entry, WHOLE));
  } finally {
    const level = outcome === 'saved' ? 'info' : 'warn';
    desk.log({ event: 'audit', level, account, id, role: 'admin', action: 'save-account', outcome });
  }
}

async function getAgents(visit: Visit): Promise<Response> {
  const { viewer, tenant } = visit;
  if (!mayReadAll(viewer)) throw denied('read the records of all agents');
  await tenant.entries.known('agents');
  const agents = [...tenant.entries.agents()].map(([id, entry]) => seenAgent(id, entry, visitorsSight(visit, id)));
  return jsonAnswer({ agents } satisfies AgentsAnswer);
}

async function getAgent(visit: Visit): Promise<Response> {
  const { viewer, tenant, agentId } = visit;
  if (!mayReadAgent(viewer, agentId)) throw denied('read that record');
  return shown(await tenant.read(agentId), visitorsSight(visit, agentId));
}

async function deleteAgent({ desk, viewer, tenant, agentId }: Visit): Promise<Response> {
  const { account, id } = viewer;
  if (!mayAdministrate(viewer)) throw denied('erase an agent');
  await tenant.erase(agentId);
  desk.log({ event: 'audit', level: 'info', account, id, role: 'admin', action: 'erase', agentId, outcome: 'saved' });
  return answer(null, { status: 204 });
}

async function openStream(visit: Visit, agentId: Subscription['agentId']): Promise<Response> {
  const { desk, request, viewer, tenant } = visit;
  const isAllowed =
    agentId === null
      ? mayReadAccount(viewer)
      : agentId === undefined
        ? mayReadAll(viewer)
        : mayReadAgent(viewer, agentId);
  if (!isAllowed) throw denied('follow these entries');
  const sightOf = (id: string) => visitorsSight(visit, id);
  const stream = await desk.streams.open({ tenant, viewer, agentId, sightOf });
  request.signal.addEventListener('abort', () => stream.drop(), { once: true });
  return answer(stream.body, {
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  });
}
