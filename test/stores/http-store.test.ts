import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpStore, type HttpStoreOptions } from 'phone-widget/http';
import { defaultAccount, type Account } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import type { PhoneError } from '../../src/model/errors.js';
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
const settle = () => new Promise((resolve) => setImmediate(resolve));

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

/** The answer, as the status server gives it. */
const ours = (answer: Response) => {
  answer.headers.set('phone-clock', String(Date.now()));
  return answer;
};
/** JSON that is no problem document. */
const said = (document: unknown, status: number) =>
  new Response(JSON.stringify(document), { status, headers: { 'content-type': 'application/json' } });

/** Lets time pass by the fake clock. */
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const hang = () => new Promise<Response>(() => undefined);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error as { code?: string }).code,
  );
const tellAll = (revision = 5) => {
  server.stream.say('account', { revision: 3, value: defaultAccount });
  server.stream.say('agent', { agentId: 'ana', revision, value: ana });
  server.stream.say('ready', { now: Date.now() });
};

describe('a stream', () => {
  beforeEach(() => void vi.useFakeTimers());

  test('serves the watches of the agent and of the account that begin together', async () => {
    const store = open();
    const [account, agent] = [hear<Account>(), hear<AgentRecord>()];
    store.watchAccount(account);
    store.watchAgent('ana', agent);
    await pass(0);
    tellAll();
    await pass(0);
    expect(server.paths).toEqual([`${anaPath}/stream`]);
    expect([account.said, agent.said]).toEqual([
      ['3', 'ready'],
      ['5', 'ready'],
    ]);
  });

  test('of all agents serves every watch, and a later one begins with a read', async () => {
    server.answer = ({ path }) => (path === anaPath ? json(ana, { revision: 6 }) : undefined);
    const store = open();
    const [all, one] = [hear<AgentRecord>(), hear<AgentRecord>()];
    store.watchAgents(all);
    await pass(0);
    tellAll();
    await pass(0);
    store.watchAgent('ana', one);
    await pass(0);
    server.stream.say('agent', { agentId: 'ana', revision: 6, value: ana });
    server.stream.say('agent', { agentId: 'ana', revision: 7, value: ana });
    await pass(0);
    expect(server.paths).toEqual(['agents/stream', anaPath]);
    expect(all.said).toEqual(['5', 'ready', '6', '7']);
    expect(one.said).toEqual(['6', 'ready', '7']);
  });

  test('is closed with its last watch, and the account goes on by its own', async () => {
    const store = open();
    const account = hear<Account>();
    const ends = [store.watchAgent('ana', hear()), store.watchAgent('ana', hear()), store.watchAccount(account)];
    await pass(0);
    tellAll();
    ends[0]?.();
    await pass(0);
    expect(server.open.map(({ path }) => path)).toEqual([`${anaPath}/stream`]);
    ends[1]?.();
    await pass(0);
    expect(server.open.map(({ path }) => path)).toEqual(['account/stream']);
    tellAll();
    server.stream.say('account', { revision: 4, value: defaultAccount });
    await pass(0);
    expect(account.said).toEqual(['3', 'ready', '4']);
    ends[2]?.();
    await pass(0);
    expect(server.open).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is refused is reported once, and the account goes to its own', async () => {
    server.answer = ({ path }) => (path.startsWith('agents') ? problem(403, { code: 'denied' }) : undefined);
    const store = open();
    const [account, agent] = [hear<Account>(), hear<AgentRecord>()];
    const connection = hearConnection(store);
    store.watchAccount(account);
    store.watchAgent('ana', agent);
    await pass(0);
    expect(server.open.map(({ path }) => path)).toEqual(['account/stream']);
    tellAll();
    await pass(65);
    server.stream.say('beat', { now: Date.now() });
    expect(agent.said).toEqual(['denied']);
    expect(account.said).toEqual(['3', 'ready']);
    const tries = server.paths.filter((path) => path === `${anaPath}/stream`).length;
    expect(tries).toBeGreaterThanOrEqual(7);
    expect(tries).toBeLessThanOrEqual(11);
    expect(states(connection)).not.toContain('closed');
    server.answer = () => undefined;
    await pass(30);
    expect(server.open.map(({ path }) => path)).toEqual([`${anaPath}/stream`]);
    tellAll(9);
    await pass(0);
    expect(agent.said).toEqual(['denied', '9', 'ready']);
  });

  test('that breaks is opened again at once, then with growing pauses, and nothing is missed or doubled', async () => {
    const store = open();
    const agent = hear<AgentRecord>();
    const connection = hearConnection(store);
    store.watchAgent('ana', agent);
    await pass(0);
    tellAll();
    await pass(6);
    const opened: number[] = [];
    const started = Date.now();
    server.answer = ({ path }) => {
      if (path.endsWith('stream')) opened.push(Date.now() - started);
      throw new TypeError('fetch failed');
    };
    server.stream.cut();
    await pass(0);
    expect(connection.at(-1)).toMatchObject({ state: 'offline', reason: { code: 'unavailable' } });
    await pass(200);
    const pauses = opened.map((at, index) => at - (opened[index - 1] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(500);
    [1, 2, 4, 8, 16].forEach((longest, index) => {
      expect(pauses[index + 1]).toBeGreaterThanOrEqual(longest * 500);
      expect(pauses[index + 1]).toBeLessThanOrEqual(longest * 1000);
    });
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
    server.answer = () => undefined;
    while (server.open.length === 0) await pass(1);
    server.stream.say('agent', { agentId: 'ana', revision: 5, value: ana });
    server.stream.say('agent', { agentId: 'ana', revision: 4, value: ana });
    server.stream.say('agent', { agentId: 'ana', revision: 8, value: ana });
    server.stream.say('ready', { now: Date.now() });
    await pass(0);
    expect(agent.said).toEqual(['5', 'ready', '8']);
    expect(states(connection)).toEqual(['connecting', 'online', 'offline', 'online']);
  });

  test('that is refused waits longer and longer, and no longer once the server takes anything else', async () => {
    server.answer = ({ path }) => (path.endsWith('stream') ? problem(403, { code: 'denied' }) : undefined);
    const store = open();
    store.watchAgent('ana', hear());
    const opened = () => server.paths.filter((path) => path.endsWith('stream')).length;
    await pass(1);
    expect(opened()).toBeGreaterThanOrEqual(2);
    await pass(120);
    expect(opened()).toBeGreaterThanOrEqual(8);
    expect(opened()).toBeLessThanOrEqual(15);
    const before = opened();
    await store.readAgent('ana');
    await pass(0);
    expect(opened()).toBe(before + 1);
    await store.readAgent('ana');
    server.answer = () => undefined;
    await store.readAgent('ana');
    await pass(0);
    expect(server.open.length).toBe(1);
  });

  test('that is refused on every page shares no haste with another one', async () => {
    server.answer = ({ path }) => (path.endsWith('stream') ? problem(403, { code: 'denied' }) : undefined);
    const store = open();
    store.watchAgents(hear());
    store.watchAgent('ana', hear());
    store.watchAccount(hear());
    await pass(120);
    expect(server.asked.length).toBeLessThan(60);
  });

  test.each([
    ['the stream is left alone for as long as the server asks', 503],
    ['and also where it is refused', 403],
  ])('%s (%d)', async (_, status) => {
    server.answer = ({ path }) => {
      if (!path.endsWith('stream')) return undefined;
      const answer = problem(status, status === 403 ? { code: 'denied' } : {});
      answer.headers.set('retry-after', '20');
      return answer;
    };
    const store = open();
    store.watchAgent('ana', hear());
    await pass(0);
    server.answer = () => undefined;
    await pass(19);
    await store.readAgent('ana');
    await pass(0);
    expect(server.open.length).toBe(0);
    await pass(1);
    expect(server.open.length).toBe(1);
  });

  test.each(['closing', 'expired', 'slow'] as const)(
    'that the server ends as %s is opened again unnoticed',
    async (reason) => {
      const store = open();
      const connection = hearConnection(store);
      store.watchAgent('ana', hear());
      await pass(0);
      tellAll();
      await pass(6);
      server.stream.say('end', { reason });
      await pass(0.6);
      expect(server.streams.length).toBe(2);
      expect(server.open.length).toBe(1);
      expect(states(connection)).toEqual(['connecting', 'online']);
    },
  );

  test('that ends as soon as it was opened is not opened in haste', async () => {
    open().watchAgent('ana', hear());
    server.answer = ({ path }) =>
      path.endsWith('stream')
        ? new Response('event: ready\ndata: {"now":1}\n\n', { headers: { 'content-type': 'text/event-stream' } })
        : undefined;
    await pass(60);
    expect(server.asked.length).toBeLessThan(12);
  });

  test('that is silent is given up within twenty seconds, though it looks open', async () => {
    const store = open();
    const connection = hearConnection(store);
    store.watchAgent('ana', hear());
    await pass(0);
    tellAll();
    await pass(7);
    server.stream.say('beat', { now: Date.now() });
    server.answer = hang;
    await pass(17);
    expect(states(connection)).toEqual(['connecting', 'online']);
    await pass(2);
    expect(states(connection)).toEqual(['connecting', 'online', 'offline']);
    expect(server.open).toEqual([]);
  });

  test('that is cut in the middle of an event tells no half of it', async () => {
    const store = open();
    const agent = hear<AgentRecord>();
    store.watchAgent('ana', agent);
    await pass(0);
    server.stream.write(`event: agent\ndata: ${JSON.stringify({ agentId: 'ana', revision: 5, value: ana })}\n`);
    server.stream.finish();
    await pass(1);
    expect(agent.said).toEqual([]);
    tellAll(6);
    await pass(0);
    expect(agent.said).toEqual(['6', 'ready']);
  });

  test('is read in whatever pieces it comes, also through the middle of a letter', async () => {
    const store = open();
    const records: AgentRecord[] = [];
    store.watchAgent('ana', { next: ({ value }) => void records.push(value) });
    await pass(0);
    const text = JSON.stringify({ agentId: 'ana', revision: 5, value: { ...ana, agentName: 'Ána 👩🏽‍💻' } });
    for (const byte of new TextEncoder().encode(`: hello\r\nevent: agent\r\ndata: ${text}\r\n\r\n`)) {
      server.stream.write(Uint8Array.of(byte));
    }
    await pass(0);
    expect(records.map(({ agentName }) => agentName)).toEqual(['Ána 👩🏽‍💻']);
  });

  test.each<[string, () => Response]>([
    ['a page', () => page()],
    ['a page that calls itself an error', () => page(503)],
    ['JSON', () => json({})],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://sign-in.example/' } })],
    ['the wrong address', () => problem(404)],
    ['events that are no JSON', () => new Response('event: agent\ndata: {"revi\n\n', streamHeaders)],
    ['bytes that are no letters', () => new Response(Uint8Array.of(0x64, 0xff, 0xfe, 0x0a), streamHeaders)],
  ])('in place of which comes %s is lost, and opened again', async (_, answer) => {
    server.answer = ({ path }) => (path.endsWith('stream') ? answer() : undefined);
    const store = open();
    const agent = hear<AgentRecord>();
    const connection = hearConnection(store);
    store.watchAgent('ana', agent);
    await pass(0);
    expect(connection.at(-1)).toMatchObject({ state: 'offline', reason: { code: 'unavailable' } });
    server.answer = () => undefined;
    await pass(2);
    tellAll();
    await pass(0);
    expect(agent.said).toEqual(['5', 'ready']);
    expect(connection.at(-1)).toEqual({ state: 'online' });
  });

  test('may say what nobody asked for and what nobody knows', async () => {
    const store = open();
    const agent = hear<AgentRecord>();
    store.watchAgent('ana', agent);
    await pass(0);
    const { stream } = server;
    stream.say('agent', { agentId: 'ben', revision: 7, value: newAgentRecord('ben') });
    stream.write('event: weather\ndata: {"sun":true}\n\nevent: agent\ndata: null\n\ndata: 7\n\n');
    stream.write('event: agent\ndata: {"agentId":"ana","revision":"9","value":{}}\n\nevent: ready\ndata: {}\n\n');
    stream.say('agent', { agentId: 'ana', revision: 4, value: newAgentRecord('ben') });
    stream.say('agent', { agentId: 'ana', revision: 5, damaged: true });
    stream.say('agent', { agentId: 'ana', revision: 6, value: ana });
    await pass(0);
    expect(agent.said).toEqual(['ready', 'damaged-data', 'damaged-data', '6']);
    expect(server.streams.length).toBe(1);
  });

  test('tells nothing any more once the store is closed', async () => {
    const store = open();
    const agent = hear<AgentRecord>();
    const connection = hearConnection(store);
    store.watchAgent('ana', agent);
    await pass(0);
    const { stream } = server;
    await store.close();
    stream.say('agent', { agentId: 'ana', revision: 4, value: ana });
    await pass(60);
    expect(agent.said).toEqual([]);
    expect(states(connection).at(-1)).toBe('closed');
    expect(server.open).toEqual([]);
    expect(server.streams.length).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const streamHeaders = { headers: { 'content-type': 'text/event-stream' } };

describe('a request', () => {
  beforeEach(() => void vi.useFakeTimers());

  test('says what the protocol wants of a save', async () => {
    server.answer = ({ path }) =>
      path.endsWith('events') ? json(ana, { revision: 8 }) : json(defaultAccount, { revision: 2 });
    const store = open();
    expect(await store.saveAgent({ ...ana, agentName: 'Ana' }, 7, signIn)).toEqual({ value: ana, revision: 8 });
    expect(await store.saveAgent(ana, null, signIn)).toEqual({ value: ana, revision: 8 });
    expect(await store.saveAccount(defaultAccount, 1)).toEqual({ value: defaultAccount, revision: 2 });
    const [named, fresh, account] = server.asked;
    expect(named).toMatchObject({
      method: 'POST',
      path: `${anaPath}/events`,
      body: { event: signIn, agentName: 'Ana' },
    });
    expect(named?.headers.get('if-match')).toBe('"7"');
    expect(named?.headers.get('content-type')).toBe('application/json');
    expect(fresh?.body).toEqual({ event: signIn });
    expect(fresh?.headers.get('if-none-match')).toBe('*');
    expect(account).toMatchObject({ method: 'PUT', path: 'account', body: defaultAccount });
    expect(account?.headers.get('if-match')).toBe('"1"');
    expect(server.asked.every(({ init }) => init.redirect === 'manual' && init.cache === 'no-store')).toBe(true);
  });

  test('names the agent with a sign-in alone: a firewall that dislikes the name lets all else pass', async () => {
    server.answer = () => json(ana, { revision: 8 });
    const store = open();
    const renew = { type: 'renew', page: 'page-1' } as const;
    const leave = { type: 'leave', page: 'page-1' } as const;
    for (const event of [renew, leave]) await store.saveAgent({ ...ana, agentName: 'Ana <script>' }, 7, event);
    expect(server.asked.map(({ body }) => body)).toEqual([{ event: renew }, { event: leave }]);
  });

  test.each<readonly [string, string, () => Response]>([
    ['403', 'denied', () => problem(403, { code: 'denied' })],
    ['403 of the server without a code', 'denied', () => ours(problem(403))],
    ['401 of the server without a code', 'denied', () => ours(problem(401))],
    ['400 of the server without a code', 'not-supported', () => ours(problem(400))],
    ['413 of the server without a code', 'not-supported', () => ours(problem(413))],
    ['422 of the server without a code', 'not-supported', () => ours(problem(422))],
    ['422 of the server that is no JSON', 'not-supported', () => ours(page(422))],
    ['422 with a code', 'call-in-progress', () => problem(422, { code: 'call-in-progress' })],
    ['a code in JSON of the server', 'outdated', () => ours(said({ code: 'outdated' }, 409))],
    ...[400, 401, 403, 404, 405, 409, 410, 411, 412, 413, 414, 415, 422, 428, 431, 451].flatMap((status) => [
      [`a page with ${status} of somebody else`, 'unavailable', () => page(status)] as const,
      [`a problem with ${status} of somebody else`, 'unavailable', () => problem(status)] as const,
      [
        `JSON with ${status} of somebody else`,
        'unavailable',
        () => said({ code: 'denied', type: 'gone' }, status),
      ] as const,
    ]),
    ['422 with a code that nobody knows', 'unavailable', () => problem(422, { code: 'mood' })],
    ['503 with its code', 'unavailable', () => ours(problem(503, { code: 'unavailable' }))],
    ['304', 'unavailable', () => new Response(null, { status: 304 })],
    ['the 204 of a captive portal', 'unavailable', () => new Response(null, { status: 204 })],
    ['404 of a wrong address', 'unavailable', () => problem(404)],
    ['JSON of somebody else that says absent', 'unavailable', () => said({ type: 'absent' }, 404)],
    ['408', 'unavailable', () => problem(408)],
    ['429', 'unavailable', () => problem(429)],
    ['500', 'unavailable', () => problem(500)],
    ['503 of a server that is closed', 'unavailable', () => problem(503, { code: 'closed' })],
    ['a page', 'unavailable', () => page()],
    ['a page with 502', 'unavailable', () => page(502)],
    ['a redirect', 'unavailable', () => new Response(null, { status: 303 })],
    ['no revision', 'unavailable', () => json(ana)],
    [
      'half of a problem',
      'unavailable',
      () => ours(new Response('{"c', { status: 422, headers: { 'content-type': 'application/problem+json' } })),
    ],
    ['half of the JSON', 'unavailable', () => new Response('{"a', { headers: { 'content-type': 'application/json' } })],
    ['a record of another agent', 'damaged-data', () => json(newAgentRecord('ben'), { revision: 4 })],
    ['a conflict that nobody explains', 'unavailable', () => page(412)],
  ])('that is answered with %s is refused: %s', async (_, code, answer) => {
    server.answer = answer;
    const store = open();
    expect(await codeOf(store.saveAgent(ana, 1, signIn))).toBe(code);
    expect(await codeOf(store.readAgent('ana'))).toBe(code);
  });

  test('for another reason than a conflict or damage, carries nothing but its code', async () => {
    server.answer = () => problem(422, { code: 'outdated' });
    const error: unknown = await open()
      .saveAgent(ana, 1, signIn)
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: 'outdated', data: undefined });
  });

  test.each<[string, number, number | undefined]>([
    ['7', 429, 7_000],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 503, 9_000],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 503, undefined],
    ['0', 429, undefined],
    ['-3', 429, undefined],
    ['soon', 503, undefined],
    ['', 503, undefined],
  ])('that is told to come again after %j says so in its error', async (said, status, retryAfterMs) => {
    vi.setSystemTime('2026-01-01T00:00:00Z');
    server.answer = () => new Response(null, { status, headers: { 'retry-after': said } });
    const error: unknown = await open()
      .readAgent('ana')
      .catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: 'unavailable', data: retryAfterMs && { retryAfterMs } });
    expect((error as Error).message).toContain(said && `retry after "${said}"`);
  });

  test('that erases is done where the server says so, and nothing in between', async () => {
    const store = open();
    const erase = (answer: Response) => {
      server.answer = () => answer;
      return codeOf(store.removeAgent('ana'));
    };
    expect(await erase(ours(new Response(null, { status: 204 })))).toBe('answered');
    expect(await erase(problem(404, { type: 'absent' }))).toBe('answered');
    expect(await erase(new Response(null, { status: 204 }))).toBe('unavailable');
    expect(await erase(page(404))).toBe('unavailable');
    expect(await erase(said({ type: 'absent' }, 404))).toBe('unavailable');
    expect(await erase(ours(said({ type: 'absent' }, 404)))).toBe('answered');
    expect(await erase(json({}))).toBe('unavailable');
  });

  test('that meets a conflict carries the present entry, and one that is damaged its revision', async () => {
    const store = open();
    const conflictWith = async (present: unknown) => {
      server.answer = () => problem(412, { code: 'conflict', present });
      return store.saveAgent(ana, 1, signIn).catch((error: unknown) => error);
    };
    expect(await conflictWith({ value: ana, revision: 4 })).toMatchObject({
      code: 'conflict',
      data: { present: { value: ana, revision: 4 } },
    });
    expect(await conflictWith(null)).toMatchObject({ code: 'conflict', data: { present: undefined } });
    expect(await conflictWith({ value: 'ana', revision: 4 })).toMatchObject({
      code: 'damaged-data',
      data: { revision: 4, document: 'ana' },
    });
    server.answer = () => problem(412, { code: 'damaged-data', revision: 6, document: 7 });
    expect(await store.saveAgent(ana, 1, signIn).catch((error: unknown) => error)).toMatchObject({
      code: 'damaged-data',
      data: { revision: 6, document: 7 },
    });
  });

  test('of who may not read is answered with what was to be saved, and the revision that it has now', async () => {
    server.answer = () => ours(new Response(null, { status: 204, headers: { etag: '"g.8"' } }));
    const store = open();
    const saved = await store.saveAgent({ ...ana, missedCalls: 1 }, 7, signIn);
    expect(saved).toEqual({ value: { ...ana, missedCalls: 1 }, revision: 8 });
  });

  test('of who may not read meets a conflict by the revision alone, and the server is there all the same', async () => {
    const store = open();
    const connection = hearConnection(store);
    await pass(0);
    const told = { code: 'conflict', revision: 4, generation: 'g' };
    for (const [status, answer] of [
      ['conflict', problem(412, told)],
      ['conflict', ours(said(told, 412))],
      ['unavailable', said(told, 412)],
    ] as const) {
      expect(states(connection)).toEqual(['connecting', 'online']);
      server.answer = () => answer;
      const error: unknown = await store.saveAgent(ana, 1, signIn).catch((refused: unknown) => refused);
      expect(error).toMatchObject({ code: status });
      if (status !== 'conflict') continue;
      expect((error as PhoneError).data).toEqual({ present: undefined, revision: 4, generation: 'g' });
    }
  });

  test('is given up after fifteen seconds, also where the host never answers for its headers', async () => {
    server.answer = hang;
    const [slow, mute] = [open(), open({ headers: () => new Promise(() => undefined) })];
    const codes = [codeOf(slow.readAgent('ana')), codeOf(mute.readAgent('ana'))];
    let isOver = false;
    void Promise.all(codes).then(() => (isOver = true));
    await pass(14);
    expect(isOver).toBe(false);
    await pass(2);
    expect(await Promise.all(codes)).toEqual(['unavailable', 'unavailable']);
    expect(server.asked[0]?.init.signal?.aborted).toBe(true);
  });

  test('that is answered after thirty seconds changes nothing any more, and answers may overtake each other', async () => {
    const answers: ((response: Response) => void)[] = [];
    server.answer = () => new Promise((resolve) => answers.push(resolve));
    const store = open();
    const [first, second] = [store.readAgent('ana'), store.readAgent('ana')];
    await pass(1);
    answers[1]?.(json(ana, { revision: 6 }));
    answers[0]?.(json(ana, { revision: 5 }));
    expect([(await first)?.revision, (await second)?.revision]).toEqual([5, 6]);
    const late = codeOf(store.readAgent('ana'));
    await pass(30);
    answers[2]?.(json(ana, { revision: 7 }));
    expect(await late).toBe('unavailable');
  });

  test('asks the host for its headers each time, and once more where the token has run out', async () => {
    let token = 0;
    server.answer = ({ headers }) =>
      headers.get('authorization') === 'Bearer 2' ? undefined : problem(401, { code: 'denied' });
    const store = open({ headers: async () => ({ authorization: `Bearer ${++token}` }) });
    expect(await store.readAgent('ana')).toBe(undefined);
    expect(server.asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer 1', 'Bearer 2']);
    const refused = await store.readAgent('ana').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'denied', message: expect.stringContaining('Sign in again') as string });
    expect(server.asked.length).toBe(4);
    store.watchAgent('ana', hear());
    token = 1;
    await pass(0);
    expect(server.open.length).toBe(1);
  });

  test('asks for headers anew also where something in between answers 401, and is unavailable then', async () => {
    const headers = vi.fn(() => ({ authorization: 'Bearer 1' }));
    server.answer = () => page(401);
    expect(await codeOf(open({ headers }).readAgent('ana'))).toBe('unavailable');
    expect([headers.mock.calls.length, server.asked.length]).toEqual([2, 2]);
  });

  test('whose headers the host cannot give is unavailable', async () => {
    const failing = open({ headers: () => Promise.reject(new Error('The token server is down.')) });
    const throwing = open({
      headers: () => {
        throw new Error('No token.');
      },
    });
    expect(await codeOf(failing.readAgent('ana'))).toBe('unavailable');
    expect(await codeOf(throwing.readAgent('ana'))).toBe('unavailable');
    expect(server.asked).toEqual([]);
  });

  test('reports the loss and the return of the server where nothing is watched but the connection', async () => {
    const store = open();
    const connection = hearConnection(store);
    await pass(0);
    expect(server.paths).toEqual(['account/stream']);
    expect(states(connection)).toEqual(['connecting', 'online']);
    server.answer = () => page(502);
    expect(await codeOf(store.readAgent('ana'))).toBe('unavailable');
    expect(states(connection)).toEqual(['connecting', 'online', 'offline']);
    server.stream.cut();
    await pass(1);
    server.answer = () => undefined;
    await store.readAgent('ana');
    await pass(1);
    expect(states(connection)).toEqual(['connecting', 'online', 'offline', 'online']);
  });

  test('of what is damaged is refused with its revision, and a watch is told of it', async () => {
    server.answer = ({ path }) =>
      path === anaPath ? problem(500, { code: 'damaged-data', revision: 6, document: { half: true } }) : undefined;
    const store = open();
    await expect(store.readAgent('ana')).rejects.toMatchObject({
      code: 'damaged-data',
      data: { revision: 6, document: { half: true } },
    });
    const agent = hear<AgentRecord>();
    store.watchAccount(hear());
    store.watchAgents(hear());
    await pass(0);
    tellAll();
    await pass(0);
    store.watchAgent('ana', agent);
    await pass(0);
    expect(agent.said).toEqual(['damaged-data', 'ready']);
  });

  test('for a later watch is tried again where it fails or is refused', async () => {
    const store = open();
    const [agent, other] = [hear<AgentRecord>(), hear<AgentRecord>()];
    const connection = hearConnection(store);
    store.watchAgents(hear());
    await pass(0);
    tellAll();
    await pass(0);
    server.answer = ({ path }) => (path === anaPath ? problem(503) : undefined);
    store.watchAgent('ana', agent);
    await pass(0.1);
    server.answer = ({ path }) => (path === anaPath ? problem(403, { code: 'denied' }) : undefined);
    await pass(10);
    server.stream.say('beat', { now: Date.now() });
    store.watchAgent('ana', other);
    await pass(0.1);
    expect([agent.said, other.said]).toEqual([['denied'], ['denied']]);
    server.answer = ({ path }) => (path === anaPath ? json(ana, { revision: 6 }) : undefined);
    for (let seconds = 0; seconds < 40; seconds += 5) {
      server.stream.say('beat', { now: Date.now() });
      await pass(5);
    }
    expect([agent.said, other.said]).toEqual([
      ['denied', '6', 'ready'],
      ['denied', '6', 'ready'],
    ]);
    expect(server.streams.length).toBe(1);
    expect(states(connection)).toEqual(['connecting', 'online', 'offline', 'online']);
  });

  test('that is refused says that there is a server', async () => {
    server.answer = () => problem(403, { code: 'denied' });
    const store = open();
    const connection = hearConnection(store);
    store.watchAgent('ana', hear());
    await pass(0);
    expect(states(connection)).toEqual(['connecting', 'online']);
  });

  test('whose answer is of no use lets go of its connection', async () => {
    server.answer = () => page();
    expect(await codeOf(open().readAgent('ana'))).toBe('unavailable');
    expect(server.asked[0]?.init.signal?.aborted).toBe(true);
  });

  test('of no agent is refused before it is sent', async () => {
    const store = open();
    expect(await codeOf(store.readAgent(''))).toBe('missing-agent');
    expect(await codeOf(store.removeAgent('a'.repeat(201)))).toBe('missing-agent');
    expect(await codeOf(store.saveAccount({ statuses: 7 } as never, null))).toBe('damaged-data');
    expect(server.asked).toEqual([]);
  });
});

describe('in a page', () => {
  let page: EventTarget;
  let names: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    page = new EventTarget();
    names = [];
    const document = { baseURI: server.url, hidden: false };
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('document', document);
    server.answer = ({ path }) =>
      path === 'identity' ? json({ account: 'acme', id: 'ana', roles: ['agent'] }) : undefined;
  });
  afterEach(() => void vi.unstubAllGlobals());

  const forbidLocks = () => {
    const request = async (name: string) => {
      names.push(name);
      throw new DOMException('Not here.', 'SecurityError');
    };
    vi.stubGlobal('navigator', { locks: { request } });
  };
  const grantLocks = () => {
    const request = async (name: string, _: unknown, run: (lock: object) => Promise<void>) => {
      names.push(name);
      await run({});
    };
    vi.stubGlobal('navigator', { locks: { request } });
  };

  test('an address may be relative', () => {
    expect(open({ url: '../elsewhere' }).name).toBe('http:https://status.example/elsewhere/');
  });

  test('the stream is shared under the name of whoever is signed in', async () => {
    grantLocks();
    open().watchAgent('ana', hear());
    await pass(0);
    expect(names).toEqual([`phone-widget:${JSON.stringify([`http:${server.url}`, 'acme', 'ana', ['agent'], 'ana'])}`]);
    expect(server.paths).toEqual(['identity', `${anaPath}/stream`]);
  });

  test('that may use no locks the store reads for itself alone', async () => {
    forbidLocks();
    const agent = hear<AgentRecord>();
    open().watchAgent('ana', agent);
    await pass(1);
    tellAll();
    await pass(0);
    expect(agent.said).toEqual(['5', 'ready']);
    expect(names.length).toBe(1);
  });

  test('the stream is opened anew when the network changes, and closed while the page is kept without running', async () => {
    vi.stubGlobal('navigator', {});
    const agent = hear<AgentRecord>();
    open().watchAgent('ana', agent);
    await pass(0);
    tellAll();
    await pass(0);
    page.dispatchEvent(new Event('online'));
    await pass(0);
    expect([server.streams.length, server.open.length]).toEqual([2, 1]);
    page.dispatchEvent(new Event('pagehide'));
    expect(server.open).toEqual([]);
    await pass(60);
    expect(server.streams.length).toBe(2);
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await pass(0);
    expect(server.open.length).toBe(1);
    tellAll(6);
    await pass(0);
    expect(agent.said).toEqual(['5', 'ready', '6']);
  });

  test('a pause between attempts ends when the page is shown', async () => {
    vi.stubGlobal('navigator', {});
    server.answer = () => problem(403, { code: 'denied' });
    const agent = hear<AgentRecord>();
    open().watchAgent('ana', agent);
    await pass(0);
    server.answer = () => undefined;
    page.dispatchEvent(new Event('visibilitychange'));
    await pass(0);
    tellAll();
    await pass(0);
    expect(agent.said).toEqual(['denied', '5', 'ready']);
  });
});

describe('leaving a page', () => {
  test('sends the departure at once, with the headers of the last request', async () => {
    let asked = 0;
    const store = open({ headers: async () => ({ authorization: `Bearer ${++asked}` }) });
    store.depart('ana', 'page-1');
    expect(server.asked).toEqual([]);
    await store.readAgent('ana');
    store.depart('ana', 'page-1');
    const [, departure] = server.asked;
    expect(departure).toMatchObject({ method: 'POST', path: `${anaPath}/events` });
    expect(departure?.body).toMatchObject({
      event: { type: 'leave', page: 'page-1', at: expect.any(Number) as number },
    });
    expect(departure?.headers.get('authorization')).toBe('Bearer 1');
    expect(departure?.init.keepalive).toBe(true);
  });

  test('throws nothing, whatever happens', async () => {
    const store = open({
      fetch: () => {
        throw new Error('Not now.');
      },
    });
    store.depart('ana', 'page-1');
    store.depart('', 'page-1');
    store.depart(7 as never, 8n as never);
    await store.close();
    store.depart('ana', 'page-1');
    await settle();
  });
});

describe('the clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));

  /** An answer that takes so long, and that was written after `before` of it. */
  const answerIn = (ms: number, offset: number, before = ms / 2) => {
    server.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, before));
      const clock = Date.now() + offset;
      await new Promise((resolve) => setTimeout(resolve, ms - before));
      return json(ana, { revision: 1, clock });
    };
  };
  const ask = async (store: StatusStore) => {
    const asked = store.readAgent('ana');
    await pass(20);
    await asked;
  };

  test('is that of this computer until the server has answered, then that of the server', async () => {
    const store = open();
    expect(store.now()).toBe(Date.now());
    answerIn(100, 600_000);
    await ask(store);
    expect(store.now() - Date.now()).toBe(600_000);
    await pass(90);
    expect(store.now() - Date.now()).toBe(600_000);
  });

  test('believes quick answers more than slow ones, whichever come first', async () => {
    const store = open();
    answerIn(10_000, 5_000, 0);
    await ask(store);
    expect(store.now() - Date.now()).toBe(0);
    answerIn(20, 5_000);
    await ask(store);
    expect(Math.abs(store.now() - Date.now() - 5_000)).toBeLessThanOrEqual(10);
    answerIn(10_000, 5_000, 10_000);
    await ask(store);
    expect(Math.abs(store.now() - Date.now() - 5_000)).toBeLessThanOrEqual(10);
  });

  test('goes on where the clock of this computer is set back, and is right again after it slept', async () => {
    const store = open();
    answerIn(20, 0);
    await ask(store);
    const before = store.now();
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(store.now()).toBe(before);
    vi.setSystemTime(Date.now() + 7_200_000);
    expect(store.now()).toBe(before + 7_200_000);
    // It did not sleep after all: its clock was set.
    answerIn(20, -3_600_000);
    await ask(store);
    expect(Math.abs(store.now() - Date.now() + 3_600_000)).toBeLessThanOrEqual(10);
  });

  test('is corrected by what an open stream says, and by no nonsense', async () => {
    const store = open();
    store.watchAgent('ana', hear());
    await pass(0);
    server.stream.say('beat', { now: Date.now() + 90_000 });
    await pass(0);
    expect(store.now() - Date.now()).toBe(90_000);
    server.stream.say('beat', { now: Number.NaN });
    server.stream.say('beat', { now: 1e300 });
    server.stream.say('beat', { now: -5 });
    await pass(0);
    expect(store.now() - Date.now()).toBe(90_000);
  });
});
