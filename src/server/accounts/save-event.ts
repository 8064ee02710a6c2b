import type { Actor, AgentEvent } from '../../model/agent.js';
import { PhoneError } from '../../model/errors.js';
import { respond } from '../http/responses.js';
import { readEvent, readFact } from './agent-event.js';
import { answerInTime } from '../time-limit.js';
import type { Entry } from './entry-cache.js';
import type { Identity } from '../access/identity.js';
import { EVENT_BYTES } from '../http/request-body.js';
import { messageOf } from '../log.js';
import { absent, denied, plain, refusal } from '../http/problems.js';
import { actorOf, attributed, checkOf, mayReadAgent, mayReport } from '../access/rights.js';
import { redactEntry } from '../streams/streams.js';
import type { AccountService, Wanted } from './account-service.js';
import {
  audit,
  bodyOf,
  entryAnswer,
  mustBeBased,
  outcomeOf,
  precondition,
  saveRefusal,
  redactionOf,
  type RequestContext,
} from '../http/request-context.js';

/** So many facts may be sent at once. */
const FACTS_AT_ONCE = 100;

/** `POST agents/{agent}/events`: applies one event, based on the revision that the request names. */
export async function postEvent(visit: RequestContext): Promise<Response> {
  const { request, agentId, viewer } = visit;
  const body = (await bodyOf(visit, EVENT_BYTES)) as { readonly event?: unknown; readonly agentName?: unknown };
  const event = readEvent(Object(body).event);
  const by = authorOf(visit, viewer, event);
  const basedOn = precondition(request);
  // A page that is left cannot wait for what stands.
  if (event.type !== 'leave') mustBeBased(basedOn);
  const agentName = by.role === 'agent' ? nameOf(viewer.name, body.agentName) : undefined;
  const saved = await save(visit, {
    agentId,
    event: attributed(event, by),
    basedOn,
    agentName,
    check: checkOf(event, by),
  });
  if (!saved) throw absent(agentId);
  const seen = seesAgent(visit)?.(saved);
  return entryAnswer(visit, seen && 'value' in seen ? seen.value : undefined, saved.revision);
}

/** `POST agents/{agent}/facts`: applies what telephony reports to whatever stands. */
export async function postFacts(visit: RequestContext): Promise<Response> {
  const { agentId, viewer } = visit;
  if (!mayReport(viewer)) throw denied('report calls');
  const body = await bodyOf(visit, EVENT_BYTES);
  const isList = Array.isArray(body);
  const facts = isList ? (body as readonly unknown[]) : [body];
  if (facts.length > FACTS_AT_ONCE) throw refusal(413, `Send at most ${FACTS_AT_ONCE} facts at once.`);
  // The request itself has been counted as one.
  if (facts.length > 1) visit.server.limit(viewer, facts.length - 1);
  const events = facts
    .map((fact, index) => readListed(fact, isList ? index : undefined))
    .filter((event) => event !== undefined);
  // Whatever else this identity may do, here it speaks for telephony alone.
  const reporter = { ...viewer, roles: ['telephony'] } as const;
  // All or none: what may not be reported is known before anything is saved.
  for (const event of events) authorOf(visit, reporter, event);
  for (const event of events) await save(visit, { agentId, event, basedOn: undefined });
  return respond(null, { status: 204 });
}

/** A fact; what is wrong with one of a list is told with its place in it. */
function readListed(fact: unknown, index: number | undefined): ReturnType<typeof readFact> {
  try {
    return readFact(fact);
  } catch (error) {
    const { code, message } = error as PhoneError;
    throw index === undefined ? error : new PhoneError(code, `fact ${index + 1} of the list: ${plain(message)}`);
  }
}

/** How the visitor sees the agent's entry; not at all where only writing is allowed. */
function seesAgent(visit: RequestContext): ((entry: Entry) => ReturnType<typeof redactEntry>) | undefined {
  const { viewer, agentId } = visit;
  if (!mayReadAgent(viewer, agentId)) return undefined;
  return (entry) => redactEntry(entry, redactionOf(visit, agentId));
}

function authorOf(visit: RequestContext, viewer: Identity, event: AgentEvent): Actor {
  visit.operation = { action: event.type };
  const by = actorOf(viewer, visit.agentId, event);
  if (!by) throw denied(`send "${event.type}" for that agent`);
  visit.operation = { action: event.type, role: by.role };
  return by;
}

async function save(visit: RequestContext, wanted: Wanted): ReturnType<AccountService['apply']> {
  const { server, service } = visit;
  const { event } = wanted;
  const startedAt = performance.now();
  visit.operation = { ...visit.operation, action: event.type };
  let outcome = 'saved';
  try {
    await checkNumber(visit, event);
    const saved = await service.apply(wanted, server.now());
    audit(visit, outcome, saved?.revision);
    return saved;
  } catch (error) {
    outcome = outcomeOf(error);
    throw saveRefusal(visit, error, seesAgent(visit));
  } finally {
    server.metrics.events.inc({ type: event.type, outcome });
    server.metrics.savesMs.observe(performance.now() - startedAt);
  }
}

/** The host may refuse numbers that calls would be forwarded to. */
async function checkNumber({ server, agentId }: RequestContext, event: AgentEvent): Promise<void> {
  const { allowForward } = server.options;
  if (event.type !== 'choose' || event.forwardTo === undefined || !allowForward) return;
  let isAllowed: boolean;
  try {
    isAllowed = (await answerInTime('allowForward', allowForward(agentId, event.forwardTo))) === true;
  } catch (cause) {
    server.log({ event: 'failure', level: 'error', route: 'allowForward', message: messageOf(cause) });
    throw refusal(503, 'The server cannot check the forwarding number now. Try again later.');
  }
  if (!isAllowed) throw denied('forward calls to that number');
}

function nameOf(known: string | undefined, told: unknown): string | undefined {
  return known ?? (typeof told === 'string' && told !== '' ? told : undefined);
}
