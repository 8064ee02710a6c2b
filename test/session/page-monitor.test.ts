import { describe, expect, it, vi } from 'vitest';
import { newAgentRecord, type AgentEvent, type PageId } from '../../src/model/agent.js';
import type { KeptFact } from '../../src/model/pending.js';
import { LEASE_MS } from '../../src/model/presence.js';
import { PageMonitor } from '../../src/session/page-monitor.js';
import { fakeBrowser } from '../support/fake-browser.js';
import { pass, SECOND, settle, START, useFakeTime } from './set-up.js';

useFakeTime();

const fact: KeptFact = { type: 'call-ended', callId: 'c1', at: START };
const lockOf = (page: PageId): string => `phone-widget:page:${page}`;

/** The monitor of one page, over a record with the leases of others. */
function monitored(page: PageId, { kept = {} as Record<PageId, readonly KeptFact[]> } = {}) {
  const synced = { record: newAgentRecord('ana') };
  const pending = { add: vi.fn<(event: AgentEvent) => void>(), enqueueKept: vi.fn<(facts: unknown) => void>() };
  const outbox = {
    factsOf: (one: PageId) => kept[one] ?? [],
    pages: () => Object.keys(kept),
    keep: (one: PageId) => void Reflect.deleteProperty(kept, one),
  };
  const monitor = new PageMonitor({ page }, { synced, pending, outbox });
  const lease = (other: PageId, until: number): void => {
    synced.record = { ...synced.record, leases: { ...synced.record.leases, [other]: until } };
  };
  return { monitor, synced, pending, kept, lease };
}

describe('a page that dies', () => {
  it('loses its lease a moment after its lock is free, and its facts go to another page', async () => {
    const { locks } = fakeBrowser();
    const [one, other] = [monitored('b.p1', { kept: { 'b.p2': [fact] } }), monitored('b.p2')];
    for (const { monitor } of [one, other]) monitor.enter();
    await settle();
    one.lease('b.p2', START + LEASE_MS);
    one.monitor.look();
    locks.kill(lockOf('b.p2'));
    await settle();
    expect([one.pending.enqueueKept.mock.calls, one.kept]).toEqual([[[[fact]]], {}]);
    expect(one.pending.add).not.toHaveBeenCalled();
    await pass(SECOND);
    expect(one.pending.add.mock.calls).toEqual([[{ type: 'page-died', page: 'b.p2' }, 'lease']]);
  });

  it.each(['it said that it left', 'its lease was shortened', 'it holds its lock again'])(
    'is none where %s',
    async (why) => {
      const { locks } = fakeBrowser();
      const [one, other] = [monitored('b.p1'), monitored('b.p2')];
      for (const { monitor } of [one, other]) monitor.enter();
      await settle();
      one.lease('b.p2', START + LEASE_MS);
      one.monitor.look();
      if (why.includes('left')) other.monitor.leave();
      else locks.kill(lockOf('b.p2'));
      await settle();
      if (why.includes('shortened')) one.lease('b.p2', START);
      if (why.includes('again')) other.monitor.enter();
      await pass(SECOND);
      expect(one.pending.add).not.toHaveBeenCalled();
    },
  );

  it('is no concern of a page of another browser, or of one that has stopped', async () => {
    const { locks } = fakeBrowser();
    const [one, other] = [monitored('b.p1'), monitored('x.p2')];
    for (const { monitor } of [one, other]) monitor.enter();
    one.lease('x.p2', START + LEASE_MS);
    one.lease('b.p3', START + LEASE_MS);
    one.monitor.look();
    expect(locks.waiting(lockOf('x.p2'))).toBe(1);
    one.monitor.stop();
    await pass(SECOND);
    expect(one.pending.add).not.toHaveBeenCalled();
  });
});

describe('what dead pages have kept', () => {
  it('is taken over where their locks are free, and later where they live', async () => {
    const { locks } = fakeBrowser();
    const kept = { 'b.p1': [fact], 'b.p2': [fact], 'b.p3': [fact] };
    const [one, living] = [monitored('b.p1', { kept }), monitored('b.p3')];
    living.monitor.enter();
    await one.monitor.start();
    expect(Object.keys(kept)).toEqual(['b.p1', 'b.p3']);
    locks.kill(lockOf('b.p3'));
    await settle();
    expect(Object.keys(kept)).toEqual(['b.p1']);
  });

  it('is taken over without locks unless the page runs in this realm', async () => {
    const kept = { p2: [fact], p3: [fact] };
    const [one, living] = [monitored('p1', { kept }), monitored('p3')];
    living.monitor.enter();
    await one.monitor.start();
    expect(Object.keys(kept)).toEqual(['p3']);
    living.monitor.leave();
    await one.monitor.start();
    expect(kept).toEqual({});
    one.monitor.look();
    one.monitor.leave();
  });

  it('of the page itself is queued, and stays kept until it is saved', async () => {
    const { monitor, pending, kept } = monitored('p1', { kept: { p1: [fact] } });
    await monitor.start();
    expect([pending.enqueueKept.mock.calls, kept]).toEqual([[[[fact]]], { p1: [fact] }]);
  });
});

describe('a lock', () => {
  it('that cannot be had is waited for no longer than a second', async () => {
    fakeBrowser();
    const [holder, late] = [monitored('b.p1'), monitored('b.p1')];
    holder.monitor.enter();
    await settle();
    late.monitor.enter();
    const entered = vi.fn<() => void>();
    void late.monitor.entered().then(entered);
    await pass(SECOND - 1);
    expect(entered).not.toHaveBeenCalled();
    await pass(1);
    expect(entered).toHaveBeenCalled();
  });
});
