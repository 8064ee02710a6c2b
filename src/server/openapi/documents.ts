import { ALLOWANCE_MINUTES } from '../../model/status.js';
import {
  constant,
  count,
  fields,
  flag,
  id,
  instant,
  list,
  oneOf,
  orNull,
  ref,
  revision,
  text,
  type Schema,
} from './schema.js';

// More than that may lie there already, and hinders nobody from saving the rest.
const allowance = { ...count, description: `Minutes, at most ${ALLOWANCE_MINUTES}; 0 = none.` };
const outcome = oneOf('answered', 'missed', 'declined', 'cancelled', 'failed', 'answered-elsewhere');

const AgentRecord = fields(
  {
    agentId: { type: 'string', minLength: 1 },
    version: count,
    writableBy: count,
    at: instant,
    absenceLimitMinutes: orNull(count),
    absentSince: orNull(instant),
    absentTooLong: flag,
    signOut: orNull(fields({ at: instant, by: ref('Actor') })),
    signedIn: flag,
    closings: list(fields({ id, at: instant, cause: text }, { by: ref('Actor') })),
    tombstones: list(fields({ id, at: instant }, { declared: flag })),
    shown: fields({ statusId: id, since: instant }),
    missedCalls: count,
    wishAt: instant,
    next: orNull(ref('Choice')),
    choice: orNull(ref('Choice')),
    leases: { type: 'object', additionalProperties: instant, description: 'When each open page’s lease runs out.' },
    calls: list(ref('CallEntry')),
  },
  { agentName: text, withdrawn: fields({ at: instant, by: ref('Actor') }) },
);

/** What the place keeps: the account, and a record for each agent. */
export const documents: Readonly<Record<string, Schema>> = {
  Actor: fields({ role: text, id: text }, { name: text }),
  Choice: fields(
    { statusId: text, at: instant, by: ref('Actor'), cause: text },
    {
      forwardTo: {
        type: 'string',
        description: 'The number for Forward to Phone. Only the agent and routers see more than its last two digits.',
      },
    },
  ),
  Party: fields({}, { name: text, number: text }),
  CallEntry: fields(
    {
      id,
      direction: oneOf('inbound', 'outbound'),
      party: ref('Party'),
      state: oneOf('ringing', 'live', 'held', 'ended'),
      carriers: list(id),
      reportedAt: instant,
    },
    {
      rangAt: instant,
      startedAt: instant,
      endedAt: instant,
      outcome,
      presumed: flag,
      acwLimitSeconds: count,
      acwExtensionSeconds: count,
      extensionsLeft: count,
      closesAt: instant,
    },
  ),
  AgentRecord: {
    ...AgentRecord,
    additionalProperties: true,
    description:
      'The facts of one agent. Fields of a newer version are kept. `agentView` derives the status from them.',
  },
  Status: fields({
    id,
    name: text,
    emoji: text,
    kind: oneOf('default', 'custom'),
    description: text,
    takesCalls: flag,
    enabled: flag,
    allowanceMinutes: { ...count, maximum: ALLOWANCE_MINUTES },
  }),
  Settings: fields({
    forwardToPhone: flag,
    signInStatus: id,
    absenceLimitMinutes: count,
    acwLimitSeconds: count,
    acwExtensionSeconds: count,
    acwExtensions: count,
    acwAfterUnansweredCall: flag,
    missedCallLimit: count,
    missedCallStatus: id,
    callsNeedTakesCalls: flag,
    alwaysDial: list(text),
  }),
  Account: {
    ...fields({ statuses: list(ref('Status')), settings: ref('Settings') }),
    additionalProperties: true,
    description: 'What an account’s admin decides.',
  },
  AccountToSave: {
    type: 'object',
    additionalProperties: true,
    properties: {
      statuses: list(
        fields(
          { id },
          { name: text, emoji: text, description: text, takesCalls: flag, enabled: flag, allowanceMinutes: allowance },
        ),
      ),
      settings: { type: 'object' },
    },
    description: 'An account. What is left out gets its default.',
  },
  Damaged: fields(
    { revision, damaged: constant(true) },
    { document: { description: 'The damaged document, if you may see all of it.' } },
  ),
  AccountEntry: {
    anyOf: [fields({ revision, value: ref('Account') }), ref('Damaged')],
  },
  AgentEntry: {
    anyOf: [
      fields({ agentId: text, revision, value: ref('AgentRecord') }),
      { allOf: [ref('Damaged'), fields({ agentId: text })] },
    ],
    description: 'An agent’s record with its revision. If it is damaged, you can save a fresh one over it.',
  },
};

export const outcomes = outcome;
