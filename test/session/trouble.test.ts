import { describe, expect, it } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { PhoneError } from '../../src/model/errors.js';
import { readLocal } from '../../src/platform/storage.js';
import { refused, unreachable } from '../support/faulty-store.js';
import { fakeBrowser } from '../support/fake-browser.js';
import {
  HOUR,
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

const sue = { role: 'supervisor', id: 'sue' } as const;

describe('a save', () => {
  it('whose answer was lost is read back, not made again', async () => {
    const { session, store, feed } = await open();
    store.next('saveAgent', 'lost');
    feed.started(inbound('c1'));
    await settle();
    expect(session.connection).toMatchObject({ state: 'offline', reason: { code: 'unavailable' } });
    await pass(SECOND);
    expect(session.connection.state).toBe('online');
    expect(store.asked.filter(({ event }) => event.type === 'call-started')).toHaveLength(1);
    expect(store.writes).toEqual(['call-started']);
    store.next('saveAgent', 'lost');
    await Promise.all([session.choose('lunch'), pass(SECOND)]);
    expect(store.writes).toEqual(['call-started', 'choose']);
  });

  it('that nobody answers counts as unreachable, and is tried again after a read', async () => {
    const { session, store, feed } = await open();
    store.next('saveAgent', 'frozen');
    feed.started(inbound('c1'));
    await pass(30 * SECOND - 1);
    expect([session.connection.state, store.reads]).toEqual(['online', 0]);
    await pass(2 * SECOND);
    expect([session.connection.state, store.reads]).toEqual(['online', 1]);
    expect(store.writes).toEqual(['call-started']);
  });

  it('that arrives late, after another one went through, changes nothing', async () => {
    const { session, store, feed } = await open();
    store.next('saveAgent', 'frozen');
    feed.started(inbound('c1'));
    await pass(40 * SECOND);
    feed.ended('c1');
    await settle();
    store.thaw({ late: true });
    await settle();
    expect(session.view?.status.id).toBe('after-call-work');
    expect((await store.stored()).calls[0]?.state).toBe('ended');
    expect(store.writes).toEqual(['call-started', 'call-ended']);
  });

  it('is tried again after longer and longer pauses, never as a poll', async () => {
    const { store, feed, session } = await open();
    store.always(unreachable());
    feed.started(inbound('c1'));
    await pass(10 * MINUTE);
    const tries = store.asked.length + store.reads;
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(60);
    expect(session.connection.state).toBe('offline');
    store.thaw();
    await pass(31 * SECOND);
    expect(store.writes).toContain('call-started');
    expect(session.connection.state).toBe('online');
    const settled = store.asked.length + store.reads;
    await pass(40 * SECOND);
    expect(store.asked.length + store.reads).toBeLessThanOrEqual(settled + 1);
  });

  it('is tried at once when somebody wishes something, and when the connection returns', async () => {
    const { store, feed, session } = await open();
    store.always(unreachable());
    feed.started(inbound('c1'));
    await pass(5 * MINUTE);
    const { reads } = store;
    void session.choose('lunch');
    await settle();
    expect(store.reads).toBe(reads + 1);
    store.thaw();
    store.tellConnection({ state: 'online' });
    await settle();
    expect(store.writes).toEqual(['call-started', 'choose']);
  });

  it('that always conflicts waits in between, and is given up like any other', async () => {
    const { session, store } = await open();
    store.always(() => {
      throw new PhoneError('conflict', 'Always.', { data: { present: undefined } });
    }, 'saveAgent');
    const chosen = outcome(session.choose('lunch'));
    await pass(MINUTE);
    expect(store.asked.length).toBeLessThan(100);
    expect(session.connection.state).toBe('online');
    await pass(4 * MINUTE);
    expect(chosen.now).toBe('unavailable');
  });

  it('of a conflict that names nothing is read back', async () => {
    const { session, store } = await open();
    store.next('saveAgent', refused('conflict'));
    await Promise.all([session.choose('lunch'), pass(SECOND)]);
    expect(session.view?.status.id).toBe('lunch');
    expect(store.reads).toBe(1);
  });

  it('of a conflict with an entry that is not shown is read back: the record is there', async () => {
    const { session, store } = await open();
    const { length } = store.asked;
    store.next('saveAgent', () => {
      throw new PhoneError('conflict', 'Not yours to read.', { data: { present: undefined, revision: 7 } });
    });
    await Promise.all([session.choose('lunch'), pass(SECOND)]);
    expect(session.view?.status.id).toBe('lunch');
    expect(store.reads).toBe(1);
    expect(store.asked.slice(length).map(({ basedOn }) => basedOn)).not.toContain(null);
  });

  it('that answers with nonsense is read back', async () => {
    const { session, store } = await open();
    store.next('saveAgent', () => undefined);
    await Promise.all([session.choose('lunch'), pass(SECOND)]);
    expect(store.writes).toEqual(['choose']);
    expect(session.view?.status.id).toBe('lunch');
  });

  it('that fails with any other error is kept and tried again', async () => {
    const { session, store } = await open();
    store.next('saveAgent', () => {
      throw new TypeError('a bug in the store');
    });
    await Promise.all([session.choose('lunch'), pass(SECOND)]);
    expect(session.view?.status.id).toBe('lunch');
  });

  it('goes over a place that was emptied, and over one that was set back', async () => {
    const { session, store } = await open();
    const old = await store.stored();
    await session.choose('lunch');
    await store.removeAgent('ana');
    await session.choose('break');
    expect(session.view?.status.id).toBe('break');
    store.next('saveAgent', () => {
      throw new PhoneError('conflict', 'Set back.', { data: { present: { value: old, revision: 0 } } });
    });
    store.always(async () => ({ value: await store.stored(), revision: 1000 }), 'saveAgent');
    await session.choose('meeting');
    expect(store.asked.at(-1)?.basedOn).toBe(0);
  });

  it('brings back a call that went with the place, also where its end is the first that is saved then', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    feed.held('c2');
    await pass(10 * SECOND);
    const { startedAt } = session.view!.conversations[0]!;
    await store.removeAgent('ana');
    await pass(SECOND);
    feed.ended('c1');
    await settle();
    expect(session.view).toMatchObject({
      present: true,
      status: { id: 'busy' },
      conversations: [
        { id: 'c1', state: 'ended', startedAt },
        { id: 'c2', state: 'held' },
      ],
    });
    feed.ended('c2');
    await settle();
    expect((await store.stored()).calls.map(({ id, state }) => [id, state])).toEqual([
      ['c1', 'ended'],
      ['c2', 'ended'],
    ]);
    expect(session.view?.status.id).toBe('after-call-work');
  });
});

describe('a lease that the store refuses', () => {
  it('is told once, not with every beat', async () => {
    const store = newStore();
    store.always(refused(), 'saveAgent');
    const { session, errors } = await open({ store });
    await pass(10 * MINUTE);
    expect(errors).toMatchObject([{ code: 'denied' }]);
    store.thaw();
    await pass(MINUTE);
    expect(session.view?.present).toBe(true);
    store.always(refused(), 'saveAgent');
    await pass(MINUTE);
    expect(errors).toHaveLength(2);
  });
});

describe('call facts that the store does not take', () => {
  it('are saved later, in order and at their own instants, none lost and none doubled', async () => {
    const { session, store, feed } = await open();
    store.freeze();
    feed.ringing(inbound('c1'));
    await pass(10 * SECOND);
    feed.started(inbound('c1'));
    await pass(MINUTE);
    feed.ended('c1', 'answered');
    await pass(10 * SECOND);
    expect(session.view).toMatchObject({ status: { id: 'after-call-work' }, since: START + 70 * SECOND });
    store.thaw();
    await pass(MINUTE);
    expect(store.writes).toEqual(['call-ringing', 'call-started', 'call-ended']);
    expect((await store.stored()).calls).toMatchObject([
      { id: 'c1', rangAt: START, startedAt: START + 10 * SECOND, endedAt: START + 70 * SECOND, outcome: 'answered' },
    ]);
    expect(session.view).toMatchObject({ status: { id: 'after-call-work' }, since: START + 70 * SECOND });
  });

  it('of an hour without the store are shown throughout, and each is one write in the end', async () => {
    const { session, store, feed } = await open();
    store.loseConnection();
    feed.started(inbound('c1'));
    const shown: unknown[] = [];
    session.subscribe(({ view }) => shown.push(`${view?.status.id} ${view?.conversations.map(({ state }) => state)}`));
    await pass(HOUR);
    expect(new Set(shown)).toEqual(new Set(['busy live']));
    store.regainConnection();
    await settle();
    feed.ended('c1');
    await settle();
    expect(store.writes).toEqual(['call-started', 'call-ended']);
    expect(session.view?.conversations).toMatchObject([{ startedAt: START, endedAt: START + HOUR }]);
  });

  it('are kept through a reload, and saved before the sign-in', async () => {
    const { storage } = fakeBrowser();
    const store = newStore();
    const { feed, session } = await open({ store, page: 'b.old' });
    store.freeze();
    feed.started(inbound('c1'));
    feed.ended('c1', 'answered');
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    expect([...storage.texts.keys()].filter((key) => key.includes('facts'))).toHaveLength(1);
    const after = sameStore(store);
    const { session: reloaded } = await open({ store: after, page: 'b.new' });
    expect(after.taken.map(({ type }) => type)).toEqual(['call-started', 'call-ended', 'sign-in']);
    expect(reloaded.view?.conversations).toMatchObject([
      { id: 'c1', state: 'ended', startedAt: START, endedAt: START },
    ]);
    expect([...storage.texts.keys()].filter((key) => key.includes('facts'))).toEqual([]);
  });

  it('are shown after a reload where the store is still frozen', async () => {
    const store = newStore();
    const { feed, session } = await open({ store });
    store.freeze();
    feed.started(inbound('c1'));
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const { session: reloaded } = await open({ store });
    expect(reloaded.view?.status.id).toBe('busy');
  });

  it('that somebody else has saved meanwhile are not doubled, and an old hold holds nothing any more', async () => {
    const store = newStore();
    const { feed, session } = await open({ store, page: 'b.old' });
    feed.started(inbound('c1'));
    await settle();
    store.freeze();
    feed.held('c1');
    feed.resumed('c1');
    feed.held('never heard of');
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const after = sameStore(store);
    await after.other({ type: 'call-started', call: inbound('c1'), carrier: 'b.new' });
    const { session: reloaded } = await open({ store: after, page: 'b.new' });
    expect(reloaded.view?.conversations).toMatchObject([{ state: 'live' }]);
    expect(after.writes).toEqual([]);
  });

  it('that were saved, though the answer was lost, are not saved again after a reload', async () => {
    const store = newStore();
    const { feed, session } = await open({ store, page: 'b.old' });
    store.freeze();
    feed.started(inbound('c1'));
    const at = session.view?.conversations[0]?.startedAt as number;
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const after = sameStore(store);
    await after.other({ type: 'call-started', call: inbound('c1'), carrier: 'b.old', at });
    await after.other({ type: 'leave', page: 'b.old' });
    await open({ store: after, page: 'b.new' });
    expect(after.writes).toEqual([]);
  });

  it('are told where the browser has no room for them', async () => {
    const { storage } = fakeBrowser();
    const { store, feed, errors } = await open();
    store.freeze();
    storage.isFull = true;
    feed.started(inbound('c1'));
    expect(errors).toMatchObject([{ code: 'unavailable', cause: { name: 'QuotaExceededError' } }]);
  });

  it('of an agent reach no other agent of the same browser', async () => {
    const store = newStore();
    const { feed, session } = await open({ store });
    store.freeze();
    feed.started(inbound('c1'));
    const stopped = session.stop();
    await pass(2 * SECOND);
    await stopped;
    const { session: bob } = await open({ store: sameStore(store), agentId: 'bob' });
    expect(bob.view?.conversations).toEqual([]);
  });
});

describe('the connection', () => {
  it('is that of the store', async () => {
    const { session, store } = await open();
    const seen: unknown[] = [];
    session.subscribe(({ connection }) => seen.push(connection.state));
    expect(session.connection).toEqual({ state: 'online' });
    store.loseConnection();
    store.tellConnection({ state: 'connecting' });
    store.regainConnection();
    expect(seen).toEqual(['offline', 'connecting', 'online']);
  });

  it('when it returns, what was missed is read, and what lapsed is renewed, in one go', async () => {
    const { session, store } = await open({ page: 'p1' });
    store.loseConnection();
    await store.other({ type: 'choose', statusId: 'lunch', by: sue });
    await pass(10 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'available' }, present: true });
    store.regainConnection();
    store.regainConnection();
    await settle();
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, present: true });
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in', 'renew']);
    expect((await store.stored()).leases).toEqual({ p1: START + 10 * MINUTE + 150 * SECOND });
  });

  it('S129 that is lost and regained soon leaves status and time', async () => {
    const { session, store } = await open();
    await pass(15 * SECOND);
    store.loseConnection();
    await pass(SECOND);
    store.regainConnection();
    await settle();
    expect(session.view).toMatchObject({ status: { id: 'available' }, since: START });
    expect(store.writes).toEqual([]);
  });

  it('a click whose sign-in had to be said again is not outdated by it', async () => {
    const store = newStore();
    await store.saveAccount(updateSettings(defaultAccount, { absenceLimitMinutes: 1 }), null);
    const { session } = await open({ store });
    store.loseConnection();
    await pass(4 * MINUTE);
    void session.choose('lunch');
    await pass(MINUTE);
    store.regainConnection();
    await settle();
    expect(session.view).toMatchObject({ status: { id: 'lunch' }, cause: 'agent' });
    expect((await store.stored()).choice?.statusId).toBe('lunch');
  });

  it('that is online for a reason is told once', async () => {
    const { store, errors } = await open();
    const reason = new PhoneError('unavailable', 'Only in memory.');
    store.tellConnection({ state: 'online', reason });
    store.tellConnection({ state: 'online', reason });
    expect(errors).toEqual([reason]);
  });

  it('to a store that is closed while it is used ends all saves', async () => {
    const { session, store, feed } = await open();
    await store.close();
    await expect(session.choose('lunch')).rejects.toMatchObject({ code: 'closed' });
    expect(session.connection.state).toBe('closed');
    feed.started(inbound('c1'));
    const { length } = store.asked;
    await pass(10 * MINUTE);
    expect(session.view?.status.id).toBe('busy');
    expect(store.asked).toHaveLength(length);
  });
});

describe('documents that cannot be used', () => {
  const damage = (revision: number): PhoneError =>
    new PhoneError('damaged-data', 'Damaged.', { data: { revision, document: { agentId: 7 } } });

  it('a damaged record is told and kept as a copy, and the next save goes over it', async () => {
    const { session, store, errors } = await open();
    const entry = await store.readAgent('ana');
    store.error(damage(entry!.revision + 1));
    expect(errors).toMatchObject([{ code: 'damaged-data' }]);
    store.error(damage(entry!.revision + 1));
    expect(errors).toHaveLength(1);
    const key = `phone-widget:damaged:${JSON.stringify([store.name, 'ana'])}`;
    expect(JSON.parse(readLocal(key) ?? '')).toEqual({ agentId: 7 });
    void session.choose('lunch');
    expect(store.asked.at(-1)?.basedOn).toBe(entry!.revision + 1);
    await settle();
    expect(session.view?.status.id).toBe('lunch');
  });

  it.each([7, null, {}, { agentId: 'ben' }, { agentId: 'ana', leases: null }, { agentId: 'ana', calls: [7] }])(
    'the record %j of a store that checks nothing is damage as well',
    async (value) => {
      const { session, store, errors } = await open();
      const before = session.view;
      const { revision } = (await store.readAgent('ana'))!;
      store.hear({ value, revision: revision + 1 });
      expect(errors).toMatchObject([{ code: 'damaged-data', data: { revision: revision + 1 } }]);
      expect(session.view).toEqual(before);
      void session.choose('lunch');
      expect(store.asked.at(-1)?.basedOn).toBe(revision + 1);
      await settle();
      expect(session.view?.status.id).toBe('lunch');
    },
  );

  it.each([7, {}, { value: { agentId: 'ana' } }, { value: { agentId: 'ana' }, revision: 'one' }])(
    'the entry %j of a store that checks nothing is told, and left out',
    async (entry) => {
      const { session, store, errors } = await open();
      const before = session.view;
      store.hear(entry);
      store.hear(entry, 'account');
      expect(errors.map(({ code }) => code)).toEqual(['damaged-data', 'damaged-data']);
      expect(session.view).toEqual(before);
    },
  );

  it('the account of a store that checks nothing is damage as well', async () => {
    const { session, store, errors } = await open();
    store.hear({ value: { statuses: 7 }, revision: 9 }, 'account');
    expect(errors).toMatchObject([{ code: 'damaged-data', data: { revision: 9 } }]);
    expect(session.account).toEqual(defaultAccount);
  });

  it('a record that was damaged before the start is begun anew', async () => {
    const store = newStore();
    store.silent = ['ready', 'next'];
    store.next('readAgent', damage(12));
    const { session, errors } = await open({ store });
    await pass(5 * SECOND);
    expect(errors).toMatchObject([{ code: 'damaged-data' }]);
    expect(store.asked[0]?.basedOn).toBe(12);
    expect(session.view?.status.id).toBe('available');
  });

  it('a store that calls damaged whatever it is given refuses it in the end', async () => {
    const { session, store } = await open();
    store.always(damage(99), 'saveAgent');
    await expect(session.choose('lunch')).rejects.toMatchObject({ code: 'damaged-data' });
    expect(store.asked.length).toBeLessThan(10);
  });

  it('damage without a document leaves no copy', async () => {
    const { store, errors } = await open();
    store.error(new PhoneError('damaged-data', 'Damaged.', { data: { revision: 50 } }));
    expect(errors).toHaveLength(1);
    expect(readLocal(`phone-widget:damaged:${JSON.stringify([store.name, 'ana'])}`)).toBeNull();
  });

  it('damage without its revision is told, and the read made again', async () => {
    const store = newStore();
    store.silent = ['ready', 'next'];
    store.next('readAgent', refused('damaged-data'));
    const { session, errors } = await open({ store });
    store.error(refused('damaged-data'));
    store.error(refused('denied'));
    expect(errors.map(({ code }) => code)).toEqual(['damaged-data', 'denied']);
    await pass(7 * SECOND);
    expect(session.view?.status.id).toBe('available');
  });

  it('a damaged account is told, and the one seen last, or the default one, stands in for it', async () => {
    const store = newStore();
    const { session, errors } = await open({ store });
    store.error(damage(5), 'account');
    store.error(refused('denied'), 'account');
    expect(errors.map(({ code }) => code)).toEqual(['damaged-data', 'denied']);
    expect(session.account).toEqual(defaultAccount);
    const other = sameStore(store);
    other.silent = ['account'];
    other.next('readAccount', refused('damaged-data'));
    const { session: fresh } = await open({ store: other });
    await pass(6 * SECOND);
    expect(fresh.view?.status.id).toBe('available');
    expect(other.taken.map(({ type }) => type)).toEqual(['sign-in']);
  });

  it('an account that cannot be read is waited for', async () => {
    const store = newStore();
    store.silent = ['account'];
    store.next('readAccount', unreachable());
    const { session } = await open({ store });
    expect(store.asked).toEqual([]);
    await pass(5 * SECOND);
    expect(session.connection.state).toBe('offline');
    await pass(2 * SECOND);
    expect(store.taken.map(({ type }) => type)).toEqual(['sign-in']);
  });

  it('what this browser keeps of an account is checked', async () => {
    const { storage } = fakeBrowser();
    const store = newStore();
    storage.texts.set(`phone-widget:account:${JSON.stringify([store.name])}`, '{"statuses": 7}');
    store.freeze();
    const { session, feed } = await open({ store });
    feed.started(inbound('c1'));
    expect(session.account).toBe(defaultAccount);
  });

  it('a full storage keeps no copies, and harms nothing', async () => {
    const { storage } = fakeBrowser();
    storage.isFull = true;
    const store = newStore();
    await store.saveAccount(defaultAccount, null);
    const { session, errors } = await open({ store });
    expect(session.view?.status.id).toBe('available');
    expect(errors).toEqual([]);
  });
});

describe('a record of a newer version', () => {
  const newer = (record: AgentRecord): AgentRecord => ({ ...record, version: 9, writableBy: 9 });

  it('is shown, and written by nothing any more; the page asks for a reload', async () => {
    const { session, store, errors, feed } = await open();
    store.freeze();
    const waiting = outcome(session.choose('break'));
    store.push({ value: newer(await store.stored()), revision: 100 });
    await settle();
    expect(waiting.now).toBe('newer-version');
    expect(errors).toMatchObject([{ code: 'newer-version' }]);
    store.thaw();
    const { length } = store.asked;
    await expect(session.choose('lunch')).rejects.toMatchObject({
      code: 'newer-version',
      message: expect.stringContaining('Reload'),
    });
    feed.started(inbound('c1'));
    await pass(10 * MINUTE);
    expect(session.view?.status.id).toBe('busy');
    store.push({ value: newer(await store.stored()), revision: 101 });
    expect(errors).toHaveLength(1);
    expect(store.asked).toHaveLength(length);
    store.push({ value: newAgentRecord('ana'), revision: 102 });
    await settle();
    expect(store.asked.length).toBeGreaterThan(length);
  });

  it('is found out by a save as well', async () => {
    const { session, store } = await open();
    store.next('saveAgent', refused('newer-version'));
    await expect(session.choose('lunch')).rejects.toMatchObject({ code: 'newer-version' });
    await expect(session.withdraw()).rejects.toMatchObject({ code: 'newer-version' });
  });
});
