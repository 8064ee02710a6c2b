import { runnerImport } from 'vite';
import { ownNameAliases, root } from './own-name.js';

// The long test of the cluster: 200 agents, at least 20,000 events in at least five minutes, and everything that goes wrong.

const settings = { root, configFile: /** @type {const} */ (false), logLevel: /** @type {const} */ ('error') };
const resolve = { alias: ownNameAliases };
const { module: faults } = await runnerImport(`${root}test/server/cluster-faults.ts`, { ...settings, resolve });
const { module: support } = await runnerImport(`${root}test/support/status-cluster.ts`, { ...settings, resolve });

const cluster = await support.startStatusCluster(faults.ACCOUNT);
let code = 1;
try {
  const report = await faults.runFaults(cluster, {
    agents: 190,
    sessions: 10,
    paceMs: 2_500,
    events: 20_000,
    forMs: 300_000,
    faults: faults.clusterFaults,
    betweenMs: 15_000,
    tell: console.log,
  });
  console.log(`\n${faults.linesOf(report).join('\n')}`);
  code = report.faults.length + report.wrong.length === 0 ? 0 : 1;
} finally {
  await cluster.end();
}
process.exit(code);
