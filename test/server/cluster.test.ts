import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasNatsServer } from '../support/nats-servers.js';
import { startStatusCluster, type StatusCluster } from '../support/status-cluster.js';
import { ACCOUNT, clusterFaults, linesOf, runFaults } from './cluster-faults.js';

describe.skipIf(!hasNatsServer())('three NATS nodes and two status servers', () => {
  let cluster: StatusCluster;

  beforeAll(async () => {
    cluster = await startStatusCluster(ACCOUNT);
  }, 60_000);

  afterAll(() => cluster.end());

  // The long run, with 200 agents and all faults, is `npm run test:cluster`.
  test('lose no acknowledged save and take no stale one, whatever is killed, frozen or restarted', async () => {
    const report = await runFaults(cluster, {
      agents: 20,
      sessions: 5,
      paceMs: 200,
      events: 1_000,
      forMs: 10_000,
      faults: clusterFaults.slice(0, 4),
      betweenMs: 1_000,
    });
    console.log(linesOf(report).join('\n'));
    expect(report.faults).toEqual([]);
    expect(report.wrong).toEqual([]);
    expect(report.staleRefused).toBeGreaterThan(0);
  }, 180_000);
});
