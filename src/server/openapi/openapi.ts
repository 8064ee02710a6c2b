import { PROTOCOL_VERSION } from '../../stores/status-protocol.js';
import { answerSchemas } from './answers.js';
import { documents } from './documents.js';
import { eventSchemas } from './events.js';
import { paths } from './paths.js';
import { problems, responseName } from './responses.js';
import { instant, type Schema } from './schema.js';

/** A document of OpenAPI 3.1, as plain data. */
interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly security: readonly object[];
  readonly paths: Readonly<Record<string, object>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, object>>;
    readonly parameters: Readonly<Record<string, object>>;
    readonly headers: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const revisionTag: Schema = { type: 'string', pattern: '^"(?:[^"]*\\.)?\\d{1,16}"$' };

/** The protocol of the status server as OpenAPI 3.1 describes it. */
export const openApi: OpenApi = {
  openapi: '3.1.0',
  info: {
    title: 'Phone status server',
    version: `${PROTOCOL_VERSION}`,
    description:
      'Statuses of agents: one record for each agent, which the server computes from events, and the account. All paths are below the address at which the server is mounted. A path answers 405 to a method that it does not support.',
  },
  security: [{ token: [] }],
  paths,
  components: {
    schemas: { ...documents, ...eventSchemas, ...answerSchemas },
    responses: Object.fromEntries(Object.entries(problems).map(([status, one]) => [responseName(status), one])),
    parameters: {
      Agent: {
        name: 'agent',
        in: 'path',
        required: true,
        description: '`~` and the base64url, without padding, of the agent’s id in UTF-8.',
        schema: { type: 'string', pattern: '^~[A-Za-z0-9_-]+$' },
      },
      IfMatch: {
        name: 'If-Match',
        in: 'header',
        description: 'The `ETag` that the save is based on. The revision alone is accepted too.',
        schema: { type: 'string', pattern: '^(?:W/)?"(?:[^"]*\\.)?\\d{1,16}"$' },
      },
      IfNoneMatch: {
        name: 'If-None-Match',
        in: 'header',
        description: '`*`: the entry must not exist yet.',
        schema: { type: 'string', const: '*' },
      },
    },
    headers: {
      PhoneClock: { required: true, description: 'The server’s clock.', schema: { ...instant, type: 'integer' } },
      Revision: {
        required: true,
        description: 'The place’s generation and the entry’s revision in it.',
        schema: revisionTag,
      },
      RetryAfter: {
        required: true,
        description: 'Seconds to wait before you try again.',
        schema: { type: 'integer' },
      },
    },
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'A token that the host’s `authenticate` accepts.' },
    },
  },
};
