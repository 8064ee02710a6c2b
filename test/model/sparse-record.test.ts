import { describe, expect, it } from 'vitest';
import { defaultAccount, statusOf, updateSettings } from '../../src/model/account.js';
import { FACTS, haveSameFacts, newAgentRecord, type AgentEvent, type AgentRecord } from '../../src/model/agent.js';
import { readAccount } from '../../src/model/codec.js';
import { extensionEnd } from '../../src/model/conversation.js';
import { PhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView } from '../../src/model/view.js';
import {
  ana,
  close,
  codeOf,
  ended,
  extend,
  HOUR,
  instant,
  ringing,
  signIn,
  signOut,
  sightOf,
  started,
} from '../support/model.js';

/** A document as another program may have written it: only what cannot be left out. */
const written = (fields: object): AgentRecord => ({ agentId: 'ana', ...fields }) as AgentRecord;
const call = (fields: object): object => ({
  id: 'c',
  direction: 'inbound',
  party: {},
  carriers: ['elsewhere'],
  reportedAt: instant(0),
  ...fields,
});
const here = { signedIn: true, leases: { a: instant(150) }, at: instant(0) };
const sight = (record: AgentRecord, seconds: number) => sightOf(agentView(defaultAccount, record, instant(seconds)));
const after = (record: AgentRecord, event: AgentEvent, seconds: number) =>
  recordEvent(defaultAccount, record, event, instant(seconds));

describe('two records', () => {
  it.each(FACTS)('that differ in their %s alone do not have the same facts', (name) => {
    const record = newAgentRecord('ana');
    expect(haveSameFacts(record, { ...record })).toBe(true);
    expect(haveSameFacts(record, { ...record, [name]: Symbol('other') } as never)).toBe(false);
  });
});

describe('a record that says little', () => {
  it('of somebody present without a choice shows the account’s sign-in status', () => {
    const account = updateSettings(defaultAccount, { signInStatus: 'meeting' });
    const view = agentView(account, written(here), instant(5));
    expect(view).toMatchObject({ status: { id: 'meeting' }, cause: 'sign-in' });
    expect(view).not.toHaveProperty('by');
  });

  it('of Forward to Phone without a number has no route', () => {
    const choice = { statusId: 'forward-to-phone', at: instant(0), by: ana, cause: 'agent' };
    const account = updateSettings(defaultAccount, { forwardToPhone: true });
    expect(agentView(account, written({ ...here, choice }), instant(5))).toMatchObject({
      takesCalls: true,
      route: null,
    });
  });

  it('of a call that rings since nobody knows when rings no more', () => {
    const record = written({ ...here, calls: [call({ state: 'ringing' })] });
    expect(sight(record, 5)).toMatchObject({ conversations: [], route: 'widget' });
  });

  it('of a live call that started nobody knows when is Busy, and counts as the oldest', () => {
    const record = written({ ...here, calls: [call({ state: 'live' })] });
    expect(sight(record, 5)).toMatchObject({ status: 'busy', conversations: ['c:live'] });
    expect(sight(after(record, started('d'), 5), 5).conversations).toEqual(['c:live', 'd:live']);
    expect(sight(after(record, ringing('d'), 5), 5).conversations).toEqual(['c:live', 'd:ringing']);
  });

  it('of a live call that nobody carries is one of which nobody hears for twelve hours', () => {
    const record = written({ ...here, calls: [call({ state: 'live', carriers: [] })] });
    expect(sight(record, 5)).toMatchObject({ status: 'busy', deadline: 12 * HOUR });
  });

  it('of an end that nobody timed can be taken back, reported and closed', () => {
    const record = written({ ...here, calls: [call({ state: 'ended', presumed: true })] });
    expect(sight(record, 5)).toMatchObject({ status: 'after-call-work', deadline: 150 });
    expect(agentView(defaultAccount, after(record, started(), 5), instant(5)).conversations[0]).toMatchObject({
      state: 'live',
      startedAt: instant(5),
    });
    expect(agentView(defaultAccount, after(record, ended(), 5), instant(5)).conversations[0]).toMatchObject({
      endedAt: instant(5),
    });
    expect(sight(after(record, close(), 5), 5)).toMatchObject({ status: 'available', conversations: [] });
  });

  it('of an end that nobody timed closes with the absence of somebody signed out', () => {
    const record = after(written({ ...here, calls: [call({ state: 'ended' })] }), signOut(), 5);
    expect(sight(record, 6)).toMatchObject({ status: 'offline', conversations: ['c:ended'], deadline: 5 + 8 * HOUR });
    expect(sight(record, 5 + 8 * HOUR).conversations).toEqual([]);
  });

  it('of an absence without a limit makes the next sign-in the first', () => {
    const choice = { statusId: 'lunch', at: instant(0), by: ana, cause: 'agent' };
    const record = written({ at: instant(0), signedIn: true, absentSince: instant(0), choice });
    expect(sight(after(record, signIn(), 5), 5)).toMatchObject({ status: 'available', cause: 'sign-in' });
  });

  it('of a limit without extensions grants none', () => {
    const record = written({ ...here, calls: [call({ state: 'ended', closesAt: instant(60) })] });
    expect(sight(record, 5).deadline).toBe(60);
    expect(extensionEnd(record, 'c')).toBe(instant(60));
    expect(codeOf(() => after(record, extend('c', 61), 5))).toBe('not-supported');
    const some = written({ ...here, calls: [call({ state: 'ended', closesAt: instant(60), extensionsLeft: 1 })] });
    expect(codeOf(() => after(some, extend('c', 61), 5))).toBe('not-supported');
  });
});

describe('an account that says little', () => {
  it('of a default status has the product’s, without an allowance', () => {
    const account = readAccount({ statuses: [{ id: 'busy' }] });
    expect(statusOf(account, 'busy')).toEqual(statusOf(defaultAccount, 'busy'));
  });

  it('of a status that the product brought along has the rest from the product', () => {
    const account = readAccount({ statuses: [{ id: 'lunch', name: 'Mittag' }] });
    expect(statusOf(account, 'lunch')).toMatchObject({ name: 'Mittag', emoji: '🍽️', enabled: true });
  });
});

describe('an event that says little', () => {
  it.each(['call-ringing', 'call-started'] as const)('%s with an id in place of a call is ignored', (type) => {
    const record = written(here);
    expect(after(record, { type, callId: 'c' } as unknown as AgentEvent, 5)).toBe(record);
  });
});

describe('an error', () => {
  it('carries what caused it, and what a host may need', () => {
    const cause = new Error('no network');
    const error = new PhoneError('conflict', 'Somebody was faster.', { cause, data: { present: undefined } });
    expect(error).toMatchObject({ code: 'conflict', cause, data: { present: undefined } });
    expect(error.message).toBe('[phone-widget] Somebody was faster.');
    expect(error).toBeInstanceOf(Error);
  });

  it('carries neither where there is none', () => {
    const error = new PhoneError('closed', 'The store was closed.');
    expect('data' in error && error.data !== undefined).toBe(false);
    expect('cause' in error).toBe(false);
  });
});
