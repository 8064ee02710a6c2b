import { describe, expect, it, vi } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../src/model/agent.js';
import { readAgentRecord } from '../../src/model/codec.js';
import { callKey } from '../../src/model/conversation.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView } from '../../src/model/view.js';
import { ana, choose, close, Day, ended, held, instant, ringing, signIn, started, sue } from '../support/model.js';

// Thousands of events take a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const LIMIT = 16_384;
const bytesOf = (record: AgentRecord) => new TextEncoder().encode(JSON.stringify(record)).length;
/** A character that takes six bytes of JSON. */
const WIDE = '\u0001';
const hostileActor = { role: 'supervisor', id: WIDE.repeat(500), name: WIDE.repeat(500) } as const;
/** What would show nothing is not kept. */
const hostileParty = { name: `x${WIDE.repeat(5000)}`, number: `1${WIDE.repeat(5000)}` };

/** The most bytes that the record has after any of the events, a second apart. */
const mostBytes = (day: Day, count: number, eventOf: (number: number) => AgentEvent): number => {
  let most = 0;
  for (let number = 0; number < count; number++) {
    day.at(1 + number / 1000, eventOf(number));
    most = Math.max(most, bytesOf(day.record));
  }
  expect(readAgentRecord(JSON.parse(JSON.stringify(day.record)))).toMatchObject({ agentId: 'ana' });
  return most;
};

describe('a call’s id', () => {
  it.each([1, 127, 128])('of %i characters is kept', (length) => {
    expect(callKey('i'.repeat(length))).toBe('i'.repeat(length));
  });

  it('of over 128 characters is kept as a hash, the same each time and another for another id', () => {
    const long = (end: string) => 'i'.repeat(200) + end;
    const keys = ['', 'a', 'b', 'ab', 'ba'].map((end) => callKey(long(end)));
    expect(new Set(keys).size).toBe(5);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(128);
    expect(callKey(long('a'))).toBe(keys[1]);
  });

  it('of over 128 characters names the call in every event', () => {
    const id = 'sip:'.repeat(1000);
    const day = new Day({ acwLimitSeconds: 60, acwExtensions: 1, acwExtensionSeconds: 60 }).at(
      0,
      signIn(),
      ringing(id),
    );
    expect(day.at(5, started(id)).status).toBe('busy');
    expect(day.at(6, held(id)).view.conversations[0]?.state).toBe('held');
    expect(day.at(10, ended(id)).status).toBe('after-call-work');
    expect(day.at(11, { type: 'extend', callId: id, until: instant(80) }).sight.deadline).toBe(80);
    expect(day.at(20, close(id)).sight).toMatchObject({ status: 'available', conversations: [] });
    expect(day.ignores(started(id))).toBe(true);
    expect(JSON.stringify(day.record)).not.toContain('sip:');
  });
});

describe('what a record holds beyond the usual', () => {
  const measured = (over: object): Day => {
    const day = new Day().at(0, signIn());
    for (let call = 0; call < 10; call++)
      day.at(1 + call, started(`call-${call}`), ended(`call-${call}`), close(`call-${call}`));
    day.record = readAgentRecord({ ...JSON.parse(JSON.stringify(day.record)), ...over });
    return day.at(20, choose('lunch'));
  };

  it('counts: fields of a newer version, and texts of somebody else’s', () => {
    const choice = { statusId: 's'.repeat(15_500), at: 0, by: ana, cause: 'agent', forwardTo: '+49' };
    for (const over of [{ extra: 'x'.repeat(15_500) }, { agentName: 'Ana', extra: 'x'.repeat(15_500) }, { choice }]) {
      const day = measured(over);
      day.at(21, started('one more'));
      expect(bytesOf(day.record)).toBeLessThanOrEqual(LIMIT);
    }
  });

  it('takes leases with it where that is not enough: then the agent’s absence begins', () => {
    const day = new Day().at(0, signIn('p1'), choose('lunch')).at(1, signIn('p'.repeat(17_000)));
    expect(bytesOf(day.record)).toBeLessThanOrEqual(LIMIT);
    expect(day.sight).toMatchObject({ status: 'offline' });
    expect(day.at(9 * 3600, signIn('p2')).status).toBe('available');
  });
});

describe('the texts of a record', () => {
  it('are cut at 200 characters: who is calling', () => {
    const party = { name: 'n'.repeat(201), number: '5'.repeat(300) };
    const day = new Day().at(0, signIn(), started('c', 'a', { party }));
    expect(day.view.conversations[0]?.party).toEqual({ name: 'n'.repeat(200), number: '5'.repeat(200) });
  });

  it('are cut at 200 characters: who did something, and the agent’s name', () => {
    const by = { ...sue, id: 's'.repeat(500), name: 'S'.repeat(500) };
    const day = new Day().at(0, signIn(), choose('break', { by }));
    expect(day.view.by).toEqual({ role: 'supervisor', id: 's'.repeat(200), name: 'S'.repeat(200) });
    expect(newAgentRecord('ana', 'A'.repeat(300)).agentName).toBe('A'.repeat(200));
  });

  it('are never cut within a character of two units', () => {
    expect(newAgentRecord('ana', `${'A'.repeat(199)}😀`).agentName).toBe('A'.repeat(199));
    expect(newAgentRecord('ana', `${'A'.repeat(198)}😀!`).agentName).toBe(`${'A'.repeat(198)}😀`);
  });

  it.each([
    ['nobody', undefined],
    ['null', null],
    ['a text', 'sue'],
    ['nameless', { role: 'supervisor', id: 5, name: {} }],
    ['of an unknown role', { role: { admin: true }, id: 'x' }],
  ])('stay readable where an event is done by %s', (_, by) => {
    const event = { type: 'choose', statusId: 'break', by } as unknown as AgentEvent;
    const { record } = new Day().at(0, signIn(), event).at(5, { type: 'sign-out', by } as unknown as AgentEvent);
    expect(readAgentRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ agentId: 'ana' });
  });
});

describe('a record is at most 16,384 bytes', () => {
  const hostile: readonly (readonly [string, number, (number: number) => AgentEvent])[] = [
    ['thousands of calls that start', 1500, (n) => started(`${n}-${WIDE.repeat(120)}`, 'a', { party: hostileParty })],
    ['thousands of calls elsewhere', 1500, (n) => started(`${n}`, 'elsewhere', { party: { name: '漢'.repeat(300) } })],
    ['hundreds of calls that ring on as many pages', 600, (n) => ringing(`${n}`, `page-${n}`, { party: hostileParty })],
    ['thousands of calls that end unheard of', 1500, (n) => ended(`${n}-${WIDE.repeat(100)}`)],
    [
      'thousands of calls that start and end',
      3000,
      (n) => (n % 2 ? ended(`${n - 1}`) : started(`${n}`, 'a', { party: hostileParty })),
    ],
    ['thousands of closed conversations', 1500, (n) => [started, ended, close][n % 3]!(`${Math.floor(n / 3)}`)],
    [
      'thousands of conversations that a supervisor of a hostile name closes',
      600,
      (n) => [started, ended, (id: string) => close(id, hostileActor)][n % 3]!(`${Math.floor(n / 3)}`),
    ],
    ['calls of people named in Greek', 300, (n) => started(`${n}`, 'a', { party: { name: 'Ω'.repeat(200) } })],
    ['calls of people named in emoji', 300, (n) => started(`${n}`, 'a', { party: { name: '😀'.repeat(100) } })],
    ['a thousand pages', 1000, (n) => signIn(`page ${n} ${WIDE.repeat(50)}`)],
    ['pages with endless names', 30, (n) => signIn(`${n}${'p'.repeat(50_000)}`)],
    ['a call that a thousand pages carry', 1000, (n) => started('c', `page ${n} ${WIDE.repeat(90)}`)],
    ['a call whose carriers have endless names', 30, (n) => started('c', `${n}${WIDE.repeat(50_000)}`)],
    [
      'five calls that ten pages carry each',
      100,
      (n) => started(`c${n % 5}`, `${Math.floor(n / 5) % 10}${WIDE.repeat(127)}`),
    ],
    ['calls with endless ids', 50, (n) => started(`${n}${WIDE.repeat(100_000)}`, 'a')],
  ];
  it.each(hostile)('after %s', (_, count, eventOf) => {
    expect(mostBytes(new Day().at(0, signIn()), count, eventOf)).toBeLessThanOrEqual(LIMIT);
  });

  it('with names, authors and calls of the widest characters', () => {
    const by = { role: 'supervisor', id: WIDE.repeat(300), name: WIDE.repeat(300) } as const;
    const agentId = WIDE.repeat(200);
    let record = newAgentRecord(agentId, WIDE.repeat(300));
    const events: AgentEvent[] = [
      signIn(WIDE.repeat(128)),
      signIn(`${WIDE.repeat(127)}b`),
      choose('break', { by }),
      started(WIDE.repeat(128), WIDE.repeat(128), { party: hostileParty }),
      choose('lunch', { by }),
      ...[1, 2, 3, 4, 5, 6].map((length) => ended(WIDE.repeat(100 + length))),
    ];
    for (const event of events) {
      record = recordEvent(defaultAccount, record, event, instant(0));
      expect(bytesOf(record)).toBeLessThanOrEqual(LIMIT);
    }
    expect(agentView(defaultAccount, record, instant(1)).status.id).toBe('busy');
  });
});

describe('where a record would grow past its limit', () => {
  const wide = (id: string, carrier = 'elsewhere') => started(id, carrier, { party: hostileParty });

  it('the oldest tombstones go first, and no conversation', () => {
    const day = new Day().at(0, signIn(), started('open'), ended('open'), started('live'));
    for (let number = 0; number < 150; number++) day.at(1, ended(`${number}-${'x'.repeat(110)}`));
    expect(day.sight.conversations).toEqual(['open:ended', 'live:live']);
    expect(day.record.tombstones.length).toBeGreaterThan(50);
    expect(day.record.tombstones.at(-1)?.id).toMatch(/^149-/);
    expect(day.ignores(started(`149-${'x'.repeat(110)}`, 'a'))).toBe(true);
  });

  it('then the oldest ended conversations close, as a limit', () => {
    const day = new Day().at(0, signIn());
    for (const id of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) day.at(1, wide(id), ended(id));
    const [first] = day.view.conversations;
    expect(first?.id).not.toBe('one');
    expect(day.sight.conversations.at(-1)).toBe('seven:ended');
    expect(day.record.closings.at(-1)).toMatchObject({ cause: 'limit' });
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 1 });
  });

  it('a live call stays while ended or ringing ones can go', () => {
    const day = new Day().at(0, signIn(), started('live'));
    for (let number = 0; number < 20; number++) day.at(1, ringing(`r${number}`, 'a', { party: hostileParty }));
    expect(day.sight).toMatchObject({ status: 'busy', since: 0 });
    expect(day.sight.conversations[0]).toBe('live:live');
  });

  it('a live call stays though a thousand pages sign in', () => {
    const day = new Day().at(0, signIn(), started('live', 'elsewhere'));
    for (let number = 0; number < 1000; number++) day.at(1, signIn(`page ${number}`));
    expect(day.sight).toMatchObject({ status: 'busy', since: 0, present: true });
  });

  it('what is shown is what is left, since that moment', () => {
    const day = new Day().at(0, signIn(), choose('break'), wide('one'), ended('one'), choose('lunch'));
    expect(day.status).toBe('after-call-work');
    for (let number = 0; number < 8; number++) day.at(5, ringing(`r${number}`, 'a', { party: hostileParty }));
    const { sight, record } = day;
    expect(record.shown.statusId).toBe(sight.status);
    expect(sight).toMatchObject({ status: 'lunch', since: 5, next: undefined });
  });

  it('whatever cannot be cut stays: who the agent is', () => {
    const agentId = 'a'.repeat(20_000);
    const record = recordEvent(defaultAccount, newAgentRecord(agentId), signIn(), instant(0));
    expect(record.agentId).toBe(agentId);
    expect(agentView(defaultAccount, record, instant(0)).agentId).toBe(agentId);
  });

  it('is filled up to its last bytes', () => {
    const day = new Day().at(0, signIn());
    for (let number = 0; number < 200; number++) day.at(1, ended(`${number}-${'é'.repeat(60)}-${'漢'.repeat(20)}`));
    const bytes = bytesOf(day.record);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect(bytes).toBeGreaterThan(LIMIT - 300);
  });

  it('names, choice and author stay', () => {
    const day = new Day().at(0, signIn(), choose('training', { by: { ...ana, name: 'Ana' } }));
    for (let number = 0; number < 100; number++) day.at(1, wide(`${number}`));
    expect(day.record).toMatchObject({ agentId: 'ana', agentName: 'Ana', choice: { statusId: 'training' } });
    expect(day.status).toBe('busy');
  });

  it('the account’s other limits hold on', () => {
    const account = updateSettings(defaultAccount, { acwLimitSeconds: 60 });
    const day = new Day({}, account).at(0, signIn());
    for (const id of ['one', 'two', 'three', 'four', 'five', 'six']) day.at(1, wide(id), ended(id));
    expect(day.sight.deadline).toBe(61);
  });
});
