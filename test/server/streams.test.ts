import { defaultAccount, memoryStore, type Account, type StatusStore } from 'phone-widget';
import { createStatusServer } from 'phone-widget/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryDocuments } from '../../src/stores/documents/memory-backend.js';
import { agentPath, BEAT_MS } from '../../src/stores/status-protocol.js';
import { FaultyStore } from '../support/faulty-store.js';
import {
  acd,
  ana,
  believe,
  ben,
  revisionOf,
  StreamReader,
  sue,
  Visitor,
  world,
  type World,
} from '../support/server.js';
import { refused, worldWithAna } from '../support/server-day.js';

const path = `agents/${agentPath('ana')}`;
const named = (name: string): Account => {
  const [first, ...rest] = defaultAccount.statuses;
  return { ...defaultAccount, statuses: [first!, ...rest.map((one) => (one.id === 'lunch' ? { ...one, name } : one))] };
};

async function follow(server: World['server'], who: ConstructorParameters<typeof Visitor>[1], what = `${path}/stream`) {
  const reader = new StreamReader(await new Visitor(server, who).request(what));
  await reader.until('event: ready');
  return reader;
}

/** The revisions of one agent's entries, in the order in which a stream sent them. */
function revisionsIn(text: string): number[] {
  return [...text.matchAll(/^event: agent\ndata: (.*)$/gm)].map(
    ([, data]) => (JSON.parse(data!) as { revision: number }).revision,
  );
}

afterEach(() => void vi.useRealTimers());

describe('two servers over one place', () => {
  test('see each other’s saves on streams, in lists and in records', async () => {
    const { server, another } = await worldWithAna();
    const other = another();
    const readers = [await follow(other, ana), await follow(other, sue, 'agents/stream'), await follow(server, acd)];
    const answer = await new Visitor(server, ben).event('ben', { type: 'sign-in', page: 'bens' }, null);
    await readers[1]!.until('bens');
    const stored = await new Visitor(other, ben).request(`agents/${agentPath('ben')}`);
    expect(revisionOf(stored)).toBe(revisionOf(answer));
    const renewed = await new Visitor(other, ana).event('ana', { type: 'sign-in', page: 'p9' }, 5);
    expect(renewed.status).toBe(200);
    for (const reader of readers) await reader.until('"p9"');
    expect(readers[0]!.text).not.toContain('bens');
    await Promise.all([server.close(), other.close()]);
  });

  test('take one of two saves that are based on the same revision', async () => {
    const { server, another, revision, storeOf } = await worldWithAna();
    const other = another();
    const by = { role: 'agent', id: 'ana' } as const;
    const answers = await Promise.all(
      [server, other, server, other].map((one, index) =>
        new Visitor(one, ana).event(
          'ana',
          { type: 'choose', statusId: ['lunch', 'break', 'meeting', 'training'][index]!, by },
          revision,
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200)!;
    const stored = await storeOf().readAgent('ana');
    expect(stored?.revision).toBe(revisionOf(winner));
    for (const one of answers.filter(({ status }) => status === 412)) {
      expect(await one.json()).toMatchObject({ present: { revision: stored?.revision } });
    }
  });

  test('lose no call fact that reaches both at once', async () => {
    const { server, another, storeOf } = await worldWithAna();
    const servers = [server, another()];
    const calls = Array.from({ length: 20 }, (_, index) => `call-${index}`);
    const visitor = (index: number) => new Visitor(servers[index % 2]!, { id: 'pbx', roles: ['telephony'] });
    const answers = await Promise.all(
      calls.map((id, index) =>
        visitor(index).post(`${path}/facts`, { type: 'started', call: { id, direction: 'inbound', party: {} } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 204));
    const kept = (await storeOf().readAgent('ana'))!.value.calls.map(({ id }) => id);
    expect(kept).toEqual(expect.arrayContaining(calls));
  });

  test.each([0, 60_000])(
    'tell nobody of an agent whom the other has erased, listed first after %d ms',
    async (wait) => {
      vi.useFakeTimers({ toFake: ['Date'] });
      const { server, another, storeOf } = await worldWithAna();
      const other = another();
      await new Visitor(server, ben).event('ben', { type: 'sign-in', page: 'bens' }, null);
      const ids = async () => {
        const list = (await (await new Visitor(other, sue).request('agents')).json()) as {
          agents: { agentId: string }[];
        };
        return list.agents.map(({ agentId }) => agentId);
      };
      await new Visitor(other, ana).request(path);
      if (wait === 0) expect(await ids()).toEqual(['ana', 'ben']);
      await new Visitor(server, { id: 'adam', roles: ['admin'] }).request(path, { method: 'DELETE' });
      vi.setSystemTime(Date.now() + 10_001 + wait);
      expect(await ids()).toEqual(['ben']);
      expect((await follow(other, sue, 'agents/stream')).text).not.toContain('"ana"');
      expect((await follow(other, ana)).text).not.toContain('"ana"');
      // An agent who signs in again is there again.
      expect(await storeOf().readAgent('ana')).toBeUndefined();
      await new Visitor(other, ana).event('ana', { type: 'sign-in', page: 'p1' }, null);
      expect(await ids()).toEqual(['ben', 'ana']);
    },
  );
});

describe('a stream', () => {
  test('sends the present entries, ready, and later states in the order of their revisions', async () => {
    const { server, revision } = await worldWithAna();
    const reader = await follow(server, ana);
    expect(reader.text.match(/^event: .*$/gm)).toEqual(['event: account', 'event: agent', 'event: ready']);
    let basedOn = revision;
    for (let page = 0; page < 20; page++) {
      basedOn = revisionOf(
        await new Visitor(server, ana).event('ana', { type: 'sign-in', page: `page-${page}` }, basedOn),
      );
    }
    await reader.until(`"revision":${basedOn}`);
    const revisions = revisionsIn(reader.text);
    expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
  });

  test('sends a change of the account to everyone', async () => {
    const { server, storeOf } = await worldWithAna();
    const readers = await Promise.all([
      follow(server, ana),
      follow(server, sue, 'agents/stream'),
      follow(server, { id: 'adam', roles: ['admin'] }, 'account/stream'),
    ]);
    const account = await storeOf().readAccount();
    await storeOf().saveAccount(named('Siesta'), account!.revision);
    await Promise.all(readers.map((reader) => reader.until('Siesta')));
  });

  test('sends a slow reader the newest state of each entry, and holds no more than that', async () => {
    const { bare, revision } = await worldWithAna();
    const answer = await new Visitor(bare, ana).request(`${path}/stream`);
    let basedOn = revision;
    for (let page = 0; page < 300; page++) {
      basedOn = revisionOf(
        await new Visitor(bare, ana).event('ana', { type: 'sign-in', page: `page-${page % 5}` }, basedOn),
      );
    }
    const reader = new StreamReader(answer);
    await reader.until(`"revision":${basedOn}`);
    expect(revisionsIn(reader.text).length).toBeLessThan(250);
    expect(reader.text.length).toBeLessThan(200_000);
  });

  test('sends beats, and ends for a reader who takes nothing', async () => {
    vi.useFakeTimers();
    const { bare } = await worldWithAna();
    const reader = await follow(bare, ana);
    reader.forget();
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    await reader.until('event: beat');
    const idle = await new Visitor(bare, sue).request(`${path}/stream`);
    const visitor = new Visitor(bare, ana);
    let basedOn = revisionOf(await visitor.request(path));
    for (let time = 0; time < 100; time++) {
      const statusId = time % 2 ? 'lunch' : 'break';
      const by = { role: 'agent', id: 'ana' } as const;
      basedOn = revisionOf(await visitor.event('ana', { type: 'choose', statusId, by }, basedOn));
    }
    await vi.advanceTimersByTimeAsync(90_000);
    await expect(idle.text()).rejects.toThrow('too slow');
    await bare.close();
  });

  test('ends with its token, after the clock tolerance, on every kind of stream', async () => {
    vi.useFakeTimers();
    const { server } = await worldWithAna();
    const expiresAt = Date.now() + 60_000;
    const readers = await Promise.all([
      follow(server, { ...ana, expiresAt }),
      follow(server, { ...sue, expiresAt }, 'agents/stream'),
      follow(server, { ...ana, expiresAt }, 'account/stream'),
    ]);
    const longer = await follow(server, { ...ana, expiresAt: expiresAt + 60_000 });
    await vi.advanceTimersByTimeAsync(64_900);
    for (const reader of readers) expect(reader.text).not.toContain('event: end');
    await vi.advanceTimersByTimeAsync(100);
    for (const reader of readers) expect(await reader.toEnd()).toContain('event: end\ndata: {"reason":"expired"}');
    expect(longer.text).not.toContain('event: end');
    await longer.leave();
    await server.close();
  });

  test('of a token that lasts for years outlives the longest timer', async () => {
    vi.useFakeTimers();
    const { server } = await worldWithAna();
    const reader = await follow(server, { ...ana, expiresAt: Date.now() + 400 * 86_400_000 });
    await reader.leave();
    await server.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('sends only records that its reader may read', async () => {
    const { server } = await worldWithAna();
    const reader = await follow(server, ana);
    await new Visitor(server, ben).event('ben', { type: 'sign-in', page: 'bens' }, null);
    await server.close();
    expect(await reader.toEnd()).not.toContain('bens');
  });

  test.each(['HEAD', 'aborted'])('is not left open by a request that is %s', async (kind) => {
    vi.useFakeTimers();
    const { bare } = await worldWithAna();
    const visitor = new Visitor(bare, ana);
    const init = kind === 'HEAD' ? { method: 'HEAD' } : { signal: AbortSignal.abort() };
    for (let time = 0; time < 150; time++) expect((await visitor.request(`${path}/stream`, init)).status).toBe(200);
    const metrics = await (await visitor.request('metrics')).text();
    expect(metrics).toContain('phone_streams 0');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends when its reader goes while it is open', async () => {
    const { bare } = await worldWithAna();
    const leave = new AbortController();
    await new Visitor(bare, ana).request(`${path}/stream`, { signal: leave.signal });
    const reader = await follow(bare, ana);
    expect(await (await new Visitor(bare, ana).request('metrics')).text()).toContain('phone_streams 2');
    leave.abort();
    await reader.leave();
    expect(await (await new Visitor(bare, ana).request('metrics')).text()).toContain('phone_streams 0');
  });

  test('beyond the hundredth of one viewer is refused, and others are served', async () => {
    const made = await worldWithAna();
    const { server } = made;
    const open = await Promise.all(Array.from({ length: 100 }, () => follow(server, ana)));
    const visitor = new Visitor(server, ana);
    const problem = { status: 429, code: 'unavailable' } as const;
    await refused(made, () => visitor.request(`${path}/stream`), problem);
    await refused(
      made,
      () => new Visitor(server, { id: 'ana', roles: ['agent', 'agent'] }).request(`${path}/stream`),
      problem,
    );
    expect((await visitor.request(`${path}/stream`)).headers.get('retry-after')).toBe('1');
    expect((await visitor.request(path)).status).toBe(200);
    await (await follow(server, sue)).leave();
    await open[0]!.leave();
    await (await follow(server, ana)).leave();
    await server.close();
  });
});

describe('damage', () => {
  test('of a record is sent to the agent with the document, to supervisors without', async () => {
    const { server, storeOf } = await worldWithAna();
    const readers = [await follow(server, ana), await follow(server, sue), await follow(server, sue, 'agents/stream')];
    await memoryDocuments(storeOf().name).write('ana', () => ({ agentId: 'ana', at: 'never' }));
    for (const reader of readers) await reader.until('"damaged":true');
    expect(readers.map(({ text }) => text.includes('"never"'))).toEqual([true, false, false]);
    const later = await follow(server, ana);
    expect(later.text).toContain('"damaged":true,"document":{"agentId":"ana","at":"never"}');
    const list = await (await new Visitor(server, sue).request('agents')).json();
    expect(list).toEqual({ agents: [{ agentId: 'ana', damaged: true, revision: expect.any(Number) as number }] });
  });

  test('of the account is sent, and its last state counts', async () => {
    const { server, storeOf, revision } = await worldWithAna();
    const reader = await follow(server, ana);
    reader.forget();
    await memoryDocuments(storeOf().name).write('', () => ({ statuses: 7 }));
    await reader.until('"damaged":true');
    const by = { role: 'agent', id: 'ana' } as const;
    const choose = { type: 'choose', statusId: 'forward-to-phone', forwardTo: '+4930111111', by } as const;
    expect((await new Visitor(server, ana).event('ana', choose, revision)).status).toBe(200);
    const problem = await (await new Visitor(server, ana).request('account')).json();
    expect(problem).toMatchObject({ status: 422, code: 'damaged-data', document: { statuses: 7 } });
    const revisionOfDamage = (problem as { revision: number }).revision;
    const init = (basedOn: number) => ({
      method: 'PUT',
      body: JSON.stringify(named('Siesta')),
      headers: { 'content-type': 'application/json', 'if-match': `"${basedOn}"` },
    });
    const adam = new Visitor(server, { id: 'adam', roles: ['admin'] });
    expect((await adam.request('account', init(1))).status).toBe(422);
    expect((await adam.request('account', init(revisionOfDamage))).status).toBe(200);
    await reader.until('Siesta');
  });

  test('is avoided: a record of a newer version is shown, and not written', async () => {
    const made = world();
    const newer = { agentId: 'ana', version: 9, writableBy: 9, fromTheFuture: true };
    await memoryDocuments(made.storeOf().name).write('ana', () => newer);
    const visitor = new Visitor(made.server, ana);
    const stored = await visitor.request(path);
    expect(await stored.clone().json()).toMatchObject(newer);
    const ask = () => visitor.event('ana', { type: 'sign-in', page: 'p1' }, revisionOf(stored));
    await refused(made, ask, { status: 409, code: 'newer-version' });
  });
});

describe('a store that is lost', () => {
  function faultyWorld() {
    const store = new FaultyStore(memoryStore({}));
    return { store, server: createStatusServer({ store: () => store as StatusStore, authenticate: believe }) };
  }

  test('for a moment ends no stream; for longer it does, so that readers go to another server', async () => {
    vi.useFakeTimers();
    const { store, server } = faultyWorld();
    const reader = await follow(server, ana);
    store.tellConnection({ state: 'offline' });
    await vi.advanceTimersByTimeAsync(BEAT_MS / 2 + 1);
    store.tellConnection({ state: 'online' });
    await vi.advanceTimersByTimeAsync(BEAT_MS * 3);
    expect(reader.text).not.toContain('event: end');
    expect((await new Visitor(server, ana).request('ready')).status).toBe(200);
    store.tellConnection({ state: 'offline' });
    expect((await new Visitor(server, ana).request('ready')).status).toBe(503);
    await vi.advanceTimersByTimeAsync(BEAT_MS * 2);
    expect(await reader.toEnd()).toContain('{"reason":"closing"}');
    store.tellConnection({ state: 'online' });
    await (await follow(server, ana)).leave();
    await server.close();
  });
});
