import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { build } from 'vite';
import { root } from '../../tools/own-name.js';

/** The pages of the benchmark, on a server of their own. */
export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

const PAGES = ['subject-vanilla', 'subject-lit', 'subject-phone', 'load-vanilla', 'load-lit', 'agent-tab'];
// Nothing is cached, and the clock of an isolated page tells microseconds.
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const built = join(root, '.cache', 'bench');

/** Bundles the pages, each for itself and minified like the product, and serves them beside `dist/`. */
export async function openSite(): Promise<Site> {
  for (const [index, page] of PAGES.entries()) await buildPage(page, index === 0);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    answer(pathname).then(
      ({ type, body }) => {
        response.writeHead(200, { ...HEADERS, 'content-type': type }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function buildPage(page: string, isFirst: boolean): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    build: {
      target: 'es2022',
      outDir: built,
      emptyOutDir: isFirst,
      lib: { entry: { [page]: join(root, 'test', 'bench', 'pages', `${page}.ts`) }, formats: ['es'] },
      rolldownOptions: {
        external: ['phone-widget'],
        output: {
          entryFileNames: '[name].js',
          minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
        },
      },
    },
  });
}

const WIDGET = '<phone-widget agent-id="ana"></phone-widget>';

interface Answer {
  readonly type: string;
  readonly body: string;
}

/** `/page/x` runs the page's module; `/load/x` waits with an element for its module, which under `/stamped` says when it starts. */
async function answer(path: string): Promise<Answer> {
  const [, kind, name = ''] = path.split('/');
  if (kind === 'page') return html('', `/built/${name}.js`);
  if (kind === 'load') return html(name === 'phone' ? WIDGET : `<${name}-status-select></${name}-status-select>`);
  const isStamped = kind === 'stamped';
  const file = isStamped ? path.slice('/stamped'.length) : path;
  const code = await readFile(fileOf(file), 'utf8');
  return { type: 'text/javascript', body: isStamped ? `performance.mark('module-start');${code}` : code };
}

function html(body: string, module?: string): Answer {
  const imports = JSON.stringify({ imports: { 'phone-widget': '/dist/phone-widget.bundle.js' } });
  const head = `<meta charset="utf-8"><title>Benchmark</title><script type="importmap">${imports}</script>`;
  const script = module ? `<script type="module" src="${module}"></script>` : '';
  return {
    type: 'text/html',
    body: `<!doctype html><html lang="en"><head>${head}</head><body>${body}${script}</body></html>`,
  };
}

function fileOf(path: string): string {
  const [, folder, ...rest] = normalize(path).split('/');
  if (folder === 'dist') return join(root, 'dist', ...rest);
  if (folder === 'built') return join(built, ...rest);
  throw new Error(`Nothing is served at ${path}.`);
}
