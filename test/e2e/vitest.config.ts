import { defineConfig } from 'vitest/config';
import { ownNameAliases, root } from '../../tools/own-name.js';

/** Tests with several real tabs of one Chromium. One file at a time: the browser has the machine for itself. */
export default defineConfig({
  root,
  resolve: { alias: ownNameAliases },
  test: {
    include: ['test/e2e/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/support/tabs-set-up.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    // Real tabs on a noisy machine: what fails once and holds twice is named by the report, and does not stop it.
    retry: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One worker loads its modules once for all files.
    isolate: false,
    reporters: ['default', './tools/totals-of-vitest.js'],
  },
});
