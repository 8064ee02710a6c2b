import { memoryStore, type StatusStore } from 'phone-widget';
import { createStatusServer, type LogLine, type StatusServerOptions } from 'phone-widget/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PhoneError } from '../../src/model/errors.js';
import { agentPath } from '../../src/stores/status-protocol.js';
import { describedByOpenApi } from '../support/contract.js';
import { FaultyStore, refused as refusedBy, unreachable } from '../support/faulty-store.js';
import { adam, ana, believe, ben, problemOf, revisionOf, StreamReader, sue, Visitor } from '../support/server.js';

const path = `agents/${agentPath('ana')}`;
const by = { role: 'agent', id: 'ana' } as const;
const signIn = { type: 'sign-in', page: 'p1' } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function faulty(options: Partial<StatusServerOptions> = {}) {
  const store = new FaultyStore(memoryStore({}));
  const lines: LogLine[] = [];
  const log = (line: LogLine) => void lines.push(line);
  const server = describedByOpenApi(createStatusServer({ store: () => store, authenticate: believe, log, ...options }));
  return { store, lines, server, visitor: new Visitor(server, ana) };
}

/** A memory store with some methods replaced. */
function broken(parts: Partial<StatusStore>): StatusStore {
  const inner = memoryStore({});
  return new Proxy(inner, {
    get(target, name) {
      const own = parts[name as keyof StatusStore];
      if (own) return own;
      const value: unknown = target[name as keyof StatusStore];
      return typeof value === 'function' ? (value as (...all: unknown[]) => unknown).bind(target) : value;
    },
  });
}

const never = () => new Promise<never>(() => undefined);

/** The response once the server has given up waiting. */
async function inTenSeconds(ask: () => Promise<Response>): Promise<Response> {
  const answer = ask();
  await vi.advanceTimersByTimeAsync(10_001);
  return answer;
}

describe('a store that never answers', () => {
  test.each([
    ['a record', (visitor: Visitor) => visitor.request(path), { readAgent: never }],
    ['a stream', (visitor: Visitor) => visitor.request(`${path}/stream`), { readAgent: never }],
    ['the account', (visitor: Visitor) => visitor.request('account'), { readAccount: never }],
    [
      'an account stream',
      (visitor: Visitor) => visitor.request('account/stream'),
      { watchAccount: () => () => undefined },
    ],
    ['a save', (visitor: Visitor) => visitor.event('ana', signIn, null), { saveAgent: never }],
    [
      'a save, before it knows the account',
      (visitor: Visitor) => visitor.event('ana', signIn, null),
      { watchAccount: () => () => undefined },
    ],
  ])('is not waited for: %s', async (_, ask, parts) => {
    const { visitor } = faulty({ store: () => broken(parts as never) });
    const answer = await inTenSeconds(() => ask(visitor));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await problemOf(answer)).toMatchObject({ code: 'unavailable' });
  });

  test('does not hold up lists and streams of all agents, which work once it answers', async () => {
    let ready = (): void => undefined;
    const store = broken({
      watchAgents: (watcher) => {
        ready = () => watcher.ready?.();
        return () => undefined;
      },
    });
    const { server } = faulty({ store: () => store });
    const visitor = new Visitor(server, sue);
    expect((await inTenSeconds(() => visitor.request('agents'))).status).toBe(503);
    expect((await inTenSeconds(() => visitor.request('agents/stream'))).status).toBe(503);
    expect(await (await visitor.request('metrics')).text()).toContain('phone_streams 0');
    ready();
    expect((await visitor.request('agents')).status).toBe(200);
    vi.setSystemTime(Date.now() + 60_000);
    expect((await inTenSeconds(() => visitor.request('agents'))).status).toBe(503);
  });

  test('may answer late: what it has saved counts', async () => {
    const { store, visitor } = faulty();
    store.next('saveAgent', 'lost');
    expect((await visitor.event('ana', signIn, null)).status).toBe(503);
    const stale = await visitor.event('ana', signIn, null);
    expect(stale.status).toBe(412);
    expect(await problemOf(stale)).toMatchObject({
      present: { value: { leases: { p1: expect.any(Number) as number } } },
    });
  });
});

describe('a store that fails', () => {
  test.each([
    ['is unreachable', unreachable(), 503, 'unavailable'],
    ['was closed', refusedBy('closed'), 503, 'unavailable'],
    ['denies', refusedBy('denied'), 403, 'denied'],
    ['fails as nobody expects', () => Promise.reject(new TypeError('x is no function')), 500, 'unavailable'],
    ['rejects with nothing', () => Promise.reject(undefined as never), 500, 'unavailable'],
    ['rejects with a text', () => Promise.reject('no' as never), 500, 'unavailable'],
    [
      'throws',
      () => {
        throw new Error('at once');
      },
      500,
      'unavailable',
    ],
    ['says that something is damaged, but not what', refusedBy('damaged-data'), 422, 'damaged-data'],
  ] as const)('because it %s is told so by its status', async (...[, fault, status, code]) => {
    const { store, visitor, lines } = faulty();
    const basedOn = revisionOf(await visitor.event('ana', signIn, null));
    store.always(fault as never, 'readAgent', 'saveAgent', 'readAccount');
    const save = () => visitor.event('ana', { type: 'choose', statusId: 'lunch', by }, basedOn);
    for (const ask of [() => visitor.request(path), () => visitor.request('account'), save]) {
      const answer = await ask();
      expect(answer.status).toBe(status);
      const problem = await problemOf(answer);
      expect(problem.code).toBe(code);
      expect(problem.detail).not.toMatch(/no function|cannot be reached|The store said|at once/);
    }
    // The operator of the server cannot repair a damaged document.
    const failures = lines.filter(({ event }) => event === 'failure');
    expect(failures).toHaveLength(code === 'damaged-data' ? 0 : 3);
    store.always();
    expect((await save()).status).toBe(200);
  });

  test('when it is opened is opened again by the next request', async () => {
    let isThere = false;
    const store = (): StatusStore => {
      if (!isThere) throw new Error('no file');
      return memoryStore({});
    };
    const { visitor, lines } = faulty({ store });
    const answer = await visitor.request('account');
    expect(answer.status).toBe(503);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'failure', route: 'store', message: 'no file' }));
    isThere = true;
    expect((await visitor.request('account')).status).toBe(404);
  });

  test('when it is watched is opened again', async () => {
    const watchAgents = () => {
      throw new PhoneError('closed', 'it is closed');
    };
    const store = vi.fn(() => broken({ watchAgents }));
    const { visitor } = faulty({ store });
    expect((await visitor.request('account')).status).toBe(503);
    expect((await visitor.request('account')).status).toBe(503);
    expect(store).toHaveBeenCalledTimes(2);
  });

  test.each(['agent', 'account'] as const)('whose watch of the %s ends for good is opened again', async (of) => {
    const stores: FaultyStore[] = [];
    const watchers: ((error: PhoneError) => void)[] = [];
    const store = (): StatusStore => {
      const one = new FaultyStore(
        broken({
          watchAgents: (watcher) => {
            watchers.push((error) => watcher.error?.(error));
            queueMicrotask(() => watcher.ready?.());
            return () => undefined;
          },
        }),
      );
      stores.push(one);
      return one;
    };
    const { server, visitor } = faulty({ store });
    await visitor.event('ana', signIn, null);
    const reader = new StreamReader(await visitor.request(`${path}/stream`));
    await reader.until('event: ready');
    const error = new PhoneError('unavailable', 'the watch cannot go on');
    if (of === 'agent') watchers[0]!(error);
    else stores[0]!.error(error, 'account');
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await reader.toEnd()).toContain('{"reason":"closing"}');
    expect((await visitor.request('account')).status).toBe(404);
    expect(stores).toHaveLength(2);
    await server.close();
  });
});

describe('what is known here', () => {
  test('is no older than earlier responses, even if the store answers with an old entry', async () => {
    const { store, visitor } = faulty();
    const first = await visitor.event('ana', signIn, null);
    const old = await store.readAgent('ana');
    const second = await visitor.event('ana', { type: 'choose', statusId: 'lunch', by }, revisionOf(first));
    store.next('readAgent', async () => old);
    expect(revisionOf(await visitor.request(path))).toBe(revisionOf(second));
  });

  test('is not forgotten because a read that began before a save found nothing', async () => {
    const { store, server, visitor } = faulty();
    let answer = (): void => undefined;
    store.next('readAgent', () => new Promise((resolve) => (answer = () => resolve(undefined))));
    const early = visitor.request(path);
    await vi.advanceTimersByTimeAsync(0);
    const saved = await visitor.event('ana', signIn, null);
    answer();
    expect(revisionOf(await early)).toBe(revisionOf(saved));
    const list = (await (await new Visitor(server, sue).request('agents')).json()) as { agents: unknown[] };
    expect(list.agents).toHaveLength(1);
  });

  test('of an erased agent does not come back through a late watch', async () => {
    let tell = (): void => undefined;
    const inner = memoryStore({});
    const store = broken({
      readAgent: (id) => inner.readAgent(id),
      saveAgent: (...all) => inner.saveAgent(...all),
      removeAgent: (id) => inner.removeAgent(id),
      watchAgents: (watcher) => {
        tell = () => void inner.readAgent('ana').then((entry) => entry && queueMicrotask(() => watcher.next(entry)));
        queueMicrotask(() => watcher.ready?.());
        return () => undefined;
      },
    });
    const { server, visitor } = faulty({ store: () => store });
    await visitor.event('ana', signIn, null);
    tell();
    await new Visitor(server, adam).request(path, { method: 'DELETE' });
    await vi.advanceTimersByTimeAsync(0);
    expect(await (await new Visitor(server, sue).request('agents')).json()).toEqual({ agents: [] });
  });

  test('gives way to newer states for events without a revision, but not forever', async () => {
    const { store, server, visitor } = faulty();
    await visitor.event('ana', signIn, null);
    const conflict = new PhoneError('conflict', 'again', { data: {} });
    const pbx = new Visitor(server, { id: 'pbx', roles: ['telephony'] });
    const fact = { type: 'started', call: { id: 'c1', direction: 'inbound', party: {} } };
    store.next('saveAgent', conflict, conflict, conflict);
    expect((await pbx.post(`${path}/facts`, fact)).status).toBe(204);
    store.always(conflict, 'saveAgent');
    expect((await pbx.post(`${path}/facts`, { ...fact, call: { ...fact.call, id: 'c2' } })).status).toBe(412);
    expect(store.asked).toHaveLength(1 + 4 + 20);
  });
});

describe('a host', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('at once');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the keys of AbCdEfGhIjKlMnOpQrStUv12345.sIgNaTuRe cannot be had'))],
  ])('whose authenticate %s lets nobody in, and leaves no token in the log', async (_, authenticate) => {
    const { visitor, lines } = faulty({ authenticate });
    const answer = await visitor.request(path);
    expect(answer.status).toBe(503);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'failure', route: 'authenticate' }));
    expect(JSON.stringify(lines)).not.toContain('AbCdEf');
  });

  test('whose authenticate never answers is not waited for', async () => {
    const { visitor } = faulty({ authenticate: never });
    expect((await inTenSeconds(() => visitor.request(path))).status).toBe(503);
  });

  test('whose allowForward never answers is not waited for, and nothing is saved', async () => {
    const { store, visitor } = faulty({ allowForward: never });
    const first = await visitor.event('ana', signIn, null);
    const choose = { type: 'choose', statusId: 'forward-to-phone', forwardTo: '+4930123456', by } as const;
    expect((await inTenSeconds(() => visitor.event('ana', choose, revisionOf(first)))).status).toBe(503);
    expect(store.asked).toHaveLength(1);
  });

  test('whose log throws is still served', async () => {
    const { visitor } = faulty({
      log: () => {
        throw new Error('the disk is full');
      },
    });
    expect((await visitor.event('ana', signIn, null)).status).toBe(200);
  });
});

describe('accounts', () => {
  test('that are idle are no longer watched; others are', async () => {
    const watched = new Set<string>();
    const store = vi.fn((account: string) => {
      const inner = memoryStore();
      const watchAccount: StatusStore['watchAccount'] = (watcher) => {
        watched.add(account);
        const unwatch = inner.watchAccount(watcher);
        return () => {
          watched.delete(account);
          unwatch();
        };
      };
      return broken({ watchAccount });
    });
    const { server } = faulty({ store });
    const visitor = (account: string) => new Visitor(server, { ...ben, account });
    for (let index = 0; index < 50; index++) await visitor(`account-${index}`).request('account');
    const reader = new StreamReader(await visitor('followed').request('account/stream'));
    await reader.until('ready');
    for (let minute = 0; minute < 12; minute++) {
      await vi.advanceTimersByTimeAsync(60_000);
      await visitor('asked').request('account');
      await reader.until('event: beat');
      reader.forget();
    }
    expect([...watched].sort()).toEqual(['asked', 'followed']);
    expect(reader.text).not.toContain('event: end');
    expect((await visitor('account-7').request('account')).status).toBe(404);
    await reader.leave();
    await server.close();
    expect([...watched]).toEqual([]);
    expect(store).toHaveBeenCalledTimes(52);
  });
});
