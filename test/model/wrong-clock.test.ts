import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../src/model/agent.js';
import { departPage } from '../../src/model/past.js';
import { keepPresent } from '../../src/model/presence.js';
import { agentView } from '../../src/model/view.js';
import {
  choose,
  close,
  Day,
  ended,
  held,
  HOUR,
  instant,
  leave,
  MINUTE,
  renew,
  ringing,
  signIn,
  signOut,
  started,
  sue,
  withdraw,
} from '../support/model.js';

const TEN_YEARS = 10 * 365 * 24 * HOUR;

/** The agent is there from the start, and at the first minute a clock that is ahead by that much has its say. */
const dayOf = (ahead: number, ...events: readonly AgentEvent[]) =>
  new Day({ acwLimitSeconds: 2 * MINUTE })
    .at(0, signIn())
    .at(MINUTE + ahead, ...events)
    .at(MINUTE);

/** The instants of the record that lie ahead of that second, by their names. */
const aheadOf = (seconds: number, value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, one]) =>
        typeof one === 'number' && one > instant(seconds) ? [name] : aheadOf(seconds, one),
      )
    : [];

describe('a renewal by a clock an hour ahead', () => {
  it('counts as run out: the agent is Offline, and gets no calls', () => {
    const { sight } = dayOf(HOUR, renew());
    expect(sight).toMatchObject({ status: 'offline', cause: 'lease', present: false, route: null, since: MINUTE });
    expect(sight.deadline).toBeUndefined();
  });

  it('is made good by the next renewal, which restores the choice', () => {
    const day = new Day().at(0, signIn(), choose('lunch')).at(HOUR, renew()).at(MINUTE, renew());
    expect(day.sight).toMatchObject({ status: 'lunch', present: true, since: MINUTE });
    expect(day.record.leases).toEqual({ a: instant(MINUTE + 150) });
  });

  it('still shows its own page as there, for as long as a renewal lasts', () => {
    const { account, record, now } = dayOf(HOUR, renew());
    const own = keepPresent(record, 'a', now);
    expect(own.leases).toEqual({ a: instant(MINUTE + 150) });
    expect(agentView(account, keepPresent(record, 'b', now), now).present).toBe(false);
  });

  it('is no past for what is told late', () => {
    const day = dayOf(HOUR, renew()).at(MINUTE, renew('b'));
    day.at(75, ringing('c', 'elsewhere', { at: 65 })).at(80, ended());
    expect(aheadOf(MINUTE + 150, day.record)).toEqual([]);
    expect(day.at(MINUTE + 150).sight).toMatchObject({ status: 'offline', present: false });
  });

  it('lets a fact that is told late count at once', () => {
    const day = dayOf(HOUR, renew()).at(MINUTE, started('c', 'a', { at: 50 }));
    expect(day.sight).toMatchObject({ status: 'busy', since: MINUTE, conversations: ['c:live'] });
  });
});

describe('a record written ten years ahead', () => {
  it('takes a choice, a withdrawal and a sign-out at the true instant', () => {
    const day = dayOf(TEN_YEARS, choose('lunch')).at(MINUTE, renew(), choose('break'));
    expect(day.sight).toMatchObject({ status: 'break', since: MINUTE, by: 'ana' });
    expect(day.at(70, choose('training')).status).toBe('training');
    const waiting = dayOf(TEN_YEARS, started('c', 'elsewhere'), choose('lunch'));
    expect(waiting.sight.next).toBe('lunch');
    expect(waiting.at(70, withdraw()).sight.next).toBeUndefined();
    expect(dayOf(TEN_YEARS, choose('lunch')).at(70, signOut({ by: sue })).sight).toMatchObject({
      cause: 'sign-out',
      since: MINUTE + 10,
    });
  });

  it('refuses a wish from before now as outdated where a wish lies ahead', () => {
    expect(dayOf(TEN_YEARS, choose('lunch')).refusal(choose('break', { at: 50 }))).toBe('outdated');
  });

  it('has no instant ahead any more once an event is written down', () => {
    const day = dayOf(
      TEN_YEARS,
      started('c'),
      held('c'),
      ringing('d', 'elsewhere'),
      started('e'),
      ended('e'),
      close('e', sue),
      choose('lunch'),
      ended('c'),
    ).at(MINUTE, renew('b'));
    expect(new Set(aheadOf(MINUTE, day.record))).toEqual(new Set(['b', 'closesAt', 'until']));
    const gone = dayOf(TEN_YEARS, signOut()).at(MINUTE, choose('break'));
    expect(aheadOf(MINUTE, gone.record)).toEqual([]);
  });
});

describe('a record that is ahead', () => {
  it('keeps what lies behind', () => {
    const day = new Day().at(0, signIn(), started('c', 'elsewhere')).at(HOUR, choose('lunch')).at(MINUTE);
    expect(day.view.conversations[0]).toMatchObject({ state: 'live', startedAt: instant(0) });
    expect(day.sight).toMatchObject({ status: 'busy', since: 0 });
  });
});

describe('the limit on After Call Work in a record that is ahead', () => {
  const day = () => dayOf(HOUR, started(), ended());

  it('keeps its distance from the end of the call, which is now', () => {
    expect(day().view.conversations[0]).toMatchObject({ endedAt: instant(60), closesAt: instant(180) });
    expect(day().at(90).view.conversations[0]).toMatchObject({ endedAt: instant(90), closesAt: instant(210) });
  });

  it('is fixed by the next event, and closes the conversation in time', () => {
    const fixed = day().at(MINUTE, renew()).at(100, renew()).at(150, renew());
    expect(fixed.sight).toMatchObject({ status: 'after-call-work', deadline: 180 });
    expect(fixed.at(180).sight).toMatchObject({ status: 'available', since: 180, conversations: [] });
  });

  it('keeps its distance from an end that lies behind', () => {
    const ahead = new Day({ acwLimitSeconds: 2 * HOUR }).at(0, signIn(), started(), ended()).at(HOUR, renew());
    expect(ahead.at(MINUTE).view.conversations[0]).toMatchObject({ endedAt: instant(0), closesAt: instant(2 * HOUR) });
  });
});

describe('a record that is up to five minutes ahead', () => {
  it('is believed: now counts as its last instant', () => {
    const day = dayOf(5 * MINUTE, renew());
    expect(day.sight).toMatchObject({ status: 'available', present: true, since: 6 * MINUTE, deadline: 510 });
    expect(day.at(MINUTE, choose('lunch')).sight).toMatchObject({ status: 'lunch', since: 6 * MINUTE });
  });

  it('is no longer believed a millisecond beyond', () => {
    expect(dayOf(5 * MINUTE + 0.001, renew()).status).toBe('offline');
  });
});

describe('leaving', () => {
  it('leaves a lease alone that was renewed after it', () => {
    const day = new Day().at(0, signIn()).at(45, renew()).at(50);
    expect(day.ignores(leave('a', 44))).toBe(true);
    expect(day.at(50, leave('a', 45)).record.leases).toEqual({ a: instant(55) });
  });

  it('shortens a lease from a wrong clock in any case', () => {
    const { record, now } = dayOf(HOUR, renew());
    expect(departPage(record, 'a', now, now).leases).toEqual({ a: instant(70) });
    expect(dayOf(HOUR, renew()).at(MINUTE, leave()).record.leases).toEqual({});
  });

  it('leaves the agent there for ten seconds where a wrong clock had renewed the lease', () => {
    const day = dayOf(HOUR, renew());
    day.record = departPage(day.record, 'a', day.now, day.now);
    expect(day.sight).toMatchObject({ status: 'available', present: true, deadline: 70 });
    expect(day.at(70).status).toBe('offline');
  });
});
