import { isPhoneError } from '../../model/errors.js';
import { withTimeout } from '../../platform/time.js';
import { CLOCK_HEADER, readTag, type Problem } from '../status-protocol.js';
import { isOf, isOurs, isVerdict, refusal, unavailable } from './http-errors.js';
import { ServerClock } from './server-clock.js';

/** A server that has not answered by then, in milliseconds, is not reached. */
const ANSWER_MS = 15_000;

/** How the host reaches its server. */
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
  /** Which revision is expected, or what kind of answer. */
  readonly header?: readonly [name: string, value: string];
}

/** What was answered, not checked yet. */
export interface ServerReply {
  readonly document: unknown;
  /** Of the entry, where the answer is one. */
  readonly revision: number;
  /** The place's, where it is told. */
  readonly generation: string | undefined;
}

/** Speaks to the server: headers of the host, limits of time, errors in the store's own terms, and the server's clock. */
export class HttpClient {
  readonly clock = new ServerClock();
  readonly #access: Access;
  #lastHeaders: Headers | undefined;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Sends a request and reads its answer; `undefined` where there is no such entry. */
  async ask(call: ServerRequest): Promise<ServerReply | undefined> {
    const ending = new AbortController();
    try {
      return await inTime(
        this.#exchange(call, ending.signal).then((response) => this.#read(response)),
        ANSWER_MS,
      );
    } finally {
      // A body that nobody reads would keep its connection.
      ending.abort();
    }
  }

  /** Opens a stream of events, until the signal ends it. */
  open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const call: ServerRequest = { path, header: ['accept', 'text/event-stream'] };
    return inTime(
      this.#exchange(call, signal).then((response) => this.#streamOf(response)),
      ANSWER_MS,
      signal,
    );
  }

  /** Sends a request while the page is left: at once, with the headers of the last one. */
  async sendLast(call: ServerRequest): Promise<void> {
    if (this.#lastHeaders || !this.#access.headers) await this.#send(call, { keepalive: true });
  }

  /** A token may have run out since: where it is refused, the host is asked for another one, once. */
  async #exchange(call: ServerRequest, signal: AbortSignal): Promise<Response> {
    const response = await this.#attempt(call, signal);
    if (response.status !== 401 || !this.#access.headers) return response;
    await response.body?.cancel();
    return this.#attempt(call, signal);
  }

  async #attempt(call: ServerRequest, signal: AbortSignal): Promise<Response> {
    this.#lastHeaders = new Headers(await this.#access.headers?.());
    const sentAt = this.clock.steady();
    const response = await this.#send(call, { signal });
    this.clock.hear(response.headers.get(CLOCK_HEADER), sentAt);
    return response;
  }

  /** A redirect is not followed: the host's headers are meant for no other address. */
  #send({ method, path, body, header }: ServerRequest, init: RequestInit): Promise<Response> {
    const headers = new Headers(this.#lastHeaders);
    if (body) headers.set('content-type', 'application/json');
    if (header) headers.set(...header);
    // The platform's is looked up at each call: a page may put another one in its place.
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

/** Settles as the promise does, or rejects after that many milliseconds, or when the signal is aborted: always with a `PhoneError`. */
export function inTime<T>(promise: Promise<T>, limitMs: number, signal?: AbortSignal): Promise<T> {
  const known = promise.catch((error: unknown) => {
    throw isPhoneError(error) ? error : unavailable(error);
  });
  return withTimeout(known, limitMs, { signal, error: () => unavailable('no answer in time') });
}
