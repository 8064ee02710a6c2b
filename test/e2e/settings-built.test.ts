import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { AdminTab } from './admin-tab.js';
import { useBrowser } from './browser.js';
import { buildBundle } from './bundle.js';

const POLICY = "default-src 'self'; require-trusted-types-for 'script'";
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.json': 'application/json' };
const browser = useBrowser();
const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((closed) => server.close(closed)))));

interface Site {
  readonly html: string;
  /** Where a path of an address is looked for, in turn. */
  readonly folders: readonly string[];
  readonly policy?: string;
}

async function serve({ html, folders, policy }: Site): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = folders.map((folder) => join(folder, path)).find((name) => path !== '/' && existsSync(name));
    const type = file ? (TYPES[extname(file)] ?? 'text/plain') : 'text/html';
    if (path !== '/' && !file) return void response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': type, etag: '"1"', ...(policy && { 'content-security-policy': policy }) })
      .end(file ? readFileSync(file) : html);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

async function open(site: Site): Promise<{ tab: AdminTab; requests: string[] }> {
  const page = await browser.profile.context.newPage();
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample, blockedURI }) => {
      violations.push(`${violatedDirective}: ${blockedURI} ${sample}`);
    });
  });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const address = await serve(site);
  await page.goto(address);
  const tab = new AdminTab(page);
  await tab.isReady();
  return { tab, requests: requests.map((url) => url.replace(address, '')) };
}

const violations = ({ page }: AdminTab): Promise<unknown> =>
  page.evaluate(() => Reflect.get(globalThis, 'violations') as unknown);

test('the self-contained bundle adds, edits, orders and disables under a strict policy without violating it', async () => {
  const { tab } = await open({
    html: '<!doctype html><html lang="en"><title>A strict page</title><script type="module" src="/strict-settings.js"></script>',
    folders: [await buildBundle('settings'), join(root, 'test/e2e/fixtures')],
    policy: POLICY,
  });
  const asked: string[] = [];
  tab.page.on('request', (request) => asked.push(request.url()));
  await tab.addByKeyboard('Inventory', 'package');
  await tab.showsNames((names) => names.at(-1) === 'Inventory');
  await tab.press('edit', 'custom-1');
  await tab.part('name').fill('<img src=x onerror=alert(1)>');
  await tab.press('save');
  await tab.showsNames((names) => names.at(-1) === '<img src=x onerror=alert(1)>');
  await tab.press('switch', 'lunch');
  await tab.press('undo');
  await tab.row('lunch').locator('[part~="move"]').focus();
  await tab.page.keyboard.press('Home');
  await tab.showsNames((names) => names[1] === 'Lunch');
  await tab.page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(tab)).toEqual([]);
  const { origin } = new URL(tab.page.url());
  const hosts = new Set(asked.map((url) => new URL(url).origin));
  expect([...hosts]).toEqual([origin]);
  const paths = [...new Set(asked.map((url) => new URL(url).pathname))].sort();
  expect(paths).toEqual([
    '/emoji-en.json',
    expect.stringMatching(/^\/phone-settings\.bundle\.emoji-picker-element-[\w-]+\.js$/),
  ]);
  await tab.page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await expect.poll(() => violations(tab)).not.toEqual([]);
});

test('the self-contained bundle keeps the line breaks of its sources: one number in a line', async () => {
  const { tab } = await open({
    html: '<!doctype html><html lang="en"><title>A page</title><script type="module" src="/strict-settings.js"></script>',
    folders: [await buildBundle('settings'), join(root, 'test/e2e/fixtures')],
  });
  const numbers = tab.page.locator('phone-status-settings textarea');
  await numbers.fill('112\n+49 30 1234');
  await numbers.blur();
  await tab.says('notice', 'Saved: Numbers');
  await tab.page.reload();
  await expect.poll(() => numbers.inputValue()).toBe('112\n+49 30 1234');
});

test('an emoji picker that was loaded once opens without a network, and fails nothing in the page', async () => {
  const { tab } = await open({
    html: '<!doctype html><html lang="en"><title>A page</title><script type="module" src="/strict-settings.js"></script>',
    folders: [await buildBundle('settings'), join(root, 'test/e2e/fixtures')],
  });
  const emoji = tab.page.locator('emoji-picker .tabpanel button.emoji').first();
  const errors: string[] = [];
  tab.page.on('pageerror', ({ message }) => errors.push(message));
  await tab.press('new');
  await tab.press('choose-emoji');
  await emoji.waitFor();
  await tab.page.keyboard.press('Escape');
  await emoji.waitFor({ state: 'hidden' });
  await tab.page.route('**/emoji-en.json', (route) => route.abort());
  const failed = tab.page.waitForEvent('requestfailed');
  await tab.press('choose-emoji');
  await Promise.all([emoji.waitFor(), failed]);
  await emoji.click();
  expect(errors).toEqual([]);
});

test('the modules of the package find the picker and its emoji beside them', async () => {
  const dist = await buildBundle('modules');
  const packages = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element', '@lit/context', 'idb-keyval'];
  const imports = Object.fromEntries([
    ...packages.map((name) => [`${name}/`, `/node_modules/${name}/`]),
    ...['lit', 'lit-element'].map((name) => [name, `/node_modules/${name}/index.js`]),
    ['lit-html', '/node_modules/lit-html/lit-html.js'],
    ['@lit/reactive-element', '/node_modules/@lit/reactive-element/reactive-element.js'],
    ['@lit/context', '/node_modules/@lit/context/index.js'],
    ['idb-keyval', '/node_modules/idb-keyval/dist/index.js'],
  ]);
  const { tab, requests } = await open({
    html: `<!doctype html><html lang="en"><title>Modules</title><script type="importmap">${JSON.stringify({ imports })}</script>
      <script type="module" src="/define/phone-status-settings.js"></script><phone-status-settings></phone-status-settings>`,
    folders: [dist, root],
  });
  expect(requests.filter((path) => path.includes('vendor/'))).toEqual([]);
  await tab.addByKeyboard('Inventory', 'package');
  await tab.showsNames((names) => names.at(-1) === 'Inventory');
});

test("a bundler of the package's user takes picker and emoji along", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'phone-widget-app-'));
  const dist = await buildBundle('modules');
  writeFileSync(join(folder, 'index.html'), '<script type="module" src="/app.js"></script>');
  writeFileSync(
    join(folder, 'app.js'),
    "import 'phone-widget/define/phone-status-settings'; document.body.append(document.createElement('phone-status-settings'));",
  );
  await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    resolve: {
      alias: [
        { find: /^phone-widget\/(.*)$/, replacement: `${dist}/$1.js` },
        { find: /^(lit|@lit\/context|idb-keyval)$/, replacement: `${root}node_modules/$1` },
        { find: /^(lit|@lit\/context)\//, replacement: `${root}node_modules/$1/` },
      ],
    },
  });
  const assets = readdirSync(join(folder, 'dist/assets'));
  expect(assets.filter((name) => /^emoji-en-.*\.json$/.test(name))).toHaveLength(1);
  const { tab } = await open({
    html: readFileSync(join(folder, 'dist/index.html'), 'utf8'),
    folders: [join(folder, 'dist')],
    policy: POLICY,
  });
  await tab.addByKeyboard('Inventory', 'package');
  await tab.showsNames((names) => names.at(-1) === 'Inventory');
  expect(await violations(tab)).toEqual([]);
});
