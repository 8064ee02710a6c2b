import type { AgentRecord } from '../../model/agent.js';
import { LEASE_MS, LEAVE_IN_CALL_MS, LEAVE_MS } from '../../model/presence.js';
import type { StatusStore } from '../../stores/status-store.js';
import { hear, record, signIn } from './bench.js';
import { casesOf } from './case.js';
import { expectSame, expectThat } from './expect.js';

/** How far apart the clocks of two clients may be, in milliseconds. */
const CLOCK_MS = 2_000;

/** Promise 13: a page is left. */
export const departureCases = casesOf(13, {
  'another client that runs sees the lease of the page shortened, and no other': async (bench) => {
    const [leaving, other] = [await bench.open(), await bench.open()];
    await signIn(leaving, 'ana', 'page-1');
    await signIn(leaving, 'ana', 'page-2');
    const heard = hear<AgentRecord>();
    other.watchAgent('ana', heard);
    await bench.until('the watch is ready', () => heard.readyAfter === 1);
    const at = leaving.now();
    expectSame(leaving.depart('ana', 'page-1') as unknown, undefined, 'What depart answers');
    await bench.until('the lease is seen shortened', () => left(heard.entries.at(-1)?.value, at, LEAVE_MS));
    expectSame(heard.entries.length, 2, 'The number of states that were heard');
    expectThat(
      leaseOf(heard.entries.at(-1)?.value, 'page-2') > at + LEASE_MS / 2,
      'The lease of another page was cut.',
    );
  },
  'closing the store right after it does not take it back': async (bench) => {
    const [leaving, other] = [await bench.open(), await bench.open()];
    await signIn(leaving, 'ana');
    const heard = hear<AgentRecord>();
    other.watchAgent('ana', heard);
    await bench.until('the watch is ready', () => heard.readyAfter === 1);
    const at = leaving.now();
    leaving.depart('ana', 'page-1');
    void leaving.close();
    await bench.until('the lease is seen shortened', () => left(heard.entries.at(-1)?.value, at, LEAVE_MS));
  },
  'one that starts later sees it then': async (bench) => {
    const leaving = await bench.open();
    await signIn(leaving, 'ana');
    const at = leaving.now();
    leaving.depart('ana', 'page-1');
    await leaving.close();
    const later = await bench.open();
    await bench.until('the lease is seen shortened', async () => left(await valueOf(later), at, LEAVE_MS));
  },
  'a page that carries a live call is given longer': async (bench) => {
    const [leaving, other] = [await bench.open(), await bench.open()];
    await signIn(leaving, 'ana');
    const call = { id: 'call-1', direction: 'outbound', party: {} } as const;
    await record(leaving, 'ana', { type: 'call-started', call, carrier: 'page-1' });
    const at = leaving.now();
    leaving.depart('ana', 'page-1');
    await bench.until('the lease is seen shortened', async () => left(await valueOf(other), at, LEAVE_IN_CALL_MS));
    expectThat(
      leaseOf(await valueOf(other), 'page-1') > at + LEAVE_MS + CLOCK_MS,
      'The call was not taken into account.',
    );
  },
  'a page that comes back renews its lease, and nobody cuts it again': async (bench) => {
    const [page, other] = [await bench.open(), await bench.open()];
    await signIn(page, 'ana');
    const at = page.now();
    page.depart('ana', 'page-1');
    await bench.until('the lease is seen shortened', async () => left(await valueOf(other), at, LEAVE_MS));
    const renewed = await record(page, 'ana', { type: 'renew', page: 'page-1' });
    expectThat(leaseOf(renewed.value, 'page-1') > at + LEASE_MS / 2, 'The lease was not renewed.');
    const late = await bench.open();
    expectSame(await late.readAgent('ana'), renewed, 'What a client reads that starts later');
    expectSame(await other.readAgent('ana'), renewed, 'What the other client reads');
  },
  'leaving twice, a page without a lease, or an agent who is not there changes nothing more': async (bench) => {
    const [leaving, other] = [await bench.open(), await bench.open()];
    const heard = hear<AgentRecord>();
    other.watchAgents(heard);
    await signIn(leaving, 'ana');
    const at = leaving.now();
    leaving.depart('nobody', 'page-1');
    leaving.depart('ana', 'page-7');
    for (const page of ['page-1', 'page-1', '__proto__', '']) leaving.depart('ana', page);
    await bench.until('the lease is seen shortened', () => left(heard.entries.at(-1)?.value, at, LEAVE_MS));
    await signIn(leaving, 'ben');
    await bench.until('a later save is heard', () => heard.entries.at(-1)?.value.agentId === 'ben');
    expectSame(agentsOf(heard.entries), ['ana', 'ben'], 'The agents that were heard');
    expectSame(Object.keys((await valueOf(other))?.leases ?? {}), ['page-1'], 'The pages of the agent');
    expectSame(await other.readAgent('nobody'), undefined, 'An agent who was never there');
  },
  'pages and agents with any name can be left': async (bench) => {
    const [leaving, other] = [await bench.open(), await bench.open()];
    for (const name of ['__proto__', 'a"],["b', 'a:b:c', '📞 /..', ' ']) {
      await signIn(leaving, name, name);
      const at = leaving.now();
      leaving.depart(name, name);
      await bench.until(`the lease of ${JSON.stringify(name)} is seen shortened`, async () => {
        const lease = leaseOf((await other.readAgent(name))?.value, name);
        return lease > 0 && lease <= at + LEAVE_MS + CLOCK_MS;
      });
    }
  },
});

/** Reads the record of `ana` by that client. */
async function valueOf(store: StatusStore): Promise<AgentRecord | undefined> {
  return (await store.readAgent('ana'))?.value;
}

/** Whether the lease of `page-1` was shortened by a departure at about that instant. */
function left(value: AgentRecord | undefined, at: number, graceMs: number): boolean {
  const lease = leaseOf(value, 'page-1');
  return lease >= at + graceMs - CLOCK_MS && lease <= at + graceMs + CLOCK_MS;
}

function leaseOf(value: AgentRecord | undefined, page: string): number {
  return value && Object.hasOwn(value.leases, page) ? (value.leases[page] ?? 0) : 0;
}

function agentsOf(entries: readonly { readonly value: AgentRecord }[]): readonly string[] {
  return [...new Set(entries.map(({ value }) => value.agentId))].sort();
}
