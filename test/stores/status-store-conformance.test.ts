import { describe, expect, test, vi } from 'vitest';
import type { StatusStore } from '../../src/stores/status-store.js';
import { statusStoreConformance, type StatusStoreConformanceOptions } from 'phone-widget/testing';
import { damageMemory } from '../support/stores-damage.js';
import { faults, type Fault } from '../support/stores-faults.js';
import { LineStore } from '../support/stores-line.js';
import { quietly } from '../../src/testing/quietly.js';

// Each test runs the whole suite, which saves a thousand times.
vi.setConfig({ testTimeout: 60_000 });

const sound: Fault = { promise: 0, title: 'is sound' };

/** A store with that fault, for the suite: each of its clients runs on a line that can be cut. */
const bound = (store: StatusStore, value: unknown): unknown =>
  typeof value === 'function' ? (value.bind(store) as unknown) : value;

function faulty({ spoil, line, place = (name) => name }: Fault): Omit<StatusStoreConformanceOptions, 'test'> {
  const lines = new WeakMap<StatusStore, LineStore>();
  const clients = new Map<string, number>();
  const open = (name: string, rights: { readonly mayWrite?: boolean } = {}): StatusStore => {
    const store = new LineStore(place(name), { ...line, ...rights });
    const number = clients.get(name) ?? 0;
    clients.set(name, number + 1);
    const spoiled = spoil?.(store, number) ?? {};
    const client = new Proxy<StatusStore>(store, {
      get: (_, key: keyof StatusStore) => spoiled[key] ?? bound(store, Reflect.get(store, key)),
    });
    lines.set(client, store);
    return client;
  };
  return {
    name: 'a store',
    open: (name) => open(name),
    openWithoutRights: (name) => open(name, { mayWrite: false }),
    damage: damageMemory,
    disconnect: (client) => (lines.get(client) as LineStore).cut(),
    patienceMs: 150,
  };
}

/** The titles of the cases that fail, and of all. */
async function runSuite(
  fault: Fault,
): Promise<{ readonly failed: readonly string[]; readonly all: readonly string[] }> {
  const cases: { readonly title: string; readonly run: () => Promise<void> }[] = [];
  statusStoreConformance({ ...faulty(fault), test: (title, run) => void cases.push({ title, run }) });
  const failed: string[] = [];
  for (const { title, run } of cases) {
    await run().catch(() => failed.push(title));
  }
  return { failed, all: cases.map(({ title }) => title) };
}

const promiseOf = (title: string) => Number(/^a store: promise (\d+): /.exec(title)?.[1]);

describe('the conformance suite', () => {
  test(
    'has cases for each of the fourteen promises, and a sound store passes all',
    quietly(async () => {
      const { failed, all } = await runSuite(sound);
      expect(failed).toEqual([]);
      expect([...new Set(all.map(promiseOf))].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 14 }, (_, index) => index + 1),
      );
      expect(new Set(all).size).toBe(all.length);
    }),
  );

  test('has a broken store for each of them', () => {
    expect([...new Set(faults.map(({ promise }) => promise))]).toEqual(
      Array.from({ length: 14 }, (_, index) => index + 1),
    );
  });

  test.each(faults)('catches, at promise $promise alone, a store that $title', async (fault) => {
    await quietly(async () => {
      const { failed } = await runSuite(fault);
      expect([...new Set(failed.map(promiseOf))], failed.join('\n')).toEqual([fault.promise]);
    })();
  });

  test('leaves out what cannot be brought about', () => {
    const titles: string[] = [];
    statusStoreConformance({ name: 'a store', open: () => new LineStore('x'), test: (title) => titles.push(title) });
    expect(titles.map(promiseOf)).not.toContain(11);
    expect(titles.map(promiseOf)).not.toContain(10);
    expect(titles.length).toBeGreaterThan(50);
  });
});
