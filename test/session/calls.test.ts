import { describe, expect, it, vi } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import type { CallFact, CallSource, Control, ListedCall } from '../../src/calls/call-source.js';
import { defaultAccount } from '../../src/model/account.js';
import { callKey } from '../../src/model/conversation.js';
import { agentView, type AgentView } from '../../src/model/view.js';
import type { Connection } from '../../src/stores/status-store.js';
import { refused } from '../support/faulty-store.js';
import {
  HOUR,
  inbound,
  MINUTE,
  newStore,
  open,
  outbound,
  outcome,
  pass,
  SECOND,
  settle,
  sleep,
  START,
  useFakeTime,
} from './set-up.js';

useFakeTime();

/** A phone that can list its calls, over a line that can be lost. */
class Phone implements CallSource {
  readonly name = 'phone';
  readonly carries: 'page' | 'elsewhere';
  readonly capabilities = new Set<Control>();
  listed: unknown = [];
  asked = 0;
  delay: Promise<unknown> = Promise.resolve();
  #tell: ((fact: CallFact) => void) | undefined;
  #connect: ((connection: Connection) => void) | undefined;

  constructor(carries: 'page' | 'elsewhere' = 'page') {
    this.carries = carries;
  }

  subscribe(listener: (fact: CallFact) => void): () => void {
    this.#tell = listener;
    return () => (this.#tell = undefined);
  }

  watchConnection(watcher: (connection: Connection) => void): () => void {
    this.#connect = watcher;
    watcher({ state: 'online' });
    return () => (this.#connect = undefined);
  }

  async calls(): Promise<readonly ListedCall[]> {
    this.asked++;
    const { listed, delay } = this;
    await delay;
    if (listed instanceof Error) throw listed;
    return listed as readonly ListedCall[];
  }

  get isHeard(): boolean {
    return this.#tell !== undefined || this.#connect !== undefined;
  }

  tell(fact: unknown): void {
    this.#tell?.(fact as CallFact);
  }

  line(state: Connection['state']): void {
    this.#connect?.({ state });
  }
}

describe('a call', () => {
  it('shows Busy in the same tick, also where the store is frozen', async () => {
    const { session, store, feed } = await open();
    store.freeze();
    const seen: unknown[] = [];
    session.subscribe(({ view }) => seen.push(view?.status.id));
    feed.started(inbound('c1'));
    expect(seen).toEqual(['busy']);
    await pass(10 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, since: START });
    expect(session.connection.state).toBe('offline');
  });

  it('is one write for each of its transitions, in their order', async () => {
    const { session, store, feed } = await open();
    feed.ringing(inbound('c1'));
    expect(session.view?.conversations).toMatchObject([{ id: 'c1', state: 'ringing', here: true }]);
    feed.started(inbound('c1'));
    feed.held('c1');
    expect(session.view?.conversations).toMatchObject([{ state: 'held', here: true }]);
    feed.resumed('c1');
    feed.ended('c1', 'answered');
    expect(session.view?.conversations).toEqual([expect.not.objectContaining({ here: true })]);
    expect(session.view?.conversations).toMatchObject([{ state: 'ended', outcome: 'answered' }]);
    await settle();
    expect(store.writes).toEqual(['call-ringing', 'call-started', 'call-held', 'call-resumed', 'call-ended']);
  });

  it('that is said again a moment later is not written again', async () => {
    const { store, feed } = await open();
    for (let time = 0; time < 3; time++) {
      feed.ringing(inbound('c1'));
      await pass(SECOND);
    }
    for (let time = 0; time < 3; time++) {
      feed.started(inbound('c1'));
      await pass(SECOND);
      feed.held('c1');
      feed.held('c1');
      feed.started(inbound('c1'));
      await pass(SECOND);
    }
    feed.resumed('c1');
    feed.resumed('c1');
    feed.ended('c1');
    feed.ended('c1');
    feed.started(inbound('c1'));
    await settle();
    expect(store.writes).toEqual(['call-ringing', 'call-started', 'call-held', 'call-resumed', 'call-ended']);
  });

  it('carries the instant at which it happened, in the clock of the store', async () => {
    const store = newStore();
    store.aheadMs = 3 * MINUTE;
    const phone = new Phone();
    const { session } = await open({ store, calls: phone });
    phone.tell({ type: 'started', call: inbound('c1'), at: START - 10 * SECOND });
    expect(session.view?.conversations[0]?.startedAt).toBe(START + 3 * MINUTE - 10 * SECOND);
    phone.tell({ type: 'ended', callId: 'c1', at: START + HOUR });
    expect(session.view?.conversations[0]?.endedAt).toBe(START + 3 * MINUTE);
  });

  it('that rings or starts again after its reported end is ignored, which is told once for each end', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    const again = (): void => {
      phone.tell({ type: 'ringing', call: inbound('c1') });
      phone.tell({ type: 'started', call: inbound('c1') });
    };
    again();
    phone.tell({ type: 'ended', callId: 'c1' });
    await pass(10 * SECOND);
    again();
    expect(errors).toEqual([]);
    await pass(1);
    phone.tell({ type: 'started', call: inbound('c1'), at: START });
    phone.tell({ type: 'ended', callId: 'c1' });
    expect(errors).toEqual([]);
    again();
    again();
    phone.listed = [{ call: inbound('c1'), state: 'live' }];
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(errors).toMatchObject([{ code: 'outdated', message: expect.stringContaining('c1') as string }]);
    expect(session.view).toMatchObject({ status: { id: 'after-call-work' }, conversations: [{ state: 'ended' }] });
    await session.closeConversation('c1');
    await pass(HOUR);
    again();
    expect(session.view?.status.id).toBe('busy');
    phone.tell({ type: 'ended', callId: 'c1' });
    await pass(MINUTE);
    again();
    expect(errors.map(({ code }) => code)).toEqual(['outdated', 'outdated']);
  });

  it('that a source lists as going on after its reported end is ignored, which is told', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    phone.tell({ type: 'ended', callId: 'c1' });
    await pass(MINUTE);
    phone.listed = [{ call: inbound('c1'), state: 'live' }];
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(errors).toMatchObject([{ code: 'outdated' }]);
    expect(session.view?.status.id).toBe('after-call-work');
  });

  it('that rings again after the agent declared it over is news, of which nothing is told', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    await session.endCall('c1');
    await pass(MINUTE);
    phone.tell({ type: 'started', call: inbound('c1') });
    expect(session.view?.status.id).toBe('busy');
    expect(errors).toEqual([]);
  });

  it.each([1_777_881_600, 999_999_999_999, 0, -1])('at the instant %d in seconds counts as now', async (at) => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    await pass(MINUTE);
    phone.tell({ type: 'started', call: inbound('c1'), at });
    expect(session.view?.conversations).toMatchObject([{ id: 'c1', startedAt: START + MINUTE }]);
    await pass(MINUTE);
    phone.tell({ type: 'ended', callId: 'c1', at });
    expect(session.view?.conversations).toMatchObject([{ endedAt: START + 2 * MINUTE }]);
    expect(errors).toMatchObject([{ code: 'damaged-data', message: expect.stringContaining('seconds') as string }]);
  });

  it('at the first instant in milliseconds is taken as it is told', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1'), at: 1_000_000_000_000 });
    expect(session.view?.conversations).toMatchObject([{ startedAt: 1_000_000_000_000 }]);
    expect(errors).toEqual([]);
  });

  it('of a caller made of blanks alone has none, and a name keeps none at its ends', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    const from = (id: string, name: string, number: string): void =>
      phone.tell({ type: 'ringing', call: { id, direction: 'inbound', party: { name, number } } });
    from('c1', ' \u00a0\u200b', '\u200b');
    from('c2', '\u200b Grace \u00a0Hopper\u00a0', ' +49 30 901820\u200b');
    expect(session.view?.conversations.map(({ party }) => party)).toEqual([
      {},
      { name: 'Grace \u00a0Hopper', number: '+49 30 901820' },
    ]);
    expect(errors).toEqual([]);
  });

  it.each(['\0', '\u00ad', '\u034f', '\u115f', '\u180e', '\u200d', '\u200e', '\u2066 \u2069', '\u3164', '\ufe0f'])(
    'of a caller whose name is %j, which shows nothing, is shown by the number',
    async (name) => {
      const phone = new Phone();
      const { session, errors } = await open({ calls: phone });
      phone.tell({ type: 'ringing', call: { id: 'c1', direction: 'inbound', party: { name, number: '0301' } } });
      expect(session.view?.conversations.map(({ party }) => party)).toEqual([{ number: '0301' }]);
      expect(errors).toEqual([]);
    },
  );

  it.each(['❤️', '👩‍👩‍👧', '\u200eאבא\u200e', 'ক্‍ষ', 'न्‍', 'ক্‍'])(
    'of a caller named %j keeps what shapes the name',
    async (name) => {
      const phone = new Phone();
      const { session } = await open({ calls: phone });
      phone.tell({ type: 'ringing', call: { id: 'c1', direction: 'inbound', party: { name } } });
      expect(session.view?.conversations.map(({ party }) => party)).toEqual([{ name }]);
    },
  );

  it('that only goes on elsewhere is not carried by the page', async () => {
    const phone = new Phone('elsewhere');
    const { session, store } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    await settle();
    expect(session.view?.conversations[0]).not.toHaveProperty('here');
    expect((await store.stored()).calls[0]?.carriers).toEqual(['elsewhere']);
    phone.tell({ type: 'started', call: inbound('c1') });
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(store.writes).toEqual(['call-started']);
    expect(session.view?.status.id).toBe('busy');
  });

  it('that goes on elsewhere needs no page to be there', async () => {
    const phone = new Phone('elsewhere');
    const { session, store } = await open({ calls: phone });
    await session.signOut();
    phone.tell({ type: 'started', call: inbound('c1') });
    await pass(10 * MINUTE);
    expect(session.view?.status.id).toBe('busy');
    expect(store.writes).toEqual(['sign-out', 'call-started']);
  });

  it('is muted in this page only, and those who look are told', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    await settle();
    const told = vi.fn();
    session.subscribe(told);
    feed.muted('c1');
    expect([session.isMuted('c1'), told.mock.calls.length]).toEqual([true, 1]);
    feed.unmuted('c1');
    expect(session.isMuted('c1')).toBe(false);
    feed.muted('c1');
    feed.ended('c1');
    expect(session.isMuted('c1')).toBe(false);
    await settle();
    expect(store.writes).toEqual(['call-started', 'call-ended']);
  });

  it('whose fact the store denies is told once, holds nothing up, and is saved when the right is back', async () => {
    const { session, store, feed, errors } = await open();
    store.always(refused(), 'saveAgent');
    feed.started(inbound('c1'));
    await pass(2 * MINUTE);
    expect(session.view?.status.id).toBe('busy');
    expect(errors).toMatchObject([{ code: 'denied' }]);
    store.thaw();
    await session.choose('lunch');
    await pass(MINUTE);
    expect(session.view?.status.id).toBe('busy');
    expect(await store.stored()).toMatchObject({ choice: { statusId: 'lunch' }, calls: [{ id: 'c1', state: 'live' }] });
  });

  it('stays over after a forced sign-out until its source tells something new', async () => {
    const { session, feed } = await open();
    feed.started(inbound('c1'));
    await settle();
    await session.signOut({ force: true });
    await pass(10 * MINUTE);
    expect(session.view?.status.id).toBe('offline');
    feed.held('c1');
    expect(session.view?.status.id).toBe('busy');
  });

  it('whose fact the store refuses for good is told, and forgotten', async () => {
    const { session, store, feed, errors } = await open();
    store.always(refused('not-supported'), 'saveAgent');
    feed.ringing(inbound('c1'));
    feed.ringing(inbound('c2'));
    await settle();
    expect(errors.map(({ code }) => code)).toEqual(['not-supported', 'not-supported']);
    expect(session.view?.conversations).toEqual([]);
  });

  it('keeps the agent Busy after a sign-out, however long it lasts', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    feed.held('c1');
    await settle();
    await store.other({ type: 'sign-out', force: true });
    feed.started(inbound('c1'));
    feed.started(inbound('c2'));
    feed.held('c2');
    feed.ringing(inbound('c3'));
    await settle();
    const written = store.writes.length;
    await pass(20 * MINUTE);
    // One fact in 45 seconds renews the lease, however many calls there are.
    expect(store.writes.length - written).toBeLessThanOrEqual(27);
    expect(session.view?.status.id).toBe('busy');
    expect(session.view?.conversations.map(({ id, state }) => `${id} ${state}`)).toEqual(['c1 live', 'c2 held']);
    feed.ended('c1');
    feed.ended('c2');
    feed.ended('c3');
    await settle();
    const { length } = store.asked;
    await pass(20 * MINUTE);
    expect(session.view?.status.id).toBe('offline');
    expect(store.asked).toHaveLength(length);
  });

  it('keeps a signed-out agent Busy before this page as long as it lasts, also without the store', async () => {
    const { session, store, feed } = await open();
    await session.signOut();
    feed.started(inbound('c1'));
    await settle();
    store.loseConnection();
    await pass(10 * MINUTE);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, conversations: [{ state: 'live', here: true }] });
    store.regainConnection();
    await settle();
    const { status, conversations } = agentView(defaultAccount, await store.stored(), Date.now());
    expect([status.id, conversations[0]?.state]).toEqual(['busy', 'live']);
    store.loseConnection();
    feed.ended('c1');
    expect(session.view).toMatchObject({ status: { id: 'offline' }, cause: 'sign-out' });
  });

  it('of a signed-out agent goes on where its start was saved so late that its lease runs out at once', async () => {
    const { session, store, feed } = await open();
    await session.signOut();
    store.loseConnection();
    feed.started(inbound('c1'));
    await pass(140 * SECOND);
    store.regainConnection();
    await pass(2 * MINUTE);
    const { status, conversations } = agentView(defaultAccount, await store.stored(), Date.now());
    expect([status.id, conversations[0]?.state]).toEqual(['busy', 'live']);
  });
});

describe('what a source tells wrongly', () => {
  it.each([
    null,
    undefined,
    7,
    { type: 'exploded' },
    { type: 'started' },
    { type: 'started', call: null },
    { type: 'started', call: { direction: 'inbound', party: {} } },
    { type: 'started', call: { id: 7, direction: 'inbound', party: {} } },
    { type: 'started', call: { id: 'c1', direction: 'sideways', party: {} } },
    { type: 'ended' },
    { type: 'held', callId: '' },
    { type: 'muted', callId: 7 },
  ])('%j is told, and changes nothing', async (fact) => {
    const phone = new Phone();
    const { session, store, errors } = await open({ calls: phone });
    const { view } = session;
    expect(() => phone.tell(fact)).not.toThrow();
    await settle();
    expect(errors).toMatchObject([{ code: 'damaged-data' }]);
    expect(session.view).toBe(view);
    expect(store.asked).toHaveLength(1);
  });

  it.each([
    { type: 'started', call: inbound('c1'), at: NaN },
    { type: 'started', call: inbound('c1'), at: 'soon' },
    { type: 'started', call: { ...inbound('c1'), party: { number: 49 } } },
  ])('%j is told, and taken without the flaw', async (fact) => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell(fact);
    expect(session.view).toMatchObject({ status: { id: 'busy' }, since: START });
    expect(errors).toMatchObject([{ code: 'damaged-data' }]);
  });

  it('an end with an outcome that there is not is an end all the same', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: { id: 'c1', direction: 'outbound' } });
    phone.tell({ type: 'ended', callId: 'c1', outcome: 'exploded' });
    expect(session.view?.status.id).toBe('after-call-work');
    expect(errors).toHaveLength(1);
  });

  it('a party of 10,000 characters is cut, and an id of as many is kept as a hash', async () => {
    const id = 'x'.repeat(10_000);
    const phone = new Phone();
    const hangUp = vi.fn();
    phone.capabilities.add('hangUp');
    const { session, store } = await open({ calls: Object.assign(phone, { hangUp }) });
    phone.tell({ type: 'started', call: { id, direction: 'inbound', party: { name: 'n'.repeat(10_000) } } });
    await settle();
    const shown = session.view?.conversations[0];
    expect(shown?.id).toBe(callKey(id));
    expect(shown?.party.name).toHaveLength(200);
    await session.control('hangUp', shown!.id);
    expect(hangUp).toHaveBeenCalledWith(id);
    phone.tell({ type: 'ended', callId: id });
    await settle();
    expect((await store.stored()).calls[0]?.state).toBe('ended');
  });

  it('a source that throws when it is listened to is told', async () => {
    const source = { ...createCallFeed(), subscribe: () => { throw new Error('broken'); } }; // prettier-ignore
    const { session, errors } = await open({ calls: source });
    expect(errors).toMatchObject([{ code: 'unavailable' }]);
    expect(session.view?.status.id).toBe('available');
  });
});

describe('reporting again', () => {
  it('S059 a call that this page carries, and that the source does not list, has presumably ended', async () => {
    const phone = new Phone();
    const { session, store } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    phone.tell({ type: 'started', call: inbound('c2') });
    await store.other({ type: 'call-started', call: inbound('desk') });
    await settle();
    phone.listed = [{ call: inbound('c2'), state: 'live' }];
    phone.line('offline');
    expect(phone.asked).toBe(1);
    phone.line('online');
    await settle();
    expect(phone.asked).toBe(2);
    const states = session.view?.conversations.map(({ id, state }) => `${id} ${state}`);
    expect(states?.slice().sort()).toEqual(['c1 ended', 'c2 live', 'desk live']);
    expect(store.writes).toEqual(['call-started', 'call-started', 'call-presumed-ended']);
  });

  it('a call that starts while the source is asked is not missed in the answer', async () => {
    const phone = new Phone();
    const { session } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    let answer = (): void => {};
    phone.delay = new Promise<void>((resolve) => (answer = resolve));
    phone.line('connecting');
    phone.line('online');
    phone.tell({ type: 'started', call: inbound('c2') });
    phone.tell({ type: 'held', callId: 'c1' });
    answer();
    await settle();
    expect(session.view?.conversations.map(({ id, state }) => `${id} ${state}`)).toEqual(['c1 held', 'c2 live']);
  });

  it('after a load the calls that the source lists are the page’s own, in the state that it says', async () => {
    const store = newStore();
    const phone = new Phone();
    phone.listed = [
      { call: inbound('c1'), state: 'live' },
      { call: inbound('c2'), state: 'held' },
      { call: inbound('c3'), state: 'ringing' },
    ];
    const { session } = await open({ store, calls: phone });
    expect(session.view?.conversations).toMatchObject([
      { id: 'c1', state: 'live', here: true },
      { id: 'c2', state: 'held', here: true },
      { id: 'c3', state: 'ringing', here: true },
    ]);
    expect(store.writes).toEqual(['call-started', 'call-started', 'call-held', 'call-ringing']);
    phone.listed = [
      { call: inbound('c1'), state: 'held' },
      { call: inbound('c2'), state: 'live' },
      { call: inbound('c3'), state: 'live' },
    ];
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(session.view?.conversations.map(({ state }) => state)).toEqual(['held', 'live', 'live']);
    expect(store.writes.slice(4)).toEqual(['call-held', 'call-resumed', 'call-started']);
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(store.writes).toHaveLength(7);
  });

  it('a call that rings is not said again as long as everybody sees it ring', async () => {
    const phone = new Phone();
    const { store } = await open({ calls: phone });
    phone.tell({ type: 'held', callId: 'unknown' });
    phone.tell({ type: 'ringing', call: inbound('c1') });
    phone.listed = [{ call: inbound('c1'), state: 'ringing' }];
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(store.writes).toEqual(['call-ringing']);
  });

  it('leaves out a call that the agent declared over, until the source tells something new of it', async () => {
    const phone = new Phone();
    const { session } = await open({ calls: phone });
    phone.listed = [{ call: inbound('c1'), state: 'live' }];
    phone.tell({ type: 'started', call: inbound('c1') });
    await session.endCall('c1');
    await session.closeConversation('c1');
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(session.view?.conversations).toEqual([]);
    phone.tell({ type: 'started', call: inbound('c1') });
    expect(session.view?.status.id).toBe('busy');
  });

  it('a list that cannot be had, or that comes late, stands back behind what the source has told', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    await settle();
    phone.listed = new Error('no list today');
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(errors).toMatchObject([{ code: 'unavailable' }]);
    phone.listed = refused('denied');
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(errors[1]).toMatchObject({ code: 'denied' });
    expect(session.view?.status.id).toBe('busy');
    let answer = (): void => {};
    phone.listed = [];
    phone.delay = new Promise<void>((resolve) => (answer = resolve));
    phone.line('offline');
    phone.line('online');
    await pass(MINUTE);
    expect(session.view?.status.id).toBe('busy');
    answer();
    await settle();
    expect(session.view?.status.id).toBe('after-call-work');
  });

  it('of two answers only that to the last question counts', async () => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    const answers: (() => void)[] = [];
    const ask = (listed: unknown): void => {
      phone.listed = listed;
      phone.delay = new Promise<void>((resolve) => answers.push(resolve));
      phone.line('offline');
      phone.line('online');
    };
    ask([]);
    ask(new Error('failed'));
    ask([{ call: inbound('c1'), state: 'live' }]);
    for (const answer of answers) answer();
    await settle();
    expect(session.view?.status.id).toBe('busy');
    expect(errors).toEqual([]);
  });

  it.each([
    ['no list', 'what is that'],
    ['one that names no call', [{ call: inbound('c2'), state: 'live' }, { state: 'live' }]],
    ['one with a state that there is not', [{ call: inbound('c2'), state: 'gone' }]],
  ])('%s ends no call', async (_, listed) => {
    const phone = new Phone();
    const { session, errors } = await open({ calls: phone });
    phone.tell({ type: 'started', call: inbound('c1') });
    await settle();
    phone.listed = listed;
    phone.line('offline');
    phone.line('online');
    await settle();
    expect(errors.length).toBeGreaterThan(0);
    expect(session.view?.conversations[0]).toMatchObject({ id: 'c1', state: 'live' });
  });

  it('after a sleep beyond the lease the calls come first, then the lease, and what was presumed is taken back', async () => {
    const { session, store, feed } = await open();
    feed.ringing(inbound('old'));
    feed.started(inbound('c1'));
    feed.held('c1');
    await settle();
    sleep(HOUR);
    const seen = async (): Promise<AgentView> => agentView(defaultAccount, await store.stored(), Date.now());
    expect((await seen()).status.id).toBe('offline');
    await pass(MINUTE);
    expect((await seen()).conversations).toMatchObject([{ id: 'c1', state: 'held', startedAt: START }]);
    expect(session.view?.status.id).toBe('busy');
    const last = store.taken.slice(-2).map(({ type }) => type);
    expect(last).toEqual(['call-started', 'call-held']);
  });

  it('after an outage beyond the lease no call is left out because a sign-in waits to be saved', async () => {
    const { session, store, feed } = await open();
    feed.started(inbound('c1'));
    await settle();
    store.loseConnection();
    await pass(MINUTE);
    const signedIn = outcome(session.signIn());
    await pass(95 * SECOND);
    store.regainConnection();
    await settle();
    expect([signedIn.now, session.view?.status.id]).toEqual(['done', 'busy']);
    expect(agentView(defaultAccount, await store.stored(), Date.now())).toMatchObject({
      status: { id: 'busy' },
      conversations: [{ id: 'c1', state: 'live' }],
    });
  });

  it('a source that starts without its line is asked as soon as it has it', async () => {
    const phone = new Phone();
    phone.watchConnection = function (watcher) {
      Phone.prototype.watchConnection.call(phone, () => {});
      watcher({ state: 'connecting' });
      phone.line = (state) => watcher({ state });
      return () => {};
    };
    const { session } = await open({ calls: phone });
    expect(phone.asked).toBe(0);
    phone.listed = [{ call: outbound('c1'), state: 'live' }];
    phone.line('online');
    await settle();
    expect(session.view?.status.id).toBe('busy');
  });

  it('nothing is heard of a source any more when the session stops', async () => {
    const phone = new Phone();
    const { session, store } = await open({ calls: phone });
    const stopped = outcome(session.stop());
    expect(phone.isHeard).toBe(false);
    await settle();
    expect(stopped.now).toBe('done');
    const { length } = store.asked;
    phone.tell({ type: 'started', call: inbound('c1') });
    await pass(MINUTE);
    expect(store.asked).toHaveLength(length);
  });
});
