import { memoryStore, type StatusStore } from 'phone-widget';
import { createStatusServer, type Identity, type StatusServer, type StatusServerOptions } from 'phone-widget/server';
import { memoryDocuments } from '../../src/stores/documents/memory-backend.js';
import { agentPath, type EventRequest, type Problem } from '../../src/stores/status-protocol.js';
import type { AgentEvent } from 'phone-widget';
import { describedByOpenApi } from './contract.js';

/** A token that says whose it is: the tests' server believes it. */
export function tokenOf(identity: Partial<Identity>): string {
  return `Bearer ${Buffer.from(JSON.stringify({ account: 'acme', ...identity })).toString('base64url')}`;
}

export const ana = { id: 'ana', roles: ['agent'] } as const;
export const ben = { id: 'ben', roles: ['agent'] } as const;
export const sue = { id: 'sue', name: 'Sue', roles: ['supervisor'] } as const;
export const adam = { id: 'adam', roles: ['admin'] } as const;
export const pbx = { id: 'pbx', roles: ['telephony'] } as const;
export const acd = { id: 'acd', roles: ['router'] } as const;

/** Believes tokens made by `tokenOf`. */
export async function believe({ headers }: Request): Promise<Identity | null> {
  const token = /^Bearer ([\w-]+)$/.exec(headers.get('authorization') ?? '')?.[1];
  return token ? (JSON.parse(Buffer.from(token, 'base64url').toString()) as Identity) : null;
}

let places = 0;

/** A server, and the places in memory behind it that nobody else uses. */
export interface World {
  readonly server: StatusServer;
  /** The server without the check against the OpenAPI document. */
  readonly bare: StatusServer;
  /** Another server over the same places. */
  another(options?: Partial<StatusServerOptions>): StatusServer;
  /** All that lies in the places of these accounts. */
  everything(...accounts: readonly string[]): Promise<unknown>;
  storeOf(account?: string): StatusStore;
}

/** A server over places in memory that nobody else uses. */
export function world(options: Partial<StatusServerOptions> = {}): World {
  const prefix = `server-${++places}`;
  const storeOf = (account = 'acme') => memoryStore({ account: `${prefix} ${account}` });
  const another = (more: Partial<StatusServerOptions> = {}) =>
    createStatusServer({ store: storeOf, authenticate: believe, ...options, ...more });
  const bare = another();
  return {
    server: describedByOpenApi(bare),
    bare,
    another: (more) => describedByOpenApi(another(more)),
    storeOf,
    async everything(...accounts) {
      const all = (accounts.length > 0 ? accounts : ['acme', 'other']).map(async (account) => {
        const place = memoryDocuments(`memory:${prefix} ${account}`);
        return [...(await place.read(undefined)), ...(await place.read(''))];
      });
      return structuredClone(await Promise.all(all));
    },
  };
}

/** A server over a place in memory that nobody else uses. */
export function serverInMemory(options: Partial<StatusServerOptions> = {}): StatusServer {
  return world(options).server;
}

/** One request as somebody, and what is answered. */
export class Visitor {
  readonly #server: StatusServer;
  readonly #as: Partial<Identity>;

  constructor(server: StatusServer, as: Partial<Identity>) {
    this.#server = server;
    this.#as = as;
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: tokenOf(this.#as), ...(init.headers as Record<string, string> | undefined) };
    return this.#server.fetch(new Request(`http://status.test/phone/${path}`, { ...init, headers }));
  }

  /** Posts a body, JSON or a text as it is. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.request(path, {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** Sends an event, based on a revision. */
  event(agentId: string, event: AgentEvent, basedOn: number | null): Promise<Response> {
    const headers: Record<string, string> =
      basedOn === null ? { 'if-none-match': '*' } : { 'if-match': `"${basedOn}"` };
    return this.post(`agents/${agentPath(agentId)}/events`, { event } satisfies EventRequest, headers);
  }
}

/** The revision of an answer. */
export function revisionOf({ headers }: Response): number {
  return Number(/(\d+)"$/.exec(headers.get('etag') ?? '')?.[1]);
}

export async function problemOf(response: Response): Promise<Problem> {
  return (await response.json()) as Problem;
}

/** Reads a stream of events as far as a test wants it. */
export class StreamReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  /** What has been told so far. */
  text = '';

  constructor({ body }: Response) {
    this.#reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads on until the text has come, or fails at the end. */
  async until(needle: string): Promise<void> {
    while (!this.text.includes(needle)) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`The stream ended without ${needle}: ${this.text}`);
      this.text += value;
    }
  }

  /** Reads on until the stream ends. */
  async toEnd(): Promise<string> {
    for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) this.text += read.value;
    return this.text;
  }

  forget(): void {
    this.text = '';
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}
