import { newAgentRecord } from 'phone-widget';
import { sqliteStore } from 'phone-widget/sqlite';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryDocuments } from '../../src/stores/documents/memory-backend.js';
import { acd, adam, ana, problemOf, StreamReader, sue, Visitor, world, type World } from '../support/server.js';

const MANY = 1_000;

/** A world with that many agents in one account. */
async function crowded(agents = MANY): Promise<World> {
  const made = world();
  const place = memoryDocuments(made.storeOf().name);
  for (let index = 0; index < agents; index++) {
    const id = `agent-${index}`;
    await place.write(id, () => newAgentRecord(id, `Agent ${index}`));
  }
  return made;
}

const idsIn = (text: string): string[] =>
  (JSON.parse(text) as { agents: { agentId: string }[] }).agents.map(({ agentId }) => agentId);

/** The results that have settled once nothing more can happen by itself. */
async function settledOf(promises: readonly Promise<unknown>[]): Promise<number[]> {
  const settled: number[] = [];
  promises.forEach((promise, index) => void promise.then(() => settled.push(index)));
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
  return settled.sort((one, other) => one - other);
}

afterEach(() => void vi.useRealTimers());

describe('a list of all agents', () => {
  test('comes whole in pieces, and other requests are answered in between', async () => {
    const { bare } = await crowded();
    const { body } = await new Visitor(bare, sue).request('agents');
    const pieces: Uint8Array[] = [];
    let isOver = false;
    const reading = (async () => {
      for await (const piece of body!) pieces.push(piece as Uint8Array);
      isOver = true;
    })();
    expect((await new Visitor(bare, adam).request('account')).status).toBe(404);
    expect(isOver).toBe(false);
    await reading;
    expect(pieces.length).toBeGreaterThan(4);
    expect(Math.max(...pieces.map(({ byteLength }) => byteLength))).toBeLessThan(100_000);
    expect(idsIn(Buffer.concat(pieces).toString())).toEqual(Array.from({ length: MANY }, (_, at) => `agent-${at}`));
  });

  test('of an account without agents is an empty list', async () => {
    const { server } = world();
    expect(await (await new Visitor(server, sue).request('agents')).json()).toEqual({ agents: [] });
  });

  test('leaves out agents who are erased meanwhile, and names nobody twice', async () => {
    const { bare } = await crowded();
    const response = await new Visitor(bare, sue).request('agents');
    await new Visitor(bare, adam).request(`agents/~${Buffer.from('agent-999').toString('base64url')}`, {
      method: 'DELETE',
    });
    const first = `agents/~${Buffer.from('agent-0').toString('base64url')}`;
    await new Visitor(bare, adam).request(first, { method: 'DELETE' });
    const agent = new Visitor(bare, { id: 'agent-0', roles: ['agent'] });
    expect((await agent.event('agent-0', { type: 'sign-in', page: 'p1' }, null)).status).toBe(200);
    const ids = idsIn(await response.text());
    expect(ids).not.toContain('agent-999');
    expect(ids.filter((id) => id === 'agent-0')).toHaveLength(1);
  });

  test('waits for the one before: one at a time, in the order of the requests', async () => {
    const { bare } = await crowded();
    const lists = [sue, acd, sue].map((who) => new Visitor(bare, who).request('agents'));
    const first = await lists[0]!;
    expect(await settledOf(lists)).toEqual([0]);
    await first.text();
    expect(await settledOf(lists)).toEqual([0, 1]);
    await (await lists[1]!).body!.cancel();
    expect(await settledOf(lists)).toEqual([0, 1, 2]);
    expect(idsIn(await (await lists[2]!).text())).toHaveLength(MANY);
  });

  test('is refused while twenty are waiting, and says when to try again; other accounts are served', async () => {
    const { bare, server } = await crowded();
    const lists = Array.from({ length: 21 }, () => new Visitor(bare, sue).request('agents'));
    await lists[0]!;
    await settledOf(lists);
    const refused = await new Visitor(server, acd).request('agents');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'unavailable' });
    const other = await new Visitor(bare, { ...sue, account: 'other' }).request('agents');
    expect(idsIn(await other.text())).toEqual([]);
    for (const list of lists) expect((await (await list).text()).length).toBeGreaterThan(100_000);
  });

  test('gives its place to the next if its client leaves while waiting', async () => {
    const { bare } = await crowded();
    const leave = new AbortController();
    const first = await new Visitor(bare, sue).request('agents');
    const gone = Array.from({ length: 20 }, () => new Visitor(bare, sue).request('agents', { signal: leave.signal }));
    await settledOf(gone);
    leave.abort();
    expect(await settledOf(gone)).toHaveLength(20);
    const next = new Visitor(bare, acd).request('agents');
    await first.text();
    expect(idsIn(await (await next).text())).toHaveLength(MANY);
  });

  test.each(['leaves', 'cancels', 'asks for the head alone'])(
    'gives its turn to the next where its client %s',
    async (kind) => {
      const { bare } = await crowded();
      const leave = new AbortController();
      const init = kind.startsWith('asks') ? { method: 'HEAD' } : { signal: leave.signal };
      const first = await new Visitor(bare, sue).request('agents', init);
      const second = new Visitor(bare, sue).request('agents');
      if (kind === 'leaves') leave.abort();
      if (kind === 'cancels') await first.body!.cancel();
      expect(idsIn(await (await second).text())).toHaveLength(MANY);
      if (kind === 'leaves') await expect(first.text()).rejects.toThrow('gone');
    },
  );

  test('breaks off if its reader takes nothing for ten seconds, and gives its turn to the next', async () => {
    vi.useFakeTimers();
    const { bare } = await crowded();
    const first = await new Visitor(bare, sue).request('agents');
    const second = new Visitor(bare, sue).request('agents');
    expect(await settledWithin(second, 9_000)).toBe(false);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(idsIn(await (await second).text())).toHaveLength(MANY);
    await expect(first.text()).rejects.toThrow('too slow');
    expect(vi.getTimerCount()).toBe(0);
    await bare.close();
  });

  test('goes on for a reader who takes a piece now and then', async () => {
    vi.useFakeTimers();
    const { bare } = await crowded();
    const reader = (await new Visitor(bare, sue).request('agents')).body!.getReader();
    let text = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += Buffer.from(read.value as Uint8Array).toString();
      await vi.advanceTimersByTimeAsync(9_000);
    }
    expect(idsIn(text)).toHaveLength(MANY);
  });

  test('is refused if the token expires while waiting', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { bare } = await crowded();
    const first = await new Visitor(bare, sue).request('agents');
    const second = new Visitor(bare, { ...sue, expiresAt: Date.now() + 1_000 }).request('agents');
    await settledOf([second]);
    vi.setSystemTime(Date.now() + 7_000);
    const third = new Visitor(bare, sue).request('agents');
    await first.text();
    expect((await second).status).toBe(401);
    expect(idsIn(await (await third).text())).toHaveLength(MANY);
  });

  test('that is being sent is finished by a server that closes; waiting ones are refused', async () => {
    const { bare } = await crowded();
    const first = await new Visitor(bare, sue).request('agents');
    const second = new Visitor(bare, sue).request('agents');
    await settledOf([second]);
    const closed = bare.close();
    expect((await second).status).toBe(503);
    expect(await settledOf([closed])).toEqual([]);
    expect(idsIn(await first.text())).toHaveLength(MANY);
    await closed;
  });
});

async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let isSettled = false;
  void promise.then(() => (isSettled = true));
  await vi.advanceTimersByTimeAsync(ms);
  return isSettled;
}

describe('a stream of all agents', () => {
  test('sends them in pieces, and other requests are answered in between', async () => {
    const { bare } = await crowded();
    const reader = new StreamReader(await new Visitor(bare, sue).request('agents/stream'));
    const told = reader.until('event: ready');
    expect((await new Visitor(bare, adam).request('account')).status).toBe(404);
    expect(reader.text).not.toContain('event: ready');
    await told;
    expect(reader.text.match(/^event: agent$/gm)).toHaveLength(MANY);
    await reader.leave();
  });

  test('sends each change meanwhile once, in the order of revisions, and then ready', async () => {
    const { bare } = await crowded();
    const reader = new StreamReader(await new Visitor(bare, sue).request('agents/stream'));
    await reader.until('"agent-5"');
    for (const id of ['agent-0', 'agent-999', 'agent-new']) {
      const visitor = new Visitor(bare, { id, roles: ['agent'] });
      const present = await visitor.request(`agents/~${Buffer.from(id).toString('base64url')}`);
      const revision = present.ok ? Number(/\d+(?="$)/.exec(present.headers.get('etag')!)?.[0]) : null;
      expect((await visitor.event(id, { type: 'sign-in', page: 'p1' }, revision)).status).toBe(200);
    }
    await reader.until('event: ready');
    const agents = [...reader.text.matchAll(/^data: (\{"agentId".*)$/gm)].map(
      ([, data]) => JSON.parse(data!) as { agentId: string; revision: number },
    );
    const revisions = (id: string) => agents.flatMap(({ agentId, revision }) => (agentId === id ? revision : []));
    expect(revisions('agent-0')).toEqual([1, MANY + 1]);
    expect(revisions('agent-999')).toEqual([MANY + 2]);
    expect(revisions('agent-new')).toEqual([MANY + 3]);
    expect(agents).toHaveLength(MANY + 2);
    await reader.leave();
  });

  test('ends for a reader who takes nothing, and not for one who is slow', async () => {
    vi.useFakeTimers();
    const { bare } = await crowded();
    const slow = new StreamReader(await new Visitor(bare, sue).request('agents/stream'));
    await new Visitor(bare, acd).request('agents/stream');
    const streams = async () =>
      /phone_streams \d/.exec(await (await new Visitor(bare, ana).request('metrics')).text())?.[0];
    for (let time = 0; time < 20; time++) {
      await slow.until(`"agent-${time * 2}"`);
      slow.forget();
      await vi.advanceTimersByTimeAsync(30_000);
      if (time === 1) expect(await streams()).toBe('phone_streams 2');
    }
    expect(await streams()).toBe('phone_streams 1');
    await slow.until('event: ready');
    await slow.leave();
    await bare.close();
  });
});

describe('a store', () => {
  test.each(['memory', 'sqlite'])('in %s hands over many agents in pieces', async (kind) => {
    const { storeOf } = await crowded(kind === 'memory' ? MANY : 0);
    const store = kind === 'memory' ? storeOf() : sqliteStore({ file: ':memory:' });
    if (kind === 'sqlite') {
      const save = (id: string) => store.saveAgent(newAgentRecord(id), null, { type: 'sign-in', page: 'p1' });
      await Promise.all(Array.from({ length: MANY }, (_, index) => save(` agent-${index}`)));
    }
    let [rounds, isReady] = [0, false];
    const count = () => {
      rounds++;
      if (!isReady) setImmediate(count);
    };
    const found = new Set<string>();
    await new Promise<void>((resolve) => {
      store.watchAgents({ next: ({ value }) => found.add(value.agentId), ready: () => resolve() });
      setImmediate(count);
    });
    isReady = true;
    expect(found.size).toBe(MANY);
    expect(rounds).toBeGreaterThan(10);
    await store.close();
  });
});
