import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/model/agent.js';
import {
  choose,
  close,
  Day,
  declaredOver,
  dialled,
  died,
  ended,
  renew,
  resumed,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

const signedIn = (settings = {}) => new Day(settings).at(0, signIn('a'), signIn('b'));
/** Calls that ring and end one after another, ten seconds each, with these outcomes. */
const missedCalls = (day: Day, from: number, ...outcomes: readonly (Outcome | undefined)[]): Day => {
  outcomes.forEach((outcome, index) => {
    day.at(from + index * 10, renew(), ringing(`m${from}-${index}`));
    day.at(from + index * 10 + 5, ended(`m${from}-${index}`, outcome));
  });
  return day;
};

describe('a call that rings', () => {
  it('changes no status, and leaves no route', () => {
    expect(signedIn().at(10, ringing()).sight).toMatchObject({
      status: 'available',
      since: 0,
      cause: 'sign-in',
      route: null,
      conversations: ['c:ringing'],
    });
  });

  it('again at the same instant changes nothing', () => {
    expect(signedIn().at(10, ringing()).ignores(ringing())).toBe(true);
  });

  it('ends by itself 120 s after it rang', () => {
    const day = signedIn().at(10, ringing());
    expect(day.sight.deadline).toBe(130);
    expect(day.at(129.999).sight.conversations).toEqual(['c:ringing']);
    expect(day.at(130).sight).toMatchObject({ conversations: [], route: 'widget', status: 'available', since: 0 });
  });

  it('again adds a carrier, and does not restart the 120 s', () => {
    const day = signedIn().at(10, ringing('c', 'a')).at(100, ringing('c', 'b')).at(105, died('a'));
    expect(day.sight).toMatchObject({ conversations: ['c:ringing'], deadline: 130 });
    expect(day.at(106, died('b')).sight.conversations).toEqual([]);
  });

  it('rings anew after it ended by itself', () => {
    const day = signedIn().at(10, ringing()).at(131, ringing());
    expect(day.sight).toMatchObject({ conversations: ['c:ringing'], deadline: 251 });
  });

  it('ends when the leases of its pages run out', () => {
    const day = signedIn().at(10, ringing('c', 'a')).at(20, died('a'));
    expect(day.sight).toMatchObject({ conversations: [], route: 'widget' });
  });

  it('ends at sign-out, by whatever carrier', () => {
    const day = signedIn().at(10, ringing('c', 'a'), ringing('d', 'elsewhere')).at(20, signOut());
    expect(day.sight).toMatchObject({ status: 'offline', conversations: [] });
  });

  it('long ago has ended by itself already, and changes nothing that is seen', () => {
    const day = signedIn().at(140, renew()).at(141);
    const { sight } = day;
    expect(day.at(141, ringing('c', 'elsewhere', { at: 21 })).sight).toEqual(sight);
    expect(day.at(141, ringing('c', 'elsewhere', { at: 21 })).sight.conversations).toEqual([]);
    expect(day.ignores(ringing('c', 'elsewhere', { at: 21 }))).toBe(true);
    expect(day.at(142, ringing('d', 'a', { at: 20 })).ignores(ringing('d', 'a', { at: 20 }))).toBe(true);
  });

  it('can be answered after it ended by itself', () => {
    expect(signedIn().at(10, ringing()).at(131, started()).sight).toMatchObject({ status: 'busy', since: 131 });
  });

  it('on an agent’s phone without any page ends after 120 s', () => {
    const day = new Day().at(0, ringing('c', 'elsewhere'));
    expect(day.sight).toMatchObject({ status: 'offline', conversations: ['c:ringing'], deadline: 120 });
    expect(day.at(120).sight.conversations).toEqual([]);
  });
});

describe('an inbound call that is never answered', () => {
  it('S051 ends once, was never started, and leaves no After Call Work', () => {
    const day = signedIn().at(10, ringing()).at(20, ended('c', 'failed'));
    expect(day.sight).toMatchObject({ status: 'available', since: 0, conversations: [], route: 'widget' });
    expect(day.at(30).ignores(ended('c', 'failed'))).toBe(true);
  });

  it('leaves the choice as it stands, and nothing counts, where the account has no limit', () => {
    const day = missedCalls(signedIn().at(1, choose('break')), 10, 'missed', 'missed', 'missed', 'missed');
    expect(day.sight).toMatchObject({ status: 'break', since: 1, cause: 'agent' });
  });

  it.each([
    ['missed', true],
    [undefined, true],
    ['declined', false],
    ['cancelled', false],
    ['failed', false],
    ['answered-elsewhere', false],
    ['answered', false],
  ] as const)('with the outcome %s counts: %s', (outcome, counts) => {
    const day = missedCalls(signedIn({ missedCallLimit: 1 }), 10, outcome);
    expect(day.status).toBe(counts ? 'break' : 'available');
  });

  it('is not counted where its ringing ended by itself before', () => {
    const day = signedIn({ missedCallLimit: 1 }).at(10, ringing()).at(100, renew()).at(135, ended('c', 'missed'));
    expect(day.status).toBe('available');
    const gone = signedIn({ missedCallLimit: 1 }).at(10, ringing()).at(20, died('a')).at(30, ended('c', 'missed'));
    expect(gone.status).toBe('available');
  });

  it('is not counted twice', () => {
    const day = signedIn({ missedCallLimit: 2 }).at(10, ringing()).at(20, ended('c', 'missed'), ended('c', 'missed'));
    expect(day.at(30, ended('c', 'missed')).status).toBe('available');
  });

  it('is not counted where it is outbound', () => {
    const day = signedIn({ missedCallLimit: 1 }).at(10, ringing('c', 'a', { direction: 'outbound' }));
    expect(day.at(20, ended('c', 'missed')).status).toBe('available');
  });

  it('is not counted where it was answered', () => {
    const day = signedIn({ missedCallLimit: 1 })
      .at(10, ringing(), started())
      .at(20, ended('c', 'missed'))
      .at(30, close());
    expect(day.status).toBe('available');
  });
});

describe('the limit of missed calls', () => {
  it('chooses the account’s status for the agent, and the count starts again', () => {
    const day = missedCalls(signedIn({ missedCallLimit: 3, missedCallStatus: 'meeting' }), 10, 'missed', undefined);
    expect(day.status).toBe('available');
    missedCalls(day, 30, 'missed');
    expect(day.sight).toMatchObject({ status: 'meeting', since: 35, cause: 'missed-calls' });
    missedCalls(day.at(36, choose('available')), 40, 'missed', 'missed');
    expect(day.status).toBe('available');
    expect(missedCalls(day, 60, 'missed').status).toBe('meeting');
  });

  it('counts calls in a row: an inbound answer sets the count to 0', () => {
    const day = missedCalls(signedIn({ missedCallLimit: 2 }), 10, 'missed');
    day.at(20, started('in')).at(25, ended('in')).at(26, close('in'));
    expect(missedCalls(day, 30, 'missed').status).toBe('available');
  });

  it('counts on over an outbound call', () => {
    const day = missedCalls(signedIn({ missedCallLimit: 2 }), 10, 'missed');
    day.at(20, dialled('out')).at(25, ended('out')).at(26, close('out'));
    expect(missedCalls(day, 30, 'missed').status).toBe('break');
  });

  it.each([
    ['any choice', choose('lunch')],
    ['the same choice again', choose('available')],
    ['a supervisor’s choice', choose('lunch', { by: sue })],
  ])('counts from the start after %s', (_, event) => {
    const day = missedCalls(signedIn({ missedCallLimit: 2 }), 10, 'missed').at(20, event);
    missedCalls(day, 30, 'missed');
    expect(day.sight.cause).not.toBe('missed-calls');
    expect(missedCalls(day, 50, 'missed').sight).toMatchObject({ status: 'break', cause: 'missed-calls' });
  });

  it('counts from the start after a sign-out', () => {
    const day = missedCalls(signedIn({ missedCallLimit: 2 }), 10, 'missed')
      .at(20, signOut())
      .at(21, signIn());
    expect(missedCalls(day, 30, 'missed').status).toBe('available');
  });

  it('reached in a call waits as next', () => {
    const day = signedIn({ missedCallLimit: 1 }).at(5, started('main')).at(10, ringing()).at(20, ended('c', 'missed'));
    expect(day.sight).toMatchObject({ status: 'busy', next: 'break' });
    expect(day.at(30, ended('main')).at(40, close('main')).sight).toMatchObject({
      status: 'break',
      cause: 'missed-calls',
    });
  });

  it('does not overrule what the agent has chosen since', () => {
    const day = signedIn({ missedCallLimit: 1 })
      .at(10, ringing())
      .at(20, choose('lunch'))
      .at(30, ended('c', 'missed', 15));
    expect(day.sight).toMatchObject({ status: 'lunch', cause: 'agent' });
  });

  it('in force is the one of the account at that moment', () => {
    const day = missedCalls(signedIn({ missedCallLimit: 5 }), 10, 'missed', 'missed').set({ missedCallLimit: 2 });
    expect(day.at(35).sight.status).toBe('available');
    expect(missedCalls(day, 40, 'missed').status).toBe('break');
  });
});

describe('a call that was answered elsewhere', () => {
  it('stops ringing here, uncounted, and leaves no tombstone', () => {
    const day = signedIn({ missedCallLimit: 1 }).at(10, ringing()).at(12, ended('c', 'answered-elsewhere'));
    expect(day.sight).toMatchObject({ status: 'available', conversations: [], route: 'widget' });
    expect(day.record.tombstones).toEqual([]);
    expect(day.at(20, ringing()).sight.conversations).toEqual(['c:ringing']);
    expect(day.at(25, started()).status).toBe('busy');
  });

  it.each([
    ['live', [started()]],
    ['presumed to have ended', [started(), declaredOver()]],
    ['unknown', []],
    ['over', [started(), ended()]],
  ])('is ignored where it is %s', (_, events) => {
    const day = signedIn()
      .at(10, ...events)
      .at(20);
    expect(day.ignores(ended('c', 'answered-elsewhere'))).toBe(true);
  });

  it('does not end the call for the page that answered it: the order does not matter', () => {
    const answeredFirst = signedIn().at(10, ringing('c', 'a'), ringing('c', 'b')).at(15, started('c', 'b'));
    expect(answeredFirst.at(16, ended('c', 'answered-elsewhere')).status).toBe('busy');
    const toldFirst = signedIn().at(10, ringing('c', 'a'), ringing('c', 'b')).at(15, ended('c', 'answered-elsewhere'));
    expect(toldFirst.at(16, started('c', 'b')).status).toBe('busy');
    expect(toldFirst.at(17, resumed('c', 'b')).status).toBe('busy');
  });
});
