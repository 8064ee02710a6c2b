import { describe, expect, it } from 'vitest';
import {
  choose,
  close,
  Day,
  ended,
  HOUR,
  held,
  instant,
  MINUTE,
  renew,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

/** The agent's only lease runs out 150 s after the day began. */
const LAPSE = 150;
const atWork = (settings = {}) => new Day({ absenceLimitMinutes: 60, ...settings }).at(0, signIn(), choose('lunch'));

describe('absence beyond the limit', () => {
  it('closes the open conversations, as absence', () => {
    const day = atWork().at(0, started('c'), started('d'), ended('c'), ended('d'));
    expect(day.at(LAPSE + HOUR - 1).sight.conversations).toEqual(['c:ended', 'd:ended']);
    expect(day.at(LAPSE + HOUR).sight).toMatchObject({ status: 'offline', since: LAPSE, conversations: [] });
    day.at(2 * HOUR, signIn());
    expect(day.record.closings).toMatchObject([
      { id: 'c', cause: 'absence', at: instant(LAPSE + HOUR) },
      { id: 'd', cause: 'absence' },
    ]);
  });

  it('makes the next sign-in the first: the account’s status, nothing waiting', () => {
    const day = atWork()
      .at(5, started('c', 'elsewhere'))
      .at(10, choose('training'))
      .at(2 * HOUR);
    expect(day.sight).toMatchObject({ status: 'busy', next: 'training' });
    day.at(2 * HOUR, signIn());
    expect(day.sight).toMatchObject({ status: 'busy', next: undefined });
    expect(day.at(2 * HOUR + 5, ended()).at(2 * HOUR + 9, close()).sight).toMatchObject({
      status: 'available',
      cause: 'sign-in',
    });
  });

  it('brings what waits into force with the last conversation, and the next sign-in replaces it', () => {
    const day = atWork().at(5, started(), ended(), choose('training'));
    expect(day.at(2 * HOUR).sight).toMatchObject({ status: 'offline', next: undefined, conversations: [] });
    expect(day.at(2 * HOUR, signIn()).sight).toMatchObject({ status: 'available', since: 2 * HOUR });
  });

  it('changes nothing about the status, which is Offline since the lease ran out', () => {
    const day = atWork();
    expect(day.at(LAPSE).sight).toMatchObject({ status: 'offline', since: LAPSE, cause: 'lease', deadline: undefined });
    expect(day.at(100 * HOUR).sight).toMatchObject({ status: 'offline', since: LAPSE, cause: 'lease' });
  });

  it('counts from the end of the last lease', () => {
    const day = atWork().at(100, renew()).at(100, signIn('b'));
    expect(day.at(250 + HOUR - 1, signIn()).status).toBe('lunch');
    const late = atWork()
      .at(100, renew())
      .at(250 + HOUR, signIn());
    expect(late.status).toBe('available');
  });

  it('counts from the end of the last lease, not from that of a page of which one hears later', () => {
    const day = atWork().at(5 * MINUTE, started('c', 'b', { at: -60 }));
    expect(day.view.conversations[0]).toMatchObject({ state: 'ended', endedAt: instant(90) });
    expect(day.sight).toMatchObject({ status: 'offline', since: LAPSE, deadline: LAPSE + HOUR });
  });

  it('does not count while any page is open', () => {
    const day = atWork().at(5, started(), ended());
    for (let seconds = 100; seconds < 3 * HOUR; seconds += 100) day.at(seconds, renew());
    expect(day.sight).toMatchObject({ status: 'after-call-work', conversations: ['c:ended'] });
  });

  it('begins anew with each absence', () => {
    const day = atWork()
      .at(50 * MINUTE, signIn())
      .at(100 * MINUTE, signIn());
    expect(day.sight).toMatchObject({ status: 'lunch', since: 100 * MINUTE });
  });

  it('leaves a call that goes on elsewhere, whose conversation closes at its end', () => {
    const day = atWork().at(5, started('c', 'elsewhere'));
    expect(day.at(3 * HOUR).sight).toMatchObject({ status: 'busy', since: 5, conversations: ['c:live'] });
    day.at(3 * HOUR, ended());
    expect(day.sight).toMatchObject({ status: 'offline', since: 3 * HOUR, conversations: [] });
    expect(day.record.closings).toMatchObject([{ id: 'c', cause: 'absence' }]);
  });

  it('is of the limit that was in force when a page was last there', () => {
    const shorter = atWork().set({ absenceLimitMinutes: 1 });
    expect(shorter.at(30 * MINUTE, signIn()).status).toBe('lunch');
    const longer = atWork().set({ absenceLimitMinutes: 600 });
    expect(longer.at(2 * HOUR, signIn()).status).toBe('available');
    const renewed = atWork()
      .set({ absenceLimitMinutes: 600 })
      .at(60, renew())
      .at(2 * HOUR, signIn());
    expect(renewed.status).toBe('lunch');
  });

  it('is ended by a call fact of a page, which is then its sign-in', () => {
    for (const fact of [started('c', 'b'), ringing('c', 'b')]) {
      const day = atWork().at(5 * HOUR, fact);
      expect(day.sight).toMatchObject({ present: true });
      expect(day.record.choice).toMatchObject({ statusId: 'available', cause: 'sign-in' });
    }
  });

  it('is not ended by a fact of a call elsewhere, nor by one that is ignored', () => {
    const day = atWork().at(5 * HOUR, started('c', 'elsewhere'), held('x', 'b'));
    expect(day.sight).toMatchObject({ status: 'busy', present: false });
    expect(day.at(5 * HOUR + 9, ended()).sight).toMatchObject({ status: 'offline', conversations: [] });
  });

  it('is not ended by a choice: the sign-in comes first and replaces it', () => {
    const day = atWork()
      .at(5 * HOUR, choose('training', { by: sue }))
      .at(6 * HOUR, signIn());
    expect(day.sight).toMatchObject({ status: 'available', cause: 'sign-in' });
  });

  it('of a default account is more than eight hours', () => {
    const day = new Day().at(0, signIn(), choose('lunch')).at(LAPSE + 8 * HOUR - 1, renew());
    expect(day.sight.status).toBe('lunch');
  });

  it('of a signed-out agent changes nothing more about the agent', () => {
    const day = atWork()
      .at(10, signOut())
      .at(9 * HOUR, signIn());
    expect(day.sight).toMatchObject({ status: 'available', since: 9 * HOUR, cause: 'sign-in' });
  });
});
