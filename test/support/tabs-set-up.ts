import type { TestProject } from 'vitest/node';
import { createServer } from 'vite';
import { findChromium, type FoundBrowser } from '../../tools/find-chromium.js';
import { root } from '../../tools/own-name.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the fixture pages are served: a secure context, so that Web Locks work. */
    readonly origin: string;
    readonly chromium: FoundBrowser;
  }
}

/** Serves the sources once for all files. A file that changes meanwhile reloads no page. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = await findChromium();
  console.log(`Browser: Chromium (${chromium.from}: ${chromium.executablePath})`);
  if (!chromium.hidesTabs)
    console.log('It hides no tab and keeps no page that was left: tests that need it are skipped.');
  const server = await createServer({
    configFile: `${root}vite.config.ts`,
    logLevel: 'error',
    cacheDir: `${root}.cache/vite-e2e`,
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || !address) throw new Error('The server for the tabs has no port.');
  project.provide('origin', `http://localhost:${address.port}`);
  project.provide('chromium', chromium);
  return () => server.close();
}
