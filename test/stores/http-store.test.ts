import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpStore, type HttpStoreOptions } from 'phone-widget/http';
import { defaultAccount, type Account } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { agentPath } from '../../src/stores/status-protocol.js';
import type { Connection, StatusStore, Versioned, Watcher } from '../../src/stores/status-store.js';
import { json, page, problem, ScriptedServer } from '../support/scripted-server.js';

const ana = newAgentRecord('ana');
const anaPath = `agents/${agentPath('ana')}`;
const signIn = { type: 'sign-in', page: 'page-1' } as const;

let server: ScriptedServer;
let stores: StatusStore[];

beforeEach(() => {
  server = new ScriptedServer();
  stores = [];
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(stores.map((store) => store.close()));
});

function open(options: Partial<HttpStoreOptions> = {}): StatusStore {
  const store = httpStore({ url: server.url, fetch: server.fetch, ...options });
  stores.push(store);
  return store;
}

interface Heard<T> extends Watcher<T> {
  readonly said: string[];
}

/** Writes down the revisions and what else is told, in order. */
function hear<T>(): Heard<T> {
  const said: string[] = [];
  return {
    said,
    next: ({ revision }: Versioned<T>) => void said.push(String(revision)),
    ready: () => void said.push('ready'),
    error: ({ code }) => void said.push(code),
  };
}

function hearConnection(store: StatusStore): Connection[] {
  const heard: Connection[] = [];
  store.watchConnection((connection) => heard.push(connection));
  return heard;
}

const states = (heard: readonly Connection[]) => heard.map(({ state }) => state);
/** Lets everything happen that waits for no time. */
const settle = () => vi.waitFor(() => new Promise((resolve) => setImmediate(resolve)));

describe('the address', () => {
  test.each([
    'https://ana:secret@x.example/',
    'https://x.example/?token=1',
    'https://x.example/#a',
    'ftp://x',
    '/phone',
  ])('refuses %s and shows no secret', (url) => {
    expect(() => httpStore({ url })).toThrowError(expect.objectContaining({ code: 'not-supported' }) as Error);
    expect(() => httpStore({ url })).not.toThrowError(/secret|token/);
  });

  test('names the store, with or without a slash at its end', () => {
    expect(open({ url: 'https://x.example/phone' }).name).toBe('http:https://x.example/phone/');
    expect(open({ url: new URL('https://X.example/phone/') }).name).toBe('http:https://x.example/phone/');
  });
});

describe('a stream', () => {
  test('serves the watches of the agent and of the account that begin together', async () => {
    const store = open();
    const [account, agent] = [hear<Account>(), hear<AgentRecord>()];
    store.watchAccount(account);
    store.watchAgent('ana', agent);
    await settle();
    expect(server.paths).toEqual([`${anaPath}/stream`]);
    server.stream.say('account', { revision: 3, value: defaultAccount });
    server.stream.say('agent', { agentId: 'ana', revision: 5, value: ana });
    server.stream.say('ready', { now: Date.now() });
    await settle();
    expect([account.said, agent.said]).toEqual([
      ['3', 'ready'],
      ['5', 'ready'],
    ]);
  });
});
void [json, page, problem, signIn, states, hearConnection];
