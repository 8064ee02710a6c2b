import { STATUS } from '../../model/schema/account.js';
import { ACTOR, CALL_ENTRY, CHOICE, PARTY, RECORD } from '../../model/schema/record.js';
import { OUTCOMES } from '../../model/schema/unions.js';
import { ALLOWANCE_MINUTES } from '../../model/status.js';
import { fieldsOf, settings } from './from-model.js';
import { constant, count, fields, instant, list, oneOf, ref, revision, text, type Schema } from './schema.js';

// A stored account may exceed the limit; that must not keep its other statuses from being saved.
const allowance = { ...count, description: `Minutes, at most ${ALLOWANCE_MINUTES}; 0 = none.` };
const savedStatus = fieldsOf(STATUS, { kind: null, allowanceMinutes: allowance });

/** What the place keeps: the account, and a record for each agent. */
export const documents: Readonly<Record<string, Schema>> = {
  Actor: fieldsOf(ACTOR),
  Choice: fieldsOf(CHOICE, {
    forwardTo: {
      type: 'string',
      description: 'The number for Forward to Phone. Only the agent and routers see more than its last two digits.',
    },
  }),
  Party: fieldsOf(PARTY),
  CallEntry: fieldsOf(CALL_ENTRY, { outcome: oneOf(...OUTCOMES) }),
  AgentRecord: {
    ...fieldsOf(RECORD, {
      agentId: { type: 'string', minLength: 1 },
      leases: { type: 'object', additionalProperties: instant, description: 'When each open page’s lease runs out.' },
    }),
    additionalProperties: true,
    description:
      'The facts of one agent. Fields of a newer version are kept. `agentView` derives the status from them.',
  },
  Status: fieldsOf(STATUS, { allowanceMinutes: { ...count, maximum: ALLOWANCE_MINUTES } }),
  Settings: settings,
  Account: {
    ...fields({ statuses: list(ref('Status')), settings: ref('Settings') }),
    additionalProperties: true,
    description: 'What an account’s admin decides.',
  },
  AccountToSave: {
    type: 'object',
    additionalProperties: true,
    properties: {
      statuses: list({ ...savedStatus, required: ['id'] }),
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
