import { describe, expect, it, vi } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../src/model/agent.js';
import { PhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { GIVE_UP_MS, PendingEvents } from '../../src/session/pending-events.js';
import { inbound, outcome, pass, START, useFakeTime } from './set-up.js';

useFakeTime();

const ana = { role: 'agent', id: 'ana' } as const;
const signedIn = recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p1' }, START);
const chosen = (statusId: string): AgentEvent => ({ type: 'choose', statusId, by: ana, at: START });
const started = (id: string): AgentEvent => ({ type: 'call-started', call: inbound(id), carrier: 'p1', at: START });
const first = (): boolean => false;

/** Pending events over a record that the test changes. */
function pendingEvents({ record = signedIn }: { record?: AgentRecord } = {}) {
  const synced = { account: defaultAccount, record, isErased: false };
  const changed = vi.fn<() => void>();
  const keep = vi.fn<(page: string, facts: readonly AgentEvent[]) => void>();
  const context = { page: 'p1', isOwn: true, now: () => Date.now(), changed };
  return { pending: new PendingEvents(context, { synced, outbox: { keep } }), synced, changed, keep };
}

describe('pending events', () => {
  it('notify after each change, and keep the facts when their number changes', () => {
    const { pending, changed, keep } = pendingEvents();
    pending.add(started('c1'), 'fact');
    pending.add({ type: 'renew', page: 'p1' }, 'lease');
    expect(changed).toHaveBeenCalledTimes(2);
    expect(keep.mock.calls).toEqual([['p1', [started('c1')]]]);
    pending.clear(new PhoneError('missing-agent', 'gone'));
    expect(keep).toHaveBeenLastCalledWith('p1', []);
  });

  it('of an erased agent are not added', () => {
    const { pending, synced, changed } = pendingEvents();
    synced.isErased = true;
    pending.add(started('c1'), 'fact');
    expect([pending.hasKind('fact'), changed.mock.calls.length]).toEqual([false, 0]);
  });

  it('show one record until they, the confirmed record or the account change', () => {
    const { pending, synced } = pendingEvents();
    void outcome(pending.ask(chosen('break')));
    const shown = pending.optimisticRecord;
    expect(shown.choice?.statusId).toBe('break');
    expect(pending.optimisticRecord).toBe(shown);
    synced.account = { ...defaultAccount };
    expect(pending.optimisticRecord).not.toBe(shown);
    synced.record = recordEvent(defaultAccount, signedIn, chosen('lunch'), START);
    pending.clear(new PhoneError('unavailable', 'stopped'));
    expect(pending.optimisticRecord).toBe(synced.record);
  });

  it('do nothing where there is nothing to restore', () => {
    const { pending, changed } = pendingEvents();
    pending.restoreRecord([]);
    expect(changed).not.toHaveBeenCalled();
  });

  it('that are on their way are neither dropped nor left after they were cleared', () => {
    const { pending } = pendingEvents();
    pending.add({ type: 'renew', page: 'p1' }, 'lease');
    pending.saving = pending.next(first);
    pending.drop(() => true);
    expect(pending.has('renew')).toBe(true);
    pending.clear(new PhoneError('missing-agent', 'gone'));
    expect([pending.has('renew'), pending.saving]).toEqual([false, undefined]);
  });
});

describe('a wish', () => {
  it('settles as it is saved or refused, once', async () => {
    const { pending } = pendingEvents();
    const [saved, refused] = [outcome(pending.ask(chosen('break'))), outcome(pending.ask(chosen('lunch')))];
    const item = pending.next(first)!;
    pending.saving = item;
    pending.remove(item);
    pending.remove(item, new PhoneError('denied', 'too late'));
    expect(pending.saving).toBe(undefined);
    pending.refuse(new PhoneError('denied', 'no'));
    await pass(0);
    expect([saved.now, refused.now]).toEqual(['done', 'denied']);
  });

  it.each(['as it was asked', 'after it was dated anew', 'after the record was gone'])(
    'is given up after five minutes, %s',
    async (how) => {
      const { pending } = pendingEvents();
      const asked = outcome(pending.ask(chosen('break')));
      if (how.includes('dated')) pending.restoreRecord([{ type: 'renew', page: 'p2' }]);
      if (how.includes('gone')) pending.restart();
      await pass(GIVE_UP_MS - 1);
      expect(asked.now).toBe('waits');
      await pass(1);
      expect([asked.now, pending.has('choose')]).toEqual(['unavailable', false]);
    },
  );

  it('about a call that is kept with its facts is done', async () => {
    const { pending, keep } = pendingEvents();
    const closing = outcome(pending.ask({ type: 'close', callId: 'c1' }));
    const other = outcome(pending.ask({ type: 'close', callId: 'c2' }));
    pending.keepWishes('c1');
    await pass(0);
    expect([closing.now, other.now]).toEqual(['done', 'waits']);
    expect(keep).toHaveBeenLastCalledWith('p1', [{ type: 'close', callId: 'c1', at: START }]);
  });

  it('tells on the shown record why the rules refuse it', () => {
    const { pending } = pendingEvents();
    expect(pending.refusal(chosen('break'))).toBe(undefined);
    expect(pending.refusal(chosen('nowhere'))).toMatchObject({ code: 'invalid-status' });
  });

  it('that waits for the page’s sign-in is dated after it', () => {
    const { pending } = pendingEvents({ record: newAgentRecord('ana') });
    void outcome(pending.ask(chosen('break')));
    const after = recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p1' }, START + 9);
    expect(pending.stamped(pending.next(first)!, after)).toEqual({ ...chosen('break'), at: after.wishAt });
  });
});
