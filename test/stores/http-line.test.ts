import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpStore } from 'phone-widget/http';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { agentPath } from '../../src/stores/status-protocol.js';
import type { StatusStore } from '../../src/stores/status-store.js';
import { FakeLocks } from '../support/fake-browser.js';
import { json, problem, ScriptedServer } from '../support/scripted-server.js';

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
  await Promise.all(stores.map((store) => store.close()));
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(): StatusStore {
  const store = httpStore({ url: server.url, fetch: server.fetch });
  stores.push(store);
  return store;
}

describe('a save', () => {
  const codeOf = (saved: Promise<unknown>) => saved.catch((error: unknown) => (error as { code?: string }).code);

  test('of a record that nobody could read is not sent', async () => {
    const damaged = { ...ana, calls: 7 } as unknown as AgentRecord;
    expect(await codeOf(open().saveAgent(damaged, null, signIn))).toBe('damaged-data');
    expect(server.asked).toEqual([]);
  });

  test.each([null, { value: ana, revision: 3 }])(
    'whose conflict names the very entry that it was based on (%j) is unavailable',
    async (present) => {
      server.answer = () => problem(412, { code: 'conflict', present });
      expect(await codeOf(open().saveAgent(ana, present?.revision ?? null, signIn))).toBe('unavailable');
    },
  );
});

describe('a stream', () => {
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
  const openPaths = () => server.open.map(({ path }) => path);

  beforeEach(() => void vi.useFakeTimers());

  test('of one agent that was refused is wanted no more once all agents are watched', async () => {
    server.answer = ({ path }) => (path === `${anaPath}/stream` ? problem(403, { code: 'denied' }) : undefined);
    const store = open();
    const codes: string[] = [];
    store.watchAgent('ana', { next: () => {}, error: ({ code }) => void codes.push(code) });
    await pass(40);
    expect([openPaths(), codes]).toEqual([[], ['denied']]);
    store.watchAgents({ next: () => {} });
    await pass(0);
    expect(openPaths()).toEqual(['agents/stream']);
    const { length } = server.asked;
    await pass(15);
    expect(server.asked.length).toBe(length);
  });

  test('that waits to be tried again leaves its turn to another tab when it is wanted no more', async () => {
    vi.stubGlobal('navigator', { locks: new FakeLocks() });
    vi.stubGlobal('document', { hidden: false, baseURI: server.url });
    const identity = ({ path }: { readonly path: string }) =>
      path === 'identity' ? json({ account: 'acme', id: 'ana', roles: ['agent'] }) : undefined;
    server.answer = (asked) => (asked.path === `${anaPath}/stream` ? problem(503) : identity(asked));
    const unwatch = open().watchAgent('ana', { next: () => {} });
    await pass(0);
    open().watchAgent('ana', { next: () => {} });
    await pass(10);
    server.answer = identity;
    const { length } = server.asked;
    unwatch();
    await pass(0);
    expect(openPaths()).toEqual([`${anaPath}/stream`]);
    expect(server.asked.length).toBe(length + 1);
  });
});
