import { FIRST_INSTANT } from '../../model/agent.js';
import { EVENTS, REPORTS, UNRECORDED, type EventType } from '../../model/schema/events.js';
import type { Shape } from '../../model/schema/field-kinds.js';
import { CALL } from '../../model/schema/record.js';
import { fieldsOf } from './from-model.js';
import { constant, fields, id, instant, oneOf, ref, type Schema } from './schema.js';

/** What some fields of events mean. Their author is the token's. */
const described: Readonly<Record<string, Schema | null>> = {
  by: null,
  at: {
    ...instant,
    minimum: FIRST_INSTANT,
    description:
      'When it happened, in milliseconds since the epoch. A call fact is never before the last one of its call; anything else is at most 5 minutes back. Never ahead.',
  },
  presentUntil: { ...instant, description: 'The page was present from then until this time.' },
  carrier: { ...id, description: 'The page that carries the call, or `elsewhere`.' },
};

const byWord = { by: { description: 'Present: the agent says so. Absent: a page presumes it.' } };

function event(type: EventType): Schema {
  const more = type === 'call-presumed-ended' ? byWord : {};
  return withType(constant(type), fieldsOf<Shape>(EVENTS[type], { ...described, ...more }));
}

function withType(type: Schema, { required, properties }: ReturnType<typeof fields>): Schema {
  return { type: 'object', required: ['type', ...required], properties: { type, ...properties } };
}

/** The events that telephony reports, those with the same fields together; by a call source's word (`started`), or their own. */
function reports(): readonly Schema[] {
  const groups = new Map<string, { readonly types: string[]; readonly rest: ReturnType<typeof fields> }>();
  for (const type of REPORTS) {
    const rest = fieldsOf<Shape>(EVENTS[type], { ...described, presentUntil: null });
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { types: [], rest };
    group.types.push(type.slice('call-'.length), type);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ types, rest }) => withType(oneOf(...types), rest));
}

/** The events of an agent's day. */
export const eventSchemas: Readonly<Record<string, Schema>> = {
  Call: fieldsOf(CALL),
  AgentEvent: {
    description: 'What happens to an agent. `by` is ignored: the token says who did it.',
    oneOf: (Object.keys(EVENTS) as EventType[]).map(event),
  },
  EventRequest: fields(
    { event: ref('AgentEvent') },
    { agentName: { description: 'The name of the agent who signs in, if the token has none.' } },
  ),
  CallFact: {
    description: 'What telephony reports about a call, with the carrier `elsewhere` or none.',
    oneOf: [...reports(), fields({ type: oneOf(...UNRECORDED) })],
  },
  CallFacts: {
    anyOf: [ref('CallFact'), { type: 'array', maxItems: 100, items: ref('CallFact') }],
  },
};
