import { STATUS_OF } from '../http/problems.js';
import {
  constant,
  count,
  exactly,
  fields,
  id,
  instant,
  list,
  oneOf,
  ref,
  revision,
  text,
  type Schema,
} from './schema.js';

/** The codes of problems: those of the package's `PhoneError`. */
const codes = oneOf(...Object.keys(STATUS_OF));

const generation: Schema = {
  ...text,
  description:
    'The generation in which revisions are counted. When it changes, drop everything you know and start again.',
};

const problem = fields({ title: text, status: count, detail: text });

/** What answers and streams are made of besides the documents. */
export const answerSchemas: Readonly<Record<string, Schema>> = {
  Identity: exactly({ account: id, id, roles: list(text) }, { name: text, expiresAt: instant }),
  Agents: exactly({ agents: list(ref('AgentEntry')) }),
  Problem: {
    ...problem,
    properties: {
      type: oneOf('about:blank', 'absent'),
      title: text,
      status: count,
      detail: text,
      code: codes,
      present: {
        anyOf: [{ type: 'null' }, fields({ revision, value: { anyOf: [ref('AgentRecord'), ref('Account')] } })],
        description: 'With `conflict`: the current entry, or `null` if there is none. Left out if you may not read it.',
      },
      generation,
      revision: {
        ...revision,
        description: 'With `damaged-data`, and with `conflict` if you may not read the entry: the current revision.',
      },
      document: { description: 'With `damaged-data`: the damaged document, if you may see all of it.' },
    },
    required: ['type', 'title', 'status', 'detail', 'code'],
    additionalProperties: false,
    description: 'Problem details as RFC 9457 defines them.',
  },
  StreamEvent: {
    description: 'One event of a stream: `event` is its name, `data` its JSON.',
    oneOf: [
      exactly({ event: constant('account'), data: ref('AccountEntry') }),
      exactly({ event: constant('agent'), data: ref('AgentEntry') }),
      exactly({ event: constant('gone'), data: exactly({ agentId: text, revision }) }),
      exactly({ event: constant('ready'), data: exactly({ now: instant }, { generation }) }),
      exactly({ event: constant('beat'), data: exactly({ now: instant }) }),
      exactly({ event: constant('end'), data: exactly({ reason: oneOf('expired', 'closing', 'slow', 'generation') }) }),
    ],
  },
};
