import { getRequestListener } from '@hono/node-server';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeRefusal } from '../http/problems.js';
import type { StatusServer } from '../status-server.js';
import { Failure } from './failure.js';
import { answerNodeRefusals } from './node-refusals.js';

/*
 * Limits for slow and hostile clients. Open streams are responses, which may take any time: the open files that the system
 * allows limit their number.
 */
const LIMITS = {
  /** How long the headers, and then the whole request, may take to arrive, in milliseconds. */
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  /** How often Node looks for late requests, in milliseconds. */
  connectionsCheckingInterval: 2_000,
  /** How long an idle connection is kept, in milliseconds: longer than proxies keep theirs (60 s). */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  /** The server's own host check refuses such a request with a problem document. */
  requireHostHeader: false,
  /** Notices peers that have gone without closing the connection. */
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
};
const HEADERS = 100;
/** How many connections may wait to be accepted: after a restart all clients connect at once. */
const BACKLOG = 4_096;

/** A status server that listens on a port. */
export interface Listening {
  readonly url: string;
  /** Takes no more connections, ends the streams, waits for other requests, and then cuts the rest. */
  close(): Promise<void>;
}

/** Makes a status server listen on a port. Throws a `Failure`. */
export async function listen(
  server: StatusServer,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Listening> {
  // This process is the server's own, so it may replace the global Request and Response by lighter ones: a fifth more saves.
  const answer = getRequestListener((request) => server.fetch(request), {
    overrideGlobalObjects: true,
    // For an invalid address.
    errorHandler: () => nodeRefusal(400),
  });
  const http = createServer(LIMITS, answer);
  answerNodeRefusals(http);
  http.maxHeadersCount = HEADERS;
  await bind(http, { port, host });
  const { address, port: bound, family } = http.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    async close() {
      const closed = new Promise((resolve) => http.close(resolve));
      await server.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

function bind(http: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const what = `${host}:${port}`;
      const messages: Readonly<Record<string, string>> = {
        EADDRINUSE: `Port ${port} of ${host} is in use. Choose another with --port.`,
        EACCES: `You are not allowed to use ${what}. Choose a port from 1024 up with --port.`,
        EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host.`,
        ENOTFOUND: `The host ${host} was not found. Choose an address with --host.`,
      };
      reject(new Failure(messages[error.code ?? ''] ?? `Cannot listen on ${what} (${error.message}).`));
    });
    http.listen({ port, host, backlog: BACKLOG }, resolve);
  });
}
