import { runnerImport } from 'vite';
import { root } from '../../tools/own-name.js';

// What is built here is what is published: without this, Vite takes the packages' development code.
process.env['NODE_ENV'] = 'production';

// `npm run bench`, or `npm run bench -- mount list` for some of the measures.
const { module } = await runnerImport(`${root}test/bench/bench.ts`, { root, configFile: false, logLevel: 'error' });
await module.bench(process.argv.slice(2));
