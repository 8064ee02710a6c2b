import { memoryStore } from 'phone-widget';
import { createStatusServer, type RateLimitOptions } from 'phone-widget/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { RateLimiter } from '../../src/server/http/rate-limiter.js';
import { acd, ana, believe, ben, pbx, problemOf, sue, Visitor, world } from '../support/server.js';

describe('a limiter', () => {
  let now: number;
  let limiter: RateLimiter;
  beforeEach(() => {
    now = 1_000_000;
    limiter = new RateLimiter({ perSecond: 2, burst: 4 }, () => now);
  });

  test('lets a burst through at once, and then so many a second', () => {
    limiter.charge('ana', 4);
    expect(limiter.waitMs('ana', 1)).toBe(500);
    expect(limiter.waitMs('ana', 3)).toBe(1500);
    now += 1500;
    expect(limiter.waitMs('ana', 3)).toBe(0);
  });

  test('counts each owner apart', () => {
    limiter.charge('ana', 4);
    expect(limiter.waitMs('ben', 4)).toBe(0);
  });

  test('gives no more than a burst, however long the pause', () => {
    limiter.charge('ana', 1);
    now += 3_600_000;
    expect(limiter.waitMs('ana', 4)).toBe(0);
    expect(limiter.waitMs('ana', 5)).toBe(500);
  });

  test('gives and takes nothing while its clock is set back', () => {
    limiter.charge('ana', 4);
    now -= 60_000;
    expect(limiter.waitMs('ana', 1)).toBe(500);
    now += 500;
    expect(limiter.waitMs('ana', 1)).toBe(0);
  });
});

describe('a server with limits', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  const statuses = async (visitor: Visitor, count: number) => {
    const all: number[] = [];
    for (let time = 0; time < count; time++) all.push((await visitor.request('identity')).status);
    return all;
  };
  const under = (rateLimits: RateLimitOptions) => world({ rateLimits }).server;

  test('takes no more of one person, and serves all others', async () => {
    const server = under({ person: { perSecond: 1, burst: 2 } });
    expect(await statuses(new Visitor(server, ana), 3)).toEqual([200, 200, 429]);
    expect(await statuses(new Visitor(server, ben), 1)).toEqual([200]);
    expect(await statuses(new Visitor(server, pbx), 3)).toEqual([200, 200, 200]);
    vi.setSystemTime(Date.now() + 1000);
    expect(await statuses(new Visitor(server, ana), 2)).toEqual([200, 429]);
  });

  test('takes no more of one machine', async () => {
    const server = under({ machine: { perSecond: 1, burst: 100 }, person: { perSecond: 1, burst: 1 } });
    expect((await statuses(new Visitor(server, acd), 101)).lastIndexOf(200)).toBe(99);
    expect(await statuses(new Visitor(server, pbx), 1)).toEqual([200]);
  });

  test('takes no more of one account, whoever sends it, and serves the other accounts', async () => {
    const server = under({ account: { perSecond: 1, burst: 100 } });
    expect(new Set(await statuses(new Visitor(server, ana), 60))).toEqual(new Set([200]));
    expect(new Set(await statuses(new Visitor(server, pbx), 40))).toEqual(new Set([200]));
    expect(await statuses(new Visitor(server, sue), 1)).toEqual([429]);
    expect(await statuses(new Visitor(server, { ...sue, account: 'other' }), 1)).toEqual([200]);
    vi.setSystemTime(Date.now() + 1000);
    expect(await statuses(new Visitor(server, sue), 2)).toEqual([200, 429]);
  });

  test('takes a list of facts whole or not at all', async () => {
    const { server, storeOf } = world({ rateLimits: { account: { perSecond: 1, burst: 100 } } });
    expect(new Set(await statuses(new Visitor(server, ana), 95))).toEqual(new Set([200]));
    const fact = { type: 'started', call: { id: 'c1', direction: 'inbound', party: {} } };
    const path = `agents/${agentPath('ana')}/facts`;
    const refused = await new Visitor(server, pbx).post(
      path,
      Array.from({ length: 9 }, () => fact),
    );
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '4']);
    expect(await storeOf().readAgent('ana')).toBeUndefined();
    expect((await new Visitor(server, pbx).post(path, [fact])).status).toBe(204);
  });

  test('says which limit it was, and when to try again', async () => {
    const server = under({ person: { perSecond: 0.1, burst: 1 }, account: { perSecond: 100, burst: 100 } });
    await new Visitor(server, ana).request('identity');
    const own = await new Visitor(server, ana).request('identity');
    expect(own.headers.get('retry-after')).toBe('10');
    expect(await problemOf(own)).toMatchObject({
      status: 429,
      code: 'unavailable',
      detail: 'Too many requests in a short time. Try again in 10 seconds.',
    });
    for (let index = 0; index < 99; index++) await new Visitor(server, { ...ana, id: `a${index}` }).request('identity');
    const whole = await new Visitor(server, ben).request('identity');
    expect(whole.headers.get('retry-after')).toBe('1');
    expect((await problemOf(whole)).detail).toContain('Too many requests of this account');
  });

  test('charges an account nothing for what a person’s own limit refused, and the other way round', async () => {
    const server = under({ person: { perSecond: 1, burst: 99 }, account: { perSecond: 1, burst: 100 } });
    await statuses(new Visitor(server, ana), 150);
    expect(await statuses(new Visitor(server, ben), 3)).toEqual([200, 429, 429]);
    vi.setSystemTime(Date.now() + 98_000);
    expect(new Set(await statuses(new Visitor(server, ben), 98))).toEqual(new Set([200]));
  });
});

test.each<[string, unknown]>([
  ['person.perSecond is 0. Give a number above 0.', { person: { perSecond: 0, burst: 5 } }],
  ['person.perSecond is Infinity.', { person: { perSecond: Infinity, burst: 5 } }],
  ['person.burst is 0.5. Give a number of at least 1.', { person: { perSecond: 1, burst: 0.5 } }],
  ['machine.burst is 99. Give a number of at least 100.', { machine: { perSecond: 1, burst: 99 } }],
  ['account.burst is NaN. Give a number of at least 100.', { account: { perSecond: 1, burst: NaN } }],
  ['account.burst is undefined.', { account: { perSecond: 1 } }],
  ['account.perSecond is undefined.', { account: 5 }],
  ['account.perSecond is undefined.', { account: null }],
])('creating a server throws and names the limit: %s', (message, rateLimits) => {
  const create = () =>
    createStatusServer({ store: () => memoryStore(), authenticate: believe, rateLimits: rateLimits as never });
  expect(create).toThrow(
    expect.objectContaining({ code: 'invalid-setting', message: expect.stringContaining(message) as string }) as Error,
  );
});
