import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { recordEvent } from '../../src/model/record-event.js';
import { memoryStore } from '../../src/stores/memory-store.js';
import type { StatusStore, Versioned } from '../../src/stores/status-store.js';
import { statusStoreConformance } from 'phone-widget/testing';
import { damageMemory } from '../support/stores-damage.js';
import { quietly } from '../../src/testing/quietly.js';

statusStoreConformance({
  name: 'memoryStore',
  open: (account) => memoryStore({ account }),
  damage: damageMemory,
  test: (title, run) => test(title, quietly(run), 60_000),
});

const signIn = { type: 'sign-in', page: 'page-1' } as const;

function save(store: StatusStore, basedOn: number | null = null): Promise<Versioned<AgentRecord>> {
  const record = recordEvent(defaultAccount, newAgentRecord('ana'), signIn, store.now());
  return store.saveAgent(record, basedOn, signIn);
}

describe('memoryStore', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2027, 2, 1, 9) }));
  afterEach(() => void vi.useRealTimers());

  test('shares its place with stores of the same account name, and without a name with none', async () => {
    const [named, same, other] = ['shared', 'shared', 'another'].map((account) => memoryStore({ account }));
    const [unnamed, another] = [memoryStore(), memoryStore()];
    const saved = await save(named as StatusStore);
    await save(unnamed);
    expect(await same?.readAgent('ana')).toEqual(saved);
    expect(await other?.readAgent('ana')).toBeUndefined();
    expect(await another.readAgent('ana')).toBeUndefined();
    expect(named?.name).toBe('memory:shared');
    expect(unnamed.name).not.toBe(another.name);
  });

  test('asks the clock at each call', async () => {
    const store = memoryStore();
    const before = store.now();
    vi.advanceTimersByTime(90_000);
    expect(store.now() - before).toBe(90_000);
  });

  test('shortens the lease of a page that is left, at once and at the present instant', async () => {
    const store = memoryStore();
    const { revision } = await save(store);
    vi.advanceTimersByTime(40_000);
    store.depart('ana', 'page-1');
    const after = await store.readAgent('ana');
    expect(after?.value.leases).toEqual({ 'page-1': store.now() + 10_000 });
    store.depart('ana', 'page-1');
    expect((await store.readAgent('ana'))?.revision).toBe(after?.revision);
    expect(after?.revision).toBeGreaterThan(revision);
  });

  test('writes no departure into what is damaged, and none into a record of a newer version', async () => {
    const store = memoryStore({ account: 'newer' });
    const { value } = await save(store);
    const newer = { ...value, version: 99, writableBy: 99 };
    await damageMemory('newer', 'ana', newer);
    store.depart('ana', 'page-1');
    expect((await store.readAgent('ana'))?.value).toEqual(newer);
    await damageMemory('newer', 'ana', 'nonsense');
    store.depart('ana', 'page-1');
    await expect(store.readAgent('ana')).rejects.toMatchObject({
      code: 'damaged-data',
      data: { document: 'nonsense' },
    });
  });

  test('hands out a damaged document as a copy', async () => {
    const store = memoryStore({ account: 'copies' });
    await damageMemory('copies', 'ana', { list: [1] });
    const documentOf = () =>
      store.readAgent('ana').catch((error: { data: { document: { list: number[] } } }) => error.data.document);
    ((await documentOf()) as { list: number[] }).list.push(2);
    expect(await documentOf()).toEqual({ list: [1] });
  });

  test('refuses to keep what nobody could read', async () => {
    const store = memoryStore();
    const { value, revision } = await save(store);
    const broken = { ...value, leases: 'none' } as unknown as AgentRecord;
    await expect(store.saveAgent(broken, revision, signIn)).rejects.toMatchObject({ code: 'damaged-data' });
    const uncopyable = { ...value, extra: () => 1 } as AgentRecord;
    await expect(store.saveAgent(uncopyable, revision, signIn)).rejects.toMatchObject({ code: 'damaged-data' });
    await expect(store.saveAgent(undefined as unknown as AgentRecord, null, signIn)).rejects.toMatchObject({
      code: 'missing-agent',
    });
    expect(await store.readAgent('ana')).toEqual({ value, revision });
  });

  test('says in its errors what happened and what to do', async () => {
    const store = memoryStore({ account: 'words' });
    const { revision } = await save(store);
    await expect(save(store, 77)).rejects.toThrow(
      `[phone-widget] store: someone else saved first (revision ${revision}, not 77). Apply the change to the current entry.`,
    );
    await expect(store.readAgent('')).rejects.toThrow('"" is not an agent id. Give a string of 1 to 200 characters.');
    await store.close();
    await expect(save(store)).rejects.toThrow('store "memory:words": it is closed. Open another one.');
  });

  test('reports damage that is saved over by nobody only once', async () => {
    const store = memoryStore({ account: 'once' });
    const errors: number[] = [];
    store.watchAgents({
      next: () => undefined,
      error: ({ data }) => errors.push((data as { revision: number }).revision),
    });
    await damageMemory('once', 'ana', 7);
    await damageMemory('once', 'ana', 8);
    await store.readAgent('ana').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(errors).toEqual([...new Set(errors)]);
    expect(errors.at(-1)).toBe(2);
  });
});
