import { checkExpiry } from '../access/authentication.js';
import { failure } from '../log.js';
import { withTimeout } from '../../platform/time.js';
import { Refusal, refusal } from './problems.js';
import type { RequestContext } from './request-context.js';

/** The largest body of a request, in bytes. An account with 1,000 statuses stays below the second. */
export const EVENT_BYTES = 64 * 1024;
export const ACCOUNT_BYTES = 2 * 1024 * 1024;
/** How long a body may take to arrive, in milliseconds. */
const BODY_MS = 10_000;
/** How deep a body may be nested. */
const DEPTH = 32;

/** A mistake of the host that mounted the server. It is told in the log and in the response, so that it is found soon. */
const BODY_USED =
  'The body was read before it reached the status server. Mount the status server before body parsers such as express.json().';

/**
 * The JSON of a request's body. Throws a refusal if the body is larger than `limit` bytes, too slow, nested too deeply, or not
 * JSON, and if the token expires before the body has arrived.
 */
export async function readBody(c: RequestContext, limit: number): Promise<unknown> {
  const { server, viewer, operation } = c.var;
  const request = c.req.raw;
  if (request.bodyUsed) {
    server.log(failure(operation.action, BODY_USED));
    throw refusal(500, BODY_USED);
  }
  const body = await readJson(request, limit);
  checkExpiry(viewer, server);
  return body;
}

async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw refusal(415, 'The body must be application/json.');
  const text = await readText(request, limit);
  if (depthOf(text) > DEPTH) throw refusal(400, `The body is nested deeper than ${DEPTH} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal(400, 'The body is not valid JSON.');
  }
  if (hasPrototypeKey(value)) throw refusal(400, 'The body has a field called __proto__.');
  return value;
}

async function readText(request: Request, limit: number): Promise<string> {
  const length = request.headers.get('content-length');
  if (Number(length ?? 0) > limit) throw tooLarge(limit);
  const stop = new AbortController();
  try {
    // Servers read a body of known length several times faster as a whole.
    const body = length === null ? readChunks(request, limit, stop.signal) : request.arrayBuffer();
    const bytes = await withTimeout(body, BODY_MS, {
      error: () => refusal(408, 'The body did not arrive in time.'),
    });
    if (bytes.byteLength > limit) throw tooLarge(limit);
    return decode(bytes);
  } catch (error) {
    stop.abort();
    throw error instanceof Refusal ? error : refusal(400, 'The body did not arrive in full.', { code: 'unavailable' });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refusal(400, 'The body is not valid UTF-8.');
  }
}

/** Reads a body of unknown length, and no further than the limit. */
function readChunks({ body }: Request, limit: number, signal: AbortSignal): Promise<ArrayBuffer> {
  let size = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > limit) controller.error(tooLarge(limit));
      else controller.enqueue(chunk);
    },
  });
  return new Response(body && body.pipeThrough(counter, { signal })).arrayBuffer();
}

function tooLarge(limit: number): Error {
  return refusal(413, `The body is larger than ${limit} bytes.`);
}

/** How deep brackets are nested, outside of strings. */
function depthOf(text: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (isText) {
      if (letter === '\\') at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth);
    else if (letter === ']' || letter === '}') depth--;
  }
  return deepest;
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototypeKey);
}
