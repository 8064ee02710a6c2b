import { CLOCK_HEADER, PROBLEM_TYPE, type StreamEvents } from '../../src/stores/status-protocol.js';

/** What a request of the store was. */
export interface Asked {
  readonly method: string;
  /** Below the server's address. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly init: RequestInit;
}

type Answerer = (asked: Asked) => Response | Promise<Response> | undefined;

/** A stream of events, as far as the test has it say something. */
export class ScriptedStream {
  readonly path: string;
  readonly body: ReadableStream<Uint8Array>;
  isOpen = true;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(path: string, signal: AbortSignal | null | undefined) {
    this.path = path;
    this.body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.isOpen = false),
    });
    signal?.addEventListener('abort', () => this.cut(new DOMException('Aborted', 'AbortError')));
  }

  say<Name extends keyof StreamEvents>(event: Name, data: StreamEvents[Name]): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  write(text: string | Uint8Array): void {
    if (this.isOpen) this.#controller?.enqueue(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  /** Breaks the connection. */
  cut(cause: unknown = new TypeError('terminated')): void {
    if (this.isOpen) this.#controller?.error(cause);
    this.isOpen = false;
  }

  /** Ends the answer as a server does that has said all. */
  finish(): void {
    if (this.isOpen) this.#controller?.close();
    this.isOpen = false;
  }
}

/** A status server that answers what the test tells it to; without more, it has no entries. */
export class ScriptedServer {
  readonly url = 'https://status.example/phone/';
  readonly asked: Asked[] = [];
  readonly streams: ScriptedStream[] = [];
  /** What is answered in place of the usual; `undefined`: the usual. */
  answer: Answerer = () => undefined;
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const { pathname, href } = new URL(String(input));
    const path = pathname.slice(new URL(this.url).pathname.length);
    if (!href.startsWith(this.url)) throw new TypeError(`There is no server at ${href}.`);
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    const asked = { method: init.method ?? 'GET', path, headers: new Headers(init.headers), body, init };
    this.asked.push(asked);
    return (await this.answer(asked)) ?? this.#usual(asked);
  };

  get open(): readonly ScriptedStream[] {
    return this.streams.filter(({ isOpen }) => isOpen);
  }

  /** The newest stream. */
  get stream(): ScriptedStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('No stream was opened.');
    return stream;
  }

  /** The paths that were asked for, in order. */
  get paths(): readonly string[] {
    return this.asked.map(({ path }) => path);
  }

  #usual({ path, init }: Asked): Response {
    if (path.endsWith('stream')) {
      const stream = new ScriptedStream(path, init.signal);
      this.streams.push(stream);
      return new Response(stream.body, { headers: { 'content-type': 'text/event-stream' } });
    }
    return path === 'agents' ? json({ agents: [] }) : problem(404, { type: 'absent' });
  }
}

/** An entry, or another answer in JSON. */
export function json(document: unknown, { revision, clock }: { revision?: number; clock?: number } = {}): Response {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (revision !== undefined) headers.set('etag', `"${revision}"`);
  if (clock !== undefined) headers.set(CLOCK_HEADER, String(clock));
  return new Response(JSON.stringify(document), { headers });
}

export function problem(status: number, fields: Readonly<Record<string, unknown>> = {}): Response {
  const document = { type: 'about:blank', title: 'Refused', status, detail: 'Because.', ...fields };
  return new Response(JSON.stringify(document), { status, headers: { 'content-type': PROBLEM_TYPE } });
}

export function page(status = 200): Response {
  return new Response('<!doctype html><h1>Sign in</h1>', { status, headers: { 'content-type': 'text/html' } });
}
