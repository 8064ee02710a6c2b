import { readFile } from 'node:fs/promises';
import type { StatusServer } from '../status-server.js';
import { devToken } from './dev-tokens.js';

/** The folder of the built package: the path is the same from the sources and from the build. */
const DIST = new URL('../../../dist/', import.meta.url);
/** Files that the page may load: the bundles, their lazy chunks and data. */
const FILE = /^\/([\w-][\w.-]*\.(js|json))$/;
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', json: 'application/json' };
/** The strictest policy that the widget promises to work under. */
const POLICY = "default-src 'self'; require-trusted-types-for 'script'";

const AUTHORIZATION = devToken({ account: 'demo', id: 'ana', name: 'Ana', roles: ['agent'] });

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Phone widget</title>
    <script type="module" src="/page"></script>
  </head>
  <body>
    <phone-widget agent-id="ana" agent-name="Ana"></phone-widget>
  </body>
</html>
`;

/** The script of a page that uses this server as Ana. `url` is a JavaScript expression. */
function snippet(url: string, module: string): string {
  return `import { httpStore } from '${module}';

document.querySelector('phone-widget').store = httpStore({
  url: ${url},
  headers: () => ({ authorization: '${AUTHORIZATION}' }),
});`;
}

const SCRIPT = `import './phone-widget.bundle.js';
${snippet("new URL('./', import.meta.url)", './phone-http.bundle.js')}
`;

/** What `serve --dev` prints when it listens. */
export function devWords(url: string, place: string): string {
  const code = snippet(`'${url}/'`, 'phone-widget/http').replace(/^(?=.)/gm, '  ');
  return `Open ${url}/ to try it out, or paste this into a page on this machine that has
<phone-widget agent-id="ana" agent-name="Ana"></phone-widget>:

${code}

Statuses are kept in ${place}.
`;
}

/** The server with an added page to try it out. */
export function withDevPage(server: StatusServer): StatusServer {
  return { fetch: async (request) => (await pageFor(request)) ?? server.fetch(request), close: server.close };
}

async function pageFor({ method, url }: Request): Promise<Response | undefined> {
  if (method !== 'GET') return undefined;
  const { pathname } = new URL(url);
  if (pathname === '/') return page(PAGE, 'text/html; charset=utf-8');
  if (pathname === '/page') return page(SCRIPT, 'text/javascript');
  const [, name, kind] = FILE.exec(pathname) ?? [];
  if (name === undefined || kind === undefined || name === 'openapi.json') return undefined;
  const text = await readFile(new URL(name, DIST), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : page(text, TYPES[kind] ?? '');
}

function page(text: string, type: string): Response {
  const headers = { 'content-type': type, 'content-security-policy': POLICY, 'cache-control': 'no-cache' };
  return new Response(text, { headers: { ...headers, 'x-content-type-options': 'nosniff' } });
}
