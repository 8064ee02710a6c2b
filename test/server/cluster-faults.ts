import { natsStore } from 'phone-widget/nats';
import { httpStore } from 'phone-widget/http';
import type { AgentRecord, StatusStore } from 'phone-widget/headless';
import { devToken } from '../../src/server/cli/dev-tokens.js';
import type { StatusCluster } from '../support/status-cluster.js';
import { CertainAgent, newTally, SessionAgent, statusOf, type Tally } from './cluster-agents.js';

export const ACCOUNT = 'faults';

/** A fault, and how it ends. */
export interface ClusterFault {
  readonly name: string;
  readonly run: (cluster: StatusCluster) => Promise<void>;
}

/** How long a node or a server is away, in milliseconds: longer than an election takes. */
const AWAY_MS = 6_000;

/** All faults, in their order. */
export const clusterFaults: readonly ClusterFault[] = [
  fault('the node that leads is killed', async (cluster) => {
    const leader = await cluster.leader();
    await leader.kill();
    await pause(AWAY_MS);
    await leader.start();
  }),
  fault('a status server is killed', async ({ servers }) => {
    await servers[0]?.kill();
    await pause(AWAY_MS);
    await servers[0]?.start();
  }),
  fault('the node that leads is frozen', async (cluster) => {
    const leader = await cluster.leader();
    leader.freeze();
    await pause(AWAY_MS * 2);
    leader.thaw();
  }),
  fault('all nodes are restarted', ({ nats }) => nats.restartAll()),
  fault('a node that follows is killed', async (cluster) => {
    const follower = await cluster.follower();
    await follower.kill();
    await pause(AWAY_MS);
    await follower.start();
  }),
  fault('a node that follows is frozen', async (cluster) => {
    const follower = await cluster.follower();
    follower.freeze();
    await pause(AWAY_MS);
    follower.thaw();
  }),
  fault('two nodes are killed: no majority is left', async (cluster) => {
    const [leader, follower] = await Promise.all([cluster.leader(), cluster.follower()]);
    await Promise.all([leader.kill(), follower.kill()]);
    await pause(AWAY_MS);
    await Promise.all([leader.start(), follower.start()]);
  }),
  fault('the other status server is killed', async ({ servers }) => {
    await servers[1]?.kill();
    await pause(AWAY_MS);
    await servers[1]?.start();
  }),
  fault('the node that leads and a status server are killed at once', async (cluster) => {
    const leader = await cluster.leader();
    await Promise.all([leader.kill(), cluster.servers[0]?.kill()]);
    await pause(AWAY_MS);
    await Promise.all([leader.start(), cluster.servers[0]?.start()]);
  }),
  fault('both status servers are killed', async ({ servers }) => {
    await Promise.all(servers.map((server) => server.kill()));
    await Promise.all(servers.map((server) => server.start()));
  }),
  fault('the node that leads is killed again', async (cluster) => {
    const leader = await cluster.leader();
    await leader.kill();
    await leader.start();
  }),
];

/** How much is written during which faults. */
export interface FaultRun {
  /** Agents who check each save, and agents with whole sessions. */
  readonly agents: number;
  readonly sessions: number;
  /** The time between two events of an agent, in milliseconds. */
  readonly paceMs: number;
  /** The least number of events, and the least duration in milliseconds. */
  readonly events: number;
  readonly forMs: number;
  readonly faults: readonly ClusterFault[];
  /** The time between two faults, in milliseconds. */
  readonly betweenMs: number;
  readonly tell?: (line: string) => void;
}

/** The result. */
export interface FaultReport extends Tally {
  /** The longest time without an acknowledged save during each fault, in milliseconds. */
  readonly gaps: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Every shown state that differs from the stored one. Empty if all are right. */
  readonly wrong: readonly string[];
}

/** Lets agents write through the proxy during faults of the cluster, and then compares all shown states with the stored ones. */
export async function runFaults(cluster: StatusCluster, run: FaultRun): Promise<FaultReport> {
  const tell = run.tell ?? (() => undefined);
  const tally = newTally();
  const stores: StatusStore[] = [];
  const open = (id: string, role: 'agent' | 'supervisor'): StatusStore => {
    const authorization = devToken({ account: ACCOUNT, id, roles: [role] });
    const store = httpStore({ url: cluster.url, headers: () => ({ authorization }) });
    stores.push(store);
    return store;
  };
  const agents = ids('agent', run.agents).map((id) => new CertainAgent(open(id, 'agent'), id, tally));
  const sessions = ids('session', run.sessions).map((id) => new SessionAgent(open(id, 'agent'), id));
  const board = new Map<string, AgentRecord>();
  open('sue', 'supervisor').watchAgents({ next: ({ value }) => void board.set(value.agentId, value) });

  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt >= run.forMs && tally.acknowledged >= run.events && areFaultsOver;
  let areFaultsOver = false;
  const work = Promise.all([
    ...agents.map((agent) => repeat(run.paceMs, isOver, () => agent.step())),
    ...sessions.map((agent) => repeat(run.paceMs, isOver, async () => agent.step())),
  ]);
  const gaps: Record<string, number> = {};
  for (const { name, run: happen } of run.faults) {
    await pause(run.betweenMs);
    const from = performance.now();
    await happen(cluster);
    // The time after a fault counts as part of it until a save is acknowledged again.
    const count = tally.acknowledged;
    while (tally.acknowledged === count) await pause(50);
    gaps[name] = longestGap(tally.acknowledgedAt, from, performance.now());
    tell(`${name}: ${Math.round(gaps[name] ?? 0)} ms without an acknowledged save`);
  }
  areFaultsOver = true;
  await work;
  const seconds = (performance.now() - startedAt) / 1000;
  tell(`${tally.acknowledged} saves in ${Math.round(seconds)} s; comparing what everybody shows`);
  const wrong = await compare(cluster, { agents, sessions, board });
  await Promise.all(sessions.map(({ session }) => session.stop()));
  await Promise.all(stores.map((store) => store.close()));
  return { ...tally, gaps, seconds, wrong };
}

interface Seen {
  readonly agents: readonly CertainAgent[];
  readonly sessions: readonly SessionAgent[];
  readonly board: ReadonlyMap<string, AgentRecord>;
}

/** How long all shown states may take to be right again, in milliseconds. */
const SETTLING_MS = 60_000;

async function compare(cluster: StatusCluster, seen: Seen): Promise<readonly string[]> {
  const place = natsStore({ servers: [...cluster.nats.urls], account: ACCOUNT });
  try {
    const giveUpAt = performance.now() + SETTLING_MS;
    for (;;) {
      const wrong = await differences(place, seen);
      if (wrong.length === 0 || performance.now() > giveUpAt) return wrong;
      await pause(200);
    }
  } finally {
    await place.close();
  }
}

async function differences(place: StatusStore, { agents, sessions, board }: Seen): Promise<readonly string[]> {
  const wrong: string[] = [];
  const now = Date.now();
  for (const { agentId, known, watched } of agents) {
    const stored = await place.readAgent(agentId);
    if (!stored || stored.revision !== known?.revision)
      wrong.push(`${agentId}: stored ${stored?.revision}, acknowledged ${known?.revision}`);
    if (stored?.revision !== watched?.revision)
      wrong.push(`${agentId}: stored ${stored?.revision}, watched ${watched?.revision}`);
    const [shown, is] = [board.get(agentId), stored?.value].map((record) => record && statusOf(record, now));
    if (shown !== is) wrong.push(`${agentId}: the supervisor sees ${shown}, stored is ${is}`);
  }
  for (const { agentId, shown, session } of sessions) {
    const stored = await place.readAgent(agentId);
    const is = stored && statusOf(stored.value, now);
    const onBoard = board.get(agentId);
    if (shown !== is) wrong.push(`${agentId}: the page shows ${shown}, stored is ${is} (saving: ${session.saving})`);
    if (!onBoard || statusOf(onBoard, now) !== is)
      wrong.push(`${agentId}: the supervisor sees something else than ${is}`);
  }
  return wrong;
}

/** The figures as lines of text. */
export function linesOf(report: FaultReport): readonly string[] {
  const worst = Math.max(0, ...Object.values(report.gaps));
  return [
    `${report.acknowledged} events acknowledged in ${Math.round(report.seconds)} s, ${Object.keys(report.gaps).length} faults`,
    `longest time without an acknowledged save: ${Math.round(worst)} ms`,
    `tries that found nobody: ${report.retries}; saves whose answer was lost, found stored: ${report.duplicates}; conflicts: ${report.conflicts}`,
    `stale saves tried and refused: ${report.staleRefused}`,
    `acknowledged saves lost, stale saves accepted, and the like: ${report.faults.length}`,
    `clients that show something else than what is stored: ${report.wrong.length}`,
    ...report.faults.slice(0, 10),
    ...report.wrong.slice(0, 10),
  ];
}

function ids(kind: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`);
}

async function repeat(paceMs: number, isOver: () => boolean, step: () => Promise<void>): Promise<void> {
  await pause(Math.random() * paceMs);
  while (!isOver()) {
    const due = performance.now() + paceMs;
    await step();
    await pause(Math.max(0, due - performance.now()));
  }
}

function longestGap(instants: readonly number[], from: number, to: number): number {
  let [last, longest] = [from, 0];
  for (const at of instants) {
    if (at < from) continue;
    longest = Math.max(longest, at - last);
    last = at;
  }
  return Math.max(longest, to - last);
}

function fault(name: string, run: ClusterFault['run']): ClusterFault {
  return { name, run };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
