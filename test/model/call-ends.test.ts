import { describe, expect, it } from 'vitest';
import type { Actor, AgentEvent } from '../../src/model/agent.js';
import { readAgentRecord } from '../../src/model/codec.js';
import { isCarriedBy, isDeclaredOver } from '../../src/model/conversation.js';
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
  missing,
  renew,
  resumed,
  ringing,
  signIn,
  signOut,
  started,
} from '../support/model.js';

const inCall = () => new Day().at(0, signIn('a'), signIn('b')).at(10, started('c', 'a'));
/** The agent stays for hours: page b is renewed. */
const staying = (day: Day, from: number, to: number): Day => {
  for (let seconds = from; seconds < to; seconds += 100) day.at(seconds, renew('b'));
  return day.at(to);
};

describe('a reported end', () => {
  it('is final: a later start of that call is ignored', () => {
    const day = inCall().at(20, ended()).at(30);
    expect(day.ignores(started('c', 'a'))).toBe(true);
    expect(day.ignores(started('c', 'b', { at: 15 }))).toBe(true);
    expect(day.ignores(held('c', 'b'))).toBe(true);
    expect(day.ignores(resumed('c', 'b'))).toBe(true);
    expect(day.ignores(ringing('c', 'b'))).toBe(true);
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 20 });
  });

  it('is final after its panel was closed, too', () => {
    const day = inCall().at(20, ended(), close()).at(30);
    expect(day.ignores(started('c', 'a'))).toBe(true);
    expect(day.ignores(ringing('c', 'a'))).toBe(true);
  });

  it('is final in whatever order: a start that is told after the end opens nothing', () => {
    const day = new Day().at(0, signIn()).at(20, ended('c')).at(21);
    expect(day.ignores(started('c', 'a', { at: 10 }))).toBe(true);
    expect(day.ignores(ringing('c', 'a', { at: 5 }))).toBe(true);
    expect(day.sight).toMatchObject({ status: 'available', conversations: [] });
  });

  it('a second time changes nothing, with another outcome and at another instant', () => {
    const day = inCall().at(20, ended('c', 'answered')).at(30);
    expect(day.ignores(ended('c', 'answered'))).toBe(true);
    expect(day.ignores(ended('c', 'failed'))).toBe(true);
    expect(day.ignores(ended('c', 'missed', 12))).toBe(true);
    day.at(40, close()).at(50);
    expect(day.ignores(ended('c'))).toBe(true);
  });

  it('a second time at the same instant changes nothing, for an unknown call as well', () => {
    for (const at of [-2 * HOUR, -HOUR, -1, 10]) {
      const day = new Day().at(0, signIn()).at(10, ended('x', 'answered', at));
      expect(day.ignores(ended('x', 'answered', at)), `at ${at}`).toBe(true);
    }
  });

  it('is remembered for an hour, and no longer', () => {
    const day = staying(inCall().at(20, ended(), close()), 100, 20 + HOUR - 1);
    expect(day.ignores(started('c', 'b'))).toBe(true);
    expect(day.at(20 + HOUR, started('c', 'b')).sight).toMatchObject({ status: 'busy', since: 20 + HOUR });
  });

  it('is remembered for an hour from its own instant', () => {
    const day = staying(inCall().at(90, ended('c', 'answered', 30), close()), 100, 29 + HOUR);
    expect(day.ignores(started('c', 'b'))).toBe(true);
    expect(day.at(30 + HOUR, started('c', 'b')).status).toBe('busy');
  });

  it('is one of 200 at most that are remembered, the newest', () => {
    const day = new Day().at(0, signIn());
    for (let number = 0; number < 210; number++) day.at(number / 10, ended(`x${number}`));
    expect(day.record.tombstones).toHaveLength(200);
    expect(day.at(30).ignores(started('x10', 'b'))).toBe(true);
    expect(day.at(30, started('x9', 'a')).status).toBe('busy');
  });

  it('keeps the conversation’s start, and says outcome and end', () => {
    expect(inCall().at(25, ended('c', 'failed')).view.conversations[0]).toMatchObject({
      state: 'ended',
      startedAt: instant(10),
      endedAt: instant(25),
      outcome: 'failed',
    });
  });

  it.each(['busy', 5, null, {}])('with the outcome %j is one of unknown outcome', (outcome) => {
    const day = inCall().at(20, { type: 'call-ended', callId: 'c', outcome } as unknown as AgentEvent);
    expect(day.view.conversations[0]).not.toHaveProperty('outcome');
    expect(day.status).toBe('after-call-work');
  });
});

describe('a presumed end', () => {
  const ways: readonly (readonly [string, (day: Day) => Day])[] = [
    ['a lease that ran out', (day) => day.at(100, renew('b')).at(200, renew('b'))],
    ['a page that died', (day) => day.at(150, renew('b'), died('a'))],
    ['the agent’s word', (day) => day.at(150, renew('b'), declaredOver())],
    ['a reconciliation', (day) => day.at(150, renew('b'), missing())],
    ['a forced sign-out', (day) => day.at(150, signOut({ force: true }), signIn('b'))],
  ];

  it.each(ways)('by %s leaves After Call Work', (_, presume) => {
    expect(presume(inCall()).sight).toMatchObject({ status: 'after-call-work', conversations: ['c:ended'] });
  });

  it.each(ways)('by %s is taken back by a start', (_, presume) => {
    const day = presume(inCall());
    const now = (day.now - instant(0)) / 1000 + 10;
    day.at(now, started('c', 'b'));
    expect(day.sight).toMatchObject({ status: 'busy', since: now, conversations: ['c:live'] });
    expect(day.view.conversations[0]).toMatchObject({ startedAt: instant(10) });
    expect(day.view.conversations[0]).not.toHaveProperty('endedAt');
    expect(isDeclaredOver(day.record, 'c')).toBe(false);
  });

  it.each(ways)('by %s is taken back by a hold while its panel is open', (_, presume) => {
    const day = presume(inCall());
    expect(day.at(220, held('c', 'b')).sight).toMatchObject({ status: 'busy', since: 220, conversations: ['c:held'] });
  });

  it.each(ways)('by %s is taken back by a resumption while its panel is open', (_, presume) => {
    const day = presume(inCall());
    expect(day.at(220, resumed('c', 'b')).sight).toMatchObject({ status: 'busy', conversations: ['c:live'] });
  });

  it.each(ways)('by %s is taken back by a start after its panel was closed, as a new conversation', (_, presume) => {
    const day = presume(inCall().set({ acwLimitSeconds: 0 })).at(220, close());
    expect(day.sight.conversations).toEqual([]);
    day.set({ acwLimitSeconds: 40 }).at(230, started('c', 'b'));
    expect(day.view.conversations[0]).toMatchObject({ state: 'live', startedAt: instant(230) });
    expect(day.at(240, ended()).sight.deadline).toBe(280);
  });

  it.each(ways)('by %s is not taken back by hold or resumption after its panel was closed', (_, presume) => {
    const day = presume(inCall()).at(220, close()).at(230);
    expect(day.ignores(held('c', 'b'))).toBe(true);
    expect(day.ignores(resumed('c', 'b'))).toBe(true);
  });

  it.each(ways)('by %s that is reported then is final', (_, presume) => {
    const day = presume(inCall()).at(220, ended('c', 'answered')).at(230);
    expect(day.view.conversations[0]).toMatchObject({ outcome: 'answered' });
    for (const fact of [started('c', 'b'), held('c', 'b'), resumed('c', 'b')]) expect(day.ignores(fact)).toBe(true);
  });

  it('of a call that no page carries and nobody reported for twelve hours is taken back, too', () => {
    const day = new Day().at(0, started('c', 'elsewhere')).at(13 * HOUR, signIn());
    expect(day.view.conversations[0]).toMatchObject({ state: 'ended', endedAt: instant(12 * HOUR) });
    expect(day.at(13 * HOUR + 5, held('c', 'elsewhere')).status).toBe('busy');
  });

  it('taken back forgets the earlier carriers: only who reports from then on carries the call', () => {
    const day = inCall().at(15, started('c', 'b')).at(20, declaredOver()).at(30, started('c', 'b'));
    expect(isCarriedBy(day.record, 'c', 'a')).toBe(false);
    expect(day.at(40, died('b')).sight).toMatchObject({ status: 'after-call-work', since: 40 });
  });

  it('that is reported later keeps the earlier instant and takes the reported outcome', () => {
    const later = inCall()
      .at(20, missing())
      .at(30, ended('c', 'failed', 28));
    expect(later.view.conversations[0]).toMatchObject({ endedAt: instant(20), outcome: 'failed' });
    const earlier = inCall()
      .at(20, missing())
      .at(30, ended('c', 'answered', 14));
    expect(earlier.view.conversations[0]).toMatchObject({ endedAt: instant(14), outcome: 'answered' });
    expect(earlier.sight.since).toBe(20);
  });

  it('a second time changes nothing', () => {
    const day = inCall().at(20, declaredOver()).at(30);
    expect(day.ignores(declaredOver())).toBe(true);
    expect(day.ignores(missing())).toBe(true);
  });

  it('of a ringing call ends the ringing, uncounted', () => {
    const day = new Day({ missedCallLimit: 1 }).at(0, signIn(), ringing()).at(10, missing());
    expect(day.sight).toMatchObject({ status: 'available', conversations: [], route: 'widget' });
    expect(day.at(20, ringing()).sight.conversations).toEqual(['c:ringing']);
  });

  it('carries its own instant, not before the last report', () => {
    expect(inCall().at(30, missing('c', 22)).sight).toMatchObject({ status: 'after-call-work', since: 22 });
    expect(inCall().at(30, held()).at(40, missing('c', 22)).sight).toMatchObject({ since: 30 });
  });

  it('never counts as a call that was not answered', () => {
    const day = new Day({ acwAfterUnansweredCall: false }).at(0, signIn(), dialled()).at(20, missing());
    expect(day.sight.conversations).toEqual(['c:ended']);
  });

  it('taken back while something waits keeps it waiting', () => {
    const day = inCall().at(12, choose('lunch')).at(20, missing()).at(30, started('c', 'b'));
    expect(day.sight).toMatchObject({ status: 'busy', next: 'lunch' });
  });
});

describe('a call that the agent declared over', () => {
  it('is known as such to the session, so that it is left out when calls are reported again', () => {
    const day = inCall().at(20, declaredOver());
    expect(isDeclaredOver(day.record, 'c')).toBe(true);
    expect(isDeclaredOver(day.at(30, close()).record, 'c')).toBe(true);
    expect(isDeclaredOver(inCall().at(20, missing()).record, 'c')).toBe(false);
    expect(isDeclaredOver(inCall().at(20, ended()).record, 'c')).toBe(false);
  });

  it('is not taken back by a fact that is older than the agent’s word', () => {
    const day = inCall().at(20, declaredOver()).at(30);
    for (const fact of [started('c', 'b', { at: 15 }), held('c', 'b', 15), resumed('c', 'b', 15)]) {
      expect(day.ignores(fact)).toBe(true);
    }
    day.at(40, close()).at(50);
    expect(day.ignores(started('c', 'b', { at: 15 }))).toBe(true);
  });

  it('does not ring anew by a fact that is older than the agent’s word', () => {
    const day = inCall().at(20, declaredOver()).at(25, close()).at(30);
    expect(day.ignores(ringing('c', 'a', { at: 5 }))).toBe(true);
  });

  it('is taken back by a new fact of the source, and may be declared over again', () => {
    const day = inCall().at(20, declaredOver()).at(30, resumed());
    expect(day.status).toBe('busy');
    expect(isDeclaredOver(day.record, 'c')).toBe(false);
    expect(day.at(40, declaredOver()).sight).toMatchObject({ status: 'after-call-work', since: 40 });
    expect(isDeclaredOver(day.record, 'c')).toBe(true);
  });

  it('is over for good once its end is reported', () => {
    const day = inCall().at(20, declaredOver()).at(30, ended()).at(40);
    expect(isDeclaredOver(day.record, 'c')).toBe(false);
    expect(day.ignores(started('c', 'b'))).toBe(true);
  });

  it('is remembered while its call may go on unreported', () => {
    const day = staying(inCall().at(20, declaredOver(), close()), 100, 2 * HOUR).at(2 * HOUR, ended('other'));
    expect(isDeclaredOver(day.record, 'c')).toBe(true);
  });
});

describe('closing a conversation', () => {
  it('after the call brings the choice back', () => {
    expect(inCall().at(20, ended()).at(30, close()).sight).toMatchObject({
      status: 'available',
      since: 30,
      conversations: [],
    });
  });

  it('while its call is live is refused', () => {
    const day = inCall().at(20);
    expect(day.refusal(close())).toBe('call-in-progress');
    day.at(21, held()).at(22);
    expect(day.refusal(close())).toBe('call-in-progress');
  });

  it('is open to a supervisor, for the agent', () => {
    const by: Actor = { role: 'supervisor', id: 'sue' };
    const day = inCall().at(20, ended()).at(30, close('c', by));
    expect(day.sight).toMatchObject({ status: 'available', conversations: [] });
    expect(day.record.closings).toMatchObject([{ id: 'c', cause: 'supervisor' }]);
  });

  it('for the agent is remembered with who did it', () => {
    const by: Actor = { role: 'supervisor', id: 'ben', name: 'Ben' };
    const day = inCall().at(20, ended()).at(30, close('c', by));
    expect(day.record.closings).toEqual([{ id: 'c', at: instant(30), cause: 'supervisor', by }]);
    expect(readAgentRecord(JSON.parse(JSON.stringify(day.record)))).toEqual(day.record);
  });

  it('is remembered with its cause, for the pages that hold a draft', () => {
    expect(inCall().at(20, ended()).at(30, close()).record.closings).toEqual([
      { id: 'c', at: instant(30), cause: 'agent' },
    ]);
  });

  it.each([
    ['twice', [ended(), close()]],
    ['while it only rings', [ended(), close(), ringing('r')]],
  ])('%s changes nothing', (_, events) => {
    const day = inCall()
      .at(20, ...events)
      .at(30);
    expect(day.ignores(close())).toBe(true);
    expect(day.ignores(close('r'))).toBe(true);
    expect(day.ignores(close('unknown'))).toBe(true);
  });

  it('is possible for a signed-out or absent agent', () => {
    const day = inCall().at(20, ended()).at(30, signOut()).at(40, close());
    expect(day.sight).toMatchObject({ status: 'offline', since: 30, conversations: [] });
    expect(inCall().at(20, ended()).at(HOUR, close()).sight).toMatchObject({ status: 'offline', conversations: [] });
  });
});
