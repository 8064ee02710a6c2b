import { describe, expect, it, vi } from 'vitest';
import { createCallFeed } from '../../src/calls/call-feed.js';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import type { AccountSettings } from '../../src/model/settings.js';
import { PhoneError } from '../../src/model/errors.js';
import {
  inbound,
  MINUTE,
  newSession,
  newStore,
  open,
  outbound,
  outcome,
  pass,
  SECOND,
  settle,
  useFakeTime,
} from './set-up.js';

useFakeTime();

async function openPhone(settings: Partial<AccountSettings> = {}) {
  const dialled: string[] = [];
  const dial = vi.fn((number: string): unknown => {
    dialled.push(number);
    return 'c9';
  });
  const hold = vi.fn();
  const sendDigits = vi.fn();
  const feed = createCallFeed({ controls: { dial, hold, sendDigits } });
  const store = newStore();
  await store.saveAccount(updateSettings(defaultAccount, settings), null);
  const all = await open({ store, calls: feed });
  return { ...all, feed, dial, hold, sendDigits, dialled };
}

describe('dialling', () => {
  it.each([
    ['+49 30 901-820', '+4930901820'],
    ['(030) 90.18/20', '030901820'],
    ['１２３', '123'],
    ['*21#', '*21#'],
    ['+49–30[1]', '+49301'],
    ['+44 (0)20 7946 0000', '+442079460000'],
    ['tel:+49-30-901820', '+4930901820'],
  ])('%j dials %s', async (written, number) => {
    const { session, dialled } = await openPhone();
    await session.dial(written);
    expect(dialled).toEqual([number]);
  });

  it.each(['', ' - ', '+', 'abc', '12a', '1'.repeat(33), null, 7])('%j cannot be dialled', async (number) => {
    const { session, dial } = await openPhone();
    await expect(session.dial(number as string)).rejects.toMatchObject({ code: 'invalid-number' });
    expect(dial).not.toHaveBeenCalled();
  });

  it('is refused where the source cannot dial', async () => {
    const { session } = await open();
    await expect(session.dial('123')).rejects.toMatchObject({ code: 'not-supported' });
    const { session: bare } = await open({ calls: { ...createCallFeed(), capabilities: new Set(['dial'] as const) } });
    await expect(bare.dial('123')).rejects.toMatchObject({ code: 'not-supported' });
    const without = newSession({ store: newStore() });
    without.start();
    await settle();
    await expect(without.dial('123')).rejects.toThrow('The call source "none" does not offer dial.');
  });

  it('is refused in a status that takes no calls, and says which', async () => {
    const { session, dial } = await openPhone();
    await session.choose('break');
    await expect(session.dial('123')).rejects.toMatchObject({
      code: 'not-taking-calls',
      message: expect.stringContaining('Break'),
      data: { status: { id: 'break' }, offer: 'become-available' },
    });
    await session.signOut();
    await expect(session.dial('123')).rejects.toMatchObject({
      code: 'not-taking-calls',
      data: { status: { id: 'offline' }, offer: 'sign-in' },
    });
    expect(dial).not.toHaveBeenCalled();
  });

  it('is judged during a call on the status that stood before it', async () => {
    const { session, feed, dialled } = await openPhone();
    feed.started(inbound('c1'));
    await session.choose('break');
    await session.dial('123');
    expect(dialled).toEqual(['123']);
    feed.ended('c1');
    await session.closeConversation('c1');
    feed.started(inbound('c2'));
    const refusal: unknown = await session.dial('123').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'not-taking-calls', data: { status: { id: 'break' } } });
    expect((refusal as PhoneError).data).not.toHaveProperty('offer');
  });

  it('is refused in After Call Work with an offer to close and dial, where that helps', async () => {
    const { session, feed, dialled } = await openPhone();
    feed.started(inbound('c1'));
    feed.ended('c1');
    await settle();
    const data = { offer: 'close-and-dial', callIds: ['c1'], status: { id: 'after-call-work' } };
    await expect(session.dial('123')).rejects.toMatchObject({ code: 'not-taking-calls', data });
    await session.choose('break');
    const closing = { offer: 'close-and-become-available', callIds: ['c1'], status: { id: 'break' } };
    await expect(session.dial('123')).rejects.toMatchObject({ code: 'not-taking-calls', data: closing });
    await session.withdraw();
    await session.closeConversation('c1');
    await session.dial('123');
    expect(dialled).toEqual(['123']);
  });

  it('a number that is never refused is dialled in any status, however it is written', async () => {
    const { session, dialled } = await openPhone({ alwaysDial: ['+49 112', '+44 (0)20 7946 0000'] });
    await session.choose('break');
    await session.dial('+49-112');
    await session.dial('\u2066+44 20\u00AD7946 0000\u2069');
    await session.dial('0044 20 7946 0000');
    expect(dialled).toEqual(['+49112', '+442079460000', '00442079460000']);
    await expect(session.dial('+44 20 7946 0001')).rejects.toMatchObject({ code: 'not-taking-calls' });
  });

  it('is not refused where the account has no such rule', async () => {
    const { session, dialled } = await openPhone({ callsNeedTakesCalls: false });
    await session.signOut();
    await session.dial('123');
    expect(dialled).toEqual(['123']);
  });

  it('goes on without the store, on the page’s own view', async () => {
    const { session, store, dialled } = await openPhone();
    store.freeze();
    await pass(10 * MINUTE);
    await session.dial('123');
    expect(dialled).toEqual(['123']);
  });

  it('waits until the session is ready', async () => {
    const store = newStore();
    store.silent = ['ready', 'next'];
    const dial = vi.fn();
    const { session } = await open({ store, calls: createCallFeed({ controls: { dial } }) });
    const seen = outcome(session.dial('123'));
    await pass(SECOND);
    expect([seen.now, dial.mock.calls.length]).toEqual(['waits', 0]);
    await pass(5 * SECOND);
    expect([seen.now, dial.mock.calls.length]).toEqual(['done', 1]);
  });
});

describe('a control', () => {
  it('transfers to the number that is meant, however it is written', async () => {
    const transfer = vi.fn();
    const feed = createCallFeed({ controls: { transfer } });
    const { session } = await open({ calls: feed });
    feed.started(inbound('c1'));
    await session.control('transfer', 'c1', '+44 (0)20 7946 0000');
    expect(transfer).toHaveBeenCalledWith('c1', '+442079460000');
    const failed: unknown = await session
      .control('transfer', 'c1', '+49 30 901820 ext. 12')
      .catch((one: unknown) => one);
    expect(failed).toMatchObject({ code: 'invalid-number', data: { reason: 'extension' } });
    expect(transfer).toHaveBeenCalledOnce();
  });

  it('is used on the call that it names', async () => {
    const { session, hold, sendDigits, feed } = await openPhone();
    feed.started(outbound('c1'));
    expect([session.can('hold'), session.can('mute')]).toEqual([true, false]);
    await session.control('hold', 'c1');
    await session.control('sendDigits', 'c1', '12#');
    expect(hold).toHaveBeenCalledWith('c1');
    expect(sendDigits).toHaveBeenCalledWith('c1', '12#');
    expect(session.view?.conversations[0]?.state).toBe('live');
    await expect(session.control('mute', 'c1')).rejects.toMatchObject({ code: 'not-supported' });
  });

  it('that fails rejects with what the source says', async () => {
    const { session, hold } = await openPhone();
    hold.mockImplementationOnce(() => {
      throw new Error('no line');
    });
    await expect(session.control('hold', 'c1')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no line'),
    });
    hold.mockRejectedValueOnce(new PhoneError('denied', 'Not you.'));
    await expect(session.control('hold', 'c1')).rejects.toMatchObject({ code: 'denied' });
  });

  it('is not offered where there is no source', async () => {
    const store = newStore();
    const { session } = await open({ store, actor: { role: 'agent', id: 'ana' } });
    expect(session.can('hold')).toBe(false);
    await expect(session.control('hold', 'c1')).rejects.toMatchObject({ code: 'not-supported' });
  });
});
