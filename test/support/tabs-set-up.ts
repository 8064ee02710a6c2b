import type { TestProject } from 'vitest/node';
import { build, preview } from 'vite';
import { findChromium, type FoundBrowser } from '../../tools/find-chromium.js';
import { root } from '../../tools/own-name.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the fixture pages are served: a secure context, so that Web Locks work. */
    readonly origin: string;
    readonly chromium: FoundBrowser;
  }
}

/** The pages that tests open; an address is the file's path below the project. */
const pages = [
  'demo/index.html',
  'demo/plain.html',
  'demo/settings.html',
  'test/e2e/fixtures/admin.html',
  'test/e2e/fixtures/empty.html',
  'test/e2e/fixtures/headless.html',
  'test/e2e/fixtures/page.html',
];

/** Builds the pages once for all files, so that a page is there after a few requests, and serves them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromium = await findChromium();
  console.log(`Browser: Chromium (${chromium.from}: ${chromium.executablePath})`);
  if (!chromium.hidesTabs)
    console.log('It hides no tab and keeps no page that was left: tests that need it are skipped.');
  const outDir = `${root}.cache/pages-e2e`;
  const common = { configFile: `${root}vite.config.ts`, logLevel: 'error' } as const;
  await build({
    ...common,
    build: { outDir, emptyOutDir: true, minify: false, rolldownOptions: { input: pages.map((file) => root + file) } },
  });
  const server = await preview({
    ...common,
    appType: 'mpa',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const address = server.httpServer.address();
  if (typeof address !== 'object' || !address) throw new Error('The server for the tabs has no port.');
  project.provide('origin', `http://localhost:${address.port}`);
  project.provide('chromium', chromium);
  return () => server.close();
}
