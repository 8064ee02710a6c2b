import type { LogLine } from 'phone-widget/server';
import { createStatusServer } from 'phone-widget/server';
import { memoryStore } from 'phone-widget';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import {
  adam,
  ana,
  believe,
  ben,
  pbx,
  problemOf,
  revisionOf,
  StreamReader,
  sue,
  Visitor,
  world,
} from '../support/server.js';
import { worldWithAna } from '../support/server-day.js';

const path = `agents/${agentPath('ana')}`;
const signIn = { type: 'sign-in', page: 'p1' } as const;

afterEach(() => void vi.useRealTimers());

describe('too many requests', () => {
  const flood = async (visitor: Visitor, count: number) => {
    const statuses = new Map<number, number>();
    for (let time = 0; time < count; time++) {
      const { status } = await visitor.request('identity');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    return Object.fromEntries(statuses);
  };

  test('of one person are refused, and all others are served', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { bare, server } = await worldWithAna();
    expect(await flood(new Visitor(bare, ben), 2100)).toEqual({ 200: 2000, 429: 100 });
    const refusal = await new Visitor(server, ben).request('identity');
    expect(refusal.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refusal)).toMatchObject({ status: 429, code: 'unavailable' });
    expect((await new Visitor(server, ana).request(path)).status).toBe(200);
    expect((await new Visitor(server, { ...ben, account: 'other' }).request('identity')).status).toBe(200);
    vi.setSystemTime(Date.now() + 1000);
    expect(await flood(new Visitor(bare, ben), 250)).toEqual({ 200: 200, 429: 50 });
    vi.setSystemTime(Date.now() + 60_000);
    expect(await flood(new Visitor(bare, ben), 2001)).toEqual({ 200: 2000, 429: 1 });
  });

  test('start ten times later for telephony', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { bare } = await worldWithAna();
    expect(await flood(new Visitor(bare, pbx), 3000)).toEqual({ 200: 3000 });
  });
});

describe('a body', () => {
  const headers = { 'content-type': 'application/json', 'if-none-match': '*' };
  const post = (body: BodyInit) => ({ method: 'POST', body, headers, duplex: 'half' }) as RequestInit;

  test('that trickles is not waited for', async () => {
    vi.useFakeTimers();
    const { bare, everything } = world();
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        new Promise((go) =>
          setTimeout(() => {
            if (!isCancelled) controller.enqueue(new TextEncoder().encode(' '));
            go();
          }, 1000),
        ),
      cancel: () => void (isCancelled = true),
    });
    const answer = new Visitor(bare, ana).request(`${path}/events`, post(body));
    await vi.advanceTimersByTimeAsync(10_001);
    expect((await answer).status).toBe(408);
    expect(isCancelled).toBe(true);
    expect(await everything()).toEqual([[], []]);
  });

  test('without an end is read no further than the limit', async () => {
    const { bare } = world();
    let bytes = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        bytes += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(32));
      },
    });
    expect((await new Visitor(bare, ana).request(`${path}/events`, post(body))).status).toBe(413);
    expect(bytes).toBeLessThan(200_000);
  });

  test('that breaks off is refused', async () => {
    const { bare } = world();
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('cut')) });
    expect((await new Visitor(bare, ana).request(`${path}/events`, post(body))).status).toBe(400);
  });

  test('that is longer than it says is refused', async () => {
    const { bare } = world();
    const init = post('x'.repeat(70_000));
    const more = { ...headers, 'content-length': '10' };
    expect((await new Visitor(bare, ana).request(`${path}/events`, { ...init, headers: more })).status).toBe(413);
  });
});

test('a list of facts counts as one request each, and is taken whole or not at all', async () => {
  vi.useFakeTimers();
  const { bare, storeOf } = world();
  const visitor = new Visitor(bare, pbx);
  const path = `agents/${agentPath('ana')}/facts`;
  const list = (length: number) => Array.from({ length }, () => ({ type: 'muted' }));
  const statuses: number[] = [];
  for (let index = 0; index < 200; index++) statuses.push((await visitor.post(path, list(100))).status);
  expect(new Set(statuses)).toEqual(new Set([204]));
  const started = { type: 'started', call: { id: 'c1', direction: 'inbound', party: {} } };
  const refusal = await visitor.post(path, started);
  expect(refusal.status).toBe(429);
  vi.setSystemTime(Date.now() + 25);
  const tooMany = await visitor.post(path, [started, ...list(99)]);
  expect([tooMany.status, tooMany.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await storeOf().readAgent('ana')).toBeUndefined();
  expect((await visitor.post(path, [started, ...list(9)])).status).toBe(204);
  vi.useRealTimers();
});

test('the log has every save and every refusal, and who did it', async () => {
  const lines: LogLine[] = [];
  const { server, revision } = await worldWithAna({ log: (line) => lines.push(line) });
  const by = { role: 'agent', id: 'x' } as const;
  lines.length = 0;
  const asAna = new Visitor(server, ana);
  await asAna.event('ana', { type: 'choose', statusId: 'lunch', by }, revision);
  await asAna.event('ana', { type: 'choose', statusId: 'lunch', by }, 1);
  await asAna.event('ana', { type: 'choose', statusId: 'nap', by }, revision + 1);
  await asAna.post(`${path}/events`, '{');
  await asAna.post(`${path}/events`, { event: { type: 'withdraw' } });
  await new Visitor(server, ben).event('ana', { type: 'withdraw', by }, 1);
  await new Visitor(server, ben).request(path);
  await new Visitor(server, sue).request('account', { method: 'PUT' });
  await new Visitor(server, pbx).post(`${path}/facts`, [{ type: 'held', callId: 'c1' }]);
  const init = { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json', 'if-match': '"1"' } };
  await new Visitor(server, adam).request('account', init);
  await new Visitor(server, adam).request(path, { method: 'DELETE' });
  await server.fetch(new Request(`http://status.test/${path}`));
  const audit = lines.flatMap((line) => (line.event === 'audit' ? [line] : []));
  expect(audit.map(({ id, role = '', action, outcome }) => [id, role, action, outcome].join(' | '))).toEqual([
    'ana | agent | choose | saved',
    'ana | agent | choose | conflict',
    'ana | agent | choose | invalid-status',
    'ana |  | POST /agents/:agent/events | 400',
    'ana | agent | withdraw | 428',
    'ben |  | withdraw | denied',
    'ben |  | GET /agents/:agent | denied',
    'sue |  | save-account | denied',
    'pbx | telephony | call-held | saved',
    'adam | admin | save-account | 412'.replace('412', 'saved'),
    'adam | admin | erase | erased',
  ]);
  expect(audit[0]).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    event: 'audit',
    level: 'info',
    account: 'acme',
    id: 'ana',
    role: 'agent',
    action: 'choose',
    agentId: 'ana',
    outcome: 'saved',
    revision: revision + 1,
  });
  const requests = lines.flatMap((line) => (line.event === 'request' ? [line] : []));
  expect(requests).toHaveLength(12);
  expect(requests.at(-1)).toMatchObject({ level: 'warn', method: 'GET', route: '/agents/:agent', status: 401 });
});

test('metrics count requests, events and streams, and name no made-up path or method', async () => {
  const { bare } = await worldWithAna();
  const reader = new StreamReader(await new Visitor(bare, ana).request(`${path}/stream`));
  for (let index = 0; index < 20; index++)
    await new Visitor(bare, ana).request(`made-up/${index}`, { method: `MADE${index}` });
  const answer = await bare.fetch(new Request('http://status.test/metrics'));
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  expect(text).toContain('phone_requests_total{method="OTHER",route="other",status="404"} 20');
  expect(text).toContain('phone_events_total{type="sign-in",outcome="saved"} 1');
  expect(text).toContain('phone_save_milliseconds_count 4');
  expect(text).toContain('phone_streams 1');
  expect(text).not.toContain('made-up');
  await reader.leave();
});

describe('a server that closes', () => {
  test('ends its streams, refuses new requests, and is alive but not ready', async () => {
    const { server } = await worldWithAna();
    const readers = await Promise.all(
      [`${path}/stream`, 'account/stream'].map(
        async (what) => new StreamReader(await new Visitor(server, ana).request(what)),
      ),
    );
    expect((await new Visitor(server, ana).request('ready')).status).toBe(200);
    const closed = server.close();
    for (const reader of readers) expect(await reader.toEnd()).toContain('event: end\ndata: {"reason":"closing"}');
    const late = await new Visitor(server, ana).request(path);
    expect(late.status).toBe(503);
    expect(late.headers.get('retry-after')).toBe('1');
    expect((await new Visitor(server, ana).request(`${path}/stream`)).status).toBe(503);
    expect((await new Visitor(server, ana).request('ready')).status).toBe(503);
    expect((await new Visitor(server, ana).request('health')).status).toBe(200);
    await closed;
    await server.close();
  });

  test('finishes requests that it has begun, and leaves the stores open for the host', async () => {
    const inner = memoryStore({});
    let go = (): void => undefined;
    const close = vi.spyOn(inner, 'close');
    const save = inner.saveAgent.bind(inner);
    vi.spyOn(inner, 'saveAgent').mockImplementation(async (...all) => {
      await new Promise<void>((resolve) => (go = resolve));
      return save(...all);
    });
    const server = createStatusServer({ store: () => inner, authenticate: believe });
    const saving = new Visitor(server, ana).event('ana', signIn, null);
    await vi.waitFor(() => expect(inner.saveAgent).toHaveBeenCalled());
    const closing = [server.close(), server.close()];
    go();
    expect(revisionOf(await saving)).toBeGreaterThan(0);
    await Promise.all(closing);
    expect(close).not.toHaveBeenCalled();
    const next = createStatusServer({ store: () => inner, authenticate: believe });
    expect((await new Visitor(next, ana).request(`agents/${agentPath('ana')}`)).status).toBe(200);
  });

  test('opens no store for a request that was still signing in', async () => {
    vi.useFakeTimers();
    const store = vi.fn(() => memoryStore({}));
    let letIn = (): void => undefined;
    const authenticate = (request: Request) =>
      new Promise<Awaited<ReturnType<typeof believe>>>((resolve) => (letIn = () => resolve(believe(request))));
    const server = createStatusServer({ store, authenticate });
    const asked = new Visitor(server, ana).request(path);
    await vi.advanceTimersByTimeAsync(0);
    const closed = server.close();
    await vi.advanceTimersByTimeAsync(5_001);
    await closed;
    letIn();
    expect((await asked).status).toBe(503);
    expect(store).not.toHaveBeenCalled();
  });

  test('leaves a store open that it shares with another server', async () => {
    const shared = memoryStore({ account: 'shared by two servers' });
    const servers = [1, 2].map(() => createStatusServer({ store: () => shared, authenticate: believe }));
    const visitors = servers.map((server) => new Visitor(server, ana));
    expect(revisionOf(await visitors[0]!.event('ana', signIn, null))).toBeGreaterThan(0);
    expect((await visitors[1]!.request(path)).status).toBe(200);
    await servers[0]!.close();
    expect((await visitors[1]!.request(path)).status).toBe(200);
    await servers[1]!.close();
    expect(await shared.readAccount()).toBeUndefined();
  });

  test('has methods that work without the object', async () => {
    const { fetch, close } = createStatusServer({ store: () => memoryStore({}), authenticate: believe });
    expect((await fetch(new Request('http://status.test/ready'))).status).toBe(200);
    await close();
    expect((await fetch(new Request('http://status.test/ready'))).status).toBe(503);
  });
});
