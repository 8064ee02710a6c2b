import { FIRST_INSTANT } from '../../model/agent.js';
import { outcomes } from './documents.js';
import { constant, fields, flag, id, instant, oneOf, ref, type Schema } from './schema.js';

const at: Schema = {
  ...instant,
  minimum: FIRST_INSTANT,
  description:
    'When it happened, in milliseconds since the epoch. A call fact is never before the last one of its call; anything else is at most 5 minutes back. Never ahead.',
};
const presentUntil: Schema = { ...instant, description: 'The page was present from then until this time.' };
const carrier: Schema = { ...id, description: 'The page that carries the call, or `elsewhere`.' };

/** An event: its type, what it must carry, and what it may. Its author is the token's. */
function event(
  type: string,
  needed: Readonly<Record<string, Schema>>,
  possible: Readonly<Record<string, Schema>> = {},
): Schema {
  return fields({ type: constant(type), ...needed }, possible);
}

/** The events of an agent's day. */
export const eventSchemas: Readonly<Record<string, Schema>> = {
  Call: fields({ id, direction: oneOf('inbound', 'outbound'), party: ref('Party') }),
  AgentEvent: {
    description: 'What happens to an agent. `by` is ignored: the token says who did it.',
    oneOf: [
      event('sign-in', { page: id }),
      event('renew', { page: id }),
      event('leave', { page: id }, { at }),
      event('page-died', { page: id }),
      event('sign-out', {}, { force: flag }),
      event('choose', { statusId: id }, { forwardTo: id, page: id, at }),
      event('withdraw', {}, { at }),
      event('call-ringing', { call: ref('Call') }, { carrier, at, presentUntil }),
      event('call-started', { call: ref('Call') }, { carrier, at, presentUntil }),
      event('call-held', { callId: id }, { carrier, at, presentUntil }),
      event('call-resumed', { callId: id }, { carrier, at, presentUntil }),
      event('call-ended', { callId: id }, { outcome: outcomes, at }),
      event(
        'call-presumed-ended',
        { callId: id },
        { at, by: { description: 'Present: the agent says so. Absent: a page presumes it.' } },
      ),
      event('close', { callId: id }),
      event('extend', { callId: id, until: instant }),
    ],
  },
  EventRequest: fields(
    { event: ref('AgentEvent') },
    { agentName: { description: 'The name of the agent who signs in, if the token has none.' } },
  ),
  CallFact: {
    description: 'What telephony reports about a call, with the carrier `elsewhere` or none.',
    oneOf: [
      fields({ type: oneOf('ringing', 'call-ringing', 'started', 'call-started'), call: ref('Call') }, { carrier, at }),
      fields({ type: oneOf('held', 'call-held', 'resumed', 'call-resumed'), callId: id }, { carrier, at }),
      fields({ type: oneOf('ended', 'call-ended'), callId: id }, { outcome: outcomes, at }),
      fields({ type: oneOf('muted', 'unmuted') }),
    ],
  },
  CallFacts: {
    anyOf: [ref('CallFact'), { type: 'array', maxItems: 100, items: ref('CallFact') }],
  },
};
