import type { LogLine } from 'phone-widget/server';
import { natsStore } from 'phone-widget/nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasNatsServer, startNatsServers, type NatsServers } from '../support/nats-servers.js';
import { ana, Visitor, world } from '../support/server.js';

describe.skipIf(!hasNatsServer())('a server on three nodes', () => {
  let servers: NatsServers;
  beforeAll(async () => void (servers = await startNatsServers({ count: 3 })), 60_000);
  afterAll(() => servers?.end());

  test('whose clock is wrong notices by its own save, is not ready, and recovers without another save', async () => {
    const store = natsStore({ servers: servers.urls, account: 'clocks' });
    const lines: LogLine[] = [];
    const { server } = world({ store: () => store, log: (line) => void lines.push(line) });
    const visitor = new Visitor(server, ana);
    const ready = async () => (await visitor.request('ready')).status;
    const real = Date.now.bind(Date);
    let wrongBy = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + wrongBy);
    const saved = await visitor.event('ana', { type: 'sign-in', page: 'p1' }, null);
    expect([saved.status, await ready()]).toEqual([200, 200]);
    await expect.poll(() => Math.abs(store.now() - real())).toBeLessThan(1_000);
    for (const [index, by] of [3_600_000, -60_000].entries()) {
      wrongBy = by;
      // The server compares its clock once a second.
      await expect
        .poll(
          async () => {
            const sign = { type: 'sign-in', page: `p${index}` } as const;
            await store.removeAgent('ben');
            const other = new Visitor(server, { id: 'ben', roles: ['agent'] });
            await other.event('ben', sign, null);
            return ready();
          },
          { timeout: 30_000 },
        )
        .toBe(503);
      expect(Math.abs(store.now() - real())).toBeLessThan(5_000);
      wrongBy = 0;
      await expect.poll(ready, { timeout: 40_000 }).toBe(200);
    }
    expect(lines.some((line) => line.event === 'clock' && line.what === 'store')).toBe(true);
    clock.mockRestore();
    await server.close();
    await store.close();
  }, 150_000);
});
