import { describe, expect, it, vi } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import type { AgentView } from '../../src/model/view.js';
import { refused, unreachable } from '../support/faulty-store.js';
import {
  HOUR,
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
  sleep,
  START,
  useFakeTime,
} from './set-up.js';

useFakeTime();

const sue = { role: 'supervisor', id: 'sue' } as const;

describe('choosing', () => {
  it('S015 starts the time anew, and is one save of that status for that agent', async () => {
    const { session, store } = await open({ page: 'p1' });
    await session.choose('meeting');
    await pass(5 * SECOND);
    await session.choose('available');
    expect(session.view).toMatchObject({ status: { id: 'available' }, cause: 'agent', since: START + 5 * SECOND });
    expect(store.asked[1]?.event).toEqual({
      type: 'choose',
      statusId: 'meeting',
      by: { role: 'agent', id: 'ana' },
      page: 'p1',
      at: START,
    });
    expect(store.writes).toEqual(['choose', 'choose']);
  });

  it('before the page has signed in for sure is shown at once, and stays', async () => {
    const store = newStore();
    const session = newSession({ store });
    const seen = new Set<string | undefined>();
    session.subscribe(({ view }) => seen.add(view?.status.id));
    session.start();
    const chosen = session.choose('meeting');
    // The store's clock goes on while it takes the sign-in: the status chosen with it is newer than the click.
    vi.setSystemTime(START + SECOND);
    await pass(MINUTE);
    await chosen;
    expect([...seen]).not.toContain('available');
    expect(session.view).toMatchObject({ status: { id: 'meeting' }, cause: 'agent' });
  });

  it('S017 the status that stands already sends nothing, and its time goes on', async () => {
    const { session, store } = await open();
    await pass(MINUTE);
    const asked = store.asked.length;
    const chosen = session.choose('available');
    expect(session.saving).toBe(false);
    await chosen;
    expect(store.asked).toHaveLength(asked);
    expect(session.view?.since).toBe(START);
  });

  it('S019 what the store refuses falls back to what stood, with its old time, and says why', async () => {
    const { session, store } = await open();
    await pass(MINUTE);
    store.next('saveAgent', refused());
    const chosen = session.choose('break');
    expect(session.view?.status.id).toBe('break');
    expect(session.saving).toBe(true);
    await expect(chosen).rejects.toMatchObject({ code: 'denied' });
    expect(session.view).toMatchObject({ status: { id: 'available' }, since: START });
    expect(session.saving).toBe(false);
  });

  it('S027 a failure that nobody looks at is no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { session, store } = await open();
    store.next('saveAgent', refused());
    void session.choose('break');
    void session.choose('no such status');
    void session.dial('123');
    void session.extend('c9');
    void session.control('hold', 'c9');
    await settle();
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    vi.useFakeTimers({ now: START });
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('S029 after each acceptance exactly one status is current', async () => {
    const { session } = await open();
    await session.choose('offline');
    const seen: (string | undefined)[] = [];
    session.subscribe(({ view, saving }) => saving || seen.push(view?.status.id));
    await session.choose('available');
    await session.choose('offline');
    expect(seen).toEqual(['available', 'offline']);
  });

  it('S033 the next save carries the revision of the one before', async () => {
    const { session, store } = await open();
    const revisions = [0, 0, 0];
    for (const [index, id] of ['lunch', 'break', 'meeting'].entries()) {
      await session.choose(id);
      revisions[index] = store.asked.at(-1)?.basedOn ?? -1;
    }
    expect(revisions[1]).toBeGreaterThan(revisions[0]!);
    expect(revisions[2]).toBeGreaterThan(revisions[1]!);
    expect(store.asked).toHaveLength(4);
  });

  it('S167 the time counts from the instant that the store accepted', async () => {
    const { session, store } = await open();
    store.aheadMs = MINUTE;
    store.next('saveAgent', async () =>
      store.other({ type: 'choose', statusId: 'lunch', by: sue, at: START + 30 * SECOND }),
    );
    await session.choose('lunch');
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, since: START + 30 * SECOND, by: sue });
  });

  it('counts by the clock of the store, whatever the computer says', async () => {
    const store = newStore();
    store.aheadMs = -5 * MINUTE;
    const { session } = await open({ store });
    await session.choose('lunch');
    expect(session.view?.since).toBe(START - 5 * MINUTE);
    await pass(6 * MINUTE);
    expect(session.view?.present).toBe(true);
  });

  it('an unknown status is refused at once, even where the store does not answer', async () => {
    const { session, store } = await open();
    store.freeze();
    await expect(session.choose('no such status')).rejects.toMatchObject({ code: 'invalid-status' });
    await expect(session.choose('forward-to-phone')).rejects.toMatchObject({ code: 'invalid-status' });
    expect(session.view?.status.id).toBe('available');
  });

  it('hands on the number of Forward to Phone', async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { forwardToPhone: true }), null);
    const { session } = await open({ store });
    await expect(session.choose('forward-to-phone')).rejects.toMatchObject({ code: 'invalid-number' });
    await session.choose('forward-to-phone', { forwardTo: '+4930901820' });
    expect(session.view?.route).toEqual({ to: 'phone', number: '+4930901820' });
  });

  it('on a conflict it is applied again to what stands, and is one write', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    await settle();
    await store.other({ type: 'sign-in', page: 'other' });
    store.silent = ['next'];
    await store.other({ type: 'choose', statusId: 'lunch', by: sue });
    await session.choose('break');
    expect(session.view?.next?.status.id).toBe('break');
    expect((await store.stored()).leases).toHaveProperty('other');
    expect(store.writes).toEqual(['call-started', 'choose']);
    expect(store.asked).toHaveLength(4);
  });

  it('one that is older than what is stored falls back, and says so', async () => {
    const { session, store } = await open();
    store.next('saveAgent', async () => {
      vi.setSystemTime(START + SECOND);
      await store.other({ type: 'choose', statusId: 'lunch', by: sue });
      return store.saveAgent(await store.stored(), 1, { type: 'renew', page: 'x' });
    });
    await expect(session.choose('break')).rejects.toMatchObject({ code: 'outdated' });
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, by: sue });
  });

  it('a click on what a computer with a faster clock has chosen is not older than that', async () => {
    const { session, store } = await open();
    const fast = sameStore(store);
    fast.aheadMs = 2 * MINUTE;
    await fast.other({ type: 'choose', statusId: 'lunch', by: sue });
    await settle();
    await session.choose('break');
    expect(session.view?.status.id).toBe('break');
  });

  it('is left out of an early refusal where the state that is shown may be old', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    await settle();
    sleep(HOUR);
    await store.other({ type: 'call-ended', callId: 'c1' });
    await store.other({ type: 'close', callId: 'c1' });
    store.silent = ['next'];
    await session.signOut();
    expect(session.view?.status.id).toBe('offline');
  });

  it('of a signed-out agent signs in, on the page where it is chosen', async () => {
    const { session, store } = await open({ page: 'p1' });
    await session.signOut();
    expect(session.view?.status.id).toBe('offline');
    await session.choose('lunch');
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, present: true });
    expect((await store.stored()).leases).toHaveProperty('p1');
  });

  it('after a sign-in that was asked for just before is not outdated by it', async () => {
    const { session, store } = await open();
    store.next('saveAgent', 'frozen');
    const wishes = [session.signOut(), session.signIn(), session.choose('meeting')];
    await pass(SECOND);
    store.thaw();
    await pass(MINUTE);
    await Promise.all(wishes);
    expect(session.view).toMatchObject({ status: { id: 'meeting' }, present: true });
  });

  it('of an agent who was erased meanwhile is not outdated by the sign-in that it brings about', async () => {
    const { session, store } = await open();
    await session.choose('break');
    await pass(SECOND);
    await store.removeAgent('ana');
    const chosen = session.choose('lunch');
    // The store's clock goes on until it has answered.
    vi.setSystemTime(Date.now() + SECOND);
    await chosen;
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, present: true });
  });
});

describe('what waits as next', () => {
  function watch(session: { subscribe(listener: (of: { view: AgentView | undefined }) => void): unknown }): unknown[] {
    const seen: unknown[] = [];
    session.subscribe(({ view }) => {
      const id = view?.next?.status.id ?? 'none';
      if (id !== seen.at(-1)) seen.push(id);
    });
    return seen;
  }

  it('S083 S085 S087 is set once, replaced without being cleared, and cleared once', async () => {
    const { session, feed, store } = await open();
    feed.started(inbound('c1'));
    await settle();
    const seen = watch(session);
    await session.choose('lunch');
    await session.choose('break');
    await session.withdraw();
    expect(seen).toEqual(['lunch', 'break', 'none']);
    expect(session.view?.status.id).toBe('busy');
    expect(store.writes).toEqual(['call-started', 'choose', 'choose', 'withdraw']);
  });

  it('withdrawing nothing sends nothing', async () => {
    const { session, store } = await open();
    await session.withdraw();
    expect(store.asked).toHaveLength(1);
  });
});

describe('signing in', () => {
  it('after a sign-out is what the agent can ask for', async () => {
    const { session, store } = await open();
    await session.signOut();
    await pass(MINUTE);
    await session.signIn();
    expect(session.view).toMatchObject({ status: { id: 'available' }, cause: 'sign-in', since: START + MINUTE });
    expect(store.writes).toEqual(['sign-out']);
  });
});

describe('closing, more time, and the end of a call', () => {
  it('a conversation is not closed while its call goes on', async () => {
    const { session, feed } = await open();
    feed.started(inbound('c1'));
    await expect(session.closeConversation('c1')).rejects.toMatchObject({ code: 'call-in-progress' });
    await expect(session.signOut()).rejects.toMatchObject({ code: 'call-in-progress' });
    await session.signOut({ force: true });
    expect(session.view?.status.id).toBe('offline');
  });

  it('S059 the agent says that the call is over, and Busy ends', async () => {
    const { session, feed, store } = await open();
    feed.started(inbound('c1'));
    await session.endCall('c1');
    expect(session.view?.status.id).toBe('after-call-work');
    expect(store.writes).toEqual(['call-started', 'call-presumed-ended']);
    feed.resumed('c1');
    expect(session.view?.status.id).toBe('busy');
  });

  it('more time is asked for to a named instant, so that a lost answer gives it once', async () => {
    const store = newStore();
    await store.saveAccount(
      updateSettings(defaultAccount, { acwLimitSeconds: 60, acwExtensionSeconds: 30, acwExtensions: 2 }),
      null,
    );
    const { session, feed } = await open({ store });
    feed.started(inbound('c1'));
    feed.ended('c1');
    await settle();
    store.next('saveAgent', 'lost');
    const extended = session.extend('c1');
    await pass(5 * SECOND);
    await extended;
    expect(session.view?.conversations[0]).toMatchObject({ closesAt: START + 90 * SECOND, extensionsLeft: 1 });
    await session.extend('c1');
    await expect(session.extend('c1')).rejects.toMatchObject({ code: 'not-supported' });
    expect(store.writes).toEqual(['call-started', 'call-ended', 'extend', 'extend']);
  });

  it('more time for a call without a limit changes nothing', async () => {
    const { session, feed, store } = await open();
    feed.started(inbound('c1'));
    feed.ended('c1');
    await session.extend('c1');
    await session.extend('nobody');
    expect(store.writes).toEqual(['call-started', 'call-ended']);
  });
});

describe('a wish that the store does not take', () => {
  it('is marked for five minutes, then falls back and is rejected', async () => {
    const { session, store } = await open();
    store.freeze();
    const seen = outcome(session.choose('lunch'));
    await pass(5 * MINUTE - 1);
    expect([seen.now, session.saving, session.view?.status.id]).toEqual(['waits', true, 'lunch']);
    await pass(1);
    expect([seen.now, session.saving, session.view?.status.id]).toEqual(['unavailable', false, 'available']);
  });

  it('of any other kind is not marked, and is given up just so', async () => {
    const { session, store } = await open();
    store.always(unreachable());
    const seen = outcome(session.signOut());
    expect([session.saving, session.view?.status.id]).toEqual([false, 'offline']);
    await pass(5 * MINUTE);
    expect([seen.now, session.view?.status.id]).toEqual(['unavailable', 'available']);
  });

  it('that is given up while the store keeps it counts as what the store makes of it', async () => {
    const { session, store } = await open();
    store.next('saveAgent', 'frozen');
    const seen = outcome(session.choose('lunch'));
    store.push({ value: { ...(await store.stored()), writableBy: 9 }, revision: 100 });
    await settle();
    expect(seen.now).toBe('newer-version');
    store.thaw({ late: true });
    await settle();
    expect((await store.stored()).choice?.statusId).toBe('lunch');
  });

  it('that is given up while it is on its way counts where it arrives all the same', async () => {
    const { session, store } = await open();
    store.freeze();
    const seen = outcome(session.choose('lunch'));
    await pass(5 * MINUTE);
    expect(seen.now).toBe('unavailable');
    store.thaw({ late: true });
    await settle();
    expect(session.view?.status.id).toBe('lunch');
  });

  it('is saved as soon as the store returns, and is then not marked any more', async () => {
    const { session, store } = await open();
    store.loseConnection();
    const seen = outcome(session.choose('lunch'));
    await pass(MINUTE);
    expect([seen.now, session.saving, session.connection.state]).toEqual(['waits', true, 'offline']);
    store.regainConnection();
    await settle();
    expect([seen.now, session.saving, session.connection.state]).toEqual(['done', false, 'online']);
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, since: START });
    expect(store.writes).toEqual(['choose']);
  });

  it('does not outlive a reload', async () => {
    const { session, store } = await open();
    store.freeze();
    void session.choose('lunch');
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const { session: after } = await open({ store: sameStore(store) });
    await pass(10 * MINUTE);
    expect(after.view?.status.id).toBe('available');
  });
});

describe('a method that is called before the session is ready', () => {
  it('waits for the start, and goes after the sign-in', async () => {
    const store = newStore();
    const session = newSession({ store });
    const chosen = session.choose('lunch');
    await pass(SECOND);
    expect(session.saving).toBe(true);
    expect(session.view).toBeUndefined();
    session.start();
    await chosen;
    expect(session.view?.status.id).toBe('lunch');
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in', 'choose']);
  });

  it('is not outdated by the sign-in that it waited for', async () => {
    const store = newStore();
    store.silent = ['ready', 'next'];
    const session = newSession({ store });
    session.start();
    const chosen = session.choose('lunch');
    const more = session.withdraw();
    await pass(6 * SECOND);
    await Promise.all([chosen, more]);
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, since: START + 5 * SECOND });
  });

  it('is given up after five minutes', async () => {
    const session = newSession({ store: newStore() });
    const seen = [outcome(session.choose('lunch')), outcome(session.extend('c1'))];
    await pass(5 * MINUTE);
    expect(seen.map(({ now }) => now)).toEqual(['unavailable', 'unavailable']);
  });

  it('waits for what it is judged by, and is given up when the session stops', async () => {
    const store = newStore();
    store.freeze();
    const { session } = await open({ store });
    const seen = outcome(session.extend('c1'));
    await pass(SECOND);
    expect(seen.now).toBe('waits');
    void session.stop();
    await pass(2 * SECOND);
    expect(seen.now).toBe('unavailable');
    await expect(session.extend('c1')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(session.choose('lunch')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is given up when a session is stopped that never started, and goes after a start', async () => {
    const session = newSession({ store: newStore() });
    const seen = [outcome(session.choose('lunch')), outcome(session.extend('c1'))];
    await session.stop();
    await settle();
    expect(seen.map(({ now }) => now)).toEqual(['unavailable', 'unavailable']);
    expect([session.saving, vi.getTimerCount()]).toEqual([false, 0]);
    session.start();
    await session.choose('lunch');
    expect(session.view?.status.id).toBe('lunch');
  });

  it('is done as soon as the session is ready', async () => {
    const store = newStore();
    store.silent = ['ready', 'next'];
    const { session } = await open({ store });
    const seen = outcome(session.extend('c1'));
    await pass(6 * SECOND);
    expect(seen.now).toBe('done');
  });
});
