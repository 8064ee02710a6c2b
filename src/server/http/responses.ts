import { CLOCK_HEADER } from '../../stores/status-protocol.js';
import { wallClock } from '../../platform/time.js';

/** What every answer says. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'origin' } as const;

interface Head {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, with the server's clock. */
// All headers are there from the start: an adapter writes such an answer straight out, several times faster than one that is changed.
export function respond(
  body: string | Uint8Array | ReadableStream | null,
  { status = 200, headers }: Head = {},
): Response {
  return new Response(body as BodyInit | null, {
    status,
    headers: { ...ALWAYS, [CLOCK_HEADER]: String(wallClock()), ...headers },
  });
}

/** An answer that is JSON. */
export function respondJson(value: unknown, { status = 200, headers }: Head = {}): Response {
  return respond(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } });
}
