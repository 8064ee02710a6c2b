import { memoryStore } from 'phone-widget';
import { createStatusServer, type Identity, type StatusServer, type StatusServerOptions } from 'phone-widget/server';
import { agentPath, type EventRequest, type Problem } from '../../src/stores/status-protocol.js';
import type { AgentEvent } from 'phone-widget';

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

/** A server over a place in memory that nobody else uses. */
export function serverInMemory(options: Partial<StatusServerOptions> = {}): StatusServer {
  const place = `server-${++places}`;
  const store = (account: string) => memoryStore({ account: `${place} ${account}` });
  return createStatusServer({ store, authenticate: believe, ...options });
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
  return Number(headers.get('etag')?.slice(1, -1));
}

export async function problemOf(response: Response): Promise<Problem> {
  return (await response.json()) as Problem;
}
