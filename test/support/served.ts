import { createAdaptorServer } from '@hono/node-server';
import type { StatusServer } from 'phone-widget/server';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Server } from 'node:http';
import { tokenOf } from './server.js';
import type { Identity } from 'phone-widget/server';

/** The status server behind a real HTTP server of Node on this machine. */
export interface Served {
  readonly port: number;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Sends bytes as they are, and answers what comes back until the server, or `until`, ends it. */
  raw(text: string | Uint8Array, until?: (told: string) => boolean): Promise<string>;
  open(text: string): Socket;
  close(): Promise<void>;
}

/** Listens on a free port. */
export async function serve(server: StatusServer): Promise<Served> {
  const http = createAdaptorServer({ fetch: (request) => server.fetch(request) }) as Server;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const sockets = new Set<Socket>();
  const open = (text: string | Uint8Array): Socket => {
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  };
  return {
    port,
    open,
    connections: () => new Promise((resolve) => http.getConnections((_, count) => resolve(count))),
    raw: (text, until = isWhole) =>
      new Promise((resolve) => {
        const socket = open(text);
        let told = '';
        socket.on('data', (chunk: Buffer) => {
          told += chunk.toString();
          if (until(told)) socket.destroy();
        });
        socket.on('close', () => resolve(told));
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await server.close();
    },
  };
}

/** Whether one answer with a body of known length is there. */
function isWhole(told: string): boolean {
  const [head, ...body] = told.split('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(head ?? '')?.[1];
  return length !== undefined && Buffer.byteLength(body.join('\r\n\r\n')) >= Number(length);
}

/** The head of a request as somebody, with more lines. */
export function head(line: string, as: Partial<Identity>, ...more: readonly string[]): string {
  const lines = [`${line} HTTP/1.1`, 'host: 127.0.0.1', `authorization: ${tokenOf(as)}`, ...more];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The status of each answer in what came back. */
export function statusesIn(told: string): number[] {
  return [...told.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
}
