import { runnerImport } from 'vite';
import { ownNameAliases, root } from './own-name.js';

// `node tools/run-source.js src/server/cli.ts serve --dev`: runs a program of the package from its sources, without a build.

const [, runner = '', file = '', ...rest] = process.argv;
process.argv = [process.argv[0] ?? 'node', runner, ...rest];
process.env['NODE_ENV'] ??= 'production';
await runnerImport(`${root}${file}`, {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { alias: ownNameAliases },
});
