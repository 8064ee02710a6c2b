import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { build } from 'vite';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.js';
import { root } from '../../tools/own-name.js';
import { packageJson } from './built-package.js';
import type { CodeBlock } from './documents.js';

/** The page of a block that comes before any page: what a bundler's user has. */
const PLAIN_PAGE = `<!doctype html>
<html lang="en">
  <body>
    <phone-widget agent-id="ana" agent-name="Ana"></phone-widget>
  </body>
</html>
`;

/** The status server's address in the documents. */
const SERVER = 'http://127.0.0.1:8090';
const FOLDER = join(root, '.cache/document-blocks');

/** What became of a block that was run. */
export interface Outcome {
  /** What the widget shows: its status and the time in it. */
  readonly status: string;
  /** Errors of the console and of the page. */
  readonly complaints: readonly string[];
}

/** Runs the blocks of documents in Chromium: each in a page and a profile of its own, on the built package. */
export class DocumentPages {
  readonly #browser: Browser;
  readonly #files = new Map<string, string>();
  readonly #site: Server;
  #statusServer: { readonly process: ChildProcess; readonly url: string } | undefined;

  private constructor(browser: Browser) {
    this.#browser = browser;
    this.#site = createServer(({ url = '/' }, response) => {
      const name = new URL(url, 'http://page').pathname.slice(1) || 'index.html';
      if (name === 'favicon.ico') return void response.writeHead(204).end();
      const text = this.#files.get(name) ?? built(name);
      const type = name.endsWith('.html')
        ? 'text/html'
        : name.endsWith('.json')
          ? 'application/json'
          : 'text/javascript';
      response.writeHead(text === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(text);
    });
  }

  static async open(): Promise<DocumentPages> {
    const { executablePath } = await findChromium();
    const pages = new DocumentPages(await chromium.launch({ executablePath, args: chromiumArguments }));
    await new Promise<void>((resolve) => pages.#site.listen(0, '127.0.0.1', resolve));
    return pages;
  }

  /** Runs a block of HTML as a page, and one of JavaScript in that page. */
  async run(block: CodeBlock, page = PLAIN_PAGE): Promise<Outcome> {
    this.#files.clear();
    const isPage = block.language === 'html';
    if (!isPage) await this.#bundle(block);
    const script = '<script type="module" src="./block.js"></script>';
    this.#files.set('index.html', isPage ? block.code : page.replace('</body>', `${script}</body>`));
    return this.#visit(block.shows ?? 'Available');
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#statusServer?.process.kill();
    this.#site.closeAllConnections();
    await new Promise((resolve) => this.#site.close(resolve));
    rmSync(FOLDER, { recursive: true, force: true });
  }

  async #visit(status: string): Promise<Outcome> {
    const context = await this.#browser.newContext();
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`http://127.0.0.1:${(this.#site.address() as AddressInfo).port}/`);
      const selector = page.locator('phone-widget').locator('[part~=selector]');
      await selector
        .filter({ hasText: status })
        .waitFor({ timeout: 10_000 })
        .catch(() => undefined);
      const isDrawn = (await selector.count()) > 0;
      return { status: isDrawn ? await selector.innerText() : 'nothing', complaints };
    } finally {
      await context.close();
    }
  }

  /** As a user's bundler does: the package is found by its name in `node_modules`. */
  async #bundle({ code, language }: CodeBlock): Promise<void> {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(join(FOLDER, 'node_modules'), { recursive: true });
    symlinkSync(root, join(FOLDER, 'node_modules', packageJson.name), 'dir');
    const entry = join(FOLDER, `block.${language}`);
    writeFileSync(entry, code.includes(SERVER) ? code.replaceAll(SERVER, await this.#server()) : code);
    const result = await build({
      root: FOLDER,
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        target: 'es2022',
        modulePreload: false,
        rolldownOptions: { input: entry, output: { entryFileNames: 'block.js', chunkFileNames: 'block-[hash].js' } },
      },
    });
    for (const { output } of [result].flat() as { output: { type: string; fileName: string; code?: string }[] }[]) {
      for (const file of output) if (file.code !== undefined) this.#files.set(file.fileName, file.code);
    }
  }

  /** The command of the package, as its help says to start it; on a port that is free. */
  async #server(): Promise<string> {
    if (this.#statusServer) return this.#statusServer.url;
    const command = join(root, packageJson.bin['phone-widget'] ?? '');
    const server = spawn(process.execPath, [command, 'serve', '--dev', '--port', '0', '--db', ':memory:']);
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      const read = (chunk: Buffer): void => {
        said += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (found) resolve(found);
      };
      server.stdout.on('data', read);
      server.stderr.on('data', read);
      server.once('exit', () => reject(new Error(`The status server ended: ${said}`)));
    });
    this.#statusServer = { process: server, url };
    return url;
  }
}

function built(name: string): string | undefined {
  if (!/^[\w-][\w.-]*\.(js|json)$/.test(name)) return undefined;
  try {
    return readFileSync(join(root, 'dist', name), 'utf8');
  } catch {
    // Not there: answered with 404.
    return undefined;
  }
}
