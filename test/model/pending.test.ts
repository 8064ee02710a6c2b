import { describe, expect, it } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord, type Call } from '../../src/model/agent.js';
import {
  enqueue,
  enqueueKept,
  enqueueRestored,
  isEarlyWish,
  isFact,
  isOldNews,
  keepWishesOf,
  nextPending,
  optimisticRecord,
  recordForOthers,
  restartPending,
  stamped,
  withOwnLease,
  type EventKind,
  type KeptFact,
  type PendingBase,
  type PendingEvent,
} from '../../src/model/pending.js';
import { LEASE_MS } from '../../src/model/presence.js';
import { recordEvent } from '../../src/model/record-event.js';
import { ana, START } from '../support/model.js';

const call = (id: string): Call => ({ id, direction: 'inbound', party: {} });

/** One of each, by a short name. */
const events: Readonly<Record<string, { readonly kind: EventKind; readonly event: AgentEvent }>> = {
  'started 1': { kind: 'fact', event: { type: 'call-started', call: call('1'), at: START } },
  'ended 1': { kind: 'fact', event: { type: 'call-ended', callId: '1', at: START } },
  'started 2': { kind: 'fact', event: { type: 'call-started', call: call('2'), at: START } },
  'again 1': { kind: 'report', event: { type: 'call-started', call: call('1'), at: START } },
  'again 2': { kind: 'report', event: { type: 'call-started', call: call('2'), at: START } },
  'hold again 1': { kind: 'report', event: { type: 'call-held', callId: '1', at: START } },
  'sign in': { kind: 'lease', event: { type: 'sign-in', page: 'p' } },
  renew: { kind: 'lease', event: { type: 'renew', page: 'p' } },
  leave: { kind: 'lease', event: { type: 'leave', page: 'p' } },
  choose: { kind: 'wish', event: { type: 'choose', statusId: 'break', by: ana, at: START } },
  'close 1': { kind: 'wish', event: { type: 'close', callId: '1' } },
  'extend 1': { kind: 'wish', event: { type: 'extend', callId: '1', until: START + 1 } },
  'close 2': { kind: 'wish', event: { type: 'close', callId: '2' } },
};
const pendingOf = (name: string): PendingEvent => ({ ...events[name]!, at: START });
const queue = (...names: readonly string[]): readonly PendingEvent[] => names.map(pendingOf);
const namesOf = (pending: readonly PendingEvent[]): readonly (string | undefined)[] =>
  pending.map(({ kind, event }) =>
    Object.keys(events).find(
      (name) =>
        events[name]!.kind === kind && events[name]!.event.type === event.type && sameCall(events[name]!.event, event),
    ),
  );
const idOf = (event: AgentEvent): unknown => ('call' in event ? event.call.id : 'callId' in event ? event.callId : '');
const sameCall = (one: AgentEvent, other: AgentEvent): boolean => idOf(one) === idOf(other);

describe('what is added goes to its place', () => {
  it.each<[added: string, to: readonly string[], result: readonly string[]]>([
    ['started 1', [], ['started 1']],
    ['ended 1', ['started 1', 'choose'], ['started 1', 'choose', 'ended 1']],
    ['choose', ['renew', 'started 1'], ['renew', 'started 1', 'choose']],
    ['renew', ['started 1', 'choose'], ['renew', 'started 1', 'choose']],
    ['sign in', ['started 1'], ['sign in', 'started 1']],
    ['leave', ['started 1', 'choose'], ['started 1', 'choose', 'leave']],
    ['again 1', ['started 2', 'renew', 'choose'], ['started 2', 'again 1', 'renew', 'choose']],
    ['again 1', ['started 2', 'choose'], ['started 2', 'again 1', 'choose']],
    ['again 1', ['started 2', 'sign in'], ['started 2', 'sign in', 'again 1']],
    // Replaced: the same report of the same call, and nothing else.
    ['again 1', ['again 1', 'again 2', 'choose'], ['again 2', 'again 1', 'choose']],
    ['again 1', ['started 1', 'hold again 1'], ['started 1', 'hold again 1', 'again 1']],
    ['started 1', ['started 1'], ['started 1', 'started 1']],
  ])('%s, to %j', (added, to, result) => {
    expect(namesOf(enqueue(queue(...to), pendingOf(added)))).toEqual(result);
  });

  it.each<[added: string, to: readonly string[], result: readonly string[]]>([
    ['renew', ['choose', 'started 1'], ['choose', 'renew', 'started 1']],
    ['again 1', ['choose', 'close 2'], ['choose', 'again 1', 'close 2']],
    ['again 1', ['again 1', 'again 2'], ['again 1', 'again 2', 'again 1']],
  ])('%s, to %j of which the first is being saved', (added, to, result) => {
    const pending = queue(...to);
    expect(namesOf(enqueue(pending, pendingOf(added), pending[0]))).toEqual(result);
  });

  it('kept facts come before everything, as replays', () => {
    const facts = [events['started 2']!.event as KeptFact];
    const pending = queue('started 1', 'choose');
    expect(namesOf(enqueueKept(pending, facts))).toEqual(['started 2', 'started 1', 'choose']);
    const [first, second] = enqueueKept(pending, facts, pending[0]);
    expect(first).toBe(pending[0]);
    expect(second).toEqual({ kind: 'fact', event: facts[0], at: START, isReplay: true });
  });

  it('what restores a record comes before everything, and wishes are dated after it', () => {
    const restored = [events['renew']!.event, events['choose']!.event];
    const pending = queue('close 1', 'choose', 'started 1');
    const result = enqueueRestored(pending, restored, START + 5);
    expect(result.slice(0, 2)).toEqual([
      { kind: 'report', event: restored[0], at: START + 5, isEarly: false },
      { kind: 'report', event: restored[1], at: START + 5, isEarly: true },
    ]);
    expect(result.slice(2).map(({ event }) => ('at' in event ? event.at : undefined))).toEqual([
      undefined,
      START + 5,
      START,
    ]);
    expect(namesOf(enqueueRestored(pending, [events['started 2']!.event], START, pending[0])).slice(0, 1)).toEqual([
      'close 1',
    ]);
  });
});

describe('the next event', () => {
  it.each<[pending: readonly string[], held: readonly string[], next: string | undefined]>([
    [[], [], undefined],
    [['started 1', 'choose'], [], 'started 1'],
    [['started 1', 'choose'], ['started 1'], 'choose'],
    // A closing needs the end of its call.
    [['ended 1', 'close 1', 'close 2'], ['ended 1'], 'close 2'],
    [['choose', 'renew'], ['choose'], 'renew'],
    [['choose'], ['choose'], undefined],
  ])('of %j, while %j are held, is %s', (pending, held, next) => {
    const found = nextPending(queue(...pending), (item) => held.includes(namesOf([item])[0]!));
    expect(found && namesOf([found])[0]).toBe(next);
  });

  it.each(Object.keys(events))('is a fact of telephony or not: %s', (name) => {
    expect(isFact(pendingOf(name))).toBe(['fact', 'report'].includes(events[name]!.kind));
  });
});

describe('wishes', () => {
  const record = recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p' }, START);
  const base: PendingBase = { account: defaultAccount, record, now: START, ownPage: 'p' };

  it.each<[what: string, pending: readonly string[], base: PendingBase, isEarly: boolean]>([
    ['with a lease', ['choose'], base, false],
    ['before the sign-in was saved', ['sign in'], base, true],
    ['after the lease ran out', [], { ...base, now: START + LEASE_MS }, true],
    ['of a page without a lease', [], { ...base, ownPage: 'q' }, true],
    ['of somebody else', ['sign in'], { ...base, ownPage: undefined }, false],
  ])('%s', (...[, pending, where, isEarly]) => {
    expect(isEarlyWish(queue(...pending), where)).toBe(isEarly);
  });

  it('are early again, and nothing else is, where the record is gone', () => {
    const pending = [...queue('choose', 'started 1'), { ...pendingOf('again 1'), isEarly: true }];
    expect(restartPending(pending, true).map(({ isEarly }) => isEarly)).toEqual([true, false, false]);
    expect(restartPending(pending, false).map(({ isEarly }) => isEarly)).toEqual([false, false, false]);
  });

  it('about a call become facts of it, an extension excepted', () => {
    const pending = queue('choose', 'close 1', 'extend 1', 'close 2', 'ended 1');
    const kept = keepWishesOf(pending, '1');
    expect(kept[1]).toEqual({ kind: 'fact', event: { type: 'close', callId: '1', at: START }, at: START });
    for (const index of [0, 2, 3, 4]) expect(kept[index]).toBe(pending[index]);
  });
});

describe('the stamp', () => {
  const signedIn: AgentRecord = {
    ...newAgentRecord('ana'),
    wishAt: START + 9,
    choice: { statusId: 'available', at: START + 9, by: ana, cause: 'sign-in' },
  };
  const chosen: AgentRecord = { ...signedIn, choice: { ...signedIn.choice!, cause: 'agent' } };
  const later: AgentRecord = { ...signedIn, wishAt: START + 10 };
  const early = { ...pendingOf('choose'), isEarly: true };
  const carried = (carrier: string): PendingEvent => ({
    kind: 'fact',
    at: START,
    event: { type: 'call-held', callId: '1', carrier, at: START },
  });

  it.each<[what: string, item: PendingEvent, record: AgentRecord, now: number, added: object]>([
    ['moves an early wish behind the sign-in', early, signedIn, START, { at: START + 9 }],
    ['leaves an early wish alone after a choice', early, chosen, START, {}],
    ['leaves an early wish alone after another wish', early, later, START, {}],
    ['leaves an early wish alone without a choice', early, newAgentRecord('ana'), START, {}],
    [
      'leaves a wish alone that is later',
      early,
      { ...signedIn, wishAt: START, choice: { ...signedIn.choice!, at: START } },
      START,
      {},
    ],
    ['leaves a wish alone that has no instant', { ...pendingOf('close 1'), isEarly: true }, signedIn, START, {}],
    ['leaves a wish alone that is not early', pendingOf('choose'), signedIn, START, {}],
    [
      'tells the renewals of a fact that waited',
      carried('p'),
      signedIn,
      START + LEASE_MS,
      { presentUntil: START + LEASE_MS },
    ],
    ['tells none of a fact that waited less', carried('p'), signedIn, START + LEASE_MS - 1, {}],
    ['tells none of a call that something else carries', carried('elsewhere'), signedIn, START + LEASE_MS, {}],
  ])('%s', (...[, item, record, now, added]) => {
    expect(stamped(item, record, { now, ownPage: 'p' })).toEqual({ ...item.event, ...added });
  });
});

describe('the record with what is pending', () => {
  const record = recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p' }, START);
  const base: PendingBase = { account: defaultAccount, record, now: START, ownPage: 'p' };

  it('is the confirmed one where nothing is pending, and where the rules refuse it', () => {
    const refused: PendingEvent = { ...pendingOf('choose'), event: { type: 'choose', statusId: 'nowhere', by: ana } };
    for (const pending of [[], [refused]]) {
      expect(optimisticRecord(pending, base)).toBe(record);
      expect(recordForOthers(pending, base)).toBe(record);
    }
  });

  it('shows each event at its own instant, not before the record and not after now', () => {
    const at = (item: PendingEvent, now: number): number => optimisticRecord([item], { ...base, now }).at;
    const item: PendingEvent = { kind: 'wish', at: START + 5, event: { type: 'choose', statusId: 'break', by: ana } };
    expect(at(item, START + 9)).toBe(START + 5);
    expect(at({ ...item, at: START - 5 }, START + 9)).toBe(START);
    expect(at({ ...item, at: START + 99 }, START + 9)).toBe(START + 9);
  });

  it('keeps the own page present, for itself alone', () => {
    const now = START + 10 * LEASE_MS;
    const pending = [
      { ...pendingOf('choose'), at: now, event: { type: 'choose', statusId: 'break', by: ana, at: now } as const },
    ];
    expect(optimisticRecord(pending, { ...base, now }).leases['p']).toBe(now + LEASE_MS);
    expect(recordForOthers(pending, { ...base, now }).leases['p']).not.toBe(now + LEASE_MS);
    expect(withOwnLease(record, { ownPage: undefined }, now)).toBe(record);
    expect(withOwnLease(record, { ownPage: 'p' }, now).leases['p']).toBe(now + LEASE_MS);
  });
});

describe('a replayed fact is old news', () => {
  const report = (events: readonly AgentEvent[]): AgentRecord =>
    events.reduce(
      (record, event) => recordEvent(defaultAccount, record, event, START + 1000),
      recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p' }, START),
    );
  const started = (at: number): AgentEvent => ({ type: 'call-started', call: call('1'), carrier: 'p', at });
  const rings: AgentEvent = { type: 'call-ringing', call: call('1'), carrier: 'p', at: START + 10 };

  it.each<[what: string, event: AgentEvent, before: readonly AgentEvent[], isOld: boolean]>([
    ['a start that is known', started(START + 10), [started(START + 10)], true],
    ['a start after the known one', started(START + 11), [started(START + 10)], false],
    ['a start of a call that rings', started(START + 10), [rings], false],
    ['a start of an unknown call', started(START + 10), [], false],
    ['a hold before the last report', { type: 'call-held', callId: '1', at: START + 9 }, [started(START + 10)], true],
    ['a hold at the last report', { type: 'call-held', callId: '1', at: START + 10 }, [started(START + 10)], false],
    [
      'a resumption before the last report',
      { type: 'call-resumed', callId: '1', at: START + 9 },
      [started(START + 10)],
      true,
    ],
    ['a hold of an unknown call', { type: 'call-held', callId: '1', at: START + 9 }, [], false],
    ['an end', { type: 'call-ended', callId: '1', at: START + 9 }, [started(START + 10)], false],
  ])('%s', (...[, event, before, isOld]) => {
    expect(isOldNews(event, report(before))).toBe(isOld);
  });
});
