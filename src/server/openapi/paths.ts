import { entry, eventStream, json, nothing, withProblems } from './responses.js';
import { exactly, oneOf, ref, text, type Schema } from './schema.js';

const precondition = [{ $ref: '#/components/parameters/IfMatch' }, { $ref: '#/components/parameters/IfNoneMatch' }];
const agent = [{ $ref: '#/components/parameters/Agent' }];

function body(schema: Schema): object {
  return { required: true, content: { 'application/json': { schema } } };
}

const record = entry('The record as it now stands.', ref('AgentRecord'));
const anybody = { security: [] } as const;

/** Paths without a token. */
const open = {
  '/health': {
    get: {
      operationId: 'getHealth',
      summary: 'Whether the process is alive.',
      ...anybody,
      responses: { '200': json('It is alive.', exactly({ status: oneOf('alive') })), ...visitorsOnly() },
    },
  },
  '/ready': {
    get: {
      operationId: 'getReady',
      summary: 'Whether this server can take requests.',
      ...anybody,
      responses: { '200': json('It can.', exactly({ status: oneOf('ready') })), ...visitorsOnly('503') },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      summary: 'Metrics for Prometheus.',
      ...anybody,
      responses: {
        '200': { ...nothing('The metrics.'), content: { 'text/plain': { schema: text } } },
        ...visitorsOnly(),
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'getOpenApi',
      summary: 'This document.',
      ...anybody,
      responses: { '200': json('This document.', { type: 'object' }), ...visitorsOnly() },
    },
  },
};

/** What somebody without a token may be told instead. */
function visitorsOnly(...more: readonly '503'[]): object {
  const all = Object.entries(withProblems({}));
  return Object.fromEntries(
    all.filter(([status]) => ['400', '403', '408', '413', '417', '421', '431', '500', ...more].includes(status)),
  );
}

/** Every path of the protocol, below the address at which the server is mounted. */
export const paths = {
  '/identity': {
    get: {
      operationId: 'getIdentity',
      summary: 'Who the token signs in. Anyone signed in.',
      responses: withProblems({ '200': json('The identity.', ref('Identity')) }),
    },
  },
  '/account': {
    get: {
      operationId: 'getAccount',
      summary: 'Reads the account. Agents, supervisors, admins, routers, the system.',
      responses: withProblems({ '200': entry('The account.', ref('Account')) }, '404', '422'),
    },
    put: {
      operationId: 'putAccount',
      summary: 'Saves the account. Admins, except `forwardToPhone`; the system.',
      parameters: precondition,
      requestBody: body(ref('AccountToSave')),
      responses: withProblems(
        { '200': entry('The account as it now stands.', ref('Account')) },
        ...(['400', '408', '412', '413', '415', '422', '428'] as const),
      ),
    },
  },
  '/account/stream': {
    get: {
      operationId: 'followAccount',
      summary: 'Follows the account. Anyone who may read it.',
      responses: withProblems({ '200': eventStream }),
    },
  },
  '/agents': {
    get: {
      operationId: 'getAgents',
      summary: 'Reads all records. Supervisors and routers.',
      responses: withProblems({ '200': json('All records.', ref('Agents')) }),
    },
  },
  '/agents/stream': {
    get: {
      operationId: 'followAgents',
      summary: 'Follows all records and the account. Supervisors and routers.',
      responses: withProblems({ '200': eventStream }),
    },
  },
  '/agents/{agent}': {
    parameters: agent,
    get: {
      operationId: 'getAgent',
      summary: 'Reads one record. The agent, supervisors, routers.',
      responses: withProblems({ '200': entry('The record.', ref('AgentRecord')) }, '404', '422'),
    },
    delete: {
      operationId: 'eraseAgent',
      summary: 'Erases everything about the agent. Admins.',
      responses: withProblems({ '204': nothing('Everything was erased.') }, '404', '422'),
    },
  },
  '/agents/{agent}/stream': {
    parameters: agent,
    get: {
      operationId: 'followAgent',
      summary: 'Follows one record and the account. The agent, supervisors, routers.',
      responses: withProblems({ '200': eventStream }, '404', '422'),
    },
  },
  '/agents/{agent}/events': {
    parameters: agent,
    post: {
      operationId: 'postEvent',
      summary:
        'Applies one event. Agents: any of their own. Supervisors: choose, withdraw, close, sign-out, call-presumed-ended. Telephony: call facts.',
      description: 'Name the revision that the save is based on. Only `leave` may omit it.',
      parameters: precondition,
      requestBody: body(ref('EventRequest')),
      responses: withProblems(
        {
          '200': record,
          '204': {
            ...nothing('It was applied. Telephony gets this, because it may not read the record.'),
            headers: record.headers,
          },
        },
        ...(['400', '404', '408', '409', '412', '413', '415', '422', '428'] as const),
      ),
    },
  },
  '/agents/{agent}/facts': {
    parameters: agent,
    post: {
      operationId: 'postFacts',
      summary: 'Applies what telephony reports about calls to the current record. Telephony.',
      requestBody: body(ref('CallFacts')),
      responses: withProblems(
        { '204': nothing('They were applied.') },
        ...(['400', '404', '408', '409', '412', '413', '415', '422'] as const),
      ),
    },
  },
  ...open,
} as const;
