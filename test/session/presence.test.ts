import { describe, expect, it, vi } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { PhoneError } from '../../src/model/errors.js';
import { LEASE_MS, RENEW_MS } from '../../src/model/presence.js';
import { agentView } from '../../src/model/view.js';
import { fakeBrowser } from '../support/fake-browser.js';
import type { FaultyStore } from '../support/faulty-store.js';
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
const lockOf = (page: string): string => `phone-widget:page:${page}`;

async function leases(store: FaultyStore): Promise<Record<string, number>> {
  return { ...(await store.stored()).leases };
}

function typesOf(store: FaultyStore): string[] {
  return store.taken.map(({ type }) => type);
}

describe('the lease of a page', () => {
  it('is renewed every 45 seconds, and by nothing else', async () => {
    const { store } = await open({ page: 'p1' });
    await pass(RENEW_MS - 1);
    expect(typesOf(store)).toEqual(['sign-in']);
    await pass(1);
    expect(typesOf(store)).toEqual(['sign-in', 'renew']);
    expect(await leases(store)).toEqual({ p1: START + RENEW_MS + LEASE_MS });
    await pass(9 * RENEW_MS);
    expect(typesOf(store).filter((type) => type === 'renew')).toHaveLength(10);
  });

  it('is renewed by one timer', async () => {
    await open();
    expect(vi.getTimerCount()).toBe(1);
  });

  it('is not renewed so soon after a call has done it', async () => {
    const { store, feed } = await open();
    await pass(RENEW_MS - SECOND);
    feed.ringing(inbound('c1'));
    await pass(SECOND);
    expect(typesOf(store)).toEqual(['sign-in', 'call-ringing']);
  });

  it('is renewed when the page is seen, focused or online again, once and not too often', async () => {
    const { fire, page } = fakeBrowser();
    const { store } = await open();
    fire('focus');
    await pass(10 * SECOND);
    page.hidden = true;
    fire('visibilitychange');
    await settle();
    expect(typesOf(store)).toEqual(['sign-in']);
    page.hidden = false;
    fire('visibilitychange');
    fire('focus');
    fire('online');
    await settle();
    expect(typesOf(store)).toEqual(['sign-in', 'renew']);
  });

  it('is never queued twice while the store does not answer', async () => {
    const { store } = await open();
    store.freeze();
    await pass(10 * MINUTE);
    expect(store.asked.filter(({ event }) => event.type === 'renew').length).toBeLessThan(2);
    store.thaw();
    await pass(MINUTE);
    // One that waited, and perhaps the next beat.
    const renewed = typesOf(store).filter((type) => type === 'renew').length;
    expect([1, 2]).toContain(renewed);
  });

  it('of a signed-out agent is not renewed, and is again after a sign-in elsewhere', async () => {
    const { fire } = fakeBrowser();
    const { store } = await open({ page: 'p1' });
    await store.other({ type: 'sign-out' });
    await pass(10 * SECOND);
    fire('focus');
    await pass(5 * MINUTE);
    expect(typesOf(store)).toEqual(['sign-in']);
    await store.other({ type: 'sign-in', page: 'p2' });
    await pass(MINUTE);
    expect(Object.keys(await leases(store)).sort()).toEqual(['p1', 'p2']);
  });

  it('counts as live in the page’s own view, whatever becomes of the store', async () => {
    const { store, session } = await open();
    store.loseConnection();
    await pass(HOUR);
    expect(session.view).toMatchObject({ status: { id: 'available' }, present: true, since: START });
    expect(agentView(defaultAccount, await store.stored(), Date.now()).status.id).toBe('offline');
  });
});

describe('a page that wakes', () => {
  it('S165 reads anew before it takes a click, and shows what the store says', async () => {
    const { session, store } = await open();
    sleep(HOUR);
    await store.other({ type: 'choose', statusId: 'meeting', by: sue });
    await store.other({ type: 'sign-out', by: sue });
    store.silent = ['next'];
    const { reads } = store;
    const clicked = outcome(session.choose('lunch'));
    await settle();
    expect(store.reads).toBe(reads + 1);
    expect(clicked.now).toBe('done');
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, present: true });
  });

  it('after an absence beyond the limit takes the click all the same, after it has signed in', async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { absenceLimitMinutes: 30, signInStatus: 'meeting' }), null);
    const { session } = await open({ store });
    sleep(HOUR);
    await session.choose('lunch');
    expect(session.view?.status.id).toBe('lunch');
    expect(typesOf(store)).toEqual(['sign-in', 'renew', 'choose']);
  });

  it('renews what lapsed at its first tick', async () => {
    const { store, session } = await open({ page: 'p1' });
    await session.choose('lunch');
    sleep(HOUR);
    await pass(RENEW_MS);
    expect(typesOf(store)).toEqual(['sign-in', 'choose', 'renew']);
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, present: true });
  });

  it('though the store is away, and goes on when that is back', async () => {
    const { store, session } = await open();
    store.loseConnection();
    void session.choose('lunch');
    sleep(HOUR);
    await pass(MINUTE);
    expect(session.view?.present).toBe(true);
    store.regainConnection();
    await settle();
    expect(session.view?.present).toBe(true);
    expect(typesOf(store)).toEqual(['sign-in', 'renew']);
  });

  it('from the back-forward cache is there again, and reads anew first', async () => {
    const { fire, locks, storage } = fakeBrowser();
    const { store, session } = await open({ page: 'b.p1' });
    expect(locks.isHeld(lockOf('b.p1'))).toBe(true);
    fire('pagehide');
    await settle();
    expect(store.departed).toEqual(['b.p1']);
    expect(storage.texts.has('phone-widget:gone:["b.p1"]')).toBe(true);
    expect(locks.isHeld(lockOf('b.p1'))).toBe(false);
    expect(await leases(store)).toEqual({ 'b.p1': START + 10 * SECOND });
    fire('focus');
    const { length } = store.asked;
    sleep(HOUR);
    await store.other({ type: 'choose', statusId: 'meeting', by: sue });
    fire('pageshow', { persisted: true });
    await settle();
    expect(locks.isHeld(lockOf('b.p1'))).toBe(true);
    expect(storage.texts.has('phone-widget:gone:["b.p1"]')).toBe(false);
    expect(store.asked.slice(length).at(-1)?.event.type).toBe('renew');
    expect(session.view).toMatchObject({ status: { id: 'meeting' }, present: true });
  });

  it('that was left renews nothing until it is back, and is not mistaken for one that loads', async () => {
    const { fire } = fakeBrowser();
    const { store } = await open();
    fire('pageshow', { persisted: false });
    await settle();
    expect(store.reads).toBe(0);
    fire('pagehide');
    await pass(10 * MINUTE);
    expect(typesOf(store)).toEqual(['sign-in']);
    fire('resume');
    await settle();
    expect(typesOf(store)).toEqual(['sign-in', 'renew']);
  });

  it.each(['before the store is read', 'while the source is asked'])('that is left %s renews nothing', async (when) => {
    const { fire } = fakeBrowser();
    let answer = (): void => {};
    const calls = {
      ...createCallFeed(),
      calls: () => new Promise<never[]>((resolve) => (answer = () => resolve([]))),
    };
    const { store } = await open({ calls });
    await pass(10 * SECOND);
    if (when.startsWith('before')) store.next('readAgent', 'frozen');
    fire('resume');
    await settle();
    fire('pagehide');
    store.thaw({ late: true });
    answer();
    await pass(10 * MINUTE);
    expect(typesOf(store)).toEqual(['sign-in']);
  });

  it('without a call source renews all the same', async () => {
    const store = newStore();
    const session = newSession({ store });
    session.start();
    await settle();
    sleep(HOUR);
    await session.choose('lunch');
    expect(typesOf(store)).toEqual(['sign-in', 'renew', 'choose']);
  });

  it('after a freeze reads anew', async () => {
    const { fire } = fakeBrowser();
    const { store } = await open();
    fire('resume');
    await settle();
    expect(store.reads).toBe(1);
    expect(typesOf(store)).toEqual(['sign-in']);
  });

  it('goes on at once when the browser is online again', async () => {
    const { fire } = fakeBrowser();
    const { store, session } = await open();
    store.loseConnection();
    void session.choose('lunch');
    await pass(10 * SECOND);
    store.always();
    fire('online');
    await settle();
    expect(session.saving).toBe(false);
  });
});

describe('the pages of one browser', () => {
  it('the lock is held before the lease is', async () => {
    const { locks } = fakeBrowser();
    const store = newStore();
    const held: boolean[] = [];
    const save = store.saveAgent.bind(store);
    store.saveAgent = (...args) => {
      held.push(locks.isHeld(lockOf('b.p1')));
      return save(...args);
    };
    await open({ store, page: 'b.p1' });
    expect(held).toEqual([true]);
  });

  it('a lock that cannot be had is not waited for', async () => {
    const { locks } = fakeBrowser();
    void locks.request(lockOf('b.p1'), {}, () => new Promise(() => {}));
    const { store } = await open({ page: 'b.p1' });
    expect(typesOf(store)).toEqual([]);
    await pass(SECOND);
    expect(typesOf(store)).toEqual(['sign-in']);
  });

  it('where locks are forbidden, the lease of a dead page runs out', async () => {
    const { locks } = fakeBrowser();
    locks.isForbidden = true;
    const { store } = await open({ page: 'b.p1' });
    await store.other({ type: 'sign-in', page: 'b.dead' });
    await pass(MINUTE);
    expect(Object.keys(await leases(store)).sort()).toEqual(['b.dead', 'b.p1']);
  });

  it('a page that died has its lease ended by those that survive, with one write', async () => {
    const { locks } = fakeBrowser();
    const store = newStore();
    const dead = newSession({ store: sameStore(store), page: 'b.dead' });
    dead.start();
    await settle();
    const stores = [sameStore(store), sameStore(store)];
    for (const [index, one] of stores.entries()) await open({ store: one, page: `b.p${index}` });
    expect(locks.waiting(lockOf('b.dead'))).toBe(2);
    locks.kill(lockOf('b.dead'));
    await pass(SECOND);
    expect(Object.keys(await leases(store)).sort()).toEqual(['b.p0', 'b.p1']);
    expect(stores.flatMap(typesOf).filter((type) => type === 'page-died')).toHaveLength(1);
    expect(locks.waiting(lockOf('b.dead'))).toBe(0);
  });

  it('a page of another browser, or one without a browser’s name, is nobody’s business', async () => {
    const { locks } = fakeBrowser();
    const { store } = await open({ page: 'b.p1' });
    await open({ store: sameStore(store), page: 'p2' });
    await store.other({ type: 'sign-in', page: 'c.p3' });
    await pass(SECOND);
    expect(locks.waiting(lockOf('c.p3'))).toBe(0);
    expect(locks.waiting(lockOf('p2'))).toBe(0);
  });

  it('a page that left is not taken for one that died, and is waited for again when it is back', async () => {
    const { locks, fire } = fakeBrowser();
    const { store } = await open({ page: 'b.p1' });
    const left = sameStore(store);
    const { session: leaver } = await open({ store: left, page: 'b.p2' });
    await pass(SECOND);
    const stopped = leaver.stop();
    await pass(2 * SECOND);
    await stopped;
    expect(await leases(store)).toEqual({ 'b.p1': expect.any(Number), 'b.p2': START + 11 * SECOND });
    expect(typesOf(store)).not.toContain('page-died');
    leaver.start();
    await settle();
    expect(locks.waiting(lockOf('b.p2'))).toBe(1);
    fire('pagehide');
    expect(locks.waiting(lockOf('b.p2'))).toBe(0);
  });

  it('a page that holds its lock again within the grace was only away, and is waited for again', async () => {
    const { locks } = fakeBrowser();
    const { store } = await open({ page: 'b.p1' });
    await open({ store: sameStore(store), page: 'b.p2' });
    await pass(SECOND);
    locks.kill(lockOf('b.p2'));
    await pass(SECOND / 10);
    void locks.request(lockOf('b.p2'), {}, () => new Promise(() => {}));
    await pass(SECOND);
    expect(Object.keys(await leases(store)).sort()).toEqual(['b.p1', 'b.p2']);
    locks.kill(lockOf('b.p2'));
    await pass(SECOND);
    expect(Object.keys(await leases(store))).toEqual(['b.p1']);
  });

  it('is judged by nobody who has stopped meanwhile', async () => {
    const { locks } = fakeBrowser();
    const { store, session } = await open({ page: 'b.p1' });
    await open({ store: sameStore(store), page: 'b.p2' });
    await pass(SECOND);
    locks.kill(lockOf('b.p2'));
    await pass(499);
    vi.advanceTimersByTime(1);
    const stopped = session.stop();
    await pass(SECOND);
    await stopped;
    expect(typesOf(store)).not.toContain('page-died');
    expect(locks.waiting(lockOf('b.p2'))).toBe(0);
  });

  it('a page whose departure reached the store, and was not noted, did not die', async () => {
    const { locks, storage } = fakeBrowser();
    const { store } = await open({ page: 'b.p1' });
    const other = sameStore(store);
    await open({ store: other, page: 'b.p2' });
    await settle();
    other.depart('ana', 'b.p2');
    await settle();
    expect([...storage.texts.keys()].some((key) => key.startsWith('phone-widget:gone'))).toBe(false);
    locks.kill(lockOf('b.p2'));
    await pass(SECOND);
    expect(typesOf(store)).not.toContain('page-died');
    await open({ store: sameStore(store), page: 'b.p3' });
    locks.kill(lockOf('b.p3'));
    await store.other({ type: 'page-died', page: 'b.p3' });
    await pass(SECOND);
    expect(typesOf(store)).not.toContain('page-died');
  });

  it('the call facts of a page that died are saved by one that survives', async () => {
    const { locks, storage } = fakeBrowser();
    const store = newStore();
    const frozen = sameStore(store);
    const { feed } = await open({ store: frozen, page: 'b.dead' });
    frozen.freeze();
    feed.started(inbound('c1'));
    feed.ended('c1', 'answered');
    const { session } = await open({ store, page: 'b.p1' });
    expect(session.view?.conversations).toEqual([]);
    locks.kill(lockOf('b.dead'));
    await pass(SECOND);
    expect(session.view?.conversations).toMatchObject([{ id: 'c1', state: 'ended', outcome: 'answered' }]);
    expect(store.writes).toEqual(['call-started', 'call-ended']);
    expect([...storage.texts.keys()].filter((key) => key.includes('facts'))).toEqual([]);
  });

  it('the call facts of a page that died wait for a save that is on its way', async () => {
    const { locks } = fakeBrowser();
    const store = newStore();
    const frozen = sameStore(store);
    const { feed } = await open({ store: frozen, page: 'b.dead' });
    frozen.freeze();
    feed.started(inbound('c1'));
    const { session } = await open({ store, page: 'b.p1' });
    store.next('saveAgent', 'frozen');
    const chosen = session.choose('lunch');
    const next = session.choose('break');
    locks.kill(lockOf('b.dead'));
    await settle();
    store.thaw({ late: true });
    await Promise.all([chosen, next]);
    expect(store.writes).toEqual(['choose', 'call-started', 'choose']);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, next: { status: { id: 'break' } } });
  });

  it('the call facts of a page that was dead before are saved before the sign-in', async () => {
    const { locks } = fakeBrowser();
    const store = newStore();
    const frozen = sameStore(store);
    const { feed } = await open({ store: frozen, page: 'b.dead' });
    frozen.freeze();
    feed.started(inbound('c1'));
    locks.kill(lockOf('b.dead'));
    const { session } = await open({ store, page: 'b.p1' });
    expect(typesOf(store).slice(0, 2)).toEqual(['call-started', 'sign-in']);
    expect(session.view?.status.id).toBe('busy');
  });

  it('the call facts of a page that never had a lease are saved as well', async () => {
    const { storage } = fakeBrowser();
    const store = newStore();
    const fact = { type: 'call-started', call: inbound('c1'), carrier: 'elsewhere', at: START };
    const key = `phone-widget:facts:${JSON.stringify([store.name, 'ana', 'b.dead'])}`;
    storage.texts.set(key, JSON.stringify({ at: START, facts: [fact] }));
    await open({ store, page: 'b.p1' });
    await pass(SECOND);
    expect(typesOf(store)).toEqual(['call-started', 'sign-in']);
  });

  it('notes of departures are swept away when they have had their time', async () => {
    const { storage } = fakeBrowser();
    storage.texts.set('phone-widget:gone:["b.old"]', String(START - LEASE_MS));
    storage.texts.set('phone-widget:gone:["b.new"]', String(START - SECOND));
    storage.texts.set('phone-widget:gone:["b.bad"]', 'soon');
    await open({ page: 'b.p1' });
    expect([...storage.texts.keys()].filter((key) => key.startsWith('phone-widget:gone'))).toEqual([
      'phone-widget:gone:["b.new"]',
    ]);
  });

  it('a full storage takes no note, and the page leaves all the same', async () => {
    const { storage, fire } = fakeBrowser();
    const { store } = await open({ page: 'b.p1' });
    storage.isFull = true;
    fire('pagehide');
    expect(store.departed).toEqual(['b.p1']);
  });
});

describe('leaving', () => {
  it('saves the leave, and nothing of the session runs any more', async () => {
    const { locks } = fakeBrowser();
    const { store, session } = await open({ page: 'b.p1' });
    await session.stop();
    expect(typesOf(store)).toEqual(['sign-in', 'leave']);
    expect(await leases(store)).toEqual({ 'b.p1': START + 10 * SECOND });
    expect(store.watchers).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(locks.isHeld(lockOf('b.p1'))).toBe(false);
    expect(session.connection).toEqual({ state: 'closed' });
    await store.other({ type: 'choose', statusId: 'lunch', by: sue });
    await pass(10 * MINUTE);
    expect(session.view?.status.id).toBe('available');
  });

  it('while the page carries a call leaves it a minute', async () => {
    const { store, session, feed } = await open({ page: 'p1' });
    feed.started(inbound('c1'));
    await session.stop();
    expect(await leases(store)).toEqual({ p1: START + 60 * SECOND });
  });

  it('never hangs on a store that does not answer, and gives up what waits', async () => {
    const { store, session } = await open({ page: 'p1' });
    store.freeze();
    const chosen = outcome(session.choose('lunch'));
    const stopped = outcome(session.stop());
    await pass(2 * SECOND);
    expect([stopped.now, chosen.now]).toEqual(['done', 'unavailable']);
    expect(store.departed).toEqual(['p1']);
    store.thaw({ late: true });
    await settle();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves all the same where the store throws at it, and says so', async () => {
    const { store, session, errors } = await open({ page: 'p1' });
    store.freeze();
    store.depart = () => {
      throw new PhoneError('closed', 'The store was closed.');
    };
    const stopped = outcome(session.stop());
    await pass(2 * SECOND);
    expect([stopped.now, store.watchers, errors.map(({ code }) => code)]).toEqual(['done', 0, ['closed']]);
  });

  it('does not wait for a store that is known to be away', async () => {
    const { store, session } = await open({ page: 'p1' });
    store.loseConnection();
    const chosen = outcome(session.choose('lunch'));
    await pass(SECOND);
    const stopped = outcome(session.stop());
    await settle();
    expect([stopped.now, chosen.now]).toEqual(['done', 'unavailable']);
  });

  it('lets a choice that is on its way arrive', async () => {
    const { session } = await open();
    const chosen = outcome(session.choose('lunch'));
    await session.stop();
    expect(chosen.now).toBe('done');
  });

  it('S011 is followed by a start that works as the first time', async () => {
    const { store, session, feed } = await open({ page: 'p1' });
    const watchers = store.watchers;
    await session.stop();
    expect(await session.stop()).toBeUndefined();
    session.start();
    await settle();
    expect(store.watchers).toBe(watchers);
    feed.started(inbound('c1'));
    await settle();
    expect(store.writes).toEqual(['call-started']);
    expect(session.view?.conversations).toMatchObject([{ id: 'c1', here: true }]);
    expect(session.connection.state).toBe('online');
  });

  it('and a start in the same moment follow one another', async () => {
    const { store, session } = await open();
    const stopped = session.stop();
    session.start();
    expect(session.stop()).toBe(stopped);
    session.start();
    await settle();
    expect(session.view?.present).toBe(true);
    expect(typesOf(store)).toEqual(['sign-in', 'leave', 'sign-in']);
    expect(store.watchers).toBe(3);
  });

  it('before the page has its lock signs in nowhere', async () => {
    fakeBrowser();
    const store = newStore();
    const session = newSession({ store });
    session.start();
    await session.stop();
    await pass(MINUTE);
    expect(store.asked).toEqual([]);
  });

  it('while the store is read anew renews nothing any more', async () => {
    const { fire } = fakeBrowser();
    const { store, session } = await open();
    await pass(10 * SECOND);
    store.next('readAgent', 'frozen');
    fire('resume');
    await settle();
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    store.thaw({ late: true });
    await pass(MINUTE);
    expect(typesOf(store)).toEqual(['sign-in']);
  });
});
