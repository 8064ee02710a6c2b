import { runnerImport } from 'vite';
import { root } from '../../tools/own-name.js';

// `npm run bench:server`: the rows of the status server.
const { module } = await runnerImport(`${root}test/bench/server/bench.ts`, {
  root,
  configFile: false,
  logLevel: 'error',
});
await module.bench();
