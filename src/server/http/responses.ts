import { wallClock } from '../../platform/time.js';
import { CLOCK_HEADER } from '../../stores/status-protocol.js';

/** Headers of every response. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'origin' } as const;

interface Head {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response with the server's clock. */
// All headers are set from the start: the Node adapter writes an unchanged response several times faster than a changed one.
export function respond(
  body: string | Uint8Array | ReadableStream | null,
  { status = 200, headers }: Head = {},
): Response {
  return new Response(body as BodyInit | null, {
    status,
    headers: { ...ALWAYS, [CLOCK_HEADER]: String(wallClock()), ...headers },
  });
}

/** A JSON response. */
export function respondJson(value: unknown, { status = 200, headers }: Head = {}): Response {
  return respond(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } });
}
