import { mkdirSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, findChromium } from './find-chromium.js';
import { root } from './own-name.js';

// Makes the README's pictures from the demo. Run it after a change that can be seen, and look at what it made.

const SIZE_LIMIT = 150_000;
/** How long the call goes on already. */
const CALL_MS = 134_000;
const VIEWPORT = { width: 1280, height: 720 };
const folder = `${root}docs/`;
/** @typedef {{ file: string, path: string, part: string, play: (page: import('playwright-core').Page) => Promise<void> }} Picture */

/** @type {readonly Picture[]} */
const pictures = ['light', 'dark'].flatMap((scheme) => [
  { file: `helpdesk-${scheme}.png`, path: `demo/?scheme=${scheme}`, part: 'main', play: playCall },
  {
    file: `settings-${scheme}.png`,
    path: `demo/settings.html?scheme=${scheme}`,
    part: 'phone-status-settings',
    play: playAdmin,
  },
]);

/** A call in the middle of the work: ticket, notes and tags. @param {import('playwright-core').Page} page */
async function playCall(page) {
  await page.getByRole('button', { name: 'Ring', exact: true }).click();
  await page.locator('phone-widget').getByRole('button', { name: 'Answer' }).click();
  const widget = page.locator('phone-widget');
  await widget
    .getByRole('textbox', { name: 'Notes' })
    .fill('Wants the pier address on the invoice. Needs it before Friday.');
  const tags = widget.locator('[part~=tags] input');
  for (const tag of ['billing', 'address']) {
    await tags.fill(tag);
    await tags.press('Enter');
  }
  await widget.getByRole('combobox', { name: 'Status' }).click();
  await widget.getByRole('option', { name: 'Lunch' }).click();
  await widget.locator('[part~=next]:visible').waitFor();
  await page.clock.runFor(CALL_MS);
  await page.mouse.move(0, 0);
}

/** A new status, its emoji about to be chosen. @param {import('playwright-core').Page} page */
async function playAdmin(page) {
  const settings = page.locator('phone-status-settings');
  await settings.getByRole('switch', { name: 'Training' }).click();
  await settings.getByRole('button', { name: 'Dismiss' }).click();
  await settings.getByRole('button', { name: 'New Agent Status' }).click();
  await settings.getByRole('textbox', { name: 'Name' }).fill('Inventory');
  await settings.getByRole('button', { name: 'Choose an emoji' }).click();
  await settings.locator('emoji-picker .tabpanel button.emoji').first().waitFor();
  await page.keyboard.type('box');
  await settings.locator('emoji-picker [role=option].emoji').first().waitFor();
  await page.clock.runFor(1000);
  await page.mouse.move(0, 0);
}

const server = await createServer({
  configFile: `${root}vite.config.ts`,
  logLevel: 'error',
  cacheDir: `${root}.cache/vite-pictures`,
  server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null },
});
await server.listen();
const address = /** @type {import('node:net').AddressInfo} */ (server.httpServer?.address());
const browser = await chromium.launch({
  executablePath: (await findChromium()).executablePath,
  args: chromiumArguments,
});
try {
  mkdirSync(folder, { recursive: true });
  for (const { file, path, part, play } of pictures) {
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
    await page.clock.install();
    await page.goto(`http://localhost:${address.port}/${path}`);
    await play(page);
    // What is below the fold would make the picture large, and says no more.
    const { x, y, width, height } = (await page.locator(part).boundingBox()) ?? { x: 0, y: 0, ...VIEWPORT };
    const clip = { x, y, width, height: Math.min(height, VIEWPORT.height - y) };
    await page.screenshot({ path: folder + file, clip, animations: 'disabled', caret: 'hide' });
    const { size } = statSync(folder + file);
    if (size > SIZE_LIMIT) throw new Error(`${file} has ${size} bytes, more than ${SIZE_LIMIT}.`);
    console.log(`${relative(root, folder + file)}  ${Math.round(size / 1000)} kB`);
  }
} finally {
  await browser.close();
  await server.close();
}
