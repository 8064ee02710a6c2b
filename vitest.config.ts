import { defineConfig } from 'vitest/config';
import { ownNameAliases, root } from './tools/own-name.js';

/** Beside other tests, which take the processors and the disk, three NATS servers lose their elections: these run alone. */
const clusters = ['test/stores/nats-store-cluster.test.ts', 'test/server/cluster.test.ts'];

/** Tests that need Node and nothing else. Several tabs: test/e2e/vitest.config.ts. */
export default defineConfig(({ mode }) => ({
  root,
  resolve: { alias: ownNameAliases },
  test: {
    include: mode === 'clusters' ? clusters : ['test/**/*.test.ts'],
    exclude: [
      'test/elements/**',
      'test/browser/**',
      'test/e2e/**',
      '**/node_modules/**',
      ...(mode === 'clusters' || mode === 'coverage' ? [] : clusters),
      // It compiles for a minute: it runs with the package tests.
      ...(mode === 'built' ? [] : ['test/package/one-line-edits.test.ts']),
    ],
    environment: 'node',
    maxWorkers: mode === 'clusters' || mode === 'coverage' ? 1 : 2,
    // A test waits for what it shows; on a busy machine it may wait long.
    testTimeout: 60_000,
    reporters: ['default', './tools/totals-of-vitest.js'],
    coverage: {
      provider: 'v8',
      include: [
        'src/model/**/*.ts',
        'src/session/**/*.ts',
        'src/platform/**/*.ts',
        'src/server/{,http,access,accounts,streams}/*.ts',
        'src/stores/{http,sqlite,nats}-store/**/*.ts',
      ],
      reporter: ['text', 'html'],
      thresholds: {
        'src/model/**': { lines: 100, branches: 100 },
        'src/session/**': { lines: 100, branches: 100 },
        'src/platform/**': { lines: 95, branches: 90 },
        'src/server/**': { lines: 95, branches: 90 },
        'src/stores/*/**': { lines: 95, branches: 85 },
      },
    },
  },
}));
