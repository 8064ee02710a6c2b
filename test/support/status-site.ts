import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import {
  defaultAccount,
  memoryStore,
  newAgentRecord,
  recordEvent,
  type AgentEvent,
  type AgentRecord,
  type StatusStore,
} from 'phone-widget';
import { createStatusServer, type StatusServer } from 'phone-widget/server';
import { believe } from './server.js';

/** A stream of events that a browser has open. */
export interface OpenStream {
  readonly path: string;
  readonly socket: Socket;
}

/** What the server has saved: an event, and the record that it made. */
export interface Saved {
  readonly event: AgentEvent;
  readonly record: AgentRecord;
}

/** A site as a helpdesk has it: the pages, and under `/phone/` a status server that can be killed and started again. */
export class StatusSite {
  readonly origin: string;
  readonly #pages: URL;
  #place: string;
  readonly #streams = new Set<OpenStream>();
  /** Every path below `/phone/` that was asked for. */
  readonly asked: string[] = [];
  /** Everything that the server has saved of agents, in order. */
  readonly saved: Saved[] = [];
  #http: Server;
  #status: StatusServer;
  #port: number;

  private constructor(pages: string, place: string) {
    this.#pages = new URL(pages);
    this.#place = place;
    this.#status = this.#newStatusServer();
    this.#http = this.#newServer();
    this.#port = 0;
    this.origin = '';
  }

  /** Begins to serve, with the pages of another server. */
  static async open(pages: string): Promise<StatusSite> {
    const site = new StatusSite(pages, `site ${Math.random()}`);
    await site.start();
    Object.assign(site, { origin: `http://localhost:${site.#port}` });
    return site;
  }

  /** The streams that are open now. */
  get streams(): readonly OpenStream[] {
    return [...this.#streams];
  }

  /** What the server keeps. */
  get store() {
    return memoryStore({ account: `${this.#place} acme` });
  }

  /** Somebody else changes the agent's record. */
  async happens(event: AgentEvent, agentId = 'ana'): Promise<void> {
    const { store } = this;
    const present = await store.readAgent(agentId);
    const next = recordEvent(defaultAccount, present?.value ?? newAgentRecord(agentId), event, store.now());
    await store.saveAgent(next, present?.revision ?? null, event);
    await store.close();
  }

  /** Ends at once, as a process that is killed does; what it kept is kept. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
    await this.#status.close();
  }

  /** What it kept is gone, as with a process that kept it in memory; it is to be killed before. */
  lose(): void {
    this.#place = `site ${Math.random()}`;
  }

  /** Serves again, at the same address. */
  async start(): Promise<void> {
    this.#status = this.#newStatusServer();
    this.#http = this.#newServer();
    await new Promise<void>((resolve) => this.#http.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  #newStatusServer(): StatusServer {
    return createStatusServer({
      store: (account) => this.#noted(memoryStore({ account: `${this.#place} ${account}` })),
      authenticate: believe,
    });
  }

  #noted(store: StatusStore): StatusStore {
    const save = store.saveAgent.bind(store);
    store.saveAgent = async (record, basedOn, event) => {
      const saved = await save(record, basedOn, event);
      this.saved.push({ event, record: saved.value });
      return saved;
    };
    return store;
  }

  #newServer(): Server {
    const answer = getRequestListener((request) => this.#status.fetch(request));
    return createServer((request, response) => {
      const path = request.url ?? '/';
      if (!path.startsWith('/phone/')) return this.#pass(request, response);
      this.asked.push(path.slice('/phone/'.length));
      if (/\/stream(\?|$)/.test(path)) this.#count(path, response);
      void answer(request, response);
    });
  }

  #count(path: string, response: ServerResponse): void {
    if (!response.socket) return;
    const stream = { path: path.slice('/phone/'.length), socket: response.socket };
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { port } = this.#pages;
    const { url = '/', method, headers } = request;
    const passed = ask(
      { hostname: '127.0.0.1', port, path: url, method, headers: { ...headers, host: this.#pages.host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  }
}
