import type { Actor, AgentEvent } from '../../model/agent.js';
import { PhoneError } from '../../model/errors.js';
import { monotonicNow } from '../../platform/time.js';
import type { StreamedEntry } from '../../stores/status-protocol.js';
import type { Identity } from '../access/identity.js';
import { redactEntry, redactionFor } from '../access/redaction.js';
import { actorOf, attributed, checkOf, mayReadAgent, mayReport } from '../access/rights.js';
import type { AccountService } from '../accounts/account-service.js';
import { readEvent, readFact } from '../accounts/agent-event.js';
import type { Entry } from '../accounts/entry-cache.js';
import type { EventToSave } from '../accounts/event-to-save.js';
import { failure } from '../log.js';
import { answerInTime } from '../time-limit.js';
import { documentResponse, saveRefusal } from './entry-responses.js';
import { precondition, requiredPrecondition } from './preconditions.js';
import { absent, denied, plain, refusal } from './problems.js';
import { EVENT_BYTES, readBody } from './request-body.js';
import { audit, outcomeOf, type RequestContext, type RequestVariables } from './request-context.js';
import { respond } from './responses.js';

/** How many facts one request may carry. */
export const FACTS_AT_ONCE = 100;

/** `POST agents/{agent}/events`: applies one event, based on the revision that the request names. */
export async function postEvent(c: RequestContext): Promise<Response> {
  const { agentId, viewer, service } = c.var;
  const body = (await readBody(c, EVENT_BYTES)) as { readonly event?: unknown; readonly agentName?: unknown };
  const event = readEvent(Object(body).event);
  const by = authorOf(c, viewer, event);
  const { raw } = c.req;
  // A page that is being left has no time to read first.
  const basedOn = event.type === 'leave' ? precondition(raw) : requiredPrecondition(raw);
  const agentName = by.role === 'agent' ? nameOf(viewer.name, body.agentName) : undefined;
  const saved = await save(c, {
    agentId,
    event: attributed(event, by),
    basedOn,
    agentName,
    check: checkOf(event, by),
  });
  if (!saved) throw absent(agentId);
  const shown = entryRedactor(c.var)?.(saved);
  return documentResponse(service, saved.revision, shown && 'value' in shown ? shown.value : undefined);
}

/** `POST agents/{agent}/facts`: applies what telephony reports, whatever the record says by then. */
export async function postFacts(c: RequestContext): Promise<Response> {
  const { server, agentId, viewer } = c.var;
  if (!mayReport(viewer)) throw denied('report calls');
  const body = await readBody(c, EVENT_BYTES);
  const isList = Array.isArray(body);
  const facts = isList ? (body as readonly unknown[]) : [body];
  if (facts.length > FACTS_AT_ONCE) throw refusal(413, `Send at most ${FACTS_AT_ONCE} facts at once.`);
  // The request itself has been charged as one.
  if (facts.length > 1) server.limit(viewer, facts.length - 1);
  const events = facts
    .map((fact, index) => readListed(fact, isList ? index : undefined))
    .filter((event) => event !== undefined);
  // Whatever other roles the viewer has, facts are reported as telephony.
  const reporter = { ...viewer, roles: ['telephony'] } as const;
  // All or none: rights are checked before anything is saved.
  for (const event of events) authorOf(c, reporter, event);
  for (const event of events) await save(c, { agentId, event, basedOn: undefined });
  return respond(null, { status: 204 });
}

/** Reads a fact. The error of a fact in a list names its position. */
function readListed(fact: unknown, index: number | undefined): ReturnType<typeof readFact> {
  try {
    return readFact(fact);
  } catch (error) {
    const { code, message } = error as PhoneError;
    throw index === undefined ? error : new PhoneError(code, `fact ${index + 1} of the list: ${plain(message)}`);
  }
}

/** Shows the agent's entries as the viewer may see them; `undefined` for a viewer who may only write. */
function entryRedactor(variables: RequestVariables): ((entry: Entry) => StreamedEntry) | undefined {
  const { server, viewer, agentId } = variables;
  if (!mayReadAgent(viewer, agentId)) return undefined;
  return (entry) => redactEntry(entry, redactionFor(viewer, agentId, server));
}

/** As whom the viewer sends the event. Throws a refusal (403) without the right to it. */
function authorOf(c: RequestContext, viewer: Identity, event: AgentEvent): Actor {
  c.set('operation', { action: event.type });
  const by = actorOf(viewer, c.var.agentId, event);
  if (!by) throw denied(`send "${event.type}" for that agent`);
  c.set('operation', { action: event.type, role: by.role });
  return by;
}

async function save(c: RequestContext, change: EventToSave): ReturnType<AccountService['apply']> {
  const { server, service, operation } = c.var;
  const { event } = change;
  const startedAt = monotonicNow();
  c.set('operation', { ...operation, action: event.type });
  let outcome = 'saved';
  try {
    await checkNumber(c.var, event);
    const saved = await service.apply(change, server.now());
    audit(c.var, outcome, saved?.revision);
    return saved;
  } catch (error) {
    outcome = outcomeOf(error);
    throw saveRefusal(service, error, entryRedactor(c.var));
  } finally {
    server.metrics.events.inc({ type: event.type, outcome });
    server.metrics.savesMs.observe(monotonicNow() - startedAt);
  }
}

/** Throws a refusal (403) for a number that the host does not allow calls to be forwarded to. */
async function checkNumber({ server, agentId }: RequestVariables, event: AgentEvent): Promise<void> {
  const { allowForward } = server.options;
  if (event.type !== 'choose' || event.forwardTo === undefined || !allowForward) return;
  let isAllowed: boolean;
  try {
    isAllowed = (await answerInTime('allowForward', allowForward(agentId, event.forwardTo))) === true;
  } catch (cause) {
    server.log(failure('allowForward', cause));
    throw refusal(503, 'The server cannot check the forwarding number now. Try again later.');
  }
  if (!isAllowed) throw denied('forward calls to that number');
}

function nameOf(known: string | undefined, told: unknown): string | undefined {
  return known ?? (typeof told === 'string' && told !== '' ? told : undefined);
}
