import type { AgentEvent, AgentRecord } from '../model/agent.js';
import type { Versioned } from '../stores/status-store.js';
import { answer } from './answers.js';
import { readEvent, readFact } from './agent-event.js';
import { EVENT_BYTES, readJson } from './limits.js';
import { denied, refusal } from './problems.js';
import { actorOf, attributed } from './rights.js';
import { seenEntry } from './streams.js';
import type { Wanted } from './tenant.js';
import { entryAnswer, mustBeBased, outcomeOf, precondition, saveRefusal, visitorsSight, type Visit } from './visit.js';

/** So many facts may be sent at once. */
const FACTS_AT_ONCE = 100;

/** `POST agents/{agent}/events`: applies one event, based on the revision that the request names. */
export async function postEvent(visit: Visit): Promise<Response> {
  const { request, agentId } = visit;
  const body = (await readJson(request, EVENT_BYTES)) as { readonly event?: unknown; readonly agentName?: unknown };
  const event = readEvent(Object(body).event);
  const basedOn = precondition(request);
  // A page that is left cannot wait for what stands.
  if (event.type !== 'leave') mustBeBased(basedOn);
  const { value, revision } = await save(visit, { event, basedOn, agentName: body.agentName });
  const seen = seenEntry({ value, revision }, visitorsSight(visit, agentId)) as Versioned<unknown>;
  return entryAnswer(seen.value, revision);
}

/** `POST agents/{agent}/facts`: applies what telephony reports to whatever stands. */
export async function postFacts(visit: Visit): Promise<Response> {
  const body = await readJson(visit.request, EVENT_BYTES);
  const facts = Array.isArray(body) ? (body as readonly unknown[]) : [body];
  if (facts.length > FACTS_AT_ONCE) throw refusal(413, `More than ${FACTS_AT_ONCE} facts at once.`);
  const events = facts.map(readFact).filter((event) => event !== undefined);
  // All or none: what may not be reported is known before anything is saved.
  for (const event of events) authorOf(visit, event);
  for (const event of events) await save(visit, { event, basedOn: undefined });
  return answer(null, { status: 204 });
}

interface Asked {
  readonly event: AgentEvent;
  readonly basedOn: Wanted['basedOn'];
  readonly agentName?: unknown;
}

async function save(visit: Visit, asked: Asked): Promise<Versioned<AgentRecord>> {
  const { desk, agentId, tenant, viewer } = visit;
  const { event, basedOn } = asked;
  const startedAt = performance.now();
  let outcome = 'saved';
  let saved: Versioned<AgentRecord> | undefined;
  try {
    const by = authorOf(visit, event);
    await checkNumber(visit, event);
    const agentName = by.role === 'agent' ? nameOf(viewer.name, asked.agentName) : undefined;
    saved = await tenant.apply({ agentId, event: attributed(event, by), basedOn, agentName }, desk.now());
    return saved;
  } catch (error) {
    outcome = outcomeOf(error);
    throw saveRefusal(error, (entry) => seenEntry(entry, visitorsSight(visit, agentId)));
  } finally {
    const { account, id } = viewer;
    desk.metrics.events.inc({ type: event.type, outcome });
    desk.metrics.savesMs.observe(performance.now() - startedAt);
    const role = actorOf(viewer, agentId, event)?.role;
    desk.log({
      event: 'audit',
      level: outcome === 'saved' ? 'info' : 'warn',
      account,
      id,
      ...(role ? { role } : {}),
      action: event.type,
      agentId,
      outcome,
      ...(saved ? { revision: saved.revision } : {}),
    });
  }
}

function authorOf({ viewer, agentId }: Visit, event: AgentEvent): NonNullable<ReturnType<typeof actorOf>> {
  const by = actorOf(viewer, agentId, event);
  if (!by) throw denied(`send "${event.type}" for that agent`);
  return by;
}

/** The host may refuse numbers that calls would be forwarded to. */
async function checkNumber({ desk, agentId }: Visit, event: AgentEvent): Promise<void> {
  if (event.type !== 'choose' || event.forwardTo === undefined) return;
  const isAllowed = (await desk.options.allowForward?.(agentId, event.forwardTo)) ?? true;
  if (!isAllowed) throw denied('have calls forwarded to that number');
}

function nameOf(known: string | undefined, told: unknown): string | undefined {
  return known ?? (typeof told === 'string' && told !== '' ? told : undefined);
}
