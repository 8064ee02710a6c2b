import { readTag, tagOf, type IdentityAnswer } from '../../stores/status-protocol.js';
import { checkExpiry } from '../access/authentication.js';
import { redactAgent, redactionFor, WHOLE } from '../access/redaction.js';
import { mayErase, mayReadAccount, mayReadAgent, mayReadAll } from '../access/rights.js';
import type { AccountService, Agents } from '../accounts/account-service.js';
import { agentListBody } from '../streams/agent-list-body.js';
import type { Subscription } from '../streams/streams.js';
import { entryResponse } from './entry-responses.js';
import { denied } from './problems.js';
import { audit, type RequestContext, type RequestVariables } from './request-context.js';
import { respond, respondJson } from './responses.js';

/** `GET identity`: who the server takes the viewer for. */
export async function getIdentity(c: RequestContext): Promise<Response> {
  const { account, id, name, roles, expiresAt } = c.var.viewer;
  const identity: Readonly<Record<keyof IdentityAnswer, unknown>> = { account, id, roles, name, expiresAt };
  return respondJson(identity);
}

/** `GET account`. */
export async function getAccount(c: RequestContext): Promise<Response> {
  const { viewer, service } = c.var;
  if (!mayReadAccount(viewer)) throw denied('read the account');
  return entryResponse(c.var, await service.readAccount(), WHOLE);
}

/** `GET agents`: all records, as one list. */
export async function getAgents(c: RequestContext): Promise<Response> {
  const { server, viewer, service } = c.var;
  if (!mayReadAll(viewer)) throw denied('read the records of all agents');
  const { signal } = c.req.raw;
  const onEnd = await service.lists.enter(signal);
  try {
    checkExpiry(viewer, server);
    const agents = agentTexts(c.var, await service.agents());
    return respond(agentListBody({ agents, signal, onEnd }), { headers: listHeaders(service) });
  } catch (error) {
    onEnd();
    throw error;
  }
}

/** `GET agents/{agent}`. */
export async function getAgent(c: RequestContext): Promise<Response> {
  const { server, viewer, service, agentId } = c.var;
  if (!mayReadAgent(viewer, agentId)) throw denied('read that record');
  return entryResponse(c.var, await service.read(agentId), redactionFor(viewer, agentId, server));
}

/** `DELETE agents/{agent}`: erases what is kept about the agent. */
export async function deleteAgent(c: RequestContext): Promise<Response> {
  const { viewer, service, agentId } = c.var;
  c.set('operation', { action: 'erase' });
  if (!mayErase(viewer)) throw denied('erase an agent');
  c.set('operation', { action: 'erase', role: 'admin' });
  await service.erase(agentId);
  audit(c.var, 'erased');
  return respond(null, { status: 204 });
}

/** `GET account/stream`. */
export async function followAccount(c: RequestContext): Promise<Response> {
  return openStream(c, null, mayReadAccount(c.var.viewer));
}

/** `GET agents/stream`. */
export async function followAgents(c: RequestContext): Promise<Response> {
  return openStream(c, undefined, mayReadAll(c.var.viewer));
}

/** `GET agents/{agent}/stream`. */
export async function followAgent(c: RequestContext): Promise<Response> {
  const { viewer, agentId } = c.var;
  return openStream(c, agentId, mayReadAgent(viewer, agentId));
}

async function openStream(c: RequestContext, agentId: Subscription['agentId'], isAllowed: boolean): Promise<Response> {
  const { server, viewer, service } = c.var;
  if (!isAllowed) throw denied('follow these entries');
  const known = readTag(c.req.query('known') ?? '');
  if (known) await service.recall(known);
  const redactionOf: Subscription['redactionOf'] = (id) => redactionFor(viewer, id, server);
  const stream = await server.streams.open({ service, viewer, agentId, redactionOf });
  const { signal } = c.req.raw;
  if (signal.aborted) stream.drop();
  else signal.addEventListener('abort', () => stream.drop(), { once: true });
  return respond(stream.body, {
    // Proxies that compress or buffer responses would hold events back.
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}

/** The headers of a list: its tag has the generation that the agents' revisions belong to. */
function listHeaders({ generation: { generation } }: AccountService): Record<string, string> {
  const tag = generation === undefined ? undefined : { etag: `W/"${tagOf(0, generation)}"` };
  return { 'content-type': 'application/json', ...tag };
}

/** The JSON of each agent, made when it is asked for. */
function* agentTexts({ server, viewer }: RequestVariables, agents: Agents): Generator<string> {
  for (const [id, entry] of agents) yield JSON.stringify(redactAgent(id, entry, redactionFor(viewer, id, server)));
}
