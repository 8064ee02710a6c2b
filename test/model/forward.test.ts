import { describe, expect, it } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import {
  choose,
  close,
  Day,
  died,
  ended,
  forward,
  HOUR,
  leave,
  NUMBER,
  ringing,
  signIn,
  signOut,
  started,
  sue,
} from '../support/model.js';

const forwarding = (settings = {}) => new Day({ forwardToPhone: true, ...settings }).at(0, signIn()).at(10, forward());

describe('Forward to Phone', () => {
  it('needs no open page', () => {
    const day = forwarding().at(20, leave());
    expect(day.sight.deadline).toBe(30 + 8 * HOUR);
    expect(day.at(HOUR).sight).toMatchObject({
      status: 'forward-to-phone',
      since: 10,
      cause: 'agent',
      by: 'ana',
      present: false,
      takesCalls: true,
      route: NUMBER,
    });
  });

  it('ends at sign-out', () => {
    expect(forwarding().at(20, signOut()).sight).toMatchObject({
      status: 'offline',
      since: 20,
      cause: 'sign-out',
      route: null,
    });
    expect(forwarding().at(HOUR, signOut({ by: sue })).sight).toMatchObject({
      status: 'offline',
      since: HOUR,
      by: 'sue',
    });
  });

  it('ends with absence beyond the limit', () => {
    const day = forwarding();
    expect(day.at(150 + 8 * HOUR - 1).sight).toMatchObject({ route: NUMBER, deadline: 150 + 8 * HOUR });
    expect(day.at(150 + 8 * HOUR).sight).toMatchObject({
      status: 'offline',
      since: 150 + 8 * HOUR,
      cause: 'lease',
      route: null,
    });
  });

  it('after it ended with absence comes back by no choice of another, only with a page', () => {
    const day = forwarding().at(20 * HOUR, choose('lunch', { by: sue }), forward({ by: sue }));
    expect(day.sight).toMatchObject({ status: 'offline', route: null });
    expect(day.at(20 * HOUR + 1, signIn()).sight).toMatchObject({ status: 'available', cause: 'sign-in' });
  });

  it('may be chosen before the first sign-in, and is then absent from there on', () => {
    const day = new Day({ forwardToPhone: true }).at(5, forward({ by: sue }));
    expect(day.sight).toMatchObject({
      status: 'forward-to-phone',
      since: 5,
      cause: 'supervisor',
      deadline: 5 + 8 * HOUR,
    });
    expect(day.at(5 + 8 * HOUR).sight).toMatchObject({ status: 'offline', since: 5 + 8 * HOUR });
  });

  it('chosen for an absent agent ends when the agent’s absence is too long', () => {
    const day = new Day({ forwardToPhone: true }).at(0, signIn()).at(HOUR, forward({ by: sue }));
    expect(day.sight).toMatchObject({ status: 'forward-to-phone', since: HOUR, deadline: 150 + 8 * HOUR });
  });

  it('of a signed-out agent does not forward', () => {
    const day = new Day({ forwardToPhone: true }).at(0, signIn(), signOut()).at(10, forward({ by: sue }));
    expect(day.sight).toMatchObject({ status: 'offline', cause: 'sign-out', route: null });
  });

  it('is Busy during a call, whoever carries it', () => {
    const day = forwarding().at(HOUR, started('c', 'elsewhere'));
    expect(day.sight).toMatchObject({ status: 'busy', since: HOUR, route: null });
  });

  it('has no route while its phone rings', () => {
    expect(forwarding().at(HOUR, ringing('c', 'elsewhere')).sight).toMatchObject({
      status: 'forward-to-phone',
      route: null,
    });
  });
});

describe('a call of Forward to Phone', () => {
  it('that ends while no page is open leaves no conversation', () => {
    const day = forwarding()
      .at(HOUR, started('c', 'elsewhere'))
      .at(HOUR + 60, ended());
    expect(day.sight).toMatchObject({ status: 'forward-to-phone', since: HOUR + 60, route: NUMBER, conversations: [] });
  });

  it('that ends while a page is open leaves After Call Work, as long as a page is open', () => {
    const day = forwarding().at(20, started('c', 'elsewhere')).at(30, ended());
    expect(day.sight).toMatchObject({ status: 'after-call-work', since: 30, conversations: ['c:ended'] });
    expect(day.at(200).sight).toMatchObject({
      status: 'forward-to-phone',
      since: 150,
      route: NUMBER,
      conversations: ['c:ended'],
    });
    expect(day.at(300, signIn('b')).sight).toMatchObject({ status: 'after-call-work', since: 300 });
  });

  it('that ends with the last page leaves no conversation', () => {
    const day = forwarding().at(20, started('c', 'a')).at(30, died());
    expect(day.sight).toMatchObject({ status: 'forward-to-phone', since: 30, conversations: [] });
  });

  it('that ends while Forward to Phone waits as next and no page is open comes into force at once', () => {
    const day = new Day({ forwardToPhone: true }).at(0, signIn(), started('c', 'elsewhere')).at(10, forward());
    day.at(HOUR, ended());
    expect(day.sight).toMatchObject({
      status: 'forward-to-phone',
      since: HOUR,
      next: undefined,
      conversations: [],
      route: NUMBER,
    });
  });

  it('of a signed-out agent leaves its conversation', () => {
    const day = forwarding()
      .at(20, started('c', 'elsewhere'))
      .at(30, signOut({ force: true }));
    expect(day.sight).toMatchObject({ status: 'offline', conversations: ['c:ended'] });
  });

  it('that ends while another choice stands and no page is open leaves its conversation', () => {
    const day = new Day().at(0, signIn(), started('c', 'elsewhere')).at(HOUR, ended());
    expect(day.sight).toMatchObject({ status: 'offline', conversations: ['c:ended'] });
  });

  it('leaves what waits: the next choice replaces Forward to Phone with the last conversation', () => {
    const day = forwarding().at(20, started()).at(25, choose('lunch')).at(30, ended()).at(40, close());
    expect(day.sight).toMatchObject({ status: 'lunch', next: undefined });
  });

  it('that ends unseen while another choice waits brings that into force', () => {
    const day = forwarding().at(20, started('c', 'elsewhere')).at(25, choose('lunch')).at(HOUR, ended());
    expect(day.sight).toMatchObject({ status: 'offline', cause: 'lease', next: undefined, conversations: [] });
    expect(day.at(HOUR + 5, signIn('b')).sight).toMatchObject({ status: 'lunch', cause: 'agent' });
  });
});

describe('where the account does not have Forward to Phone', () => {
  it('an agent who is in it counts as Offline, page or no page', () => {
    const day = forwarding().set({ forwardToPhone: false }).at(20);
    expect(day.sight).toMatchObject({ status: 'offline', takesCalls: false, route: null });
    expect(day.at(HOUR).sight).toMatchObject({ status: 'offline', cause: 'lease', route: null });
    expect(day.at(HOUR, signIn('b')).sight).toMatchObject({ status: 'offline', route: null, present: true });
  });

  it('it can be chosen by nobody', () => {
    const day = new Day().at(0, signIn());
    expect([day.refusal(forward()), day.refusal(forward({ by: sue }))]).toEqual(['invalid-status', 'invalid-status']);
  });

  it('`since` stays through what time does to an agent in it: Offline is Offline', () => {
    const day = forwarding().set({ forwardToPhone: false });
    const since = day.at(100).sight.since;
    expect(day.sight.deadline).toBeUndefined();
    expect(day.at(HOUR).sight.since).toBe(since);
    day.at(HOUR + 1, choose('break', { by: sue }));
    expect(day.sight.since).toBe(since);
  });

  it('it comes back where it is switched on again', () => {
    const day = forwarding().set({ forwardToPhone: false }).at(20, ringing()).set({ forwardToPhone: true });
    expect(day.at(25, ended('c', 'declined')).sight).toMatchObject({ status: 'forward-to-phone', route: NUMBER });
  });

  it('an account that was written by hand is taken at the setting’s word', () => {
    const day = forwarding();
    day.account = { ...defaultAccount, settings: { ...defaultAccount.settings, forwardToPhone: true } };
    expect(day.at(20).sight).toMatchObject({ status: 'forward-to-phone', route: NUMBER });
    expect(day.view.status).toEqual(updateSettings(defaultAccount, { forwardToPhone: true }).statuses[3]);
  });
});
