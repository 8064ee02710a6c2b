import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { httpStore } from 'phone-widget/http';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { agentPath } from '../../src/stores/status-protocol.js';
import type { StatusStore } from '../../src/stores/status-store.js';
import { FakeLocks } from '../support/fake-browser.js';
import { json, problem, ScriptedServer } from '../support/scripted-server.js';

const ana = newAgentRecord('ana');
const anaPath = `agents/${agentPath('ana')}`;

/** The pages of one browser hear each other, apart from one that is blocked. */
class FakeChannel {
  static readonly open = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  isBlocked = false;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    FakeChannel.open.add(this);
  }

  postMessage(data: unknown): void {
    if (this.isBlocked) return;
    for (const other of FakeChannel.open) {
      if (other !== this && other.name === this.name) queueMicrotask(() => other.onmessage?.({ data }));
    }
  }

  close(): void {
    FakeChannel.open.delete(this);
  }
}

let server: ScriptedServer;
let locks: FakeLocks;
let stores: StatusStore[];

beforeEach(() => {
  vi.useFakeTimers();
  server = new ScriptedServer();
  stores = [];
  locks = new FakeLocks();
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('document', { hidden: false, baseURI: server.url });
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  server.answer = usual;
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await pass(0);
  expect([...FakeChannel.open]).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const usual: ScriptedServer['answer'] = ({ path }) => {
  if (path === 'identity') return json({ account: 'acme', id: 'ana', roles: ['agent'] });
  return path === anaPath ? json(ana, { revision: 5 }) : undefined;
};
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const say = (revision: number) => server.stream.say('agent', { agentId: 'ana', revision, value: ana });

/** The pages of so many tabs, and what each is told. */
async function openTabs(count: number): Promise<string[][]> {
  const all: string[][] = [];
  for (let tab = 0; tab < count; tab += 1) {
    const store = httpStore({ url: server.url, fetch: server.fetch, headers: () => ({ tab: String(tab) }) });
    const said: string[] = [];
    stores.push(store);
    all.push(said);
    store.watchAgent('ana', {
      next: ({ revision }: { readonly value: AgentRecord; readonly revision: number }) =>
        void said.push(String(revision)),
      ready: () => void said.push('ready'),
    });
    store.watchConnection(({ state }) => void said.push(state));
    await pass(0);
  }
  return all;
}

/** Time passes while the server says that it lives. */
async function live(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    server.stream.say('beat', { now: Date.now() });
    await pass(5);
  }
}

test('one tab reads for all, and a later one begins with what is there', async () => {
  const [first] = await openTabs(1);
  say(4);
  server.stream.say('ready', { now: Date.now() });
  await pass(0);
  const [second] = await openTabs(1);
  say(6);
  await live(60);
  expect([first, second]).toEqual([
    ['connecting', 'online', '4', 'ready', '6'],
    ['connecting', 'online', '5', 'ready', '6'],
  ]);
  expect(server.streams.length).toBe(1);
});

test('the loss and the return of the stream are told in every tab', async () => {
  const all = await openTabs(3);
  say(5);
  server.stream.say('ready', { now: Date.now() });
  await live(10);
  server.stream.cut();
  await pass(0);
  for (const said of all) expect(said.at(-1)).toBe('offline');
  await pass(1);
  say(7);
  await pass(0);
  for (const said of all) expect(said.slice(-3)).toEqual(['offline', 'online', '7']);
  expect(server.open.length).toBe(1);
});

test('a tab that says nothing loses its turn within twenty seconds, and hears the others again', async () => {
  const all = await openTabs(3);
  say(5);
  await live(10);
  const [blocked] = FakeChannel.open;
  if (blocked) blocked.isBlocked = true;
  const [first] = server.streams;
  for (let seconds = 0; seconds < 20; seconds += 5) {
    first?.say('beat', { now: Date.now() });
    await pass(5);
  }
  expect(first?.isOpen).toBe(false);
  expect(server.open.length).toBe(1);
  say(8);
  await pass(0);
  for (const said of all) expect(said.at(-1)).toBe('8');
});

test('a tab that may not read hands over, and the next one reads', async () => {
  server.answer = (asked) =>
    asked.path === `${anaPath}/stream` && asked.headers.get('tab') === '0'
      ? problem(403, { code: 'denied' })
      : usual(asked);
  const all = await openTabs(2);
  expect(server.open.map(({ path }) => path).sort()).toEqual(['account/stream', `${anaPath}/stream`]);
  say(6);
  await pass(0);
  expect(all[1]).toContain('6');
});

test('a long outage makes no tab ask more and more', async () => {
  const all = await openTabs(4);
  say(5);
  server.stream.say('ready', { now: Date.now() });
  await live(10);
  server.answer = () => problem(503);
  server.stream.cut();
  await pass(600);
  const before = server.asked.length;
  await pass(600);
  const inTenMinutes = server.asked.length - before;
  // Each tab reads its record now and then, and one of them tries the stream.
  expect(inTenMinutes).toBeLessThan(4 * 60);
  server.answer = usual;
  const back = server.asked.length;
  expect(vi.getTimerCount()).toBeLessThan(4 * 4);
  while (server.open.length === 0) await pass(1);
  await live(5);
  say(9);
  await live(60);
  expect(server.asked.length - back).toBeLessThan(4 * 10);
  for (const said of all) expect(said.slice(-2)).toEqual(['online', '9']);
  expect(server.open.length).toBe(1);
});
