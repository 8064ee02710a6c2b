import { describe, expect, it } from 'vitest';
import type { AgentEvent, AgentRecord } from '../../src/model/agent.js';
import { departPage } from '../../src/model/past.js';
import { keepPresent, LEASE_MS, LEAVE_IN_CALL_MS, LEAVE_MS, RENEW_MS } from '../../src/model/presence.js';
import { agentView } from '../../src/model/view.js';
import {
  choose,
  close,
  Day,
  died,
  ended,
  held,
  HOUR,
  instant,
  leave,
  renew,
  ringing,
  signIn,
  signOut,
  sightOf,
  started,
  sue,
} from '../support/model.js';

const MEANINGLESS: readonly AgentEvent[] = [
  signIn(''),
  renew(''),
  leave(''),
  died(''),
  signIn(7 as unknown as string),
  renew(null as unknown as string),
  leave({} as unknown as string),
  died([] as unknown as string),
];

describe('a lease', () => {
  it('lasts 150 s, is renewed every 45 s, and is shortened to 10 s, or 60 s in a call', () => {
    expect([LEASE_MS, RENEW_MS, LEAVE_MS, LEAVE_IN_CALL_MS]).toEqual([150_000, 45_000, 10_000, 60_000]);
  });

  it('of a page that signs in runs 150 s from then', () => {
    const day = new Day().at(10, signIn());
    expect(day.record.leases).toEqual({ a: instant(160) });
    expect(day.at(159.999).status).toBe('available');
    expect(day.at(160).sight).toMatchObject({ status: 'offline', since: 160, cause: 'lease', present: false });
  });

  it('is extended by a renewal', () => {
    const day = new Day().at(0, signIn()).at(45, renew());
    expect(day.record.leases).toEqual({ a: instant(195) });
  });

  it('renewed at the instant at which it was taken changes nothing', () => {
    const day = new Day().at(0, signIn());
    expect(day.ignores(renew())).toBe(true);
    expect(day.ignores(signIn())).toBe(true);
  });

  it('of a page whose timers run once a minute never runs out', () => {
    const day = new Day().at(0, signIn());
    for (let minute = 1; minute <= 60; minute++) {
      expect(day.at(minute * 60).status).toBe('available');
      day.at(minute * 60, renew());
    }
    expect(day.sight.since).toBe(0);
  });

  it('is gone from the record at the next event after it ran out', () => {
    expect(new Day().at(0, signIn('a')).at(200, signIn('b')).record.leases).toEqual({ b: instant(350) });
  });

  it('is never taken, shortened or ended for a page without a name', () => {
    const day = new Day().at(0, signIn()).at(10);
    for (const event of MEANINGLESS) expect(day.ignores(event)).toBe(true);
  });

  it.each(['__proto__', 'constructor', 'toString', '0', 'a b/*😀'])('can be held by a page named %s', (page) => {
    const day = new Day().at(0, signIn(page));
    expect(day.sight).toMatchObject({ status: 'available', deadline: 150 });
    expect(day.at(20, leave(page)).sight.deadline).toBe(30);
    expect(day.at(25, died(page)).sight).toMatchObject({ status: 'offline', since: 25 });
  });
});

describe('several pages', () => {
  it('keep the agent present as long as one of them is open', () => {
    const day = new Day().at(0, signIn('a'), signIn('b')).at(20, leave('a')).at(40, renew('b'));
    expect(day.at(100).sight).toMatchObject({ status: 'available', since: 0, present: true });
    expect(day.at(190).sight).toMatchObject({ status: 'offline', since: 190 });
  });

  it('S207 of which one fell silent: that one is dropped, the others keep the agent there', () => {
    const day = new Day().at(0, signIn('silent'), signIn('b')).at(140, renew('b')).at(160, renew('b'));
    expect(Object.keys(day.record.leases)).toEqual(['b']);
    expect(day.sight).toMatchObject({ status: 'available', since: 0 });
  });
});

describe('a sign-in', () => {
  it('for the first time chooses what the account says, by the agent', () => {
    const day = new Day({ signInStatus: 'meeting' }).at(5, signIn());
    expect(day.sight).toMatchObject({ status: 'meeting', since: 5, cause: 'sign-in', by: 'ana', present: true });
  });

  it('of a second page changes no status', () => {
    expect(new Day().at(0, signIn(), choose('break')).at(60, signIn('b')).sight).toMatchObject({
      status: 'break',
      since: 0,
    });
  });

  it('after a shorter absence restores the earlier choice, its author and what waits', () => {
    const day = new Day().at(0, signIn(), choose('lunch', { by: sue }), started(), choose('training'), ended());
    day.at(7 * HOUR, signIn('b'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 7 * HOUR, next: 'training' });
    const plain = new Day().at(0, signIn(), choose('lunch', { by: sue })).at(7 * HOUR, signIn('b'));
    expect(plain.sight).toMatchObject({ status: 'lunch', since: 7 * HOUR, cause: 'supervisor', by: 'sue' });
  });

  it.each([
    ['a sign-out', signOut()],
    ['a supervisor’s sign-out', signOut({ by: sue })],
  ])('after %s is the first again', (_, event) => {
    const day = new Day().at(0, signIn(), choose('lunch'), event).at(60, signIn());
    expect(day.sight).toMatchObject({ status: 'available', since: 60, cause: 'sign-in' });
  });

  it('after absence beyond the limit is the first again', () => {
    const day = new Day().at(0, signIn(), choose('lunch')).at(150 + 8 * HOUR, signIn('b'));
    expect(day.sight).toMatchObject({ status: 'available', cause: 'sign-in' });
  });

  it('by a renewal, where nobody was present any more, restores or begins as a sign-in does', () => {
    const day = new Day().at(0, signIn(), choose('lunch'));
    expect(day.at(HOUR, renew()).sight).toMatchObject({ status: 'lunch', since: HOUR });
    expect(day.at(20 * HOUR, renew()).sight).toMatchObject({ status: 'available', since: 20 * HOUR, cause: 'sign-in' });
    expect(new Day().at(3, renew()).sight).toMatchObject({ status: 'available', since: 3, cause: 'sign-in' });
  });

  it('is not made by a renewal after sign-out', () => {
    const day = new Day().at(0, signIn(), signOut()).at(10);
    expect(day.ignores(renew())).toBe(true);
    expect(day.ignores(renew('b'))).toBe(true);
  });

  it('is made by the agent’s choice from an open page after sign-out', () => {
    const day = new Day().at(0, signIn(), signOut()).at(30, choose('lunch', { page: 'a' }));
    expect(day.sight).toMatchObject({ status: 'lunch', since: 30, cause: 'agent', present: true });
    expect(day.record.leases).toEqual({ a: instant(180) });
  });

  it('is made by such a choice in After Call Work, too, and the choice waits', () => {
    const day = new Day().at(0, signIn(), started(), ended(), signOut()).at(30, choose('lunch', { page: 'b' }));
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 30, next: 'lunch', present: true });
    expect(day.at(40, close()).sight).toMatchObject({ status: 'lunch', cause: 'agent' });
  });

  it('is not made by a choice without a page, nor by a supervisor’s', () => {
    const day = new Day().at(0, signIn(), signOut()).at(30, choose('lunch'));
    expect(day.sight).toMatchObject({ status: 'offline', since: 0, cause: 'sign-out', present: false });
    day.at(40, choose('break', { by: sue, page: 'a' }));
    expect(day.sight).toMatchObject({ status: 'offline', present: false });
  });

  it('in After Call Work after a sign-out shows After Call Work, and then what the account says', () => {
    const day = new Day().at(0, signIn(), choose('lunch'), started(), ended(), signOut()).at(60, signIn());
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 60, conversations: ['c:ended'] });
    expect(day.at(70, close()).sight).toMatchObject({ status: 'available', cause: 'sign-in' });
  });
});

describe('leaving a page', () => {
  it('shows no Offline for 10 s, so that a reload shows none', () => {
    const day = new Day().at(0, signIn('a'), choose('break')).at(60, leave('a')).at(63, signIn('a2'));
    expect(day.at(80).sight).toMatchObject({ status: 'break', since: 0 });
  });

  it('shows Offline 10 s after the last one', () => {
    const day = new Day().at(0, signIn()).at(60, leave());
    expect(day.sight.deadline).toBe(70);
    expect(day.at(70).sight).toMatchObject({ status: 'offline', since: 70, cause: 'lease' });
  });

  it.each([
    ['live', [started()]],
    ['held', [started(), held()]],
  ])('that carries a %s call leaves 60 s', (_, events) => {
    expect(new Day().at(0, signIn(), ...events, leave()).record.leases).toEqual({ a: instant(60) });
  });

  it.each([
    ['a ringing call', [ringing()]],
    ['a call that has ended', [started(), ended()]],
    ['a call that another page carries', [signIn('b'), started('c', 'b')]],
    ['a call on the desk phone', [started('c', 'elsewhere')]],
    ['a call that it merely reported ringing', [ringing(), signIn('b'), started('c', 'b')]],
  ])('with %s leaves 10 s', (_, events) => {
    expect(new Day().at(0, signIn(), ...events, leave()).record.leases['a']).toBe(instant(10));
  });

  it('twice is once, and it lengthens nothing', () => {
    const day = new Day().at(0, signIn(), leave()).at(5);
    expect(day.ignores(leave())).toBe(true);
    expect(new Day().at(0, signIn()).at(145, leave()).record.leases).toEqual({ a: instant(150) });
  });

  it('counts from the instant of the departure', () => {
    expect(new Day().at(0, signIn()).at(60, leave('a', 52)).sight.deadline).toBe(62);
    expect(new Day().at(0, signIn()).at(60, leave('a', 20)).sight).toMatchObject({ status: 'offline', since: 30 });
  });

  it('longer ago than a lease lasts touches no lease that is live', () => {
    const day = new Day().at(0, signIn()).at(140, renew()).at(280, renew()).at(400);
    for (const at of [0, 60, 110, 279]) expect(day.ignores(leave('a', at))).toBe(true);
    expect(day.at(400, leave('a', 290)).sight).toMatchObject({ status: 'offline', since: 300 });
  });

  it('does not touch a lease that was renewed after the departure', () => {
    const day = new Day().at(0, signIn()).at(60, renew()).at(70);
    expect(day.ignores(leave('a', 50))).toBe(true);
  });

  it('means nothing for a page that holds no lease', () => {
    const day = new Day().at(0, signIn());
    expect(day.ignores(leave('b'))).toBe(true);
    expect(day.ignores(died('b'))).toBe(true);
    expect(new Day().ignores(leave())).toBe(true);
  });

  it('is told to stores by the same rule: the record with the lease shortened, or the very same', () => {
    const { record } = new Day().at(0, signIn());
    const departed = (page: string, at: number): AgentRecord => departPage(record, page, instant(at), instant(at));
    expect(departed('a', 20).leases).toEqual({ a: instant(30) });
    expect(departed('b', 20)).toBe(record);
    expect(departed('a', -200)).toBe(record);
    expect(departed('__proto__', 20)).toBe(record);
  });
});

describe('the death of a page', () => {
  it('ends its lease at once', () => {
    expect(new Day().at(0, signIn()).at(30, died()).sight).toMatchObject({ status: 'offline', since: 30 });
  });

  it('ends the calls that it alone carried, and leaves their conversations', () => {
    const day = new Day().at(0, signIn('a'), signIn('b'), started('c', 'a')).at(30, died('a'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 30, conversations: ['c:ended'] });
  });

  it('leaves the calls that something else carries too', () => {
    const day = new Day().at(0, signIn('a'), signIn('b'), started('c', 'a'), started('c', 'b')).at(30, died('a'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 0 });
    expect(day.at(31, died('b')).sight).toMatchObject({ status: 'offline', conversations: ['c:ended'] });
  });
});

describe('a running page', () => {
  const seenFrom = (day: Day, page: string) =>
    sightOf(agentView(day.account, keepPresent(day.record, page, day.now), day.now));

  it('counts its own lease as live in its own view, for others it has run out', () => {
    const day = new Day().at(0, signIn(), choose('break')).at(HOUR);
    expect(seenFrom(day, 'a')).toMatchObject({ status: 'break', since: 0, present: true });
    expect(day.sight).toMatchObject({ status: 'offline', since: 150 });
  });

  it('goes on carrying its calls in its own view', () => {
    const day = new Day().at(0, signIn(), started()).at(HOUR);
    expect(seenFrom(day, 'a')).toMatchObject({ status: 'busy', since: 0 });
  });

  it('sees what everyone sees while its lease is live, after sign-out, and where it never signed in', () => {
    const day = new Day().at(0, signIn()).at(60);
    expect(keepPresent(day.record, 'a', day.now)).toBe(day.record);
    expect(keepPresent(day.record, 'b', day.now)).toBe(day.record);
    day.at(70, signOut(), ringing('c', 'a')).at(400);
    expect(keepPresent(day.record, 'a', day.now)).toBe(day.record);
    expect(seenFrom(day, 'a').status).toBe('offline');
  });

  it('sees After Call Work come back when it closes its conversation without the store', () => {
    const day = new Day().at(0, signIn(), started(), ended()).at(200);
    expect(seenFrom(day, 'a')).toMatchObject({ status: 'after-call-work', since: 0 });
    day.record = keepPresent(day.record, 'a', day.now);
    expect(day.at(200, close()).sight).toMatchObject({ status: 'available', since: 200 });
  });
});

describe('time', () => {
  it('before the record’s last instant counts as that instant', () => {
    const day = new Day().at(100, signIn()).at(40);
    expect(day.sight).toMatchObject({ status: 'available', since: 100 });
    day.at(40, choose('break'));
    expect(day.sight).toMatchObject({ status: 'break', since: 100 });
    expect(day.record.at).toBe(instant(100));
  });

  it('is written down by the next event, whatever it is', () => {
    const day = new Day().at(0, signIn('a'), signIn('b')).at(140, renew('b')).at(200, choose('break'));
    expect(day.record.leases).toEqual({ b: instant(290) });
  });
});
