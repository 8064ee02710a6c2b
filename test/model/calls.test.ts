import { describe, expect, it } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type Call } from '../../src/model/agent.js';
import { isCarriedBy } from '../../src/model/conversation.js';
import { recordEvent } from '../../src/model/record-event.js';
import {
  choose,
  close,
  Day,
  declaredOver,
  dialled,
  died,
  ended,
  held,
  HOUR,
  instant,
  leave,
  renew,
  resumed,
  ringing,
  signIn,
  signOut,
  started,
} from '../support/model.js';

const signedIn = () => new Day().at(0, signIn('a'), signIn('b'));

describe('a call that starts', () => {
  it.each([
    ['inbound, after it rang', [ringing(), started()]],
    ['inbound, at once', [started()]],
    ['outbound', [dialled()]],
  ])('%s, is Busy', (_, events) => {
    expect(signedIn().at(10, ...events).sight).toMatchObject({
      status: 'busy',
      since: 10,
      cause: 'call',
      conversations: ['c:live'],
    });
  });

  it.each(['offline', 'break', 'after-call-work', 'available', 'busy'])(
    'is Busy in %s too: facts win over rules',
    (id) => {
      expect(signedIn().at(5, choose(id)).at(10, started()).sight).toMatchObject({ status: 'busy', cause: 'call' });
    },
  );

  it('is Busy for a signed-out agent, who is Offline after it', () => {
    const day = signedIn().at(10, signOut()).at(20, started());
    expect(day.sight).toMatchObject({ status: 'busy', since: 20, present: false });
    expect(day.at(30, ended()).sight).toMatchObject({ status: 'offline', since: 30, cause: 'sign-out' });
    expect(day.sight.conversations).toEqual(['c:ended']);
  });

  it('again changes nothing at the same instant', () => {
    expect(signedIn().at(10, started()).ignores(started())).toBe(true);
  });

  it('keeps who it is from the first report', () => {
    const day = signedIn().at(10, ringing('c', 'a', { party: { name: 'Bo' } }));
    day.at(20, started('c', 'a', { party: { name: 'Mallory' } }));
    expect(day.view.conversations[0]?.party).toEqual({ name: 'Bo' });
  });

  it.each([
    ['held', held(), 'c:held'],
    ['resumed', resumed(), 'c:live'],
    ['reported again', started(), 'c:live'],
  ])('stays Busy when it is %s', (_, event, conversation) => {
    expect(signedIn().at(10, started()).at(20, event).sight).toMatchObject({
      status: 'busy',
      since: 10,
      conversations: [conversation],
    });
  });

  it('is held where the hold is of the very instant of the start, and not by a hold that is older', () => {
    const day = signedIn().at(20, started('c', 'a', { at: 10 }));
    expect(day.at(20, held('c', 'a', 10)).sight.conversations).toEqual(['c:held']);
    expect(day.at(20, resumed('c', 'a', 15), held('c', 'a', 12)).sight.conversations).toEqual(['c:live']);
  });

  it.each([
    ['null', null],
    ['text', '5'],
    ['before all time', -Infinity],
    ['an object', Object.create(null)],
  ])('is held now where the instant of the hold is none: %s', (_, at) => {
    const event = { ...held(), at } as unknown as AgentEvent;
    expect(signedIn().at(10, started()).at(20, event).sight.conversations).toEqual(['c:held']);
  });

  it('held stays held when it is reported again by another page', () => {
    expect(signedIn().at(10, started(), held()).at(20, started('c', 'b')).sight.conversations).toEqual(['c:held']);
  });

  it.each([
    ['held', held()],
    ['resumed', resumed()],
    ['ended', ended()],
    ['presumed ended', declaredOver()],
  ])('unknown, that is %s, opens no conversation', (_, event) => {
    const day = signedIn().at(10, event);
    expect(day.sight).toMatchObject({ status: 'available', since: 0, conversations: [] });
  });

  it.each([
    ['held', held()],
    ['resumed', resumed()],
  ])('ringing, that is %s, goes on ringing', (_, event) => {
    expect(signedIn().at(10, ringing(), event).sight.conversations).toEqual(['c:ringing']);
  });

  it('ringing late, after it started, goes on', () => {
    const day = signedIn().at(10, started()).at(20);
    expect(day.ignores(ringing('c', 'a', { at: 5 }))).toBe(true);
    expect(day.ignores(ringing('c', 'b'))).toBe(true);
  });

  it('that the same page reports twice is one conversation', () => {
    expect(signedIn().at(10, started(), started()).at(20, started()).sight.conversations).toEqual(['c:live']);
  });
});

describe('several calls', () => {
  it('S075 leave Busy for the main call when the consultation ends', () => {
    const day = signedIn().at(10, started('main')).at(20, held('main'), dialled('consult')).at(30, ended('consult'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 10, conversations: ['main:held', 'consult:ended'] });
    expect(day.at(40, close('consult')).sight).toMatchObject({ status: 'busy', since: 10 });
  });

  it('S077 leave After Call Work for the first when the second ends and is closed', () => {
    const day = signedIn().at(10, started('one')).at(20, ended('one')).at(30, started('two'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 30 });
    day.at(40, ended('two')).at(50, close('two'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 40, conversations: ['one:ended'] });
    expect(day.at(60, close('one')).sight).toMatchObject({ status: 'available', since: 60 });
  });

  it('stay Busy until the last has ended, and After Call Work until the last is closed', () => {
    const day = signedIn().at(10, started('x'), started('y'), started('z'));
    day.at(20, ended('y'), close('y')).at(30, ended('x'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 10, conversations: ['x:ended', 'z:live'] });
    day.at(40, ended('z')).at(50, close('z'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 40 });
    expect(day.at(60, close('x')).sight).toMatchObject({ status: 'available', since: 60, cause: 'sign-in' });
  });

  it('S109 are apart: the end of an earlier call changes nothing about the present one', () => {
    const day = signedIn().at(10, started('one')).at(20, ended('one'), close('one')).at(30, started('two')).at(40);
    expect(day.ignores(ended('one'))).toBe(true);
    expect(day.sight).toMatchObject({ status: 'busy', since: 30, conversations: ['two:live'] });
  });
});

describe('a carrier', () => {
  it('is the page that reported the call as started, held or resumed', () => {
    const day = signedIn().at(10, started('c', 'a')).at(20, held('c', 'b'));
    expect([isCarriedBy(day.record, 'c', 'a'), isCarriedBy(day.record, 'c', 'b')]).toEqual([true, true]);
    expect(day.at(30, died('a')).status).toBe('busy');
    expect(day.at(40, died('b')).sight).toMatchObject({ status: 'offline', since: 40 });
  });

  it('is not who merely reported it ringing, once it has started', () => {
    const day = signedIn().at(10, ringing('c', 'a'), ringing('c', 'b')).at(20, started('c', 'b'));
    expect(isCarriedBy(day.record, 'c', 'a')).toBe(false);
    expect(day.at(30, died('b')).sight).toMatchObject({ status: 'after-call-work', since: 30 });
  });

  it('is `elsewhere` where the fact names none', () => {
    const call: Call = { id: 'c', direction: 'inbound', party: {} };
    const day = signedIn().at(10, { type: 'call-started', call });
    expect(day.at(1000).sight).toMatchObject({ status: 'busy', since: 10, present: false });
  });

  it('whose lease runs out carries no more, and the call has ended then', () => {
    const day = signedIn().at(10, started('c', 'a')).at(100, renew('b'));
    expect(day.sight.deadline).toBe(160);
    expect(day.at(165).sight).toMatchObject({ status: 'after-call-work', since: 160, conversations: ['c:ended'] });
    expect(day.view.conversations[0]).toMatchObject({ endedAt: instant(160) });
  });

  it('that is unknown to the call carries nothing', () => {
    expect(isCarriedBy(signedIn().record, 'c', 'a')).toBe(false);
  });

  it('`elsewhere` stands without any page', () => {
    const day = signedIn().at(10, started('c', 'elsewhere')).at(20, died('a'), died('b'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 10 });
    expect(day.at(11 * HOUR).status).toBe('busy');
  });

  it('is `elsewhere` once, whichever pages hear of it at that moment', () => {
    for (const fact of [ringing, started] as const) {
      const day = signedIn().at(10, fact('c', 'elsewhere')).at(10.5);
      expect(day.ignores(fact('c', 'elsewhere'))).toBe(true);
      expect(day.ignores(fact('c', 'a'))).toBe(false);
      expect(day.at(12).ignores(fact('c', 'elsewhere'))).toBe(false);
    }
    const day = signedIn().at(10, started('c', 'elsewhere')).at(10.5);
    expect(day.ignores(held('c', 'elsewhere'))).toBe(false);
  });

  it('`elsewhere` stands when the page that carried too is gone', () => {
    const day = signedIn().at(10, started('c', 'elsewhere'), started('c', 'a')).at(20, died('a'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 10 });
  });

  it('keeps a ringing call until its lease runs out', () => {
    const day = signedIn().at(5, leave('a')).at(6, signIn('b')).at(10);
    day.record = recordEvent(day.account, day.record, ringing('c', 'a', { at: 5 }), day.now);
    expect(day.at(11, leave('a')).sight.conversations).toEqual(['c:ringing']);
    expect(day.at(21).sight).toMatchObject({ conversations: [], route: 'widget', status: 'available', since: 0 });
  });
});

describe('a call that no page carries', () => {
  it('has ended after twelve hours in which nobody reported it', () => {
    const day = new Day().at(0, started('c', 'elsewhere'));
    expect(day.at(12 * HOUR - 1).status).toBe('busy');
    day.at(12 * HOUR, signIn());
    expect(day.sight).toMatchObject({ status: 'after-call-work', conversations: ['c:ended'] });
  });

  it('goes on for twelve hours from its last report', () => {
    const day = new Day().at(0, started('c', 'elsewhere')).at(8 * HOUR, held('c', 'elsewhere'));
    expect(day.at(13 * HOUR).status).toBe('busy');
    expect(day.sight.deadline).toBe(20 * HOUR);
  });

  it('has ended at once where twelve hours had passed when its last page went', () => {
    const day = new Day().at(0, signIn(), started('c', 'elsewhere'), started('c', 'a'));
    for (let seconds = 0; seconds <= 13 * HOUR; seconds += 120) day.at(seconds, renew());
    expect(day.status).toBe('busy');
    day.at(13 * HOUR + 60, died());
    expect(day.view.conversations[0]).toMatchObject({ state: 'ended', endedAt: day.now });
  });
});

describe('a call fact', () => {
  it('that is taken renews its page’s lease to 150 s after its own instant', () => {
    const day = signedIn().at(100, started('c', 'a', { at: 90 }));
    expect(day.record.leases['a']).toBe(instant(240));
    expect(day.at(130, held('c', 'a', 110)).record.leases['a']).toBe(instant(260));
    expect(day.at(140, ringing('d', 'b', { at: 120 })).record.leases['b']).toBe(instant(270));
  });

  it('never shortens a lease', () => {
    expect(
      signedIn()
        .at(100, renew('a'))
        .at(110, started('c', 'a', { at: 20 })).record.leases['a'],
    ).toBe(instant(250));
  });

  it('that is ignored renews nothing', () => {
    const day = signedIn().at(10, started()).at(20, ended()).at(60);
    for (const event of [started(), held(), resumed(), ringing(), held('unknown'), ended()]) {
      expect(day.ignores(event)).toBe(true);
    }
  });

  it('renews the lease of a signed-out agent’s page, who stays signed out', () => {
    const day = signedIn().at(10, signOut()).at(20, started());
    expect(day.record.leases).toEqual({ a: instant(170) });
    expect(day.at(170).sight).toMatchObject({ status: 'offline', since: 170, cause: 'sign-out' });
  });

  it('gives `elsewhere` no lease', () => {
    expect(new Day().at(0, started('c', 'elsewhere')).record.leases).toEqual({});
  });

  it('is the page’s sign-in where the agent was absent beyond the limit', () => {
    const day = new Day().at(0, signIn(), choose('lunch')).at(20 * HOUR, started('c', 'b'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 20 * HOUR, present: true });
    expect(day.at(20 * HOUR + 10, ended()).sight.status).toBe('after-call-work');
    expect(day.at(20 * HOUR + 20, close()).sight).toMatchObject({ status: 'available', cause: 'sign-in' });
  });

  it('of a signed-out agent’s page is no sign-in, however long the agent was away', () => {
    const day = new Day().at(0, signIn(), signOut()).at(20 * HOUR, started('c', 'b'), ended());
    expect(day.sight).toMatchObject({ status: 'offline', cause: 'sign-out', present: false });
  });

  it('after a shorter absence brings the agent back into the earlier choice', () => {
    const day = new Day()
      .at(0, signIn(), choose('lunch'))
      .at(HOUR, ringing('c', 'b'))
      .at(HOUR + 10, ended('c', 'declined'));
    expect(day.sight).toMatchObject({ status: 'lunch', since: HOUR, present: true });
  });
});

describe('the instant of a call fact', () => {
  it.each([
    ['its own', 40, 40],
    ['now, where it is ahead', 400, 60],
    ['now, where it is none', Number.NaN, 60],
    ['now, where it is no number', '40' as unknown as number, 60],
    ['long ago, for a call that nobody has heard of', 1, 1],
  ])('is %s', (_, at, expected) => {
    const event = { ...started('c', 'elsewhere'), at: typeof at === 'number' ? instant(at) : at } as AgentEvent;
    expect(signedIn().at(60, event).view.conversations[0]?.startedAt).toBe(instant(expected));
  });

  it('is not before the record’s last instant for that call', () => {
    const day = signedIn()
      .at(20, ringing())
      .at(40, started('c', 'a', { at: 10 }));
    expect(day.view.conversations[0]?.startedAt).toBe(instant(20));
    expect(day.at(60, ended('c', 'answered', 5)).view.conversations[0]?.endedAt).toBe(instant(20));
  });

  it('may be older than the last instant of other calls, and than five minutes', () => {
    const day = signedIn().at(1000, started('other', 'elsewhere'), started('c', 'elsewhere', { at: 30 }));
    expect(day.sight.conversations).toEqual(['c:live', 'other:live']);
  });

  it('long ago, by a page that nobody has seen since, is Busy then and has ended since', () => {
    const day = signedIn()
      .at(1000, signIn('b'))
      .at(1010, started('c', 'x', { at: 500 }));
    expect(day.view.conversations[0]).toMatchObject({ state: 'ended', startedAt: instant(500), endedAt: instant(650) });
    expect(day.sight.status).toBe('after-call-work');
  });
});

describe('facts in any order', () => {
  const facts: readonly AgentEvent[] = [
    ringing('c', 'a', { at: 10 }),
    started('c', 'a', { at: 20 }),
    held('c', 'a', 30),
    resumed('c', 'a', 40),
    ended('c', 'answered', 50),
  ];
  const orders = permutationsOf(facts);

  it('never throw, and once the end is reported the call is over', () => {
    for (const order of orders) {
      const day = signedIn().at(60, ...order);
      expect(day.sight.status).toMatch(/available|after-call-work/);
      expect(day.view.conversations.every(({ state }) => state === 'ended')).toBe(true);
    }
    expect(orders).toHaveLength(120);
  });

  it('twice each, never throw and leave the same view', () => {
    for (const order of orders) {
      const day = signedIn().at(60, ...order);
      const { view } = day;
      expect(day.at(60, ...order).view).toEqual(view);
    }
  });

  it('leave the call live where it started and did not end', () => {
    for (const order of permutationsOf(facts.slice(0, 4))) {
      expect(signedIn().at(60, ...order).status).toBe('busy');
    }
  });
});

describe('a call that cannot be one', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'c'],
    ['a number', 5],
    ['a list', ['c']],
    ['no id', { direction: 'inbound', party: {} }],
    ['an empty id', { id: '', direction: 'inbound', party: {} }],
    ['an id that is no text', { id: 7, direction: 'inbound', party: {} }],
  ])('is ignored: %s', (_, call) => {
    const day = signedIn().at(10);
    for (const type of ['call-ringing', 'call-started'] as const) {
      expect(day.ignores({ type, call } as AgentEvent)).toBe(true);
    }
    for (const type of ['call-held', 'call-resumed', 'call-ended', 'call-presumed-ended', 'close'] as const) {
      expect(day.ignores({ type, callId: (call as { id?: unknown } | undefined)?.id } as AgentEvent)).toBe(true);
    }
  });

  it.each([
    ['direction', { id: 'c', direction: 'sideways', party: {} }, { direction: 'inbound', party: {} }],
    ['party', { id: 'c', direction: 'outbound' }, { direction: 'outbound', party: {} }],
    ['null as its party', { id: 'c', direction: 'inbound', party: null }, { party: {} }],
    ['numbers for names', { id: 'c', direction: 'inbound', party: { name: 5, number: 6 } }, { party: {} }],
  ])('is taken as far as it can be, with a strange %s', (_, call, expected) => {
    const record = recordEvent(
      defaultAccount,
      newAgentRecord('ana'),
      { type: 'call-started', call } as AgentEvent,
      instant(0),
    );
    expect(record.calls[0]).toMatchObject(expected);
  });

  it.each(['', 5, null, {}])('is taken as carried elsewhere where the carrier is %j', (carrier) => {
    const day = signedIn().at(10, { ...started('c'), carrier } as unknown as AgentEvent);
    expect(day.at(1000).status).toBe('busy');
  });

  it('keeps nothing but id, direction, name and number', () => {
    const call = { id: 'c', direction: 'inbound', party: { name: 'Bo', notes: 'secret' }, notes: 'secret' };
    const day = signedIn().at(10, { type: 'call-started', call } as AgentEvent);
    expect(JSON.stringify(day.record)).not.toContain('secret');
  });
});

function permutationsOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutationsOf([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
