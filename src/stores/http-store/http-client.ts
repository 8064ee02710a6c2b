import { isPhoneError } from '../../model/errors.js';
import { withTimeout } from '../../platform/time.js';
import { CLOCK_HEADER, readTag, type Problem } from '../status-protocol.js';
import { isOf, isOurs, isVerdict, refusal, unavailable } from './http-errors.js';
import { ServerClock } from './server-clock.js';

/** A server that has not replied by then, in milliseconds, counts as unreachable. */
const REPLY_MS = 15_000;

/** How the host page reaches its server. */
export interface Access {
  /** The server's paths are appended to it. */
  readonly address: string;
  readonly headers: (() => HeadersInit | Promise<HeadersInit>) | undefined;
  readonly fetch: typeof fetch | undefined;
}

/** A request of the protocol. */
export interface ServerRequest {
  readonly method?: 'PUT' | 'POST' | 'DELETE';
  /** Below the server's address. */
  readonly path: string;
  readonly body?: unknown;
  /** The expected revision, or the accepted media type. */
  readonly header?: readonly [name: string, value: string];
}

/** What the server replied, not checked yet. */
export interface ServerReply {
  readonly document: unknown;
  /** Of the entry; `NaN` if the reply is not one. */
  readonly revision: number;
  /** The generation of the server's store, if the reply names it. */
  readonly generation: string | undefined;
}

/** Sends requests with the headers of the host page, within a limit of time. Rejects with `PhoneError` alone. */
export class HttpClient {
  readonly clock = new ServerClock();
  readonly #access: Access;
  #lastHeaders: Headers | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Sends a request and reads the reply; `undefined` if there is no such entry. */
  async send(request: ServerRequest): Promise<ServerReply | undefined> {
    const ending = new AbortController();
    try {
      return await inTime(
        this.#exchange(request, ending.signal).then((response) => this.#read(response)),
        REPLY_MS,
      );
    } finally {
      // An unread body would keep its connection.
      ending.abort();
    }
  }

  /** Opens a stream of events; the signal ends it. */
  open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const request: ServerRequest = { path, header: ['accept', 'text/event-stream'] };
    return inTime(
      this.#exchange(request, signal).then((response) => this.#streamOf(response)),
      REPLY_MS,
      signal,
    );
  }

  /** Sends a request while the page is being left: at once, with the headers of the latest request. */
  async sendLast(request: ServerRequest): Promise<void> {
    if (this.#lastHeaders || !this.#access.headers) await this.#fetch(request, { keepalive: true });
  }

  /** If the token is refused, it may have expired: asks the host page for another one, once. */
  async #exchange(request: ServerRequest, signal: AbortSignal): Promise<Response> {
    const response = await this.#attempt(request, signal);
    if (response.status !== 401 || !this.#access.headers) return response;
    await response.body?.cancel();
    return this.#attempt(request, signal);
  }

  async #attempt(request: ServerRequest, signal: AbortSignal): Promise<Response> {
    this.#lastHeaders = new Headers(await this.#access.headers?.());
    const sentAt = this.clock.steady();
    const response = await this.#fetch(request, { signal });
    this.clock.hear(response.headers.get(CLOCK_HEADER), sentAt);
    return response;
  }

  /** Follows no redirect: the headers are meant for this address alone. */
  #fetch({ method, path, body, header }: ServerRequest, init: RequestInit): Promise<Response> {
    const headers = new Headers(this.#lastHeaders);
    if (body) headers.set('content-type', 'application/json');
    if (header) headers.set(...header);
    // Looked up each time: a page may replace the global one.
    return (this.#access.fetch ?? fetch)(this.#access.address + path, {
      method: method ?? 'GET',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual',
      cache: 'no-store',
      ...init,
    });
  }

  async #read(response: Response): Promise<ServerReply | undefined> {
    const { status, ok, headers } = response;
    const isJson = isOf(response, /\bjson\b/i);
    const document: unknown = isJson ? await response.json() : undefined;
    const problem = Object(document) as Partial<Problem>;
    if (status === 404 && problem.type === 'absent' && isVerdict(response)) return undefined;
    if (!ok) throw refusal(response, problem, this.clock.now());
    // A captive portal answers 204 as well.
    if (!isJson && !(status === 204 && isOurs(response))) throw unavailable('its answer is not JSON');
    // A proxy that compresses may mark the tag.
    const [, text = ''] = /"([^"]*?)(?:-\w+)?"/.exec(headers.get('etag') ?? '') ?? [];
    const { revision = NaN, generation } = readTag(text) ?? {};
    return { document, revision, generation };
  }

  async #streamOf(response: Response): Promise<ReadableStream<Uint8Array>> {
    if (response.ok && response.body && isOf(response, /^text\/event-stream\b/i)) return response.body;
    await this.#read(response);
    throw unavailable('its answer is not a stream');
  }
}

/** Settles as the promise does; rejects when time is up, or the signal is aborted. Rejects with `PhoneError` alone. */
export function inTime<T>(promise: Promise<T>, limitMs: number, signal?: AbortSignal): Promise<T> {
  const known = promise.catch((error: unknown) => {
    throw isPhoneError(error) ? error : unavailable(error);
  });
  return withTimeout(known, limitMs, { signal, error: () => unavailable('no answer in time') });
}
