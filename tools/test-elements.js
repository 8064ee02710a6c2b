import { parseArgs } from 'node:util';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { startTestRunner } from '@web/test-runner';
import { browserNames, openBrowser } from './browsers.js';
import { emojiData, emojiDataName, patchEmojiPicker } from './emoji-picker.js';
import { root } from './own-name.js';
import { composeText, emulateFeatures, pressKeys } from './test-commands.js';
import { browserReporter } from './totals-of-browser.js';

const usage = `node tools/test-elements.js [--browser ${browserNames.join('|')}] [--watch] [test files]`;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: 'string', default: 'chromium' }, watch: { type: 'boolean', default: false } },
});
const name = browserNames.find((candidate) => candidate === values.browser);
if (!name) throw new Error(`Unknown browser ${values.browser}. Usage: ${usage}`);

/** Demo and tests name the package; the answer is a file under src/, so that no build is needed. */
const ownName = {
  name: 'own-name',
  /** @param {{ source: string }} request */
  resolveImport({ source }) {
    if (source === 'phone-widget') return '/src/index.ts';
    return source.startsWith('phone-widget/') ? `/src/${source.slice('phone-widget/'.length)}.ts` : undefined;
  },
};

/** How much of elements and stores the tests pass through; a run of some files, or in another browser, does not tell. */
const isMeasured = name === 'chromium' && positionals.length === 0 && !values.watch;
/** @type {import('@web/test-runner').TestRunnerConfig['coverageConfig']} */
const coverageConfig = {
  include: ['src/elements/**', 'src/stores/**', 'src/define/**', 'src/testing/**'],
  threshold: { statements: 95, branches: 95, functions: 95, lines: 95 },
  report: true,
  reportDir: 'coverage/elements',
  reporters: ['text-summary'],
};

/** The emoji picker as it is published: patched, its data beside the module that names it. */
const emojiPicker = {
  name: 'emoji-picker',
  /** @param {{ path: string }} context */
  serve({ path }) {
    return path.endsWith(`/${emojiDataName}`) ? { body: emojiData().toString(), type: 'json' } : undefined;
  },
  /** @param {{ path: string, body: unknown }} context */
  transform({ path, body }) {
    return patchEmojiPicker(path, String(body));
  },
};

/** Storage is empty before a test file begins: pages of one browser may share it. @param {string} framework */
const page = (framework) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Tests</title></head>
  <body>
    <script type="module">
      localStorage.clear();
      sessionStorage.clear();
      const emptied = ({ name }) => new Promise((done) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = request.onerror = request.onblocked = done;
      });
      await Promise.all((await indexedDB.databases()).map(emptied));
      await import('${framework}');
    </script>
  </body>
</html>`;

const browser = await openBrowser(name);
console.log(`Browser: ${browser.label}`);

const runner = await startTestRunner({
  readCliArgs: false,
  readFileConfig: false,
  autoExitProcess: false,
  config: {
    rootDir: root,
    files: positionals.length > 0 ? positionals : ['test/elements/**/*.test.ts', 'test/browser/**/*.test.ts'],
    watch: values.watch,
    staticLogging: !values.watch,
    filterBrowserLogs: ({ args }) => !args.some((part) => String(part).startsWith('Lit is in dev mode')),
    nodeResolve: true,
    browsers: [browser.launcher],
    concurrency: browser.concurrency,
    concurrentBrowsers: 1,
    coverage: isMeasured,
    coverageConfig,
    browserStartTimeout: 60_000,
    testsStartTimeout: 60_000,
    testsFinishTimeout: 180_000,
    // A real browser on a noisy machine: what fails twice fails.
    testFramework: { config: { ui: 'bdd', timeout: '10000', retries: 1 } },
    testRunnerHtml: page,
    reporters: [browserReporter(browser.label)],
    plugins: [
      ownName,
      emojiPicker,
      esbuildPlugin({ ts: true, target: 'es2022', tsconfig: `${root}tsconfig.json` }),
      emulateFeatures(),
      pressKeys(),
      composeText(),
    ],
  },
});

runner?.on('stopped', (passed) => {
  browser.stop();
  process.exit(passed ? 0 : 1);
});
