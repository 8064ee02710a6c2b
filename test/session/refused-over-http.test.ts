import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AgentSession, createCallFeed } from 'phone-widget';
import { httpStore } from 'phone-widget/http';
import { ana, tokenOf, world } from '../support/server.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['a sign-in', "O'Br"],
  ['a call fact', 'call-started'],
  ['a choice', 'lunch'],
])('%s that a firewall refuses for ever is tried after growing pauses, while all can be read', async (_, bad) => {
  const { bare } = world();
  const tried: number[] = [];
  const firewall: typeof fetch = async (address, init = {}) => {
    const isBad = typeof init.body === 'string' && init.body.includes(bad);
    if (isBad) tried.push(Date.now());
    const page = { status: 403, headers: { 'content-type': 'text/html' } };
    return isBad ? new Response('<html>Forbidden</html>', page) : bare.fetch(new Request(address, init));
  };
  const headers = () => ({ authorization: tokenOf(ana) });
  const store = httpStore({ url: 'http://status.test/', headers, fetch: firewall });
  const calls = createCallFeed();
  const session = new AgentSession({ agentId: 'ana', agentName: "O'Brien", store, calls });
  session.start();
  await vi.advanceTimersByTimeAsync(300);
  calls.started({ id: 'c1', direction: 'inbound', party: {} });
  const choice = session.choose('lunch').catch(() => undefined);
  await vi.advanceTimersByTimeAsync(60_000);
  // Half a second, doubled up to half a minute; and once more with what is saved meanwhile.
  expect(tried.length).toBeGreaterThan(3);
  expect(tried.length).toBeLessThan(30);
  const stopping = session.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await Promise.all([stopping, choice]);
  await store.close();
});
