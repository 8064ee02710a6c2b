import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { nodeRefusal, type UnreadStatus } from '../http/problems.js';

/** The statuses of Node's error codes. All others are 400. */
const STATUS_OF_CODE: Readonly<Record<string, UnreadStatus>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers requests that Node refuses by itself with a problem document, like all others. */
export function answerNodeRefusals(http: Server): void {
  http.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Waiting) => {
    // Nothing may be written into a response that has begun.
    if (!socket.writable || socket._httpMessage?.headersSent) socket.destroy();
    else void end(socket, nodeRefusal(STATUS_OF_CODE[code ?? ''] ?? 400));
  });
  http.on('checkExpectation', async (_: IncomingMessage, response: ServerResponse) => {
    const { headers, text } = await parts(nodeRefusal(417));
    response.writeHead(417, headers).end(text);
  });
}

interface Waiting extends Duplex {
  /** The response that Node is writing. */
  readonly _httpMessage?: Pick<ServerResponse, 'headersSent'> | null;
}

async function end(socket: Duplex, answer: Response): Promise<void> {
  const { headers, text } = await parts(answer);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${lines.join('')}\r\n`;
  socket.end(head + text, () => socket.destroy());
}

async function parts(answer: Response): Promise<{ readonly headers: Record<string, string>; readonly text: string }> {
  const text = await answer.text();
  const length = String(Buffer.byteLength(text));
  return { headers: { ...Object.fromEntries(answer.headers), 'content-length': length, connection: 'close' }, text };
}
