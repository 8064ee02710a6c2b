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
      summary: 'Whether the process lives.',
      ...anybody,
      responses: { '200': json('It lives.', exactly({ status: oneOf('alive') })), ...visitorsOnly() },
    },
  },
  '/ready': {
    get: {
      operationId: 'getReady',
      summary: 'Whether requests are better sent here than elsewhere.',
      ...anybody,
      responses: { '200': json('They are.', exactly({ status: oneOf('ready') })), ...visitorsOnly('503') },
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      summary: 'Figures for Prometheus.',
      ...anybody,
      responses: {
        '200': { ...nothing('The figures.'), content: { 'text/plain': { schema: text } } },
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
      summary: 'Whose requests the server takes these for. Anybody signed in.',
      responses: withProblems({ '200': json('The identity.', ref('Identity')) }),
    },
  },
  '/account': {
    get: {
      operationId: 'getAccount',
      summary: 'The account. Agents, supervisors, admins, routers, the system.',
      responses: withProblems({ '200': entry('The account.', ref('Account')) }, '404', '422'),
    },
    put: {
      operationId: 'putAccount',
      summary: 'Saves the account. Admins all but `forwardToPhone`, the system whole.',
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
      summary: 'Follows the account. Who may read it.',
      responses: withProblems({ '200': eventStream }),
    },
  },
  '/agents': {
    get: {
      operationId: 'getAgents',
      summary: 'All records. Supervisors and routers.',
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
      summary: 'One record. The agent, supervisors, routers.',
      responses: withProblems({ '200': entry('The record.', ref('AgentRecord')) }, '404', '422'),
    },
    delete: {
      operationId: 'eraseAgent',
      summary: 'Erases everything that is kept about the agent. Admins.',
      responses: withProblems({ '204': nothing('Nothing is kept any more.') }, '404', '422'),
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
        'Applies one event. Agents all of their own; supervisors choose, withdraw, close, sign-out, call-presumed-ended; telephony call facts.',
      description: 'A save names the revision that it is based on, `leave` alone need not.',
      parameters: precondition,
      requestBody: body(ref('EventRequest')),
      responses: withProblems(
        {
          '200': record,
          '204': {
            ...nothing('It is applied. For who may not read the record: telephony.'),
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
      summary: 'Applies what telephony reports of calls to whatever stands. Telephony.',
      requestBody: body(ref('CallFacts')),
      responses: withProblems(
        { '204': nothing('They are applied.') },
        ...(['400', '404', '408', '409', '412', '413', '415', '422'] as const),
      ),
    },
  },
  ...open,
} as const;
