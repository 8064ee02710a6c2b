import { defineConfig } from 'vitest/config';
import { ownNameAliases, root } from './tools/own-name.js';

/** Tests that need Node and nothing else. Several tabs: test/e2e/vitest.config.ts. */
export default defineConfig({
  root,
  resolve: { alias: ownNameAliases },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/elements/**', 'test/browser/**', 'test/e2e/**', '**/node_modules/**'],
    environment: 'node',
    maxWorkers: 2,
    // A test waits for what it shows; on a busy machine it may wait long.
    testTimeout: 60_000,
    reporters: ['default', './tools/totals-of-vitest.js'],
    coverage: {
      provider: 'v8',
      include: [
        'src/model/**/*.ts',
        'src/session/**/*.ts',
        'src/server/*.ts',
        'src/stores/{http,sqlite,nats}-store/**/*.ts',
      ],
      reporter: ['text', 'html'],
      thresholds: {
        'src/model/**': { lines: 99, branches: 98 },
        'src/session/**': { lines: 98, branches: 97 },
        'src/server/*': { lines: 93, branches: 88 },
        'src/stores/*/**': { lines: 93, branches: 84 },
      },
    },
  },
});
