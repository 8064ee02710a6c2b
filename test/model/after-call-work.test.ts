import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/model/agent.js';
import { extensionEnd } from '../../src/model/conversation.js';
import {
  choose,
  close,
  Day,
  declaredOver,
  dialled,
  ended,
  extend,
  HOUR,
  instant,
  MINUTE,
  missing,
  renew,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

const LIMITED = { acwLimitSeconds: 30, acwExtensionSeconds: 20, acwExtensions: 2 };
const inCall = (settings = {}) => new Day(settings).at(0, signIn(), choose('break')).at(10, started());
const staying = (day: Day, from: number, to: number): Day => {
  for (let seconds = from; seconds < to; seconds += 100) day.at(seconds, renew());
  return day.at(to);
};

describe('After Call Work without a limit', () => {
  it('S043 is not ended by time', () => {
    const day = staying(inCall().at(20, ended()), 100, 20 + 10 * MINUTE);
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 20, conversations: ['c:ended'] });
    expect(staying(day, 700, 7 * HOUR).status).toBe('after-call-work');
    expect(day.view.conversations[0]).not.toHaveProperty('closesAt');
    expect(day.view.conversations[0]).not.toHaveProperty('extensionsLeft');
  });

  it('cannot be extended, which changes nothing', () => {
    const day = inCall().at(20, ended()).at(30);
    expect(day.ignores(extend('c', 60))).toBe(true);
    expect(extensionEnd(day.record, 'c')).toBeUndefined();
  });
});

describe('the limit on After Call Work', () => {
  it('closes the conversation at its instant, as a limit', () => {
    const day = inCall(LIMITED).at(20, ended());
    expect(day.view.conversations[0]).toMatchObject({ closesAt: instant(50), extensionsLeft: 2 });
    expect(day.at(49.999).status).toBe('after-call-work');
    expect(day.at(50).sight).toMatchObject({ status: 'break', since: 50, conversations: [], cause: 'agent' });
    day.at(60, choose('lunch'));
    expect(day.record.closings).toEqual([{ id: 'c', at: instant(50), cause: 'limit' }]);
  });

  it('S069 closes it at its instant though nobody looked for a long while', () => {
    const day = inCall({ acwLimitSeconds: 60 }).at(20, ended());
    expect(day.at(61).sight).toMatchObject({ status: 'after-call-work', deadline: 80 });
    expect(day.at(140).sight).toMatchObject({ status: 'break', since: 80 });
  });

  it('S063 of a call whose conversation was closed before does nothing', () => {
    const day = inCall(LIMITED).at(20, ended()).at(30, close(), choose('lunch'));
    expect(day.sight).toMatchObject({ status: 'lunch', since: 30, deadline: 160 });
    expect(day.at(50).sight).toMatchObject({ status: 'lunch', since: 30 });
    day.at(55, started('d')).at(60, ended('d'));
    expect(day.at(80).sight).toMatchObject({ status: 'after-call-work', since: 60, deadline: 90 });
  });

  it('counts from the reported end', () => {
    expect(inCall(LIMITED).at(45, ended('c', 'answered', 20)).sight).toMatchObject({ since: 20, deadline: 50 });
    const past = inCall(LIMITED).at(90, ended('c', 'answered', 20));
    expect(past.sight).toMatchObject({ status: 'break', since: 50 });
  });

  it('is of each conversation its own', () => {
    const day = inCall(LIMITED).at(12, started('d')).at(20, ended()).at(35, ended('d'));
    expect(day.sight.status).toBe('after-call-work');
    expect(day.at(50).sight).toMatchObject({ status: 'after-call-work', conversations: ['d:ended'], deadline: 65 });
    expect(day.at(65).sight).toMatchObject({ status: 'break', since: 65 });
  });

  it('closes a conversation while another call is live, and Busy stays', () => {
    const day = inCall(LIMITED).at(20, started('d'), ended());
    expect(day.sight).toMatchObject({ status: 'busy', deadline: 50 });
    expect(day.at(55).sight).toMatchObject({ status: 'busy', since: 10, conversations: ['d:live'] });
  });

  it('brings into force what waits', () => {
    const day = inCall(LIMITED)
      .at(20, ended())
      .at(25, choose('training', { by: sue }));
    expect(day.at(50).sight).toMatchObject({ status: 'training', since: 50, by: 'sue', next: undefined });
  });

  it('runs for somebody absent or signed out, too', () => {
    expect(inCall(LIMITED).at(20, ended(), signOut()).at(60).sight).toMatchObject({
      status: 'offline',
      conversations: [],
    });
  });

  it('runs after a presumed end, and not while that is taken back', () => {
    const day = inCall(LIMITED).at(20, declaredOver());
    expect(day.sight.deadline).toBe(50);
    expect(day.at(40, started()).at(60).sight).toMatchObject({ status: 'busy', conversations: ['c:live'] });
    expect(day.at(70, ended()).sight.deadline).toBe(100);
  });

  it('is the one in force when the call started', () => {
    const later = inCall(LIMITED).set({ acwLimitSeconds: 5 }).at(20, ended());
    expect(later.sight.deadline).toBe(50);
    const none = inCall(LIMITED).set({ acwLimitSeconds: 0 }).at(20, ended());
    expect(none.sight.deadline).toBe(50);
    const since = staying(inCall().set(LIMITED).at(20, ended()), 100, HOUR);
    expect(since.status).toBe('after-call-work');
  });

  it('is the one in force when the call started, not when it rang', () => {
    const day = new Day(LIMITED).at(0, signIn(), ringing()).set({ acwLimitSeconds: 60 }).at(5, started());
    expect(day.at(20, ended()).sight.deadline).toBe(80);
  });

  it('of a second is kept', () => {
    expect(inCall({ acwLimitSeconds: 1 }).at(20, ended()).sight.deadline).toBe(21);
  });

  it('of a day is kept', () => {
    const day = staying(inCall({ acwLimitSeconds: 86_400 }).at(20, ended()), 100, 10 * HOUR);
    expect(day.view.conversations[0]?.closesAt).toBe(instant(20 + 24 * HOUR));
  });
});

describe('more time', () => {
  const ended20 = () => inCall(LIMITED).at(20, ended());

  it('can be asked for to a named instant', () => {
    const day = ended20().at(30, extend('c', 65));
    expect(day.view.conversations[0]).toMatchObject({ closesAt: instant(65), extensionsLeft: 1 });
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 20, deadline: 65 });
  });

  it('reaches at most the extension past the present end', () => {
    const day = ended20().at(30);
    expect(extensionEnd(day.record, 'c')).toBe(instant(70));
    expect(day.refusal(extend('c', 70.001))).toBe('not-supported');
    expect(day.refusal(extend('c', 70))).toBeUndefined();
    expect(day.at(30, extend('c', 70)).refusal(extend('c', 90.001))).toBe('not-supported');
    expect(day.at(31, extend('c', 90)).sight.deadline).toBe(90);
  });

  it('can be asked for as often as the account says', () => {
    const day = ended20().at(30, extend('c', 60)).at(31, extend('c', 61)).at(32);
    expect(day.view.conversations[0]).toMatchObject({ extensionsLeft: 0 });
    expect(day.refusal(extend('c', 62))).toBe('not-supported');
    expect(day.at(61).sight).toMatchObject({ status: 'break', since: 61 });
  });

  it('asked for twice is taken once', () => {
    const day = ended20().at(30, extend('c', 65)).at(31);
    expect(day.ignores(extend('c', 65))).toBe(true);
  });

  it.each([
    ['to an instant not later than the present end', extend('c', 50)],
    ['to an instant in the past', extend('c', 0)],
    ['of an unknown call', extend('x', 60)],
  ])('%s changes nothing', (_, event) => {
    expect(ended20().at(30).ignores(event)).toBe(true);
  });

  it.each([
    ['is live', [started('d')], 'd'],
    ['rings', [ringing('d')], 'd'],
  ])('of a call that %s changes nothing', (_, events, id) => {
    expect(
      ended20()
        .at(30, ...events)
        .ignores(extend(id, 1000)),
    ).toBe(true);
  });

  it('comes too late once the limit has closed it, and changes nothing', () => {
    expect(ended20().at(50).ignores(extend('c', 60))).toBe(true);
  });

  it('is refused where the account grants none', () => {
    const none = inCall({ acwLimitSeconds: 30, acwExtensionSeconds: 20 }).at(20, ended()).at(30);
    expect(none.refusal(extend('c', 60))).toBe('not-supported');
    const noTime = inCall({ acwLimitSeconds: 30, acwExtensions: 3 }).at(20, ended()).at(30);
    expect(noTime.refusal(extend('c', 51))).toBe('not-supported');
  });

  it('is what was in force when the call started', () => {
    const day = inCall(LIMITED)
      .set({ acwExtensions: 0, acwExtensionSeconds: 0 })
      .at(20, ended())
      .at(30, extend('c', 70));
    expect(day.sight.deadline).toBe(70);
  });

  it.each([Infinity, Number.NaN, 1e300, 'soon', null, undefined])('until %s changes nothing for good', (until) => {
    const day = ended20().at(30);
    const event = { type: 'extend' as const, callId: 'c', until: until as number };
    const refusal = day.refusal(event);
    expect([undefined, 'not-supported']).toContain(refusal);
    if (refusal === undefined) expect(day.ignores(event)).toBe(true);
  });

  it.each([
    ['text', String(instant(60))],
    ['a list', [instant(60)]],
    ['an object', Object.create(null)],
    ['a symbol', Symbol('until')],
  ])('until what is no number but %s is refused', (_, until) => {
    const event = { type: 'extend' as const, callId: 'c', until: until as number };
    expect(ended20().at(30).refusal(event)).toBe('not-supported');
  });
});

describe('an outbound call that nobody answered', () => {
  it.each(['missed', 'declined', 'cancelled', 'failed'] as const)('with the outcome %s is as any call', (outcome) => {
    const day = new Day().at(0, signIn(), dialled()).at(20, ended('c', outcome));
    expect(day.sight).toMatchObject({ status: 'after-call-work', conversations: ['c:ended'] });
  });

  it.each([
    ['missed', true],
    ['declined', true],
    ['cancelled', true],
    ['failed', true],
    ['answered', false],
    [undefined, false],
  ] as const)(
    'with the outcome %s, where the account wants no After Call Work, closes by itself: %s',
    (outcome, closes) => {
      const day = new Day({ acwAfterUnansweredCall: false })
        .at(0, signIn(), dialled())
        .at(20, ended('c', outcome as Outcome));
      expect(day.sight).toMatchObject(
        closes ? { status: 'available', since: 20, conversations: [] } : { status: 'after-call-work' },
      );
    },
  );

  it('brings into force what waits', () => {
    const day = new Day({ acwAfterUnansweredCall: false }).at(0, signIn(), dialled()).at(10, choose('lunch'));
    expect(day.at(20, ended('c', 'failed')).sight).toMatchObject({ status: 'lunch', since: 20, next: undefined });
  });

  it('closes by itself when its outcome is reported after its end was presumed', () => {
    const day = new Day({ acwAfterUnansweredCall: false }).at(0, signIn(), dialled()).at(20, missing());
    expect(day.status).toBe('after-call-work');
    expect(day.at(30, ended('c', 'failed')).sight).toMatchObject({ status: 'available', since: 30, conversations: [] });
  });

  it('is not an inbound one, whose conversation stays', () => {
    const day = new Day({ acwAfterUnansweredCall: false }).at(0, signIn(), started()).at(20, ended('c', 'failed'));
    expect(day.status).toBe('after-call-work');
  });

  it('is judged by the account at its end: a later change opens and closes nothing', () => {
    const day = new Day()
      .at(0, signIn(), dialled())
      .at(20, ended('c', 'failed'))
      .set({ acwAfterUnansweredCall: false });
    expect(day.at(30).status).toBe('after-call-work');
  });
});
