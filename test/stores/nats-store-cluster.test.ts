import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect } from '@nats-io/transport-node';
import { natsStore } from 'phone-widget/nats';
import { newAgentRecord, type AgentRecord } from '../../src/model/agent.js';
import { isPhoneError } from '../../src/model/errors.js';
import { subjectNames } from '../../src/stores/nats-store/subjects.js';
import type { StatusStore, Versioned } from '../../src/stores/status-store.js';
import { hasNatsServer, startNatsServers, type NatsServers } from '../support/nats-servers.js';

const AGENTS = ['ana', 'ben', 'cleo', 'd.e f'];
const event = { type: 'renew', page: 'page-1' } as const;
/** A record that counts the saves in it, and names the last one of each writer. */
type Counted = AgentRecord & { readonly saves: number; readonly last: Readonly<Record<string, number>> };

const countedOf = (agentId: string, entry: Versioned<AgentRecord> | undefined): Counted =>
  (entry?.value ?? { ...newAgentRecord(agentId), saves: 0, last: {} }) as Counted;

/** Saves without a pause, and checks in whatever it is shown what became of its saves. */
class Writer {
  readonly wrong: string[] = [];
  acknowledged = 0;
  refused = 0;
  unavailable = 0;
  readonly #store: StatusStore;
  readonly #name: string;
  #state = '';
  #isStopped = false;
  readonly #running: Promise<unknown>;

  constructor(name: string, store: StatusStore) {
    this.#name = name;
    this.#store = store;
    store.watchConnection(({ state }) => (this.#state = state));
    this.#running = Promise.all(AGENTS.map((agentId) => this.#run(agentId)));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(agentId: string): Promise<void> {
    let present: Versioned<AgentRecord> | undefined;
    let acknowledged = 0;
    const refused = new Set<number>();
    const look = (entry: Versioned<AgentRecord> | undefined): void => {
      const last = countedOf(agentId, entry).last[this.#name] ?? 0;
      if (last < acknowledged) this.wrong.push(`${agentId}: ${last} follows ${acknowledged}, which was acknowledged`);
      if (refused.has(last)) this.wrong.push(`${agentId}: ${last} was refused and is kept`);
      present = entry;
    };
    for (let count = 1; !this.#isStopped; count += 1) {
      const before = countedOf(agentId, present);
      const next: Counted = { ...before, saves: before.saves + 1, last: { ...before.last, [this.#name]: count } };
      try {
        present = await this.#store.saveAgent(next, present?.revision ?? null, event);
        acknowledged = count;
        this.acknowledged += 1;
      } catch (error) {
        if (isPhoneError(error, 'conflict')) {
          refused.add(count);
          this.refused += 1;
          look((error.data as { present: Versioned<AgentRecord> | undefined }).present);
        } else if (isPhoneError(error, 'unavailable')) {
          this.unavailable += 1;
          // A store that is offline refuses at once.
          await vi.waitFor(() => expect(this.#state).toBe('online'), { timeout: 40_000, interval: 20 });
          await this.#store.readAgent(agentId).then(look, () => undefined);
        } else throw error;
      }
    }
    look(await this.#store.readAgent(agentId));
  }
}

describe.skipIf(!hasNatsServer())('natsStore on a cluster of three', () => {
  let servers: NatsServers;
  const opened: StatusStore[] = [];
  const open = (account: string): StatusStore => {
    const store = natsStore({ servers: servers.urls, account });
    opened.push(store);
    return store;
  };

  beforeAll(async () => {
    servers = await startNatsServers({ count: 3 });
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await servers?.end();
  });

  test('clients that make the stream at once share one, on three nodes', async () => {
    const stores = Array.from({ length: 8 }, () => open('together'));
    const saved = await Promise.allSettled(stores.map((store) => store.saveAgent(newAgentRecord('ana'), null, event)));
    expect(saved.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const read = await Promise.all(stores.map((store) => store.readAgent('ana')));
    expect(new Set(read.map((entry) => entry?.revision)).size).toBe(1);
    const client = await connect({ servers: servers.urls as string[] });
    const info = (await client.request(`$JS.API.STREAM.INFO.${subjectNames('together').stream}`)).json();
    expect(info).toMatchObject({ config: { num_replicas: 3, max_msgs_per_subject: 1, deny_delete: true } });
    await client.close();
  });

  /** Two clients save while the fault happens and is mended; then all is compared. */
  async function survives(account: string, fault: (stream: string) => Promise<() => unknown>): Promise<void> {
    const { stream } = subjectNames(account);
    const [one, two, watching] = [open(account), open(account), open(account)];
    await one.readAccount();
    const seen = new Map<string, Versioned<AgentRecord>>();
    const backwards: string[] = [];
    watching.watchAgents({
      next(entry) {
        if (entry.revision <= (seen.get(entry.value.agentId)?.revision ?? 0)) backwards.push(entry.value.agentId);
        seen.set(entry.value.agentId, entry);
      },
    });
    const writers = [new Writer('one', one), new Writer('two', two)];
    const counts = (): readonly number[] => writers.map(({ acknowledged }) => acknowledged);
    const goOn = async (): Promise<void> => {
      const before = counts();
      const isGoing = (): boolean => counts().every((count, index) => count > before[index]! + 20);
      await vi.waitFor(() => expect(isGoing()).toBe(true), { timeout: 40_000, interval: 20 });
    };
    await goOn();
    const mend = await fault(stream);
    await goOn();
    await mend();
    await goOn();
    await Promise.all(writers.map((writer) => writer.stop()));

    expect(writers.flatMap(({ wrong }) => wrong)).toEqual([]);
    const truth = await Promise.all(AGENTS.map((agentId) => open(account).readAgent(agentId)));
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    const kept = sum(truth.map((entry, index) => countedOf(AGENTS[index]!, entry).saves));
    const unknown = sum(writers.map(({ unavailable }) => unavailable));
    const doubled = kept - sum(counts());
    expect(doubled, 'saves in the records beyond those acknowledged').toBeLessThanOrEqual(unknown);
    expect(doubled).toBeGreaterThanOrEqual(0);
    await vi.waitFor(() => expect(AGENTS.map((agentId) => seen.get(agentId))).toEqual(truth), {
      timeout: 15_000,
      interval: 20,
    });
    expect(backwards).toEqual([]);
    console.log(`${account}: ${sum(counts())} saves acknowledged, ${unknown} unavailable`);
  }

  test('no acknowledged save is lost and no stale one taken when the leader is killed', () =>
    survives('killed', async (stream) => {
      const leader = await servers.leader(stream);
      await leader.kill();
      return () => leader.start();
    }));

  test('the same when the leader is frozen, deposed, and thawed', () =>
    survives('frozen', async (stream) => {
      const leader = await servers.leader(stream);
      leader.freeze();
      return () => leader.thaw();
    }));

  test('the same when all nodes are stopped and come back', () =>
    survives('restarted', async () => {
      await servers.restartAll();
      return () => undefined;
    }));
});
