import { describe, expect, it, vi } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { PhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { SyncedState, type SyncedStateEvents } from '../../src/session/synced-state.js';
import { memoryStore } from '../../src/stores/memory-store.js';
import type { StatusStore, Versioned, Watcher } from '../../src/stores/status-store.js';
import { settle, START, useFakeTime } from './set-up.js';

useFakeTime();

const event = { type: 'sign-in', page: 'p1' } as const;
const signedIn = (): AgentRecord => recordEvent(defaultAccount, newAgentRecord('ana'), event, START);

function syncedState(store: StatusStore = memoryStore()) {
  const calls: string[] = [];
  const report = vi.fn<(error: PhoneError) => void>();
  const events: SyncedStateEvents = {
    changed: () => calls.push('changed'),
    beforeRemoteChange: () => {
      calls.push('before');
      return () => calls.push('after');
    },
    watched: (isWritable) => calls.push(`watched ${isWritable}`),
    forbidden: () => calls.push('forbidden'),
    erased: () => calls.push('erased'),
  };
  const synced = new SyncedState({ agentId: 'ana', agentName: 'Ana', store, report }, events);
  return { synced, calls, report };
}

/** A store that keeps what it is given, and hands over the very same objects. */
function foreignStore() {
  let agent: Watcher<AgentRecord> | undefined;
  const store = {
    name: 'foreign',
    watchAccount: () => () => {},
    watchAgent: (_id: string, watcher: Watcher<AgentRecord>) => {
      agent = watcher;
      return () => (agent = undefined);
    },
  } as unknown as StatusStore;
  return { store, next: (entry: Versioned<AgentRecord>) => agent!.next(entry) };
}

describe('what is known of an agent', () => {
  it('is a fresh record and the default account until the store has told of both', async () => {
    const { synced } = syncedState();
    expect([synced.record.agentName, synced.account, synced.agent]).toEqual(['Ana', defaultAccount, undefined]);
    expect([synced.isKnown, synced.isComplete]).toEqual([false, false]);
    await synced.read();
    await synced.complete;
    expect([synced.isKnown, synced.isComplete, synced.agent?.revision]).toEqual([true, true, null]);
  });

  it('changes in order: what was, what is done about it, and that it changed', () => {
    const { synced, calls } = syncedState();
    synced.takeAgent({ value: signedIn(), revision: 2 });
    expect(calls).toEqual(['before', 'after', 'changed']);
    synced.takeAgent({ value: newAgentRecord('ana'), revision: 1 });
    expect([synced.agent?.revision, calls.length]).toEqual([2, 3]);
    synced.takeAgent({ value: newAgentRecord('ana'), revision: 1 }, 2);
    expect(synced.agent?.revision).toBe(1);
  });

  it('is lost where the store has none any more, if the page saves it again', () => {
    for (const hasStarted of [true, false]) {
      const { synced } = syncedState();
      synced.hasStarted = hasStarted;
      synced.takeAgent({ value: signedIn(), revision: 1 });
      synced.takeAgent(undefined, 1);
      expect([synced.agent?.isLost, synced.record.signedIn]).toEqual([hasStarted, hasStarted]);
    }
  });

  it('is written no more once a newer version has, until that is undone', () => {
    const { store, next } = foreignStore();
    const { synced, calls } = syncedState(store);
    const stop = synced.watch();
    next({ value: { ...signedIn(), writableBy: 99 }, revision: 1 });
    expect([synced.forbidden?.code, calls]).toEqual([
      'newer-version',
      ['before', 'forbidden', 'changed', 'watched false'],
    ]);
    next({ value: signedIn(), revision: 2 });
    expect([synced.forbidden, calls.at(-1)]).toEqual([undefined, 'watched true']);
    stop();
  });

  it('is reported as damaged once for each revision, and stands', () => {
    const { synced, report } = syncedState();
    synced.takeAgent({ value: signedIn(), revision: 1 });
    const broken = { value: { agentId: 'ana', calls: 7 } as unknown as AgentRecord, revision: 2 };
    synced.takeAgent(broken);
    synced.takeAgent(broken);
    expect(report.mock.calls.map(([{ code }]) => code)).toEqual(['damaged-data']);
    expect([synced.agent?.revision, synced.record.signedIn]).toEqual([2, true]);
    expect(synced.takeError(new PhoneError('unavailable', 'away'))).toBe(false);
  });
});

describe('a document that a store hands over', () => {
  it('is taken as it is from a built-in store, which has checked and copied it', async () => {
    const store = memoryStore({ account: 'handed over' });
    await store.saveAccount(updateSettings(defaultAccount, { acwLimitSeconds: 7 }), null);
    await store.saveAgent(signedIn(), null, event);
    const { synced } = syncedState(store);
    const entry = (await store.readAgent('ana'))!;
    synced.takeAgent(entry);
    expect(synced.record).toBe(entry.value);
    const handed: unknown[] = [];
    const spied = {
      ...store,
      watchAgent: () => () => {},
      watchAccount: (watcher: Watcher<typeof defaultAccount>) =>
        store.watchAccount({ next: (account) => (handed.push(account.value), watcher.next(account)) }),
    };
    const follower = syncedState(spied).synced;
    const stop = follower.watch();
    await settle();
    expect(handed).toHaveLength(1);
    expect(follower.account).toBe(handed[0]);
    stop();
  });

  it('belongs to the first who takes it: another session gets a copy', async () => {
    const store = memoryStore({ account: 'taken twice' });
    const entry = await store.saveAgent(signedIn(), null, event);
    const [one, other] = [syncedState(store).synced, syncedState(store).synced];
    one.takeAgent(entry);
    other.takeAgent(entry);
    expect(one.record).toBe(entry.value);
    expect(other.record).not.toBe(entry.value);
    expect(other.record).toEqual(entry.value);
  });

  it('is copied from a foreign store, which may change it later', () => {
    const { store, next } = foreignStore();
    const { synced } = syncedState(store);
    const stop = synced.watch();
    const value = { ...signedIn() };
    next({ value, revision: 1 });
    Object.assign(value, { agentId: 7, choice: 'nonsense' });
    expect(synced.record).toEqual(signedIn());
    stop();
  });

  it('is checked where a wrapper puts another value into it', async () => {
    const store = memoryStore({ account: 'replaced' });
    const entry = await store.saveAgent(signedIn(), null, event);
    const { synced, report } = syncedState(store);
    synced.takeAgent(Object.assign(entry, { value: { ...entry.value, calls: 'none' } }));
    expect(report.mock.calls.map(([{ code }]) => code)).toEqual(['damaged-data']);
  });

  it('is checked where a wrapper makes another entry of it, and where it is another agent’s', async () => {
    const store = memoryStore({ account: 'wrapped' });
    const entry = await store.saveAgent(signedIn(), null, event);
    const { synced, report } = syncedState(store);
    synced.takeAgent({ ...entry, value: { ...entry.value, calls: 7 as unknown as [] } });
    const bob = await store.saveAgent(newAgentRecord('bob'), null, { type: 'sign-in', page: 'p1' });
    synced.takeAgent(bob);
    expect(report.mock.calls.map(([{ code }]) => code)).toEqual(['damaged-data', 'damaged-data']);
    expect(synced.record.agentId).toBe('ana');
  });
});
