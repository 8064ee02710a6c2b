import {
  createServer,
  request as ask,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a request to the status server is: it opens a stream, changes something, or asks for something. */
export type Kind = 'stream' | 'save' | 'read';

/** What is answered in place of what the server says. */
export interface Instead {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * What happens on the way. Where the request arrives all the same, the server does what it is asked, and nobody hears of it.
 *
 * - `cut`: it does not arrive, and its connection breaks; so do open streams.
 * - `cut answer`: it arrives, and its connection breaks before it is answered; so do open streams.
 * - `mute`: it does not arrive, and its connection stays open in silence; open streams fall silent for good.
 * - `late`: it is kept back, and passed on by `letGo`, even where nobody waits for it any more.
 * - `late answer`: it arrives; its answer, and what open streams tell, is kept back until `letGo`.
 * - `half`: an open stream breaks in the middle of the next event that tells of an agent.
 * - `Instead`: it arrives, and something else is answered; open streams break.
 */
export type Fault = 'cut' | 'cut answer' | 'mute' | 'late' | 'late answer' | 'half' | Instead;

interface OpenStream {
  readonly socket: Socket | null;
  isMute: boolean;
}

/** What the server said. */
interface Said {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** The way between a browser and a site with a status server under `/phone/`: a proxy that fails as it is told to. */
export class FaultyWay {
  readonly origin: string;
  /** The status of each answer to a request that was kept back as `late`. */
  readonly lateAnswers: number[] = [];
  /** What a web firewall answers to a request with such a body, which does not arrive. */
  blocks: (body: string) => Instead | undefined = () => undefined;
  /** How many streams were cut in the middle of an event. */
  halved = 0;
  readonly #target: URL;
  readonly #http: Server;
  readonly #streams = new Set<OpenStream>();
  #faults: Readonly<Partial<Record<Kind, Fault>>> = {};
  #kept: (() => void)[] = [];

  private constructor(target: string, http: Server) {
    this.#target = new URL(target);
    this.#http = http;
    this.origin = `http://localhost:${(http.address() as AddressInfo).port}`;
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // A site that has ended answers nobody.
      this.#take(request, response).catch(() => response.destroy());
    });
  }

  /** Opens a way to that origin. */
  static async open(target: string): Promise<FaultyWay> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new FaultyWay(target, http);
  }

  /** How many requests and answers are kept back. */
  get kept(): number {
    return this.#kept.length;
  }

  /** From now on it fails like this for each kind of request, and no other kind. */
  fail(faults: Readonly<Partial<Record<Kind, Fault>>>): void {
    this.#faults = faults;
    const { stream: fault } = faults;
    for (const stream of this.#streams) {
      if (fault === 'mute') stream.isMute = true;
      else if (fault === 'cut' || fault === 'cut answer' || typeof fault === 'object') stream.socket?.destroy();
    }
  }

  /** Passes on what was kept back, in the order in which it came. */
  letGo(): void {
    for (const go of this.#kept.splice(0)) go();
  }

  /** Lets everything through again. */
  heal(): void {
    this.fail({});
    this.letGo();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kind = kindOf(request);
    // Who leaves while sending is not there to be told.
    const body = await buffer(request).catch(() => undefined);
    if (!body) return;
    const blocked = kind === 'save' ? this.blocks(body.toString()) : undefined;
    if (blocked) return void response.writeHead(blocked.status, { 'content-type': blocked.type }).end(blocked.body);
    const fault = kind && this.#faults[kind];
    if (fault === 'cut') request.socket.destroy();
    if (fault === 'cut' || fault === 'mute') return;
    if (fault === 'late') await this.#keep();
    if (kind === 'stream' && typeof fault !== 'object') return this.#stream(request, response);
    const said = await this.#ask(request, body);
    if (fault === 'late') this.lateAnswers.push(said.status);
    if (fault === 'cut answer') return void request.socket.destroy();
    if (fault === 'late answer') await this.#keep();
    if (typeof fault === 'object') response.writeHead(fault.status, { 'content-type': fault.type }).end(fault.body);
    else response.writeHead(said.status, said.headers).end(said.body);
  }

  #keep(): Promise<void> {
    return new Promise((resolve) => this.#kept.push(resolve));
  }

  async #ask(request: IncomingMessage, body: Buffer): Promise<Said> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      ask(this.#copyOf(request), resolve).on('error', reject).end(body);
    });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    const open: OpenStream = { socket: response.socket, isMute: false };
    this.#streams.add(open);
    const passed = ask(this.#copyOf(request), (answer) => {
      const begin = (): unknown => response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      this.#pass(open, begin);
      answer.on('data', (chunk: Buffer) => this.#pass(open, () => this.#tell(response, chunk)));
      answer.on('end', () => this.#pass(open, () => response.end()));
      answer.on('error', () => response.destroy());
    });
    passed.on('error', () => response.destroy()).end();
    response.on('close', () => {
      this.#streams.delete(open);
      passed.destroy();
    });
  }

  #pass(open: OpenStream, go: () => void): void {
    if (open.isMute) return;
    if (this.#faults.stream === 'late answer') this.#kept.push(go);
    else go();
  }

  #tell(response: ServerResponse, chunk: Buffer): void {
    const start = this.#faults.stream === 'half' ? chunk.indexOf('event: agent\n') : -1;
    if (start < 0) return void response.write(chunk);
    const end = chunk.indexOf('\n\n', start);
    this.halved += 1;
    response.write(chunk.subarray(0, Math.floor((start + (end < 0 ? chunk.length : end)) / 2)), () => {
      response.socket?.destroy();
    });
  }

  #copyOf({ url = '/', method = 'GET', headers }: IncomingMessage) {
    return { hostname: '127.0.0.1', port: this.#target.port, path: url, method, headers };
  }
}

function kindOf({ url = '/', method }: IncomingMessage): Kind | undefined {
  if (!url.startsWith('/phone/')) return undefined;
  if (/\/stream(\?|$)/.test(url)) return 'stream';
  return method === 'GET' ? 'read' : 'save';
}
