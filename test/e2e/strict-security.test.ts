import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { AgentTab, callOf } from './agent-tab.js';
import { useBrowser } from './browser.js';
import { buildBundle } from './bundle.js';

const POLICY = "default-src 'self'; require-trusted-types-for 'script'";
const browser = useBrowser();
let server: Server;
let origin: string;

beforeAll(async () => {
  const folder = await buildBundle();
  server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    const [type, body] = name.endsWith('.js')
      ? [
          'text/javascript',
          readFileSync(name === 'strict.js' ? join(root, 'test/e2e/fixtures/strict.js') : join(folder, name)),
        ]
      : ['text/html', '<!doctype html><title>A strict page</title><script type="module" src="/strict.js"></script>'];
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

test('a day of an agent in two tabs violates nothing of a strict policy with Trusted Types', async () => {
  const [a, b] = [await open(), await open()];
  await a.shows('Available');
  await a.pick('meeting');
  await b.shows('Meeting');
  await a.pick('forward-to-phone');
  await a.page.locator('phone-status-select input').pressSequentially('+49 30 901820');
  await a.page.keyboard.press('Enter');
  await b.shows('Forward to Phone');
  await a.ring(callOf('call-0'));
  await b.showsCalls('Grace ringing');
  await a.end('call-0', 'missed');
  await expect.poll(() => b.text('missed')).toContain('Missed call');
  await a.start(callOf('call-1', '<img src=x onerror=alert(1)>'));
  await b.showsCalls('<img src=x onerror=alert(1)> live');
  await a.type('notes', '<b>Wants</b> a refund.');
  await a.type('tags', '<i>refund</i>');
  await b.showsTags('<i>refund</i>');
  await b.pick('break');
  await a.showsNext('Break');
  await a.press('withdraw');
  await a.showsNoNext();
  await a.end('call-1');
  await a.shows('After Call Work');
  await a.press('close');
  await b.shows('Forward to Phone');
  await b.page.evaluate(() => widget.choose('no-such-status').catch(() => undefined));
  await b.page.evaluate(() => widget.signOut());
  await a.shows('Offline');
  await a.press('sign-in');
  await b.shows('Available');
  for (const { page } of [a, b]) {
    expect(await page.evaluate(() => Reflect.get(globalThis, 'violations') as unknown)).toEqual([]);
  }
});

test('the strict page reports what violates its policy', async () => {
  const { page } = await open();
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'violations') as unknown)).not.toEqual([]);
});

async function open(): Promise<AgentTab> {
  const page = await browser.profile.context.newPage();
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample, blockedURI }) => {
      violations.push(`${violatedDirective}: ${blockedURI} ${sample}`);
    });
  });
  await page.goto(origin);
  return new AgentTab(page);
}
