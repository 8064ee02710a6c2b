import { cpSync, renameSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { natsStore } from 'phone-widget/nats';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { keyOf, subjectNames, subjectOf } from '../../src/stores/nats-store/subjects.js';
import { newStream } from '../../src/stores/nats-store/stream-settings.js';
import type { Connection, StatusStore, Versioned } from '../../src/stores/status-store.js';
import { hasNatsServer, startNatsServers, startProxy, type NatsServers, type Proxy } from '../support/nats-servers.js';

const event = { type: 'renew', page: 'page-1' } as const;
const patient = { timeout: 20_000, interval: 20 };

test('natsStore refuses bad options', () => {
  const bad: readonly unknown[] = [
    undefined,
    {},
    { servers: [] },
    { servers: '' },
    { servers: ['nats://a', 7] },
    { servers: 'nats://a', account: '' },
    { servers: 'nats://a', account: 'ä'.repeat(200) },
    { servers: 'nats://a', replicas: 6 },
    { servers: 'nats://a', replicas: 1.5 },
  ];
  for (const options of bad) {
    expect(() => natsStore(options as Parameters<typeof natsStore>[0])).toThrow(
      expect.objectContaining({ code: 'invalid-setting' }),
    );
  }
});

test('every agent id has a subject of its own, and comes back from it', () => {
  const ids = [
    'ana',
    'Ana',
    'a.b',
    'a b',
    '*',
    '>',
    '=',
    '=YQ',
    'ä',
    '\ud83d',
    '\ude00',
    '😀'.repeat(200),
    'x'.repeat(200),
  ];
  const subjects = ids.map(subjectOf);
  expect(new Set(subjects).size).toBe(ids.length);
  expect(subjects.filter((subject) => !/^agent\.[\w=-]{1,1100}$/.test(subject))).toEqual([]);
  expect(subjects.map((subject) => keyOf(`begin.${subject}`, 'begin'))).toEqual(ids);
  expect(['account', 'other', 'agent.=*'].map((rest) => keyOf(`begin.${rest}`, 'begin'))).toEqual([
    '',
    undefined,
    undefined,
  ]);
});

describe.skipIf(!hasNatsServer())('natsStore in trouble', () => {
  let servers: NatsServers;
  let plain: NatsConnection;
  const opened: StatusStore[] = [];
  const proxies: Proxy[] = [];
  const open = (account: string, address: string | readonly string[] = servers.urls): StatusStore => {
    const store = natsStore({ servers: address, account });
    opened.push(store);
    return store;
  };
  const openByProxy = async (account: string): Promise<{ readonly store: StatusStore; readonly proxy: Proxy }> => {
    const proxy = await startProxy(servers.nodes[0]!.port);
    proxies.push(proxy);
    return { store: open(account, proxy.url), proxy };
  };
  const save = (
    store: StatusStore,
    before: Versioned<AgentRecord> | null,
    page: string,
  ): Promise<Versioned<AgentRecord>> =>
    store.saveAgent(
      { ...(before?.value ?? newAgentRecord('ana')), leases: { [page]: 1 } },
      before?.revision ?? null,
      event,
    );
  const hearConnection = (store: StatusStore): Connection[] => {
    const heard: Connection[] = [];
    store.watchConnection((connection) => void heard.push(connection));
    return heard;
  };

  beforeAll(async () => {
    servers = await startNatsServers();
    plain = await connect({ servers: servers.urls as string[] });
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await Promise.all(proxies.map((proxy) => proxy.end()));
    await plain?.close();
    await servers?.end();
  });

  test('a save whose answer is lost is acknowledged when the link is back, and stored once', async () => {
    const { store, proxy } = await openByProxy('answer-lost');
    const other = open('answer-lost');
    const first = await save(store, null, 'page-1');
    proxy.mute('answers');
    const saving = save(store, first, 'page-2');
    await vi.waitFor(
      async () => expect((await other.readAgent('ana'))?.value.leases).toEqual({ 'page-2': 1 }),
      patient,
    );
    const stored = await other.readAgent('ana');
    proxy.cut();
    proxy.restore();
    expect(await saving).toEqual(stored);
    expect(await other.readAgent('ana')).toEqual(stored);
  });

  test('a save that was never sent on is a conflict when somebody else saved meanwhile', async () => {
    const { store, proxy } = await openByProxy('never-sent');
    const other = open('never-sent');
    const first = await save(store, null, 'page-1');
    await other.readAgent('ana');
    proxy.mute();
    const saving = save(store, first, 'page-2').catch((error: unknown) => error);
    const theirs = await save(other, first, 'page-3');
    proxy.cut();
    proxy.restore();
    expect(await saving).toMatchObject({ code: 'conflict', data: { present: theirs } });
  });

  test('a link over which nothing comes back is noticed, reported, and made again', async () => {
    const { store, proxy } = await openByProxy('half-open');
    const heard = hearConnection(store);
    const first = await save(store, null, 'page-1');
    const seen: Versioned<AgentRecord>[] = [];
    store.watchAgent('ana', { next: (entry) => void seen.push(entry) });
    await vi.waitFor(() => expect(seen).toEqual([first]), patient);
    proxy.mute();
    const second = await save(open('half-open'), first, 'page-2');
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(second), patient);
    expect(heard.map(({ state }) => state)).toEqual(['connecting', 'online', 'offline', 'online']);
    expect(heard[2]?.reason).toMatchObject({ code: 'unavailable' });
  });

  test('a stream that would break promises is refused by name, and used once it is mended', async () => {
    const names = subjectNames('wrong');
    const settings = { ...newStream(names, 1), max_msgs_per_subject: 5, max_age: 3600e9 };
    await plain.request(`$JS.API.STREAM.CREATE.${names.stream}`, JSON.stringify(settings));
    const store = open('wrong');
    const heard = hearConnection(store);
    await expect(store.readAccount()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('phone-widget_wrong has settings'),
      data: { settings: ['max_msgs_per_subject', 'max_age'] },
    });
    expect(heard.at(-1)).toMatchObject({
      state: 'offline',
      reason: { data: { settings: ['max_msgs_per_subject', 'max_age'] } },
    });
    await plain.request(`$JS.API.STREAM.UPDATE.${names.stream}`, JSON.stringify(newStream(names, 1)));
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ state: 'online' }), patient);
    expect(await store.readAccount()).toBeUndefined();
  });

  test('a stream that differs in what is the operator’s business is used as it is', async () => {
    const names = subjectNames('lesser');
    const settings = { ...newStream(names, 1), allow_direct: false, deny_delete: false, description: 'ours' };
    await plain.request(`$JS.API.STREAM.CREATE.${names.stream}`, JSON.stringify(settings));
    expect(await save(open('lesser'), null, 'page-1')).toEqual(await open('lesser').readAgent('ana'));
  });

  test('a removed record leaves no message in the stream, and its revisions are not given again', async () => {
    const store = open('removed');
    const first = await save(store, null, 'page-1');
    const second = await save(store, first, 'page-2');
    await store.removeAgent('ana');
    expect(await open('removed').readAgent('ana')).toBeUndefined();
    const { state } = (await plain.request(`$JS.API.STREAM.INFO.${subjectNames('removed').stream}`)).json<{
      readonly state: { readonly messages: number };
    }>();
    // The one that holds the generation of the place.
    expect(state.messages).toBe(1);
    await expect(save(store, second, 'page-3')).rejects.toMatchObject({
      code: 'conflict',
      data: { present: undefined },
    });
    expect((await save(store, null, 'page-4')).revision).toBeGreaterThan(second.revision);
  });

  test('a store that is opened before its server works when the server is up', async () => {
    const late = await startNatsServers();
    await late.nodes[0]!.stop();
    const store = open('early', late.urls);
    await expect(store.readAccount()).rejects.toMatchObject({ code: 'unavailable' });
    await late.nodes[0]!.start();
    await vi.waitFor(async () => expect(await store.readAccount()).toBeUndefined(), patient);
    await store.close();
    await late.end();
  });

  test('the accounts of one process share one connection, which ends with the last of their stores', async () => {
    const proxy = await startProxy(servers.nodes[0]!.port);
    const { url } = proxy;
    const stores = Array.from({ length: 300 }, (_, index) => open(`shared-${index}`, url));
    const saved = await Promise.all(stores.map((store) => save(store, null, 'page-1')));
    expect(proxy.accepted).toBe(1);
    await Promise.all(stores.slice(1).map((store) => store.close()));
    expect(await stores[0]!.readAgent('ana')).toEqual(saved[0]);
    await stores[0]!.close();
    const later = open('shared-0', url);
    expect(await later.readAgent('ana')).toEqual(saved[0]);
    expect(proxy.accepted).toBe(2);
    await later.close();
    await proxy.end();
  });

  test('a store that nobody has used for ten minutes lets go of the connection, until it is used', async () => {
    const proxy = await startProxy(servers.nodes[0]!.port);
    proxies.push(proxy);
    const store = open('idle', proxy.url);
    const saved = await save(store, null, 'page-1');
    const trueTime = performance.now.bind(performance);
    const later = vi.spyOn(performance, 'now').mockImplementation(() => trueTime() + 600_000);
    await vi.waitFor(() => expect(proxy.open).toBe(0), patient);
    later.mockRestore();
    expect(await store.readAgent('ana')).toEqual(saved);
    expect([proxy.accepted, proxy.open]).toEqual([2, 1]);
    await store.close();
  });

  test('fifty accounts of one process work side by side, and close soon', async () => {
    const stores = Array.from({ length: 50 }, (_, index) => open(`tenant-${index}`));
    const saved = await Promise.all(stores.map((store) => save(store, null, 'page-1')));
    expect(await Promise.all(stores.map((store) => store.readAgent('ana')))).toEqual(saved);
    await Promise.all(stores.map((store) => store.close()));
  });

  describe.each([
    ['brought back from an older copy', true],
    ['given new disks', false],
  ])('a place that was %s', (_, isCopied) => {
    test('is another generation: a running store comes back, forgets what it knew, and refuses what was based on it', async () => {
      const own = await startNatsServers();
      const [node] = own.nodes as [NatsServers['nodes'][number]];
      const store = open('set-back', own.urls);
      const first = await save(store, null, 'page-1');
      await node.stop();
      cpSync(node.files, `${node.files}-copy`, { recursive: true });
      await node.start();
      const heard: Versioned<AgentRecord>[] = [];
      const generations: (string | undefined)[] = [];
      const gone: string[] = [];
      store.watchAgents({
        next: (entry) => void heard.push(entry),
        ready: (generation) => void generations.push(generation),
        gone: (agentId) => void gone.push(agentId),
      });
      await vi.waitFor(() => expect(generations).toHaveLength(1), patient);
      const second = await save(store, first, 'page-2');
      const last = await save(store, second, 'page-3');
      await vi.waitFor(() => expect(heard.at(-1)).toEqual(last), patient);
      await node.stop();
      rmSync(node.files, { recursive: true });
      if (isCopied) renameSync(`${node.files}-copy`, node.files);
      await node.start();
      const present = isCopied ? first : undefined;
      await vi.waitFor(() => expect(generations.length).toBeGreaterThanOrEqual(3), patient);
      expect(new Set(generations).size).toBe(2);
      expect(generations.slice(1)).toEqual([generations[1], generations[1]]);
      if (isCopied) expect(heard.at(-1)).toEqual(first);
      expect(gone).toEqual([]);
      await expect(save(store, last, 'page-4')).rejects.toMatchObject({ code: 'conflict', data: { present } });
      await save(store, present ?? null, 'page-5');
      await store.close();
      await own.end();
    }, 60_000);
  });
});
