import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { nodeRefusal } from '../http/problems.js';
import type { StatusServer } from '../status-server.js';
import { Failure } from './failure.js';
import { answerNodeRefusals } from './node-refusals.js';

/*
 * What a slow or hostile client may hold up. Streams that are open are answers, which have no limit in time: their number is
 * bounded by the open files that the system allows.
 */
const LIMITS = {
  /** Within so many milliseconds the headers, and then the whole request, have to be there. */
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  /** How often late requests are looked for. */
  connectionsCheckingInterval: 2_000,
  /** A connection that is used no more is kept for longer than proxies keep theirs (60 s). */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  /** That is looked for where it is answered. */
  requireHostHeader: false,
  /** A peer that went away without a word is noticed. */
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
};
const HEADERS = 100;
/** How many connections may wait until they are taken: a restart brings all clients at once. */
const BACKLOG = 4_096;

/** A status server that listens. */
export interface Listening {
  readonly url: string;
  /** Takes no more connections, lets the streams end, and what is under way; after that it cuts the rest. */
  close(): Promise<void>;
}

/** Puts a status server on a port. Throws what ends the command. */
export async function listen(
  server: StatusServer,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Listening> {
  // This process is the server's own: with lighter requests and answers in place of Node's it takes a fifth more saves.
  const answer = getRequestListener((request) => server.fetch(request), {
    overrideGlobalObjects: true,
    // An address that is none.
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
