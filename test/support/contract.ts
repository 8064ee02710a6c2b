import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { openApi, type StatusServer } from 'phone-widget/server';
import { ownPath, routeOf } from '../../src/server/http/own-path.js';

const ID = 'https://status.test/openapi.json';
const ajv = new Ajv2020({ strict: false, allErrors: false });
ajv.addSchema({ $id: ID, ...openApi });

interface Media {
  readonly schema?: object;
}
interface Described {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean; schema?: object }>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Described>>;
}

const PROBLEM = { $ref: '#/components/schemas/Problem' };
const STREAM_EVENT = { $ref: '#/components/schemas/StreamEvent' };
const compiled = new Map<object, ValidateFunction>();

/** The value fits the schema, or the test fails. */
function mustFit(what: string, schema: object, value: unknown): void {
  const text = JSON.stringify(schema).replaceAll('"#/', `"${ID}#/`);
  const validate = compiled.get(schema) ?? ajv.compile(JSON.parse(text) as object);
  compiled.set(schema, validate);
  if (validate(value)) return;
  const why = ajv.errorsText(validate.errors);
  throw new Error(`${what} is not as the OpenAPI document says: ${why}\n${JSON.stringify(value)?.slice(0, 600)}`);
}

function resolved<T extends { readonly $ref?: string }>(value: T): T {
  if (!value.$ref) return value;
  const keys = value.$ref.slice(2).split('/');
  return keys.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], openApi) as T;
}

/** The document's path for a request, and what it says of the method. */
export function operationOf(request: Request): { readonly name: string; readonly operation: Operation | undefined } {
  const path = routeOf(ownPath(request)).replace(':agent', '{agent}');
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
  const known = openApi.paths[path] as Readonly<Record<string, Operation>> | undefined;
  return { name: `${request.method} ${path}`, operation: known?.[method] };
}

/** The server, every answer of which has to be one that the OpenAPI document describes, and every request that it accepts. */
export function describedByOpenApi(server: StatusServer): StatusServer {
  return {
    async fetch(request) {
      const { name, operation } = operationOf(request);
      const isJson = request.headers.get('content-type')?.startsWith('application/json') ?? false;
      const copy = isJson && operation?.requestBody ? request.clone() : undefined;
      const response = await server.fetch(request);
      if (!operation) return checkUnknown(name, response);
      if (copy && response.ok) {
        mustFit(
          `${name}: an accepted body`,
          operation.requestBody!.content['application/json']!.schema!,
          await copy.json(),
        );
      }
      return checkAnswer(name, request.method === 'HEAD', { operation, response });
    },
    close: () => server.close(),
  };
}

/** What the document does not know is refused. */
async function checkUnknown(name: string, response: Response): Promise<Response> {
  if (response.status === 204 && name.startsWith('OPTIONS')) return response;
  if (![403, 404, 405, 421].includes(response.status)) throw new Error(`${name}: no answer for ${response.status}`);
  if (!name.startsWith('HEAD')) mustFit(name, PROBLEM, await response.clone().json());
  return response;
}

interface Answered {
  readonly operation: Operation;
  readonly response: Response;
}

async function checkAnswer(name: string, isHead: boolean, { operation, response }: Answered): Promise<Response> {
  const { status, headers } = response;
  const what = `${name}: ${status}`;
  const described = operation.responses[status];
  if (!described) throw new Error(`${what} is no answer of the OpenAPI document: ${await response.text()}`);
  const { headers: wanted = {}, content } = resolved(described);
  for (const [header, one] of Object.entries(wanted)) {
    const { required, schema } = resolved(one);
    const value = headers.get(header);
    if (value === null && required) throw new Error(`${what} has no ${header}`);
    const isNumber = (schema as { readonly type?: string }).type === 'integer';
    if (value !== null) mustFit(`${what}: ${header}`, schema!, isNumber ? Number(value) : value);
  }
  if (isHead) return response;
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const media = content?.[type];
  if (!content) {
    if (response.body) throw new Error(`${what} has a body`);
    return response;
  }
  if (!media) throw new Error(`${what} is ${type}`);
  if (type === 'text/event-stream') return new Response(checkedStream(response.body!), response);
  const body = await response.clone().text();
  mustFit(what, media.schema!, type.endsWith('json') ? JSON.parse(body) : body);
  return response;
}

/** The stream, broken off at an event that the document does not describe. */
function checkedStream(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ event, data }: EventSourceMessage) =>
      mustFit('a stream', STREAM_EVENT, { event, data: JSON.parse(data) as unknown }),
  });
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        parser.feed(decoder.decode(chunk, { stream: true }));
        controller.enqueue(chunk);
      },
    }),
  );
}
