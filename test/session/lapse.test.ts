import { describe, expect, it } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import type { AgentSession } from '../../src/session/agent-session.js';
import { unreachable, type FaultyStore } from '../support/faulty-store.js';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { HOUR, inbound, MINUTE, newStore, open, pass, SECOND, settle, START, useFakeTime } from './set-up.js';

useFakeTime();

const sue = { role: 'supervisor', id: 'sue' } as const;

/** The statuses that somebody who listens is told from now on. */
function statusesOf(session: AgentSession): readonly (string | undefined)[] {
  const told: (string | undefined)[] = [];
  session.subscribe(({ view }) => told.push(view?.status.id));
  return told;
}

describe('a page that cannot save, and whose lapse somebody else writes down,', () => {
  const lapse = async (store: FaultyStore): Promise<void> => {
    await pass(3 * MINUTE);
    await store.other({ type: 'choose', statusId: 'lunch', by: sue });
    // The watch tells it, though the store may answer nothing.
    store.push(await store.other({ type: 'choose', statusId: 'break', by: sue }));
    await settle();
  };
  const statesOf = ({ view }: AgentSession): unknown[] => [
    view?.status.id,
    ...view!.conversations.map(({ id, state }) => `${id} ${state}`),
  ];

  it('goes on to be there in its own view, and nobody is told of less', async () => {
    const { session, store } = await open({ page: 'p1' });
    const told = statusesOf(session);
    store.always(unreachable(), 'saveAgent');
    await lapse(store);
    expect(session.view?.present).toBe(true);
    await lapse(store);
    store.thaw();
    await pass(MINUTE);
    expect(told).not.toContain('offline');
    expect(session.view).toMatchObject({ present: true, status: { id: 'break' } });
    expect((await store.stored()).leases).toEqual({ p1: expect.any(Number) });
  });

  it.each([unreachable(), 'frozen'] as const)('goes on with its calls, each said again once: %s', async (fault) => {
    const { session, store, feed } = await open({ page: 'p1' });
    feed.ringing(inbound('c1'));
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    feed.held('c2');
    feed.ringing(inbound('c3'));
    await settle();
    const told = statusesOf(session);
    store.always(fault);
    for (let count = 0; count < 4; count++) await lapse(store);
    expect(statesOf(session)).toEqual(['busy', 'c1 live', 'c2 held']);
    const { length } = store.writes;
    store.thaw();
    await pass(MINUTE);
    expect(store.writes.slice(length)).toEqual(['call-started', 'call-started', 'call-held']);
    expect((await store.stored()).calls).toMatchObject([
      { id: 'c1', state: 'live' },
      { id: 'c2', state: 'held' },
    ]);
    expect(new Set(told)).toEqual(new Set(['busy']));
  });

  it.each([unreachable(), 'frozen'] as const)('goes on with a call that nobody has heard of: %s', async (fault) => {
    const { session, store, feed } = await open({ page: 'p1' });
    store.always(fault);
    feed.started(inbound('c1'));
    await lapse(store);
    void session.closeConversation('c1');
    await lapse(store);
    expect(statesOf(session)).toEqual(['busy', 'c1 live']);
  });

  it('goes on with the call of an agent who signed out', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    await session.signOut();
    feed.started(inbound('c1'));
    await settle();
    store.always(unreachable(), 'saveAgent');
    await lapse(store);
    await store.other({ type: 'close', callId: 'c1' });
    await lapse(store);
    expect(statesOf(session)).toEqual(['busy', 'c1 live']);
    store.thaw();
    await pass(MINUTE);
    expect((await store.stored()).calls).toMatchObject([{ id: 'c1', state: 'live' }]);
  });

  it('does not go on with a call that the agent declared over, or that another source has ended', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    await session.endCall('c1');
    store.always(unreachable(), 'saveAgent');
    await store.other({ type: 'call-ended', callId: 'c2' });
    await lapse(store);
    await lapse(store);
    expect(statesOf(session)).toEqual(['after-call-work', 'c1 ended', 'c2 ended']);
  });

  it('leaves a call elsewhere to those who carry it', async () => {
    const feed = createCallFeed({ carries: 'elsewhere' });
    const { session, store } = await open({ page: 'p1', calls: feed });
    await session.signOut();
    feed.started(inbound('c1'));
    await settle();
    await pass(13 * HOUR);
    await lapse(store);
    expect(statesOf(session)).toEqual(['offline']);
  });

  it('does not go on with what a forced sign-out has ended', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    feed.started(inbound('c1'));
    await settle();
    await store.other({ type: 'sign-out', force: true });
    await lapse(store);
    await store.other({ type: 'close', callId: 'c1' });
    await lapse(store);
    expect(statesOf(session)).toEqual(['offline']);
  });
});

describe('an erasure while a page runs', () => {
  it('tells nobody that the agent is Offline, or that a call is over', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    feed.started(inbound('c1'));
    await settle();
    const told: unknown[] = [];
    session.subscribe(({ view }) => told.push([view?.status.id, view?.present, view?.conversations.length]));
    await store.removeAgent('ana');
    await session.choose('lunch');
    expect(session.view?.next?.status.id).toBe('lunch');
    feed.ended('c1');
    await session.closeConversation('c1');
    expect(session.view?.status.id).toBe('lunch');
    await store.removeAgent('ana');
    await session.choose('break');
    expect(session.view?.status.id).toBe('break');
    expect(told).toContainEqual(['busy', true, 1]);
    expect(told.filter((one) => JSON.stringify(one).includes('offline') || !(one as unknown[])[1])).toEqual([]);
  });

  it('says again a call elsewhere, where the lease is what finds it out', async () => {
    const feed = createCallFeed({ carries: 'elsewhere' });
    const { session, store } = await open({ page: 'p1', calls: feed });
    feed.started(inbound('c1'));
    await settle();
    await store.removeAgent('ana');
    await pass(MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, present: true });
    expect((await store.stored()).calls).toMatchObject([{ id: 'c1', state: 'live', carriers: ['elsewhere'] }]);
  });

  it.each([0, MINUTE])(
    'brings back all calls whose ends wait, each with its own times, also after %d ms',
    async (ms) => {
      const { session, store, feed } = await open({ page: 'p1' });
      for (const id of ['c1', 'c2', 'c3']) {
        feed.started(inbound(id));
        await pass(4 * MINUTE);
      }
      const times = session.view!.conversations.map(({ startedAt }) => startedAt);
      store.always(unreachable(), 'saveAgent');
      for (const id of ['c2', 'c3', 'c1']) {
        feed.ended(id, 'answered');
        await pass(SECOND);
      }
      const told: unknown[] = [];
      session.subscribe(({ view }) => told.push(view?.conversations.map(({ id, state }) => `${id} ${state}`)));
      const before = session.view!.conversations;
      await pass(ms);
      await store.removeAgent('ana');
      store.thaw();
      store.tellConnection({ state: 'online' });
      await settle();
      expect(session.view?.conversations).toEqual(before);
      expect(before.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
        [times[0], START + 12 * MINUTE + 2 * SECOND],
        [times[1], START + 12 * MINUTE],
        [times[2], START + 12 * MINUTE + SECOND],
      ]);
      expect((await store.stored()).calls.map(({ id, state, startedAt }) => [id, state, startedAt])).toEqual([
        ['c1', 'ended', times[0]],
        ['c2', 'ended', times[1]],
        ['c3', 'ended', times[2]],
      ]);
      expect(store.writes.slice(-6)).toEqual([...Array(3).fill('call-started'), ...Array(3).fill('call-ended')]);
      expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(new Set(['["c1 ended","c2 ended","c3 ended"]']));
    },
  );
});

describe('a renewal', () => {
  it('whose answer was lost is not made again', async () => {
    const { store } = await open({ page: 'p1' });
    store.next('saveAgent', 'lost');
    await pass(MINUTE);
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in', 'renew']);
  });
});

describe('a session whose clock jumps', () => {
  /** After Call Work that ends by itself a minute after the start. */
  const wrapUp = async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { acwLimitSeconds: 60 }), null);
    const { session, feed } = await open({ store });
    feed.started(inbound('c1'));
    feed.ended('c1', 'answered');
    await settle();
    return { store, session, told: statusesOf(session) };
  };

  it('back before the last change shows what held then, tells it, and the change once more in time', async () => {
    const { store, session, told } = await wrapUp();
    await pass(MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'available' }, conversations: [] });
    store.aheadMs = -30 * SECOND;
    const { view } = session;
    expect(view).toMatchObject({ status: { id: 'after-call-work' }, conversations: [{ id: 'c1', state: 'ended' }] });
    expect(session.view).toBe(view);
    await settle();
    await pass(30 * SECOND - 1);
    expect(told).toEqual(['available', 'after-call-work']);
    await pass(1);
    expect(told).toEqual(['available', 'after-call-work', 'available']);
  });

  it('ahead beyond a deadline shows what holds now to who asks, and tells all others', async () => {
    const { store, session, told } = await wrapUp();
    store.aheadMs = 2 * MINUTE;
    expect(session.view).toMatchObject({ status: { id: 'available' }, conversations: [] });
    await settle();
    expect(told).toEqual(['available']);
  });

  it('back within what holds shows the same view', async () => {
    const { store, session, told } = await wrapUp();
    await pass(30 * SECOND);
    const { view } = session;
    store.aheadMs = -10 * SECOND;
    expect(session.view).toBe(view);
    await settle();
    expect(told).toEqual([]);
  });
});
