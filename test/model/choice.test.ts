import { describe, expect, it } from 'vitest';
import { updateStatus } from '../../src/model/account.js';
import type { AgentEvent } from '../../src/model/agent.js';
import {
  ana,
  choose,
  close,
  Day,
  ended,
  forward,
  NUMBER,
  renew,
  ringing,
  signIn,
  signOut,
  started,
  sue,
  withdraw,
} from '../support/model.js';

const OTHER_NUMBER = '+33612345678';
const inCall = () => new Day().at(0, signIn(), choose('break')).at(10, started());
const inAfterCallWork = () => inCall().at(20, ended());

describe('choosing a status', () => {
  it('S017 again, while it stands, changes nothing at all', () => {
    const day = new Day().at(0, signIn(), choose('available')).at(60);
    expect(day.ignores(choose('available'))).toBe(true);
    expect(day.sight.since).toBe(0);
  });

  it('again, by anyone, changes neither author nor time', () => {
    const day = new Day().at(0, signIn(), choose('break')).at(60, choose('break', { by: sue }));
    expect(day.sight).toMatchObject({ status: 'break', since: 0, cause: 'agent', by: 'ana' });
  });

  it('again sets the count of missed calls to 0 and changes nothing else', () => {
    const day = new Day({ missedCallLimit: 2 }).at(0, signIn(), ringing()).at(10, ended('c', 'missed'));
    day.at(20, choose('available')).at(30, ringing('d')).at(40, ended('d', 'missed'));
    expect(day.sight).toMatchObject({ status: 'available', since: 0, cause: 'sign-in' });
  });

  it.each(['busy', 'after-call-work', 'offline'])('%s by hand is an ordinary choice', (id) => {
    const day = new Day().at(0, signIn()).at(5, choose(id));
    expect(day.sight).toMatchObject({ status: id, since: 5, cause: 'agent', by: 'ana', conversations: [] });
    expect(day.at(9, choose('available')).status).toBe('available');
  });

  it('Busy by hand stays after a call that was Busy too', () => {
    const day = new Day().at(0, signIn(), choose('busy')).at(10, started()).at(20, ended()).at(30, close());
    expect(day.sight).toMatchObject({ status: 'busy', cause: 'agent', since: 30 });
  });

  it.each([
    ['unknown', 'custom-9'],
    ['of no name', ''],
    ['named like a property of objects', '__proto__'],
    ['not switched on', 'forward-to-phone'],
    ['no text', 5 as unknown as string],
  ])('that is %s is refused', (_, id) => {
    expect(new Day().at(0, signIn()).refusal(choose(id, { forwardTo: NUMBER }))).toBe('invalid-status');
  });

  it('that is disabled is refused, in the list as in a call', () => {
    const day = inCall();
    day.account = updateStatus(day.account, 'lunch', { enabled: false });
    expect(day.refusal(choose('lunch'))).toBe('invalid-status');
  });

  it('does not touch a lease', () => {
    const day = new Day().at(0, signIn());
    const { leases } = day.record;
    day.at(100, choose('break', { page: 'a' }));
    expect(day.record.leases).toEqual(leases);
    expect(day.at(150).status).toBe('offline');
  });

  it('for an absent agent is what comes back with the agent', () => {
    const day = new Day().at(0, signIn()).at(200, choose('training', { by: sue }));
    expect(day.sight).toMatchObject({ status: 'offline', cause: 'lease' });
    expect(day.at(300, signIn('b')).sight).toMatchObject({
      status: 'training',
      cause: 'supervisor',
      by: 'sue',
      since: 300,
    });
  });

  it('carries the instant of the click', () => {
    expect(new Day().at(0, signIn()).at(100, choose('break', { at: 60 })).sight).toMatchObject({
      status: 'break',
      since: 60,
    });
  });

  it.each([
    ['ahead of the clock counts as now', 500, 400],
    ['more than five minutes back counts as five minutes back', 10, 100],
    ['five minutes back is believed', 100, 100],
  ])('at an instant %s', (_, at, since) => {
    const day = new Day().at(0, signIn()).at(140, renew()).at(280, renew());
    expect(day.at(400, choose('break', { at })).sight.since).toBe(since);
  });

  it('older than what is stored is dropped, and its author is told', () => {
    const day = new Day()
      .at(0, signIn())
      .at(60, choose('break', { by: sue }))
      .at(70);
    expect(day.refusal(choose('lunch', { at: 50 }))).toBe('outdated');
    expect(day.refusal(choose('lunch', { at: 60 }))).toBeUndefined();
    expect(day.status).toBe('break');
  });

  it('older than a withdrawal, a next choice or a sign-out is dropped too', () => {
    const withdrawn = inCall().at(20, choose('lunch')).at(30, withdraw()).at(40);
    expect(withdrawn.refusal(choose('lunch', { at: 25 }))).toBe('outdated');
    const waiting = inCall().at(20, choose('lunch')).at(40);
    expect(waiting.refusal(choose('meeting', { at: 15 }))).toBe('outdated');
    const gone = new Day().at(0, signIn()).at(60, signOut()).at(70);
    expect(gone.refusal(choose('lunch', { at: 50, page: 'a' }))).toBe('outdated');
  });
});

describe('Forward to Phone as a choice', () => {
  const day = () => new Day({ forwardToPhone: true }).at(0, signIn());

  it.each(['+1234567', '+123456789012345', NUMBER])('takes the number %s', (forwardTo) => {
    expect(day().at(1, forward({ forwardTo })).sight.route).toBe(forwardTo);
  });

  it.each([
    undefined,
    '',
    '4915112345678',
    '+0151234567',
    '+123456',
    '+1234567890123456',
    '+49 151 1234567',
    '+49151abc4567',
    '+4915112345678\n',
    '+１２３４５６７８',
    5 as unknown as string,
  ])('refuses the number %j', (forwardTo) => {
    const event = { type: 'choose', statusId: 'forward-to-phone', by: ana, forwardTo } as AgentEvent;
    expect(day().refusal(event)).toBe('invalid-number');
  });

  it('with another number is another choice, with the same one it is none', () => {
    const chosen = day().at(10, forward()).at(20);
    expect(chosen.ignores(forward())).toBe(true);
    expect(chosen.at(30, forward({ forwardTo: OTHER_NUMBER })).sight).toMatchObject({ route: OTHER_NUMBER, since: 10 });
  });

  it('is accepted from anyone: it is the server that refuses a supervisor’s number', () => {
    expect(day().at(10, forward({ by: sue })).sight).toMatchObject({ cause: 'supervisor', by: 'sue', route: NUMBER });
  });

  it('keeps no number with any other status', () => {
    const other = day().at(10, forward(), choose('available', { forwardTo: NUMBER }));
    expect(JSON.stringify(other.record)).not.toContain(NUMBER);
  });
});

describe('choosing during a call and in After Call Work', () => {
  it('S083 in Busy leaves Busy and makes it next', () => {
    const day = inCall().at(15, choose('lunch'));
    expect(day.sight).toMatchObject({ status: 'busy', since: 10, next: 'lunch', conversations: ['c:live'] });
    expect(day.view.next).toMatchObject({ by: ana, at: day.now, status: { name: 'Lunch' } });
  });

  it('S103 shows the next one after the call, and not before', () => {
    const day = inCall().at(15, choose('lunch')).at(20, ended());
    expect(day.sight).toMatchObject({ status: 'after-call-work', next: 'lunch' });
    expect(day.at(30, close()).sight).toMatchObject({ status: 'lunch', since: 30, next: undefined, cause: 'agent' });
  });

  it('S065 in After Call Work makes it next: status, route and record agree', () => {
    const day = inAfterCallWork().at(25, choose('lunch'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', next: 'lunch', route: null });
    expect(day.record).toMatchObject({ choice: { statusId: 'break' }, next: { statusId: 'lunch' } });
    expect(day.record.shown).toMatchObject({ statusId: 'after-call-work' });
    day.at(30, close());
    expect(day.sight).toMatchObject({ status: 'lunch', next: undefined, route: null });
    expect(day.record).toMatchObject({ choice: { statusId: 'lunch' }, next: null, shown: { statusId: 'lunch' } });
  });

  it('S085 withdrawn, leaves nothing waiting', () => {
    const day = inCall().at(15, choose('lunch')).at(16, withdraw());
    expect(day.sight).toMatchObject({ status: 'busy', next: undefined });
    expect(day.at(20, ended()).at(30, close()).status).toBe('break');
  });

  it('S087 again replaces what waits', () => {
    const day = inCall().at(15, choose('lunch')).at(17, choose('meeting'));
    expect(day.sight).toMatchObject({ next: 'meeting', status: 'busy' });
    expect(day.view.next?.at).toBe(day.now);
  });

  it('S089 in After Call Work replaces an Offline that waits', () => {
    const day = new Day().at(0, signIn()).at(5, choose('break')).at(10, started()).at(12, choose('offline'));
    day.at(20, ended()).at(25, choose('available')).at(30, close());
    expect(day.sight).toMatchObject({ status: 'available', route: 'widget', next: undefined });
  });

  it('the status one had before the call leaves nothing waiting', () => {
    const day = inAfterCallWork().at(21, choose('lunch')).at(22, choose('break'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', next: undefined });
    expect(day.at(30, close()).sight).toMatchObject({ status: 'break', cause: 'agent' });
  });

  it('the status one had before the call, with nothing waiting, changes nothing', () => {
    expect(inCall().at(15).ignores(choose('break'))).toBe(true);
  });

  it('what waits already changes nothing, whoever chooses it', () => {
    const day = inCall().at(15, choose('lunch')).at(18);
    expect(day.ignores(choose('lunch', { by: sue }))).toBe(true);
  });

  it('Forward to Phone waits with its number; another number replaces it; the number of before leaves nothing', () => {
    const day = new Day({ forwardToPhone: true }).at(0, signIn(), forward()).at(10, started());
    expect(day.at(11, forward({ forwardTo: OTHER_NUMBER })).view.next?.forwardTo).toBe(OTHER_NUMBER);
    expect(day.at(12, forward({ forwardTo: '+15551234567' })).view.next?.forwardTo).toBe('+15551234567');
    expect(day.at(13, forward()).view.next).toBeUndefined();
  });

  it('by a supervisor waits all the same, and is the supervisor’s', () => {
    const day = inCall().at(15, choose('training', { by: sue }));
    expect(day.view.next).toMatchObject({ by: sue, status: { id: 'training' } });
    expect(day.at(20, ended()).at(30, close()).sight).toMatchObject({
      status: 'training',
      cause: 'supervisor',
      by: 'sue',
    });
  });

  it('while the phone only rings takes effect at once', () => {
    expect(new Day().at(0, signIn(), ringing()).at(5, choose('lunch')).sight).toMatchObject({
      status: 'lunch',
      since: 5,
      next: undefined,
    });
  });

  it('comes into force only with the last conversation', () => {
    const day = inCall().at(11, started('d')).at(12, choose('lunch')).at(20, ended(), ended('d'));
    expect(day.at(30, close()).sight).toMatchObject({ status: 'after-call-work', next: 'lunch' });
    expect(day.at(40, close('d')).sight).toMatchObject({ status: 'lunch', since: 40 });
  });

  it('comes into force though the status was disabled meanwhile', () => {
    const day = inCall().at(15, choose('lunch'));
    day.account = updateStatus(day.account, 'lunch', { enabled: false });
    expect(day.at(20, ended()).at(30, close()).view.status).toMatchObject({ id: 'lunch', name: 'Lunch' });
  });
});

describe('withdrawing', () => {
  it.each([
    ['the agent what the agent chose', ana, ana],
    ['the agent what a supervisor chose', sue, ana],
    ['a supervisor what the agent chose', ana, sue],
  ])('is open to %s', (_, author, other) => {
    const day = inCall()
      .at(15, choose('lunch', { by: author }))
      .at(16, withdraw(other));
    expect(day.view.next).toBeUndefined();
  });

  it('by a supervisor is remembered with its author, also where the supervisor chooses what stands', () => {
    const waiting = (): Day => inCall().at(15, choose('lunch'));
    const by = { id: 'sue' };
    expect(waiting().at(16, withdraw(sue)).record).toMatchObject({ withdrawn: { by } });
    expect(waiting().at(16, choose('break', { by: sue })).record.withdrawn).toMatchObject({ by });
    expect(waiting().at(16, withdraw()).record.withdrawn).toBeUndefined();
  });

  it('changes nothing where nothing waits, in a call or out of one', () => {
    expect(inCall().at(15).ignores(withdraw())).toBe(true);
    expect(new Day().at(0, signIn()).at(5).ignores(withdraw())).toBe(true);
  });

  it('older than what waits is dropped, and its author is told', () => {
    const day = inCall().at(15, choose('lunch')).at(30, choose('meeting')).at(40);
    expect(day.refusal(withdraw(ana, 20))).toBe('outdated');
    expect(day.refusal(withdraw(ana, 30))).toBeUndefined();
  });
});

describe('after a call', () => {
  it.each(['available', 'break', 'lunch', 'offline', 'training'])('%s comes back, by whom and why as before', (id) => {
    const day = new Day()
      .at(0, signIn(), choose(id, { by: sue }))
      .at(10, started())
      .at(20, ended())
      .at(30, close());
    expect(day.view).toMatchObject({ status: { id } });
    expect(day.sight.since).toBe(30);
    expect(day.record.choice?.statusId).toBe(id);
  });

  it('S101 a custom status comes back with its name and emoji', () => {
    const day = new Day().at(0, signIn());
    day.account = updateStatus(day.account, 'training', { name: 'Focusing', emoji: '🎯' });
    day.at(5, choose('training')).at(10, started()).at(20, ended()).at(30, close());
    expect(day.view.status).toMatchObject({ name: 'Focusing', emoji: '🎯' });
  });

  it('S053 that the agent dialled in Break and nobody answered, Break comes back, not Available', () => {
    const day = new Day({ callsNeedTakesCalls: false }).at(0, signIn(), choose('break'));
    day
      .at(10, started('out', 'a', { direction: 'outbound' }))
      .at(20, ended('out', 'failed'))
      .at(30, close('out'));
    expect(day.sight).toMatchObject({ status: 'break', since: 30, cause: 'agent' });
  });

  it('Forward to Phone stays Forward to Phone, with its number', () => {
    const day = new Day({ forwardToPhone: true }).at(0, signIn(), forward()).at(10, started()).at(20, ended());
    expect(day.at(30, close()).sight).toMatchObject({ status: 'forward-to-phone', route: NUMBER });
  });
});
