import { getRequestListener } from '@hono/node-server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StatusServer } from '../status-server.js';
import { nodeRefusal } from './problems.js';

/** Handles one request of `node:http`. Never throws. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A handler of the status server for `node:http`, Express and Fastify, below any path. Mount it before body parsers such as
 * `express.json()`: a request whose body was read before is answered with 500. An event stream ends with its connection.
 */
export function nodeHandler(server: Pick<StatusServer, 'fetch'>): NodeHandler {
  const listener = getRequestListener(
    async (request, { incoming }) =>
      server.fetch(wasRead(incoming as IncomingMessage) ? await withoutBody(request) : request),
    {
      // The process is the host's: its `Request` and `Response` stay as they are.
      overrideGlobalObjects: false,
      // For an invalid address.
      errorHandler: () => nodeRefusal(400),
    },
  );
  return (request, response) => void listener(request, response);
}

/** Whether a body was read before. */
function wasRead({ method, headers, readableDidRead }: IncomingMessage): boolean {
  if (!readableDidRead || method === 'GET' || method === 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
}

/** The same request with a body that counts as read, like behind any other adapter. */
async function withoutBody({ url, method, headers, signal }: Request): Promise<Request> {
  const request = new Request(url, { method, headers, signal, body: '-' });
  await request.text();
  return request;
}
