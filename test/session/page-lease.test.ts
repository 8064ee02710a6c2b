import { describe, expect, it, vi } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../src/model/agent.js';
import type { PhoneError } from '../../src/model/errors.js';
import { LEASE_MS, RENEW_MS } from '../../src/model/presence.js';
import { recordEvent } from '../../src/model/record-event.js';
import { PageLease } from '../../src/session/page-lease.js';
import { PendingEvents } from '../../src/session/pending-events.js';
import type { Connection, StatusStore } from '../../src/stores/status-store.js';
import { fakeBrowser } from '../support/fake-browser.js';
import { pass, settle, sleep, START, useFakeTime } from './set-up.js';

useFakeTime();

const signedIn = (at = START): AgentRecord =>
  recordEvent(defaultAccount, newAgentRecord('ana'), { type: 'sign-in', page: 'p1' }, at);

/** The lease of page `p1`, with stand-ins for what it tells. */
function leased(record = signedIn()) {
  const { fire } = fakeBrowser();
  const now = (): number => Date.now();
  const synced = {
    account: defaultAccount,
    record,
    agent: { value: record, revision: 1 as number | null },
    isErased: false,
    hasStarted: false,
  };
  const own = { page: 'p1', isOwn: true, now, changed: () => {} };
  const pending = new PendingEvents(own, { synced, outbox: { keep: () => {} } });
  const saves = {
    trouble: undefined as Connection | undefined,
    open: vi.fn<() => void>(),
    resync: vi.fn<() => void>(),
    retryNow: vi.fn<() => void>(),
  };
  const done: string[] = [];
  const note = (what: string) => (): void => void done.push(what);
  const monitor = {
    start: async () => note('start')(),
    enter: note('enter'),
    entered: async () => note('entered')(),
    leave: note('leave'),
    look: note('look'),
    stop: note('stop'),
  };
  const tracker = {
    renewLease: vi.fn<() => void>(),
    resend: vi.fn<(before?: AgentRecord) => void>(),
    resync: vi.fn<() => Promise<void>>(async () => {}),
  };
  const depart = vi.fn<(agentId: string, page: string) => void>(note('depart'));
  const report = vi.fn<(error: PhoneError) => void>();
  const context = { agentId: 'ana', page: 'p1', store: { depart } as unknown as StatusStore, now, report };
  const lease = new PageLease(context, { synced, pending, saves, monitor, tracker });
  const take = (next: AgentRecord): void => {
    synced.record = next;
    synced.agent = { value: next, revision: 2 };
  };
  /** What is pending, in order; taken out of the queue. */
  const drain = (): AgentEvent[] => {
    const events: AgentEvent[] = [];
    for (let item = pending.next(() => false); item; item = pending.next(() => false)) {
      events.push(item.event);
      pending.remove(item);
    }
    return events;
  };
  return { lease, synced, pending, saves, tracker, done, fire, take, drain, depart, report };
}
const renewal = { type: 'renew', page: 'p1' };

async function started(record?: AgentRecord) {
  const parts = leased(record);
  await parts.lease.start();
  expect(parts.drain()).toEqual([{ type: 'sign-in', page: 'p1' }]);
  parts.done.length = 0;
  return parts;
}

describe('the lease', () => {
  it('begins with a sign-in, which is saved once the lock is held and dead pages are taken over', async () => {
    const { lease, saves, synced, pending, done } = leased();
    const starting = lease.start();
    expect([pending.has('sign-in'), saves.open.mock.calls.length]).toEqual([true, 0]);
    await starting;
    expect(done).toEqual(['start']);
    expect([saves.open.mock.calls.length, synced.hasStarted]).toEqual([1, true]);
  });

  it('is not begun where the page was left in between', async () => {
    const { lease, saves } = leased();
    const starting = lease.start();
    lease.pause();
    await starting;
    expect(saves.open).not.toHaveBeenCalled();
  });

  it('is renewed at each beat, once, unless it was renewed a moment ago', async () => {
    const { drain, take } = await started();
    await pass(RENEW_MS);
    expect(drain()).toEqual([renewal]);
    take(recordEvent(defaultAccount, signedIn(), { type: 'renew', page: 'p1' }, Date.now() + RENEW_MS - 1));
    await pass(RENEW_MS);
    expect(drain()).toEqual([]);
  });

  it('of an agent who signed out is renewed by the calls', async () => {
    const { drain, take, tracker } = await started();
    take(recordEvent(defaultAccount, signedIn(), { type: 'sign-out' }, START));
    await pass(RENEW_MS);
    expect([drain(), tracker.renewLease.mock.calls.length]).toEqual([[], 1]);
  });

  it('that ran out, or whose page slept, is renewed after the store was read', async () => {
    const { lease, saves, drain } = await started();
    sleep(2 * LEASE_MS);
    expect(lease.isLapsed).toBe(true);
    lease.beforeWish();
    expect(saves.resync).toHaveBeenCalledTimes(1);
    await lease.afterReconnect();
    expect(drain()).toEqual([renewal]);
  });

  it('waits for a store that cannot be reached', async () => {
    const { saves, drain } = await started();
    saves.trouble = { state: 'offline' };
    await pass(RENEW_MS);
    expect(drain()).toEqual([]);
  });

  it('ends with the agent, or with the page', async () => {
    for (const end of ['erased', 'paused']) {
      const { lease, synced, drain, done } = await started();
      if (end === 'erased') synced.isErased = true;
      else lease.pause();
      lease.look();
      await pass(10 * RENEW_MS);
      expect([drain(), lease.isLapsed, done]).toEqual([[], end === 'paused', end === 'paused' ? ['stop'] : []]);
    }
  });
});

describe('a page', () => {
  it('that is left tells so before it lets go of its lock, and comes back with a new lease', async () => {
    const { fire, done, saves, pending } = await started();
    pending.add({ type: 'renew', page: 'p1' }, 'lease');
    fire('pagehide');
    expect([done, pending.has('renew')]).toEqual([['depart', 'leave'], false]);
    fire('focus');
    expect([done.at(-1), saves.resync.mock.calls.length]).toEqual(['enter', 1]);
    fire('resume');
    expect([done.at(-1), saves.resync.mock.calls.length]).toEqual(['enter', 2]);
  });

  it('that is stopped tells so where its leaving could not be saved, and reports where that fails', async () => {
    for (const isSaved of [true, false]) {
      const { lease, pending, depart, report, done } = await started();
      const failure = new Error('no way out') as PhoneError;
      depart.mockImplementation(() => {
        throw failure;
      });
      lease.pause();
      if (!isSaved) pending.add({ type: 'leave', page: 'p1' }, 'lease');
      lease.end();
      expect(depart.mock.calls).toEqual(isSaved ? [] : [['ana', 'p1']]);
      expect([report.mock.calls, done]).toEqual([isSaved ? [] : [[failure]], ['stop', 'leave']]);
    }
  });

  it('that is seen again saves at once', async () => {
    const { fire, saves } = await started();
    fire('focus');
    expect(saves.retryNow).toHaveBeenCalledTimes(1);
  });

  it('that is left while the store is read renews nothing', async () => {
    const { lease, fire, drain, tracker } = await started();
    const read = lease.afterReconnect();
    fire('pagehide');
    await read;
    expect([drain(), tracker.resync.mock.calls.length]).toEqual([[], 0]);
  });
});

describe('a change by somebody else', () => {
  const change = (stored: AgentRecord, isLost = false) => ({ stored, shown: stored, isLost });

  it('is answered with a renewal and all calls where the lease ran out', async () => {
    const { lease, take, drain, tracker } = await started();
    sleep(2 * LEASE_MS);
    take(recordEvent(defaultAccount, signedIn(), { type: 'renew', page: 'p2' }, Date.now()));
    lease.onRemoteChange(change(signedIn()));
    expect([drain(), tracker.resend.mock.calls]).toEqual([[renewal], [[undefined]]]);
  });

  it('is answered with nothing while the lease lasts', async () => {
    const { lease, drain, tracker } = await started();
    lease.onRemoteChange(change(signedIn()));
    expect([drain(), tracker.resend.mock.calls.length]).toEqual([[], 0]);
  });

  it('after a sign-out is answered with the calls that went on in this page alone', async () => {
    const { lease, take, tracker } = await started();
    const before = signedIn();
    take(recordEvent(defaultAccount, before, { type: 'sign-out' }, START));
    lease.onRemoteChange(change(before));
    expect(tracker.resend.mock.calls).toEqual([[before]]);
  });

  it('that saved a lost record in part is answered with the rest', async () => {
    const { lease, drain, take } = await started();
    const by = { role: 'agent', id: 'ana' } as const;
    const stood = recordEvent(defaultAccount, signedIn(), { type: 'choose', statusId: 'break', by }, START);
    take(signedIn());
    lease.onRemoteChange(change(stood, true));
    await settle();
    expect(drain()).toMatchObject([{ type: 'choose', statusId: 'break' }]);
  });
});
