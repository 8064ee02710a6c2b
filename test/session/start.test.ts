import { describe, expect, it, vi } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { newAgentRecord } from '../../src/model/agent.js';
import { agentView } from '../../src/model/view.js';
import { AgentSession } from '../../src/session/agent-session.js';
import type { AgentSessionOptions } from '../../src/session/session-options.js';
import { refused } from '../support/faulty-store.js';
import {
  inbound,
  MINUTE,
  newSession,
  newStore,
  open,
  outcome,
  pass,
  sameStore,
  SECOND,
  settle,
  START,
  useFakeTime,
} from './set-up.js';

useFakeTime();

describe('a session starts', () => {
  it('S003 it is explicitly not ready until the store has told something', async () => {
    const store = newStore();
    const session = newSession({ store });
    session.start();
    expect([session.view, session.account, session.record]).toEqual([undefined, undefined, undefined]);
    expect(session.saving).toBe(false);
    await settle();
    expect(session.view?.status.id).toBe('available');
    expect(session.account).toEqual(defaultAccount);
  });

  it('S003 it stays not ready where the store never answers, and makes nothing up', async () => {
    const store = newStore();
    store.freeze();
    const { session } = await open({ store });
    await pass(10 * MINUTE);
    expect(session.view).toBeUndefined();
    expect(session.saving).toBe(false);
  });

  it('a first call makes it ready, on the default account', async () => {
    const store = newStore();
    store.freeze();
    const { session, feed } = await open({ store });
    feed.started(inbound('c1'));
    expect(session.view?.status.id).toBe('busy');
    expect(session.account).toBe(defaultAccount);
    expect(session.record?.calls).toHaveLength(1);
  });

  it('a first call makes it ready on the account that this browser saw last', async () => {
    const first = newStore();
    const account = updateSettings(defaultAccount, { acwLimitSeconds: 30 });
    await first.saveAccount(account, null);
    await open({ store: first });
    const frozen = sameStore(first);
    frozen.freeze();
    const { session, feed } = await open({ store: frozen });
    feed.started(inbound('c1'));
    feed.ended('c1');
    expect(session.view?.conversations[0]?.closesAt).toBe(START + 30 * SECOND);
    expect(session.account?.settings.acwLimitSeconds).toBe(30);
  });

  it('S009 it follows a push though the watch never says that it is ready', async () => {
    const store = newStore();
    await store.other({ type: 'sign-in', page: 'other' });
    store.silent = ['ready'];
    const { session } = await open({ store });
    expect(session.view?.status.id).toBe('available');
    await store.other({ type: 'choose', statusId: 'lunch', by: { role: 'supervisor', id: 'sue' } });
    await settle();
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, cause: 'supervisor' });
    await pass(6 * SECOND);
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in']);
  });

  it('S009 it reads for itself where the watch tells nothing', async () => {
    const store = newStore();
    store.silent = ['ready', 'next'];
    const { session } = await open({ store });
    expect(session.view).toBeUndefined();
    await pass(6 * SECOND);
    expect(session.view?.status.id).toBe('available');
  });

  it('it signs in with one save, with the status that the account names', async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { signInStatus: 'meeting' }), null);
    const { session } = await open({ store, agentName: 'Ana Alba', page: 'p1' });
    expect(store.asked).toEqual([{ event: { type: 'sign-in', page: 'p1' }, basedOn: null }]);
    expect(session.view).toMatchObject({
      status: { id: 'meeting' },
      cause: 'sign-in',
      since: START,
      agentName: 'Ana Alba',
    });
    expect((await store.stored()).leases).toEqual({ p1: START + 150 * SECOND });
  });

  it('it tells its name where the record has none', async () => {
    const store = newStore();
    await store.other({ type: 'call-started', call: inbound('c1') });
    const { session } = await open({ store, agentName: 'Ana Alba' });
    expect(session.view?.agentName).toBe('Ana Alba');
  });

  it('it signs in again after a sign-out elsewhere, and reads without saving while it runs', async () => {
    const store = newStore();
    await store.other({ type: 'sign-in', page: 'other' });
    await store.other({ type: 'sign-out' });
    const { session } = await open({ store });
    expect(session.view?.status.id).toBe('available');
    await store.other({ type: 'sign-out' });
    await pass(10 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'offline' }, cause: 'sign-out' });
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in']);
  });

  it('names its page after its browser, another one each time', () => {
    const [one, other] = [newSession({ store: newStore() }).page, newSession({ store: newStore() }).page];
    expect(one).not.toBe(other);
    expect(one.split('.')[0]).toBe(other.split('.')[0]);
    expect(one).toMatch(/^\w{8,40}\.\w{8,40}$/);
  });

  it.each(['', '  ', undefined, 7])('refuses %j as an agent', (agentId) => {
    expect(() => new AgentSession({ agentId: agentId as string, store: newStore() })).toThrow(
      expect.objectContaining({ code: 'missing-agent' }),
    );
  });

  it.each([
    {},
    'x',
    '',
    createCallFeed,
    { ...createCallFeed(), capabilities: undefined },
    { ...createCallFeed(), capabilities: ['dial'] },
    { ...createCallFeed(), subscribe: undefined },
  ])('refuses %j as a call source', (calls) => {
    const make = (): unknown => new AgentSession({ agentId: 'ana', store: newStore(), calls: calls as never });
    expect(make).toThrow(expect.objectContaining({ code: 'unavailable' }));
    expect(make).toThrow('A session needs a call source, not');
  });

  it.each([undefined, null])('takes %j for no call source', (calls) => {
    const session = new AgentSession({ agentId: 'ana', store: newStore(), calls: calls as never });
    expect(session.can('dial')).toBe(false);
  });

  it('starting twice is starting once', async () => {
    const { session, store } = await open();
    const watchers = store.watchers;
    session.start();
    await settle();
    expect(store.watchers).toBe(watchers);
    expect(store.asked).toHaveLength(1);
  });

  it('a store that was closed is told, and leaves the session not ready', async () => {
    const store = newStore();
    await store.close();
    const { session, errors } = await open({ store });
    expect(errors.map(({ code }) => code)).toContain('closed');
    expect(session.view).toBeUndefined();
  });

  it('a store whose clock says nothing is read by the clock of the computer', async () => {
    const store = newStore();
    store.now = () => NaN;
    const { session } = await open({ store });
    expect(session.view?.since).toBe(START);
  });
});

describe('a store whose clock throws', () => {
  it('is told once, and the clock of the computer stands in for it', async () => {
    const store = newStore();
    store.now = () => {
      throw new TypeError('no clock');
    };
    const { session, feed, errors } = await open({ store });
    expect(session.view).toMatchObject({ status: { id: 'available' }, since: START });
    feed.started(inbound('c1'));
    await pass(MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, since: START });
    expect(errors).toMatchObject([{ code: 'unavailable', cause: { message: 'no clock' } }]);
  });

  it('with a reason of its own is told by that', async () => {
    const store = newStore();
    const reason = refused('closed');
    store.now = () => {
      throw reason;
    };
    const { errors } = await open({ store });
    expect(errors).toEqual([reason]);
  });
});

describe('what a session shows', () => {
  it('is the same object as long as nothing changes', async () => {
    const { session, store } = await open();
    const { view } = session;
    expect(session.view).toBe(view);
    await store.other({ type: 'page-died', page: 'nobody' });
    await pass(20 * SECOND);
    expect(session.view).toBe(view);
  });

  it('goes on by itself at its deadline, even where the timer is late', async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { acwLimitSeconds: 60 }), null);
    const { session, feed } = await open({ store });
    feed.started(inbound('c1'));
    feed.ended('c1');
    await settle();
    const saves = store.asked.length;
    vi.setSystemTime(START + 60 * SECOND - 1);
    expect(session.view?.status.id).toBe('after-call-work');
    vi.setSystemTime(START + 60 * SECOND);
    expect(session.view).toMatchObject({ status: { id: 'available' }, since: START + 60 * SECOND });
    expect(store.asked).toHaveLength(saves);
  });

  it('S069 ends After Call Work at the first tick after its limit, where the page is throttled', async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { acwLimitSeconds: 60 }), null);
    const { session, feed } = await open({ store });
    const shown: (string | undefined)[] = [];
    feed.started(inbound('c1'));
    feed.ended('c1');
    session.subscribe(({ view }) => shown.push(view?.status.id));
    await pass(59 * SECOND);
    expect(shown).toEqual([]);
    await pass(SECOND);
    expect(shown).toEqual(['available']);
    expect(store.writes).toEqual(['call-started', 'call-ended']);
  });

  it('tells every listener of every change, and one that throws harms nobody', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { session } = await open();
    const seen: unknown[] = [];
    const stop = session.subscribe(() => {
      throw new Error('a bad listener');
    });
    const stopSeen = session.subscribe(({ view }) => seen.push(view?.status.id));
    await session.choose('lunch');
    expect(seen).toContain('lunch');
    expect(said).toHaveBeenCalled();
    stop();
    stopSeen();
    await session.choose('break');
    expect(seen).not.toContain('break');
    said.mockRestore();
  });

  it('a listener that changes something again leaves the others with the last state only', async () => {
    const { session } = await open();
    const seen: unknown[] = [];
    session.subscribe(({ view }) => {
      if (view?.status.id === 'lunch') void session.choose('break');
    });
    session.subscribe(({ view }) => seen.push(view?.status.id));
    void session.choose('lunch');
    await settle();
    expect(seen).not.toContain('lunch');
    expect(session.view?.status.id).toBe('break');
  });

  it('S125 a push that is older than what is shown is dropped', async () => {
    const { session, store } = await open();
    const old = { value: await store.stored(), revision: 1 };
    await session.choose('lunch');
    store.push(old);
    store.pushAccount({ value: updateSettings(defaultAccount, { acwLimitSeconds: 5 }), revision: 1 });
    store.pushAccount({ value: defaultAccount, revision: 0 });
    expect(session.view?.status.id).toBe('lunch');
    expect(session.account?.settings.acwLimitSeconds).toBe(5);
  });

  it('S001 goes on with a status and its time that the store holds, and chooses nothing', async () => {
    const store = newStore();
    await store.other({ type: 'sign-in', page: 'other' });
    await store.other({ type: 'choose', statusId: 'meeting', by: { role: 'agent', id: 'ana' } });
    await pass(MINUTE);
    const { session } = await open({ store });
    expect(session.view).toMatchObject({ status: { id: 'meeting' }, since: START });
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in']);
  });

  it('a clock that is wrong by minutes changes nothing', async () => {
    const right = newStore();
    const wrong = sameStore(right);
    wrong.aheadMs = 0;
    const { session: one } = await open({ store: right });
    await one.choose('lunch');
    await settle();
    const { session: other } = await open({ store: wrong });
    right.aheadMs = -5 * MINUTE;
    await one.choose('break');
    await settle();
    expect([one.view?.status.id, other.view?.status.id]).toEqual(['break', 'break']);
    expect(other.view?.since).toBe(START);
  });
});

describe('a session without a store', () => {
  it('says what it needs', () => {
    const make = (): AgentSession => new AgentSession({ agentId: 'ana' } as AgentSessionOptions);
    expect(make).toThrow(/needs a store, not undefined/);
  });
});

describe('a session of another actor', () => {
  const supervisor = { role: 'supervisor', id: 'sue', name: 'Sue' } as const;

  it('holds no lease, reports no call, and is not asked to dial', async () => {
    const { store } = await open();
    const feed = createCallFeed({ controls: { dial: () => 'c1' } });
    const seen = sameStore(store);
    const { session } = await open({ store: seen, actor: supervisor, calls: feed, agentId: 'ana' });
    feed.started(inbound('c1'));
    await pass(10 * MINUTE);
    expect(seen.asked).toEqual([]);
    expect(session.view?.status.id).toBe('available');
    expect(session.view?.conversations).toEqual([]);
    expect(session.can('dial')).toBe(false);
    await expect(session.dial('123')).rejects.toMatchObject({ code: 'not-supported' });
    await expect(session.signIn()).rejects.toMatchObject({ code: 'not-supported' });
    expect(session.isMuted('c1')).toBe(false);
  });

  it('chooses, withdraws, closes and signs out for the agent, in its own name', async () => {
    const { store, feed, session: agent } = await open();
    const { session } = await open({ store: sameStore(store), actor: supervisor });
    feed.started(inbound('c1'));
    await settle();
    await session.choose('lunch');
    await settle();
    expect(agent.view?.next).toMatchObject({ status: { id: 'lunch' }, by: supervisor });
    await session.withdraw();
    feed.ended('c1');
    await settle();
    await session.closeConversation('c1');
    await settle();
    expect(agent.view?.status.id).toBe('available');
    await session.signOut();
    await settle();
    expect(agent.view).toMatchObject({ status: { id: 'offline' }, cause: 'sign-out', by: supervisor });
    await session.stop();
    expect((await store.stored()).leases).toEqual({});
  });

  it('applies its choice again where somebody else was faster, and what it saves needs no choice', async () => {
    const { session, store } = await open({ actor: supervisor });
    await session.signOut();
    expect(session.view).toMatchObject({ status: { id: 'offline' }, cause: 'sign-out' });
    store.silent = ['next'];
    await store.other({ type: 'sign-in', page: 'p1' });
    await session.choose('lunch');
    expect(session.view?.status.id).toBe('lunch');
    store.loseConnection();
    store.regainConnection();
    await settle();
    expect(store.writes).toEqual(['sign-out', 'choose']);
  });

  it('sees whenever it looks whether anybody is there, though nobody is told of that alone', async () => {
    const { store, session: agent } = await open();
    await agent.choose('offline');
    const { session } = await open({ store: sameStore(store), actor: supervisor });
    const told: boolean[] = [];
    session.subscribe(({ view }) => told.push(view?.present === true));
    await agent.stop();
    await settle();
    expect(session.view?.present).toBe(true);
    told.length = 0;
    await pass(11 * SECOND);
    expect(session.view).toMatchObject({ status: { id: 'offline' }, present: false });
    expect(told).toEqual([]);
  });

  it('sees an agent without a record as offline', async () => {
    const { session, store } = await open({ actor: supervisor });
    expect(session.view).toEqual(agentView(defaultAccount, newAgentRecord('ana'), START));
    expect(outcome(session.stop()).now).toBe('waits');
    await settle();
    expect(store.asked).toEqual([]);
  });
});
