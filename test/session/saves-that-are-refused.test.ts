import { describe, expect, it } from 'vitest';
import type { AgentEvent, Call } from '../../src/model/agent.js';
import { callIdOf } from '../../src/model/call-facts.js';
import { PhoneError } from '../../src/model/errors.js';
import type { CallSource } from '../../src/calls/call-source.js';
import { createCallFeed } from '../../src/calls/call-feed.js';
import { fakeBrowser } from '../support/fake-browser.js';
import { refused, unreachable, type FaultyStore } from '../support/faulty-store.js';
import {
  inbound,
  MINUTE,
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

const script: Call = { id: 'c1', direction: 'inbound', party: { name: '<script>alert(1)</script>' } };

/** A web firewall on the way does not like what some callers are called. */
function wall(event: AgentEvent): PhoneError | undefined {
  return JSON.stringify(event).includes('<script>') ? unreachable() : undefined;
}

const isFact = ({ type }: AgentEvent): boolean => type.startsWith('call-');
const asked = (store: FaultyStore, ...types: readonly string[]) =>
  store.asked.filter(({ event }) => types.includes(event.type));
const saved = (store: FaultyStore) =>
  store.taken.flatMap((event) => {
    const callId = callIdOf(event);
    return callId ? `${event.type} ${callId}` : [];
  });
const retryAfter = (retryAfterMs: number, code: 'unavailable' | 'denied' = 'unavailable') =>
  new PhoneError(code, 'Later.', { data: { retryAfterMs } });

describe('a fact that comes back without a verdict', () => {
  it('lets leases, choices and closings pass, and is saved later at its own instant', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    feed.started(inbound('c0'));
    feed.ended('c0');
    await settle();
    store.refuses = (event) => (isFact(event) ? unreachable() : undefined);
    feed.started(inbound('c1'));
    await settle();
    await session.closeConversation('c0');
    await session.choose('lunch');
    await session.withdraw();
    await pass(MINUTE);
    expect(store.writes).toEqual(['call-started', 'call-ended', 'close', 'choose']);
    expect((await store.stored()).leases['p1']).toBeGreaterThan(START + 2.5 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, since: START, conversations: [{ id: 'c1' }] });
    store.refuses = () => undefined;
    await pass(5 * MINUTE);
    expect(saved(store)).toEqual(['call-started c0', 'call-ended c0', 'close c0', 'call-started c1']);
    expect((await store.stored()).calls).toMatchObject([{ id: 'c1', startedAt: START }]);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, since: START });
  });

  it('is not online until it is saved, and waits 0.5 s growing to 30 s', async () => {
    const { session, store, feed } = await open();
    const tries: number[] = [];
    store.refuses = (event) => {
      if (!isFact(event)) return undefined;
      tries.push(Date.now());
      return unreachable();
    };
    feed.started(inbound('c1'));
    await settle();
    expect(session.connection).toMatchObject({ state: 'offline', reason: { code: 'unavailable' } });
    await pass(4 * SECOND);
    const pauses = tries.slice(1).map((at, index) => at - tries[index]!);
    expect(pauses.length).toBeGreaterThanOrEqual(3);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(500 * 2 ** index);
    });
    expect(session.connection.state).toBe('offline');
    store.refuses = () => undefined;
    await pass(30 * SECOND);
    expect(session.connection.state).toBe('online');
  });

  it('is read back before it is tried again, since it may have arrived all the same', async () => {
    const { store, feed } = await open();
    store.next('saveAgent', 'lost');
    feed.started(inbound('c1'));
    await pass(SECOND);
    expect(asked(store, 'call-started')).toHaveLength(1);
    expect(store.reads).toBe(1);
  });

  it('keeps its place before later facts where the place takes nothing at all, though it can be read', async () => {
    const { session, store, feed } = await open();
    store.refuses = unreachable;
    feed.started(script);
    await pass(SECOND);
    feed.ended('c1');
    feed.started(inbound('c2'));
    void session.choose('lunch').catch(() => {});
    feed.ended('c2');
    feed.started(inbound('c3'));
    await pass(4 * MINUTE);
    expect(session.connection.state).toBe('offline');
    store.refuses = () => undefined;
    await pass(31 * SECOND);
    expect(saved(store)).toEqual([
      'call-started c1',
      'call-ended c1',
      'call-started c2',
      'call-ended c2',
      'call-started c3',
    ]);
    expect(store.writes).toContain('choose');
    expect(session.connection.state).toBe('online');
  });

  it('does so as well where nothing but facts is to be saved', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    await session.signOut();
    store.refuses = unreachable;
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    feed.ended('c1');
    await pass(10 * MINUTE);
    store.refuses = () => undefined;
    await pass(31 * SECOND);
    expect(saved(store).slice(0, 3)).toEqual(['call-started c1', 'call-started c2', 'call-ended c1']);
  });

  it('of a store that throws anything is kept as well', async () => {
    const { store, feed } = await open();
    store.next('saveAgent', () => {
      throw new TypeError('a bug in the store');
    });
    feed.started(inbound('c1'));
    await pass(SECOND);
    expect(store.writes).toEqual(['call-started']);
  });
});

describe('a fact that a firewall refuses for ever', () => {
  it('goes behind the later facts of other calls after five times, and is tried every 5 minutes', async () => {
    const { session, store, feed, errors } = await open();
    store.refuses = wall;
    feed.started(script);
    await settle();
    await session.choose('lunch');
    feed.ended('c1');
    await pass(1);
    feed.started(inbound('c2'));
    await pass(20 * SECOND);
    expect(saved(store)).toEqual(['call-started c2']);
    expect(asked(store, 'call-started')).toHaveLength(5 + 1);
    expect(errors).toMatchObject([{ code: 'unavailable', message: expect.stringContaining('"c1"') as string }]);
    expect(session.connection.state).toBe('online');
    expect(session.view?.conversations.map(({ id, state }) => `${id} ${state}`)).toEqual(['c1 ended', 'c2 live']);
    await pass(5 * MINUTE);
    expect(asked(store, 'call-started')).toHaveLength(5 + 1 + 1);
    feed.held('c2');
    feed.ended('c2');
    await settle();
    expect(saved(store)).toEqual(['call-started c2', 'call-held c2', 'call-ended c2']);
    await pass(60 * MINUTE);
    expect(asked(store, 'call-started')).toHaveLength(5 + 1 + 13);
    expect(errors).toHaveLength(1);
    store.refuses = () => undefined;
    await pass(5 * MINUTE);
    expect(saved(store).slice(3)).toEqual(['call-started c1', 'call-ended c1']);
    expect((await store.stored()).calls).toMatchObject([
      { id: 'c1', state: 'ended', startedAt: START, endedAt: START },
      { id: 'c2', state: 'ended' },
    ]);
  });

  it('and then relents, holds nothing up and doubles nothing, through a reload too', async () => {
    fakeBrowser();
    const store = newStore();
    store.refuses = wall;
    const { session, feed } = await open({ store, page: 'b.old' });
    feed.started(script);
    await pass(MINUTE);
    feed.ended('c1', 'answered');
    feed.started(inbound('c2'));
    await pass(MINUTE);
    const before = session.view;
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const after = sameStore(store);
    after.refuses = wall;
    const { session: reloaded, feed: phone } = await open({ store: after, page: 'b.new' });
    phone.started(inbound('c2'));
    await settle();
    expect(reloaded.view?.status).toEqual(before?.status);
    expect(reloaded.view?.conversations).toMatchObject([
      { id: 'c1', state: 'ended', startedAt: START, endedAt: START + MINUTE },
      { id: 'c2', state: 'live', startedAt: START + MINUTE },
    ]);
    phone.ended('c2');
    await pass(2 * MINUTE);
    expect(saved(after)).toContain('call-ended c2');
    after.refuses = () => undefined;
    await pass(5 * MINUTE);
    expect(saved(after).filter((fact) => fact.includes('c1'))).toEqual(['call-started c1', 'call-ended c1']);
    expect((await after.stored()).calls).toMatchObject([
      { id: 'c1', state: 'ended', startedAt: START, endedAt: START + MINUTE, outcome: 'answered' },
      { id: 'c2', state: 'ended', startedAt: START + MINUTE },
    ]);
  });

  it('lets the agent close its conversation, which stays closed through a reload, and is saved after it', async () => {
    fakeBrowser();
    const store = newStore();
    store.refuses = wall;
    const { session, feed } = await open({ store, page: 'b.old' });
    feed.started(script);
    await settle();
    const over = outcome(session.endCall('c1'));
    const closed = outcome(session.closeConversation('c1'));
    const extended = outcome(session.extend('c1'));
    await pass(2 * MINUTE);
    expect([over.now, closed.now, extended.now]).toEqual(['done', 'done', 'waits']);
    expect(session.view).toMatchObject({ status: { id: 'available' }, conversations: [] });
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const after = sameStore(store);
    after.refuses = wall;
    const { session: reloaded } = await open({ store: after, page: 'b.new' });
    expect(reloaded.view).toMatchObject({ status: { id: 'available' }, conversations: [] });
    await reloaded.choose('break');
    after.refuses = () => undefined;
    await pass(6 * MINUTE);
    expect(saved(after)).toEqual(['call-started c1', 'call-presumed-ended c1', 'close c1']);
    expect((await after.stored()).calls).toEqual([]);
    expect(reloaded.view).toMatchObject({ status: { id: 'break' }, conversations: [] });
  });

  it('lets the agent close its conversation also later, and the next caller of that name waits for nobody', async () => {
    const { session, store, feed } = await open();
    store.refuses = wall;
    feed.started(script);
    feed.ended('c1');
    await pass(MINUTE);
    await session.closeConversation('c1');
    expect(session.view?.status.id).toBe('available');
    feed.started({ ...script, id: 'c2' });
    await pass(MINUTE);
    feed.started(inbound('c3'));
    await settle();
    expect(saved(store)).toEqual(['call-started c3']);
    store.refuses = () => undefined;
    await pass(5 * MINUTE);
    expect(saved(store)).toEqual([
      'call-started c3',
      'call-started c1',
      'call-ended c1',
      'close c1',
      'call-started c2',
    ]);
  });

  it('stays behind through an outage', async () => {
    const { session, store, feed } = await open();
    store.refuses = wall;
    feed.started(script);
    await session.choose('lunch');
    await pass(MINUTE);
    store.loseConnection();
    feed.ended('c1');
    feed.started(inbound('c2'));
    await pass(MINUTE);
    store.regainConnection();
    await settle();
    expect(saved(store)).toEqual(['call-started c2']);
    expect(session.connection.state).toBe('online');
  });
});

describe('what else a firewall refuses for ever', () => {
  const refusesOf = (type: AgentEvent['type']) => (event: AgentEvent) =>
    event.type === type ? unreachable() : undefined;

  it('is a lease: facts, choices and closings are saved all the same', async () => {
    const { session, store, feed } = await open({ page: 'p1' });
    store.refuses = ({ type }) => (type === 'renew' || type === 'sign-in' ? unreachable() : undefined);
    await pass(MINUTE);
    expect(session.connection.state).toBe('offline');
    feed.started(inbound('c1'));
    await pass(SECOND);
    expect((await store.stored()).calls).toMatchObject([{ id: 'c1', state: 'live' }]);
    await session.choose('lunch');
    feed.ended('c1');
    await pass(SECOND);
    await session.closeConversation('c1');
    expect(await store.stored()).toMatchObject({ calls: [], choice: { statusId: 'lunch' } });
    // What was saved has renewed the lease as well.
    expect(session.connection.state).toBe('online');
  });

  it('is a choice: the end of a call and its closing are saved at once, and the choice is given up in its time', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    await settle();
    store.refuses = refusesOf('choose');
    const choice = outcome(session.choose('lunch'));
    await pass(SECOND);
    feed.ended('c1');
    await pass(SECOND);
    expect((await store.stored()).calls).toMatchObject([{ id: 'c1', state: 'ended' }]);
    expect(session.saving).toBe(true);
    await session.closeConversation('c1');
    expect((await store.stored()).calls).toEqual([]);
    await pass(5 * MINUTE);
    expect(choice.now).toBe('unavailable');
    expect(session.connection.state).toBe('online');
    expect(session).toMatchObject({ saving: false, view: { status: { id: 'available' } } });
  });

  it('is a closing: the next call is saved at once', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    feed.ended('c1');
    await settle();
    store.refuses = refusesOf('close');
    const closing = outcome(session.closeConversation('c1'));
    await pass(SECOND);
    feed.started(inbound('c2'));
    await pass(SECOND);
    expect((await store.stored()).calls.map(({ id, state }) => `${id} ${state}`)).toEqual(['c1 ended', 'c2 live']);
    store.refuses = () => undefined;
    await pass(30 * SECOND);
    expect(closing.now).toBe('done');
    expect((await store.stored()).calls.map(({ id }) => id)).toEqual(['c2']);
  });
});

describe('a renewal whose answer was lost', () => {
  it('is found again, and the page is online at once', async () => {
    const { session, store } = await open({ page: 'p1' });
    store.next('saveAgent', 'lost');
    await pass(46 * SECOND);
    expect((await store.stored()).leases['p1']).toBeGreaterThan(START + 150 * SECOND);
    expect(session.connection.state).toBe('online');
  });
});

describe('a place whose reads reject with anything', () => {
  it('is out of reach until one is answered', async () => {
    const { session, store, feed } = await open();
    const read = store.readAgent.bind(store);
    store.refuses = unreachable;
    store.readAgent = () => Promise.reject(new TypeError('odd'));
    feed.started(inbound('c1'));
    await pass(SECOND);
    expect(session.connection).toMatchObject({ state: 'offline', reason: { code: 'unavailable' } });
    store.readAgent = read;
    store.refuses = () => undefined;
    await pass(MINUTE);
    expect((await store.stored()).calls).toMatchObject([{ id: 'c1', state: 'live' }]);
    expect(session.connection.state).toBe('online');
  });
});

describe('a fact that is refused by a verdict', () => {
  it('is told, and the source is asked for its calls once saves work again', async () => {
    const feed = createCallFeed();
    let lists = 0;
    const phone: CallSource = {
      ...feed,
      calls: async () => {
        lists++;
        return [];
      },
    };
    const { session, store, errors } = await open({ calls: phone });
    feed.started(inbound('c1'));
    await settle();
    const before = lists;
    store.refuses = (event) => (event.type === 'call-ended' ? refused('not-supported') : undefined);
    feed.ended('c1');
    await settle();
    expect(errors).toMatchObject([{ code: 'not-supported' }]);
    expect(lists).toBe(before);
    await session.choose('lunch');
    await settle();
    expect(lists).toBe(before + 1);
    expect(session.view?.status.id).toBe('after-call-work');
    expect(saved(store)).toEqual(['call-started c1', 'call-presumed-ended c1']);
    await pass(10 * MINUTE);
    expect(lists).toBe(before + 1);
  });

  it('and whose source cannot list its calls, is said again', async () => {
    const { store, feed } = await open();
    store.next('saveAgent', refused('not-supported'));
    feed.started(inbound('c1'));
    await pass(MINUTE);
    expect(saved(store)).toEqual(['call-started c1']);
  });

  it('every time is asked about once for each fact, and not for ever', async () => {
    const { store, feed, errors } = await open();
    store.refuses = (event) => (isFact(event) ? refused('not-supported') : undefined);
    feed.started(inbound('c1'));
    await pass(30 * MINUTE);
    expect(asked(store, 'call-started')).toHaveLength(2);
    expect(errors).toHaveLength(2);
  });
});

describe('a lease that is refused by a verdict', () => {
  it('is told once, and the next one is tried in its time', async () => {
    const { session, store, errors } = await open();
    store.refuses = (event) => (event.type === 'renew' ? refused('not-supported') : undefined);
    await pass(5 * MINUTE);
    expect(errors).toMatchObject([{ code: 'not-supported' }]);
    expect(session.connection.state).toBe('online');
    store.refuses = () => undefined;
    await pass(MINUTE);
    expect(store.taken.map(({ type }) => type)).toContain('renew');
  });
});

describe('a kept fact that speaks of no call', () => {
  it('is left out', async () => {
    const { storage } = fakeBrowser();
    const store = newStore();
    const facts = [
      { type: 'call-held', at: START },
      { type: 'close', callId: 7, at: START },
    ];
    storage.texts.set(`phone-widget:facts:["${store.name}","ana","p1"]`, JSON.stringify({ at: START, facts }));
    const { session } = await open({ store, page: 'p1' });
    expect(session.view?.status.id).toBe('available');
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in']);
    expect([...storage.texts.keys()].some((key) => key.includes('facts'))).toBe(false);
  });
});

describe('what the place denies', () => {
  it('waits 0.5 s growing to 30 s where it is a fact, and no longer once anything is taken', async () => {
    const { session, store, feed, errors } = await open();
    store.refuses = (event) => (isFact(event) ? refused() : undefined);
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    await pass(SECOND);
    expect(asked(store, 'call-started').length).toBeGreaterThanOrEqual(2);
    expect(session.connection).toMatchObject({ state: 'offline', reason: { code: 'denied' } });
    await pass(10 * MINUTE);
    const tries = asked(store, 'call-started').length;
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(60);
    expect(errors).toMatchObject([{ code: 'denied' }]);
    store.refuses = () => undefined;
    await session.choose('lunch');
    await settle();
    expect(saved(store)).toEqual(['call-started c1', 'call-started c2']);
    expect(session.connection.state).toBe('online');
  });

  it('waits like that where it is a lease, so that the agent is back as soon as the right is', async () => {
    const store = newStore();
    store.refuses = () => refused();
    const { session, errors } = await open({ store });
    await pass(20 * SECOND);
    expect(asked(store, 'sign-in').length).toBeGreaterThanOrEqual(5);
    expect(session.connection.state).toBe('offline');
    await expect(session.choose('lunch')).rejects.toMatchObject({ code: 'denied' });
    store.refuses = () => undefined;
    await session.choose('lunch');
    await settle();
    expect(store.taken.map(({ type }) => type)).toContain('sign-in');
    expect(session.view).toMatchObject({ present: true, status: { id: 'lunch' } });
    expect(session.connection.state).toBe('online');
    expect(errors).toMatchObject([{ code: 'denied' }]);
  });

  it('is forgotten where it is a lease that came to nothing meanwhile', async () => {
    const { session, store } = await open({ page: 'p1' });
    store.refuses = (event) => (event.type === 'renew' ? refused() : undefined);
    await pass(50 * SECOND);
    expect(session.connection.state).toBe('offline');
    await store.other({ type: 'sign-out', by: { role: 'supervisor', id: 'sue' } });
    await pass(31 * SECOND);
    expect(session.connection.state).toBe('online');
  });

  it('is tried at once when the network or the page is back', async () => {
    const { store, feed } = await open();
    store.refuses = (event) => (isFact(event) ? refused() : undefined);
    feed.started(inbound('c1'));
    await pass(5 * MINUTE);
    store.refuses = () => undefined;
    store.tellConnection({ state: 'online' });
    await settle();
    expect(saved(store)).toEqual(['call-started c1']);
  });

  it('may be a read: then all waits like that, and no longer once the watch tells something', async () => {
    const { session, store } = await open();
    store.always(refused(), 'readAgent');
    store.next('saveAgent', unreachable());
    void session.choose('lunch');
    await pass(5 * MINUTE - SECOND);
    expect(store.reads).toBeGreaterThan(10);
    expect(session.connection).toMatchObject({ state: 'offline', reason: { code: 'denied' } });
    store.always();
    store.push(await store.other({ type: 'choose', statusId: 'break', by: { role: 'supervisor', id: 'sue' } }));
    await settle();
    expect(session.connection.state).toBe('online');
  });
});

describe('a place that says when to come again', () => {
  it('is left alone until then, whatever is wished meanwhile', async () => {
    const { session, store, feed } = await open();
    store.next('saveAgent', retryAfter(20 * SECOND));
    const chosen = outcome(session.choose('lunch'));
    await settle();
    const before = store.asked.length;
    void session.choose('break');
    feed.started(inbound('c1'));
    store.tellConnection({ state: 'online' });
    await pass(20 * SECOND - 1);
    expect([store.asked.length, store.reads]).toEqual([before, 0]);
    expect(session.connection.state).toBe('offline');
    await pass(1);
    expect(chosen.now).toBe('done');
    expect(store.writes).toEqual(['choose', 'choose', 'call-started']);
  });

  it('is believed where it is a fact, too', async () => {
    const { session, store, feed } = await open();
    store.next('saveAgent', retryAfter(20 * SECOND));
    feed.started(inbound('c1'));
    await settle();
    void session.choose('break');
    await pass(20 * SECOND - 1);
    expect([store.asked.length, store.reads]).toEqual([2, 0]);
    expect(session.connection.state).toBe('offline');
    await pass(SECOND);
    expect([...store.writes].sort()).toEqual(['call-started', 'choose']);
    expect(session.connection.state).toBe('online');
  });

  it('is believed where it denies a fact', async () => {
    const { session, store, feed } = await open();
    store.next('saveAgent', retryAfter(20 * SECOND, 'denied'));
    feed.started(inbound('c1'));
    await settle();
    await session.choose('break');
    await pass(20 * SECOND - 1);
    expect(store.writes).toEqual(['choose']);
    await pass(1);
    expect(store.writes).toEqual(['choose', 'call-started']);
  });

  it.each([Infinity, -5, Number.NaN, '7', null])('is believed no nonsense such as %s', async (said) => {
    const { session, store } = await open();
    store.next('saveAgent', new PhoneError('unavailable', 'Later.', { data: { retryAfterMs: said } }));
    const chosen = outcome(session.choose('lunch'));
    await pass(5 * MINUTE - SECOND);
    expect(chosen.now).toBe(said === Infinity ? 'waits' : 'done');
  });

  it('is asked again after 5 minutes at the latest', async () => {
    const { store, feed } = await open();
    store.next('saveAgent', retryAfter(60 * MINUTE));
    feed.started(inbound('c1'));
    await pass(5 * MINUTE);
    expect(store.writes).toEqual(['call-started']);
  });
});
