import { describe, expect, it } from 'vitest';
import { addStatus, defaultAccount, updateStatus } from '../../src/model/account.js';
import { newAgentRecord } from '../../src/model/agent.js';
import { agentView, callRoute } from '../../src/model/view.js';
import {
  ana,
  choose,
  close,
  Day,
  died,
  ended,
  forward,
  held,
  HOUR,
  instant,
  leave,
  NUMBER,
  renew,
  resumed,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

describe('the status shown', () => {
  it('is Offline since 0 for an agent who never signed in', () => {
    const { status, since, cause, present, takesCalls, route, conversations, deadline, agentId, agentName } = new Day()
      .view;
    expect({ status: status.id, since, cause, present, takesCalls, route, conversations, deadline }).toEqual({
      status: 'offline',
      since: 0,
      cause: 'lease',
      present: false,
      takesCalls: false,
      route: null,
      conversations: [],
      deadline: undefined,
    });
    expect({ agentId, agentName }).toEqual({ agentId: 'ana', agentName: 'Ana' });
  });

  it('is Busy while a call is live, whatever else holds', () => {
    const day = new Day().at(0, signIn(), started('c', 'elsewhere')).at(20, died());
    expect(day.sight).toMatchObject({ status: 'busy', since: 0, cause: 'call', by: undefined, present: false });
  });

  it('is Offline where nobody is present, even with an open conversation', () => {
    const day = new Day().at(0, signIn(), started(), ended()).at(30, died());
    expect(day.sight).toMatchObject({ status: 'offline', since: 30, cause: 'lease', conversations: ['c:ended'] });
  });

  it('is Offline by whom the agent was signed out', () => {
    const day = new Day().at(0, signIn()).at(60, signOut({ by: sue }));
    expect(day.sight).toMatchObject({ status: 'offline', since: 60, cause: 'sign-out', by: 'sue' });
    expect(day.view.by).toEqual(sue);
  });

  it('is After Call Work with an open conversation of which none is live', () => {
    const day = new Day().at(0, signIn(), started()).at(45, ended());
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 45, cause: 'call', by: undefined });
  });

  it.each([
    ['sign-in', 'available', signIn(), 'ana'],
    ['agent', 'lunch', choose('lunch'), 'ana'],
    ['supervisor', 'training', choose('training', { by: sue }), 'sue'],
  ] as const)('is otherwise the choice, cause %s', (...[cause, status, event, by]) => {
    expect(new Day().at(0, signIn(), event).sight).toMatchObject({ status, cause, by, present: true });
  });

  it('is the choice of the rule of missed calls', () => {
    const day = new Day({ missedCallLimit: 1 }).at(0, signIn(), ringing()).at(20, ended('c', 'missed'));
    expect(day.sight).toMatchObject({ status: 'break', since: 20, cause: 'missed-calls' });
    expect(day.view.by?.role).toBe('system');
  });

  it('is shown as it is written where the account does not know it, and takes no calls', () => {
    const hotline = addStatus(defaultAccount, { name: 'Hotline', emoji: '🎧', takesCalls: true });
    const day = new Day({}, hotline).at(0, signIn(), choose('custom-1'));
    expect(day.sight).toMatchObject({ takesCalls: true, route: 'widget' });
    day.account = defaultAccount;
    expect(day.view.status).toMatchObject({ id: 'custom-1', name: 'custom-1' });
    expect(day.sight).toMatchObject({ takesCalls: false, route: null });
  });

  it('stays a status that is disabled until the agent chooses another, and is named still', () => {
    const day = new Day().at(0, signIn(), choose('lunch'));
    day.account = updateStatus(day.account, 'lunch', { enabled: false });
    expect(day.view.status).toMatchObject({ id: 'lunch', name: 'Lunch', enabled: false });
    day.at(60, choose('available')).at(120);
    expect(day.refusal(choose('lunch'))).toBe('invalid-status');
  });

  it('S029 is exactly the one chosen last', () => {
    const day = new Day().at(0, signIn(), choose('offline'));
    expect(day.at(10, choose('available')).sight).toMatchObject({ status: 'available', since: 10 });
    expect(day.at(20, choose('offline')).sight).toMatchObject({ status: 'offline', since: 20, cause: 'agent' });
  });

  it('may be Offline by choice while the agent is present', () => {
    const day = new Day().at(0, signIn()).at(10, choose('offline'));
    expect(day.sight).toMatchObject({ status: 'offline', cause: 'agent', by: 'ana', present: true, route: null });
  });
});

describe('`since`', () => {
  it('is the instant at which the status last changed, not the last event', () => {
    const day = new Day().at(0, signIn()).at(40, renew()).at(80, renew(), signIn('b')).at(120, renew());
    expect(day.sight.since).toBe(0);
  });

  it('is the instant at which time changed it, though nobody has written it down', () => {
    const day = new Day().at(0, signIn(), leave());
    expect(day.at(5000).sight).toMatchObject({ status: 'offline', since: 10 });
    expect(day.record.leases).toEqual({ a: instant(10) });
  });

  it('is the instant at which time changed it after the next event has written it down', () => {
    const day = new Day().at(0, signIn(), leave()).at(5000, choose('break'));
    expect(day.sight).toMatchObject({ status: 'offline', since: 10 });
  });

  it('S081 does not restart while the call is held and resumed', () => {
    const day = new Day().at(0, signIn(), started());
    expect(day.at(20, held()).sight).toMatchObject({ status: 'busy', since: 0, conversations: ['c:held'] });
    expect(day.at(40, resumed()).sight).toMatchObject({ status: 'busy', since: 0, conversations: ['c:live'] });
  });

  it('S167 counts from the instant of the click, and of the call, not from when they became known', () => {
    const day = new Day().at(0, signIn()).at(60, choose('break', { at: 50 }));
    expect(day.sight).toMatchObject({ status: 'break', since: 50 });
    expect(day.at(100, started('c', 'a', { at: 80 })).sight).toMatchObject({ status: 'busy', since: 80 });
    expect(day.at(130, ended('c', 'answered', 120)).sight).toMatchObject({ status: 'after-call-work', since: 120 });
  });

  it('never goes back behind the change before', () => {
    const day = new Day()
      .at(0, signIn())
      .at(60, choose('break'))
      .at(100, started('c', 'a', { at: 30 }));
    expect(day.sight).toMatchObject({ status: 'busy', since: 60 });
    expect(day.view.conversations[0]?.startedAt).toBe(instant(30));
  });

  it('goes on when one cause gives way to another and the status stays', () => {
    const day = new Day().at(0, signIn()).at(10, choose('offline')).at(20, signOut());
    expect(day.sight).toMatchObject({ status: 'offline', since: 10, cause: 'sign-out' });
    const away = new Day().at(0, signIn()).at(10, choose('offline'));
    expect(away.at(HOUR).sight).toMatchObject({ status: 'offline', since: 10, cause: 'lease' });
  });
});

describe('the route', () => {
  it.each([
    ['to the widget where the status takes calls', [signIn()], 'widget'],
    ['nowhere where the status takes none', [signIn(), choose('meeting')], null],
    ['nowhere while the phone is ringing', [signIn(), ringing()], null],
    ['nowhere while a call is live', [signIn(), started()], null],
    ['nowhere in After Call Work', [signIn(), started(), ended()], null],
    ['nowhere after sign-out', [signIn(), signOut()], null],
    ['to the number of Forward to Phone', [signIn(), forward()], NUMBER],
    ['nowhere from Forward to Phone while it is ringing', [signIn(), forward(), ringing('c', 'elsewhere')], null],
  ])('leads %s', (_, events, route) => {
    const day = new Day({ forwardToPhone: true }).at(0, ...events);
    expect(day.sight.route).toBe(route);
    expect(callRoute(day.view)).toEqual(day.view.route);
  });

  it('leads to the widget in a custom status that takes calls', () => {
    const account = addStatus(defaultAccount, { name: 'Hotline', emoji: '🎧', takesCalls: true });
    expect(new Day({}, account).at(0, signIn(), choose('custom-1')).sight).toMatchObject({
      takesCalls: true,
      route: 'widget',
    });
  });

  it('says that the status takes calls though ringing leaves no route', () => {
    expect(new Day().at(0, signIn(), ringing()).sight).toMatchObject({
      status: 'available',
      takesCalls: true,
      route: null,
    });
  });
});

describe('the deadline', () => {
  it.each([
    ['the end of the last lease', [signIn()], 150],
    ['the end of the grace of a page that was left', [signIn(), leave()], 10],
    ['the end of the ringing', [signIn(), ringing()], 120],
    ['the end of the lease that carries the call', [signIn(), started()], 150],
    ['the end of a conversation’s limit', [signIn(), started(), ended()], 30],
    ['twelve hours of silence about a call that no page carries', [started('c', 'elsewhere')], 12 * HOUR],
  ])('is %s', (_, events, deadline) => {
    const day = new Day({ acwLimitSeconds: 30 }).at(0, ...events);
    expect(day.sight.deadline).toBe(deadline);
  });

  it('is nowhere where time alone changes nothing', () => {
    expect(new Day().sight.deadline).toBeUndefined();
    expect(new Day().at(0, signIn(), signOut()).sight.deadline).toBeUndefined();
  });

  it('passes over the end of a lease while another page is open', () => {
    const day = new Day().at(0, signIn('a')).at(50, signIn('b'));
    expect(day.sight.deadline).toBe(200);
  });

  it('passes over a change of `present` and `cause` alone', () => {
    const day = new Day({ absenceLimitMinutes: 60 }).at(0, signIn(), choose('offline'));
    expect(day.sight.deadline).toBeUndefined();
    expect(day.at(200).sight).toMatchObject({ present: false, cause: 'lease' });
  });

  it('of a call on the desk phone passes over the page’s end', () => {
    const day = new Day().at(0, signIn(), started('c', 'elsewhere'));
    expect(day.sight.deadline).toBe(12 * HOUR);
  });

  it('is the end of the absence for an open conversation of somebody absent', () => {
    const day = new Day({ absenceLimitMinutes: 60 }).at(0, signIn(), started(), ended());
    expect(day.sight.deadline).toBe(150);
    expect(day.at(200).sight).toMatchObject({ status: 'offline', deadline: 150 + HOUR });
    expect(day.at(150 + HOUR).sight).toMatchObject({ status: 'offline', conversations: [], deadline: undefined });
  });

  it('is told with a `next` that the limit brings into force', () => {
    const day = new Day({ acwLimitSeconds: 30 }).at(0, signIn(), started(), ended()).at(5, choose('break'));
    expect(day.sight).toMatchObject({ status: 'after-call-work', next: 'break', deadline: 30 });
    expect(day.at(30).sight).toMatchObject({ status: 'break', since: 30, next: undefined, cause: 'agent' });
  });
});

describe('the conversations', () => {
  it('come oldest first, ringing ones included', () => {
    const day = new Day()
      .at(0, signIn())
      .at(10, started('live'))
      .at(20, ringing('rings'))
      .at(30, started('late', 'a', { at: 5 }));
    expect(day.sight.conversations).toEqual(['late:live', 'live:live', 'rings:ringing']);
  });

  it('tell who, direction, start, end, outcome, limit and extensions', () => {
    const day = new Day({ acwLimitSeconds: 60, acwExtensionSeconds: 30, acwExtensions: 2 })
      .at(0, signIn(), started('c', 'a', { direction: 'outbound', party: { name: 'Bo', number: '+4930123' } }))
      .at(40, ended('c', 'answered'));
    expect(day.view.conversations).toEqual([
      {
        id: 'c',
        direction: 'outbound',
        party: { name: 'Bo', number: '+4930123' },
        state: 'ended',
        startedAt: instant(0),
        endedAt: instant(40),
        closesAt: instant(100),
        extensionsLeft: 2,
        outcome: 'answered',
      },
    ]);
  });

  it('are gone when they are closed', () => {
    expect(new Day().at(0, signIn(), started(), ended(), close()).sight.conversations).toEqual([]);
  });
});

describe('agents beside each other', () => {
  it('S205 show Offline for the one without presence, and the others’ chosen status', () => {
    const here = new Day().at(0, signIn(), choose('meeting')).at(100);
    const there = new Day().at(0, signIn()).at(100);
    const absent = newAgentRecord('cem');
    expect([here.status, there.status, agentView(defaultAccount, absent, instant(100)).status.id]).toEqual([
      'meeting',
      'available',
      'offline',
    ]);
  });

  it('S213 change nothing for each other: a declined consultation leaves one Busy and the other Available', () => {
    const first = new Day().at(0, signIn(), started('main', 'a'));
    const second = new Day().at(0, signIn('z'));
    first.at(10, held('main'), started('consult', 'a', { direction: 'outbound' }));
    second.at(10, ringing('consult', 'z')).at(15, ended('consult', 'declined'));
    first.set({ acwAfterUnansweredCall: false }).at(15, ended('consult', 'declined'));
    expect(first.sight).toMatchObject({ status: 'busy', since: 0, conversations: ['main:held'] });
    expect(second.sight).toMatchObject({ status: 'available', since: 0, conversations: [], route: 'widget' });
    expect(second.record).toMatchObject({ missedCalls: 0 });
  });

  it('are attributed to who acted, not to who is looked at', () => {
    expect(new Day().at(0, signIn(), choose('break', { by: { ...ana, name: 'Ana B.' } })).view.by?.name).toBe('Ana B.');
  });
});
