import { memoryStore, newAgentRecord, recordEvent, defaultAccount } from 'phone-widget';
import type { LogLine } from 'phone-widget/server';
import { expect, test, vi } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { FaultyStore } from '../support/faulty-store.js';
import { ana, revisionOf, sue, Visitor, world } from '../support/server.js';

const path = `agents/${agentPath('ana')}`;
const signIn = { type: 'sign-in', page: 'p1' } as const;

/** A server, and Ana's record, written by another server whose clock is ahead. */
async function ahead(ms: number) {
  const lines: LogLine[] = [];
  const made = world({ log: (line) => void lines.push(line) });
  const record = recordEvent(defaultAccount, newAgentRecord('ana'), signIn, Date.now() + ms);
  await made.storeOf().saveAgent(record, null, signIn);
  const count = async () => {
    const text = await (await new Visitor(made.server, sue).request('metrics')).text();
    return Number(/^phone_records_ahead_total (\d+)$/m.exec(text)?.[1]);
  };
  const told = () => lines.filter(({ event }) => event === 'clock');
  const ready = async () => (await new Visitor(made.server, sue).request('ready')).status;
  return { ...made, told, count, ready };
}

test('a record ahead of the clock is logged once a minute and counted, and leaves the server ready', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const { server, told, count, ready } = await ahead(3_600_000);
  const visitor = new Visitor(server, ana);
  for (let time = 0; time < 3; time++) expect((await visitor.request(path)).status).toBe(200);
  await new Visitor(server, sue).request('agents');
  expect(told()).toEqual([
    expect.objectContaining({ level: 'warn', what: 'record', account: 'acme', agentId: 'ana', aheadMs: 3_600_000 }),
  ]);
  expect(await count()).toBeGreaterThanOrEqual(3);
  expect(await ready()).toBe(200);
  await vi.advanceTimersByTimeAsync(61_000);
  await visitor.request(path);
  expect(told()).toHaveLength(2);
  vi.useRealTimers();
});

test('a record that is five seconds ahead does not count as one from a wrong clock', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const { server, told, count } = await ahead(5_000);
  const visitor = new Visitor(server, ana);
  const answer = await visitor.request(path);
  await visitor.event('ana', { type: 'renew', page: 'p1' }, revisionOf(answer));
  expect([told().length, await count()]).toEqual([0, 0]);
  vi.useRealTimers();
});

test('a server whose clock differs from its store’s is not ready, says so, and is ready again by itself', async () => {
  const store = new FaultyStore(memoryStore());
  const lines: LogLine[] = [];
  const { server } = world({ store: () => store, log: (line) => void lines.push(line) });
  const visitor = new Visitor(server, ana);
  await visitor.event('ana', signIn, null);
  const statusAt = async (aheadMs: number) => {
    store.aheadMs = aheadMs;
    return (await visitor.request('ready')).status;
  };
  for (const aheadMs of [0, 4_900, -4_900]) expect(await statusAt(aheadMs)).toBe(200);
  for (const aheadMs of [5_200, -5_200, 3_600_000]) expect(await statusAt(aheadMs)).toBe(503);
  expect(await (await visitor.request('metrics')).text()).toMatch(/phone_store_clock_ahead_milliseconds 3[56]\d{5}/);
  expect((await visitor.request(path)).status).toBe(200);
  expect(await statusAt(0)).toBe(200);
  expect(lines.filter(({ event }) => event === 'clock')).toEqual([
    expect.objectContaining({ level: 'error', what: 'store' }),
  ]);
});
