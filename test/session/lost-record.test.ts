import { describe, expect, it } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { fakeBrowser } from '../support/fake-browser.js';
import { unreachable } from '../support/faulty-store.js';
import { inbound, MINUTE, newStore, open, outcome, pass, sameStore, SECOND, settle, useFakeTime } from './set-up.js';

useFakeTime();

const sue = { role: 'supervisor', id: 'sue', name: 'Sue' } as const;
const seen = (view: { status: { id: string } } | undefined) => view?.status.id;

describe('a place that was emptied under a running page', () => {
  it('gets the whole record back: the choice and who made it, next, and calls, as they stood', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    await store.other({ type: 'choose', statusId: 'break', by: sue });
    await pass(10 * SECOND);
    feed.started(inbound('c0'));
    feed.ended('c0', 'answered');
    feed.started(inbound('c1'));
    feed.held('c1');
    await settle();
    await store.other({ type: 'choose', statusId: 'lunch', by: sue });
    await settle();
    const before = session.view;
    const told: unknown[] = [];
    session.subscribe(({ view }) => told.push(seen(view)));
    await store.removeAgent('ana');
    await pass(MINUTE);
    expect({ ...session.view, deadline: 0 }).toEqual({ ...before, deadline: 0 });
    expect((await store.stored()).choice).toMatchObject({ statusId: 'break', by: sue, cause: 'supervisor' });
    feed.ended('c1');
    await session.closeConversation('c1');
    await session.closeConversation('c0');
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, cause: 'supervisor', by: sue, present: true });
    expect(told).not.toContain('available');
    expect(told).not.toContain('offline');
  });

  it('gets it once, though several pages find it out, and no page fights another', async () => {
    const store = newStore();
    const { session, feed } = await open({ store, page: 'p1' });
    await session.choose('break');
    feed.started(inbound('c1'));
    await settle();
    const others = [sameStore(store), sameStore(store)];
    const pages = [await open({ store: others[0]!, page: 'p2' }), await open({ store: others[1]!, page: 'p3' })];
    await store.removeAgent('ana');
    await pass(2 * MINUTE);
    const stored = await store.stored();
    expect(stored.choice).toMatchObject({ statusId: 'break', cause: 'agent' });
    expect(Object.keys(stored.leases).sort()).toEqual(['p1', 'p2', 'p3']);
    expect(stored.calls).toMatchObject([{ id: 'c1', state: 'live', carriers: ['p1'] }]);
    for (const one of [session, ...pages.map((page) => page.session)]) expect(seen(one.view)).toBe('busy');
    for (const one of [store, ...others])
      expect(one.taken.filter(({ type }) => type === 'choose').length).toBeLessThan(2);
    const { length } = [...store.taken, ...others.flatMap(({ taken }) => taken)];
    await pass(10 * SECOND);
    expect([...store.taken, ...others.flatMap(({ taken }) => taken)]).toHaveLength(length);
  });

  it('gets it back by events where it makes the record itself, as a server does', async () => {
    const store = newStore();
    store.computes = true;
    await store.saveAccount(
      updateSettings(defaultAccount, {
        acwLimitSeconds: 600,
        acwExtensionSeconds: 60,
        acwExtensions: 3,
        forwardToPhone: true,
      }),
      null,
    );
    const other = sameStore(store);
    other.computes = true;
    const { session, feed } = await open({ store, page: 'p1' });
    const { session: second, feed: phone } = await open({ store: other, page: 'p2' });
    await session.choose('forward-to-phone', { forwardTo: '+4930901820' });
    feed.started(inbound('c1'));
    await pass(SECOND);
    feed.ended('c1', 'answered');
    phone.started(inbound('c2'));
    phone.held('c2');
    await pass(SECOND);
    feed.ringing(inbound('c3'));
    await pass(SECOND);
    await store.other({ type: 'call-started', call: inbound('c4') });
    await store.other({ type: 'call-presumed-ended', callId: 'c4' });
    await session.extend('c1');
    await session.extend('c1');
    await session.choose('lunch');
    await settle();
    const before = session.view;
    const told: unknown[] = [];
    session.subscribe(({ view }) => told.push([seen(view), view?.next?.status.id, view?.conversations.length]));
    await store.removeAgent('ana');
    await pass(50 * SECOND);
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(new Set(['["busy","lunch",4]']));
    const stored = await store.stored();
    expect(stored).toMatchObject({
      choice: { statusId: 'forward-to-phone', forwardTo: '+4930901820' },
      next: { statusId: 'lunch' },
    });
    expect(Object.keys(stored.leases).sort()).toEqual(['p1', 'p2']);
    expect(stored.calls.find(({ id }) => id === 'c2')).toMatchObject({ state: 'held', carriers: ['p2'] });
    const times = (calls: readonly object[] | undefined) => {
      const pick = (call: object) => {
        const { id, state, startedAt, endedAt, closesAt, outcome } = call as AgentRecord['calls'][number];
        return { id, state, startedAt, endedAt, closesAt, outcome };
      };
      return calls?.map(pick);
    };
    expect(times(session.view?.conversations)).toEqual(times(before?.conversations));
    expect(times(second.view?.conversations)).toEqual(times(before?.conversations));
    expect(stored.calls.find(({ id }) => id === 'c4')?.presumed).toBe(true);
  });

  it('keeps a wish that was on its way, on top of what stood', async () => {
    const { session, store } = await open({ page: 'p1' });
    store.computes = true;
    await session.choose('break');
    await pass(MINUTE);
    await store.removeAgent('ana');
    await session.choose('lunch');
    await settle();
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, present: true });
    expect((await store.stored()).choice?.statusId).toBe('lunch');
  });

  it('leaves a signed-out agent signed out', async () => {
    const { session, store } = await open({ page: 'p1' });
    await session.signOut();
    await store.removeAgent('ana');
    store.loseConnection();
    store.regainConnection();
    await pass(5 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'offline' }, cause: 'sign-out' });
    expect(await store.readAgent('ana')).toBe(undefined);
    await session.signIn();
    expect(session.view).toMatchObject({ status: { id: 'available' }, present: true });
  });

  it('saves the ends of calls that waited, after their starts', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    store.computes = true;
    feed.started(inbound('c1'));
    await pass(MINUTE);
    store.always(unreachable(), 'saveAgent');
    feed.ended('c1', 'answered');
    await settle();
    const before = session.view?.conversations;
    await store.removeAgent('ana');
    store.thaw();
    store.tellConnection({ state: 'online' });
    await settle();
    expect(session.view?.conversations).toEqual(before);
    expect((await store.stored()).calls).toMatchObject([
      { id: 'c1', state: 'ended', startedAt: before?.[0]?.startedAt, endedAt: before?.[0]?.endedAt },
    ]);
  });
});

describe('another generation of the place', () => {
  it('counts from its first entry on, though its revisions are lower', async () => {
    const { session, store } = await open({ page: 'p1' });
    await session.choose('break');
    const old = (await store.readAgent('ana'))!;
    store.ready('one');
    store.ready('two');
    store.pushAccount({ value: updateSettings(defaultAccount, { acwLimitSeconds: 7 }), revision: 1 });
    store.push({ value: { ...old.value, choice: { ...old.value.choice!, statusId: 'lunch' } }, revision: 1 });
    store.ready('two');
    expect(seen(session.view)).toBe('lunch');
    expect(session.account?.settings.acwLimitSeconds).toBe(7);
    store.push({ value: old.value, revision: 0 });
    store.ready();
    expect(seen(session.view)).toBe('lunch');
  });

  it('that has no record of the agent gets the one that stood', async () => {
    const { session, store } = await open({ page: 'p1' });
    await session.choose('break');
    store.ready('one');
    await store.removeAgent('ana');
    store.ready('two');
    store.ready('two');
    await settle();
    expect(seen(session.view)).toBe('break');
    expect((await store.stored()).choice?.statusId).toBe('break');
    expect(session.account).toEqual(defaultAccount);
  });

  it('says nothing before anything was known, nor where a store tells none', async () => {
    const store = newStore();
    const { session } = await open({ store, page: 'p1' });
    store.silent = ['account'];
    const late = sameStore(store);
    late.silent = ['account', 'agent'];
    const { session: fresh } = await open({ store: late, page: 'p2' });
    late.ready('one');
    late.ready('two');
    await pass(MINUTE);
    for (const one of [session, fresh]) expect(one.view).toMatchObject({ status: { id: 'available' }, present: true });
  });
});

describe('an agent who was erased', () => {
  it('is shown signed out, and nothing more is written: no lease, no fact, no wish', async () => {
    const { storage, fire } = fakeBrowser();
    const { session, store, feed } = await open({ page: 'b.p1' });
    await session.choose('break');
    feed.started(inbound('c1'));
    store.freeze();
    feed.held('c1');
    const waiting = outcome(session.choose('lunch'));
    await pass(SECOND);
    store.always();
    storage.texts.set(`phone-widget:facts:["${store.name}","ana","b.p9"]`, '{"at":0,"facts":[]}');
    await store.erase();
    await settle();
    expect(waiting.now).toBe('missing-agent');
    expect(session.isErased).toBe(true);
    expect(session.view).toMatchObject({ status: { id: 'offline' }, present: false, conversations: [] });
    expect([...storage.texts.keys()].filter((key) => key.includes(':facts:'))).toEqual([]);
    const { length } = store.asked;
    feed.resumed('c1');
    await expect(session.choose('meeting')).rejects.toMatchObject({ code: 'missing-agent' });
    await expect(session.withdraw()).rejects.toMatchObject({ code: 'missing-agent' });
    store.loseConnection();
    await pass(MINUTE);
    store.regainConnection();
    fire('focus');
    await pass(10 * MINUTE);
    fire('pagehide');
    await pass(MINUTE);
    expect(store.asked).toHaveLength(length);
    expect(store.departed).toEqual([]);
    expect(await store.readAgent('ana')).toBe(undefined);
  });

  it('who is erased while a save is under way is not brought back by its answer', async () => {
    const { session, store } = await open({ page: 'p1' });
    store.next('saveAgent', 'frozen');
    const chosen = outcome(session.choose('lunch'));
    await settle();
    await store.erase();
    store.thaw({ late: true });
    await settle();
    expect(chosen.now).toBe('missing-agent');
    expect(seen(session.view)).toBe('offline');
    store.next('saveAgent', () => ({ value: newAgentRecord('ana'), revision: 99 }));
    await session.signIn();
    await settle();
    store.next('saveAgent', async () => {
      await store.erase();
      return { value: newAgentRecord('ana'), revision: 100 };
    });
    await expect(session.choose('break')).rejects.toMatchObject({ code: 'missing-agent' });
    expect(session.isErased).toBe(true);
  });

  it('begins anew with Sign in, and the calls that go on are said again', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    await session.choose('break');
    feed.started(inbound('c1'));
    await settle();
    await store.erase();
    await pass(5 * MINUTE);
    await session.signIn();
    await settle();
    expect(session.isErased).toBe(false);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, present: true, conversations: [{ id: 'c1' }] });
    expect((await store.stored()).choice).toMatchObject({ statusId: 'available', cause: 'sign-in' });
    await pass(5 * MINUTE);
    expect(session.view?.present).toBe(true);
  });

  it('and is saved by somebody else again is shown as that, and signed in by nobody', async () => {
    const { session, store } = await open({ page: 'p1' });
    await store.erase();
    await store.other({ type: 'choose', statusId: 'lunch', by: sue });
    await pass(5 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'offline' }, present: false });
    expect((await store.stored()).leases).toEqual({});
  });

  it('leaves without a word, and is signed in by the next start', async () => {
    const { session, store } = await open({ page: 'p1' });
    await store.erase();
    const { length } = store.asked;
    const stopped = session.stop();
    await pass(3 * SECOND);
    await stopped;
    expect([store.asked.length, store.departed]).toEqual([length, []]);
    session.start();
    await settle();
    expect(session.view).toMatchObject({ status: { id: 'available' }, present: true });
  });

  it('is shown as absent to a supervisor, who goes on', async () => {
    const { store } = await open({ page: 'p1' });
    const { session } = await open({ store, actor: sue });
    await store.erase();
    expect(session.view?.status.id).toBe('offline');
    expect(session.isErased).toBe(false);
    await session.choose('lunch');
    expect((await store.stored()).choice?.statusId).toBe('lunch');
  });
});
