import { isPhoneError } from '../../model/errors.js';
import { CLOCK_HEADER, type Problem } from '../status-protocol.js';
import type { Link } from './link.js';
import { refusal, unavailable } from './refusals.js';
import type { ServerClock } from './server-clock.js';

/** A server that has not answered by then, in milliseconds, is not reached. */
const ANSWER_MS = 15_000;

/** How the host reaches its server. */
export interface Access {
  readonly url: URL;
  readonly headers: (() => HeadersInit | Promise<HeadersInit>) | undefined;
  readonly fetch: typeof fetch;
}

/** A request of the protocol. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below the server's address. */
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was answered, not checked yet. */
export interface Answer {
  readonly document: unknown;
  /** Of the entry, where the answer is one. */
  readonly revision: number;
}

/** Speaks to the server: headers of the host, limits of time, errors in the store's own terms. */
export class Requests {
  readonly #access: Access;
  readonly #clock: ServerClock;
  readonly #link: Link;
  #lastHeaders: Headers | undefined;

  constructor(access: Access, clock: ServerClock, link: Link) {
    this.#access = access;
    this.#clock = clock;
    this.#link = link;
  }

  /** Sends a request and reads its answer; `undefined` where there is no such entry. */
  async ask(call: Call): Promise<Answer | undefined> {
    try {
      const answer = await limited(async (signal) => read(await this.#exchange(call, signal)));
      this.#link.answered();
      return answer;
    } catch (cause) {
      const error = inOwnTerms(cause);
      if (isPhoneError(error, 'unavailable')) this.#link.failed(error);
      else this.#link.answered();
      throw error;
    }
  }

  /** Opens a stream of events, until the signal ends it. */
  async open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    try {
      const headers = { accept: 'text/event-stream' };
      const response = await limited((ending) => this.#exchange({ method: 'GET', path, headers }, ending), signal);
      if (response.ok && response.body && isOf(response, /^text\/event-stream\b/i)) return response.body;
      // A refusal is read in the same time as any other answer.
      if (!response.ok) await limited(() => read(response), signal);
      throw unavailable('it answers with no stream');
    } catch (cause) {
      throw inOwnTerms(cause);
    }
  }

  /** Sends a request while the page is left: at once, with the headers of the last one, and nobody waits for it. */
  sendLast(call: Call): void {
    if (this.#lastHeaders || !this.#access.headers) this.#send(call, { keepalive: true }).catch(untold);
  }

  /** A token may have run out since: where it is refused, the host is asked for another one, once. */
  async #exchange(call: Call, signal: AbortSignal): Promise<Response> {
    const response = await this.#attempt(call, signal);
    if (response.status !== 401 || !this.#access.headers) return response;
    await response.body?.cancel();
    return this.#attempt(call, signal);
  }

  async #attempt(call: Call, signal: AbortSignal): Promise<Response> {
    this.#lastHeaders = new Headers(await this.#access.headers?.());
    const sentAt = this.#clock.steady();
    const response = await this.#send(call, { signal });
    this.#clock.hear(response.headers.get(CLOCK_HEADER), sentAt);
    return response;
  }

  /** A redirect is not followed: the host's headers are meant for no other address. */
  async #send({ method, path, body, headers = {} }: Call, init: RequestInit): Promise<Response> {
    const { fetch, url } = this.#access;
    const sent = new Headers(this.#lastHeaders);
    if (body) sent.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(headers)) sent.set(name, value);
    const own: RequestInit = { method, headers: sent, body: body ?? null, redirect: 'manual', cache: 'no-store' };
    return fetch(new URL(path, url), { ...own, ...init });
  }
}

async function read(response: Response): Promise<Answer | undefined> {
  const isJson = isOf(response, /^application\/(problem\+)?json\b/i);
  const document: unknown = isJson ? await response.json() : undefined;
  const problem = Object(document) as Partial<Problem>;
  if (response.status === 404 && problem.type === 'absent') return undefined;
  if (!response.ok) throw refusal(response, problem);
  if (!isJson && response.status !== 204) throw unavailable('it answers with no JSON');
  // A proxy that compresses may mark the tag.
  const tag = /^(?:W\/)?"(\d+)(?:-\w+)?"$/.exec(response.headers.get('etag') ?? '');
  return { document, revision: Number(tag?.[1]) };
}

function isOf({ headers }: Response, type: RegExp): boolean {
  return type.test(headers.get('content-type') ?? '');
}

/** Gives up after the time limit, or when it is ended, even where the host's functions never settle. */
function limited<T>(run: (signal: AbortSignal) => Promise<T>, ended?: AbortSignal): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      controller.abort();
      reject(unavailable('no answer in time'));
    };
    const timer = setTimeout(stop, ANSWER_MS);
    // What was opened lives on, until it is ended.
    ended?.addEventListener('abort', stop);
    run(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        // A body that nobody reads would keep its connection.
        if (!ended) controller.abort();
      });
  });
}

function inOwnTerms(cause: unknown): unknown {
  return isPhoneError(cause) ? cause : unavailable(cause);
}

/** Where it was not sent, the lease runs out. */
function untold(): void {}
