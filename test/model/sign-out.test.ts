import { describe, expect, it } from 'vitest';
import {
  choose,
  close,
  Day,
  ended,
  held,
  HOUR,
  MINUTE,
  renew,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

const atWork = () => new Day().at(0, signIn('a'), signIn('b'), choose('lunch'));

describe('signing out', () => {
  it('is Offline at once, in every page of the agent, and ends their leases', () => {
    const day = atWork().at(10, signOut());
    expect(day.sight).toMatchObject({ status: 'offline', since: 10, cause: 'sign-out', by: 'ana', present: false });
    expect(day.record.leases).toEqual({});
  });

  it('by a supervisor is the supervisor’s', () => {
    expect(atWork().at(10, signOut({ by: sue })).view).toMatchObject({ cause: 'sign-out', by: sue });
  });

  it('again changes nothing, not even by whom', () => {
    const day = atWork().at(10, signOut()).at(20);
    expect(day.ignores(signOut())).toBe(true);
    expect(day.ignores(signOut({ by: sue, force: true }))).toBe(true);
  });

  it('drops what waits as next', () => {
    const day = atWork().at(5, started(), choose('training'), ended()).at(10, signOut());
    expect(day.sight).toMatchObject({ next: undefined, conversations: ['c:ended'] });
  });

  it('again drops what a supervisor has put there since', () => {
    const day = atWork()
      .at(5, started(), ended())
      .at(10, signOut())
      .at(20, choose('training', { by: sue }));
    expect(day.sight.next).toBe('training');
    expect(day.at(30, signOut()).sight.next).toBeUndefined();
  });

  it('ends a call that rings', () => {
    expect(atWork().at(5, ringing()).at(10, signOut()).sight.conversations).toEqual([]);
  });

  it('is refused while a call is live or held', () => {
    const day = atWork().at(5, started());
    expect([day.refusal(signOut()), day.refusal(signOut({ by: sue }))]).toEqual([
      'call-in-progress',
      'call-in-progress',
    ]);
    day.at(6, held());
    expect(day.refusal(signOut({ force: false }))).toBe('call-in-progress');
    expect(day.refusal(signOut({ force: 'yes' as unknown as boolean }))).toBe('call-in-progress');
    expect(day.sight.status).toBe('busy');
  });

  it.each(['a', 'elsewhere'])('forced presumes the end of a call that %s carries', (carrier) => {
    const day = atWork()
      .at(5, started('c', carrier), ringing('r', 'elsewhere'))
      .at(10, signOut({ force: true }));
    expect(day.sight).toMatchObject({ status: 'offline', since: 10, cause: 'sign-out', conversations: ['c:ended'] });
    expect(day.at(20, started('c', 'a')).sight).toMatchObject({ status: 'busy', since: 20 });
  });

  it('forced without a call is an ordinary one', () => {
    expect(atWork().at(10, signOut({ force: true })).sight).toMatchObject({ status: 'offline', cause: 'sign-out' });
  });

  it('leaves open conversations, which the agent finds again', () => {
    const day = atWork().at(5, started(), ended()).at(10, signOut()).at(HOUR, signIn());
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: HOUR, conversations: ['c:ended'] });
    expect(day.at(HOUR + 5, close()).sight).toMatchObject({ status: 'available', cause: 'sign-in' });
  });

  it('of an absent agent tells by whom from then on', () => {
    const day = atWork().at(HOUR, signOut({ by: sue }));
    expect(day.sight).toMatchObject({ status: 'offline', since: 150, cause: 'sign-out', by: 'sue' });
  });

  it('of an agent who never signed in is one, too', () => {
    expect(new Day().at(5, signOut({ by: sue })).sight).toMatchObject({ status: 'offline', cause: 'sign-out' });
  });

  it('holds against renewals of pages that have not heard of it', () => {
    const day = atWork().at(10, signOut()).at(15, renew('a'), renew('b'));
    expect(day.sight).toMatchObject({ status: 'offline', since: 10 });
  });

  it('again ends the lease that a call’s fact gave to a page', () => {
    const day = atWork().at(10, signOut()).at(20, ringing());
    expect(Object.keys(day.record.leases)).toEqual(['a']);
    expect(day.at(30, signOut()).record.leases).toEqual({});
    expect(day.sight).toMatchObject({ since: 10, conversations: [] });
  });
});

describe('the open conversations of a signed-out agent', () => {
  it('close when the agent has been absent beyond the limit', () => {
    const day = atWork().at(5, started(), ended()).at(10, signOut());
    expect(day.sight.deadline).toBe(10 + 8 * HOUR);
    expect(day.at(10 + 8 * HOUR).sight).toMatchObject({
      status: 'offline',
      since: 10,
      cause: 'sign-out',
      conversations: [],
    });
  });

  it('close when the agent has been absent beyond the limit, signed out in the midst of it or not', () => {
    const day = atWork()
      .at(5, started(), ended())
      .at(4 * HOUR, signOut({ by: sue }));
    expect(day.sight.deadline).toBe(155 + 8 * HOUR);
  });

  it('that end after that limit close at their end', () => {
    const day = atWork()
      .at(10, signOut())
      .at(20, started('c', 'elsewhere'))
      .at(9 * HOUR, ended());
    expect(day.sight).toMatchObject({ status: 'offline', conversations: [] });
    expect(day.record.closings).toMatchObject([{ id: 'c', cause: 'absence' }]);
  });

  it('are there to be closed for the limit that was in force', () => {
    const day = atWork().at(5, started(), ended()).at(10, signOut()).set({ absenceLimitMinutes: 1 });
    expect(day.at(10 + 30 * MINUTE).sight.conversations).toEqual(['c:ended']);
  });
});
