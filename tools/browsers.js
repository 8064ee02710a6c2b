import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromeLauncher } from '@web/test-runner-chrome';
import { webdriverLauncher } from '@web/test-runner-webdriver';
import puppeteer from 'puppeteer-core';
import { chromiumArguments, findChromium } from './find-chromium.js';
import { freePort } from './free-port.js';

/**
 * A browser, ready for the test runner.
 * @typedef {object} TestBrowser
 * @property {string} label what the report calls it
 * @property {any} launcher
 * @property {number} concurrency how many test files it runs at a time
 * @property {() => void} stop ends what was started for it
 */

/** @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName */

/** @type {readonly BrowserName[]} */
export const browserNames = ['chromium', 'firefox', 'webkit'];

/** @param {string} command */
function inPath(command) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const file = folders.map((folder) => join(folder, command)).find(isProgram);
  if (!file) throw new Error(`${command} is not installed: see .ci/run for the package that has it.`);
  return file;
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser context of its own for each page: no storage and no channel is shared between two test files. */
const pageInItsOwnContext = async (/** @type {{ browser: import('puppeteer-core').Browser }} */ { browser }) =>
  (await browser.createBrowserContext()).newPage();

/** @returns {Promise<TestBrowser>} */
async function chromium() {
  const { executablePath, from } = await findChromium();
  const launcher = chromeLauncher({
    launchOptions: { executablePath, headless: true, args: chromiumArguments },
    createPage: pageInItsOwnContext,
  });
  return { label: `Chromium (${from}: ${executablePath})`, launcher, concurrency: 2, stop: () => {} };
}

/** @returns {Promise<TestBrowser>} */
async function firefox() {
  const executablePath = inPath('firefox-esr');
  const launcher = chromeLauncher({
    puppeteer,
    launchOptions: { browser: 'firefox', executablePath, headless: true, args: ['--remote-allow-system-access'] },
    createPage: pageInItsOwnContext,
    concurrency: 1,
  });
  launcher.name = 'Firefox';
  // A tab of its own for each test file: a key that is down when a page goes stays down in its tab.
  const stopSession = launcher.stopSession.bind(launcher);
  launcher.stopSession = async (sessionId) => {
    const page = launcher.getPage(sessionId);
    const result = await stopSession(sessionId);
    Reflect.get(launcher, 'inactivePages').length = 0;
    await page.close();
    return result;
  };
  return { label: `Firefox (${executablePath})`, launcher, concurrency: 1, stop: () => {} };
}

/** Starts a display without a screen; resolves with its name. @returns {Promise<{ display: string, stop(): void }>} */
async function startDisplay() {
  const xvfb = spawn(inPath('Xvfb'), ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const output = /** @type {import('node:stream').Readable} */ (xvfb.stdio[3]);
  const number = await new Promise((resolve, reject) => {
    xvfb.once('exit', () => reject(new Error('Xvfb ended before it named its display.')));
    output.once('data', (data) => resolve(String(data).trim()));
  });
  return { display: `:${number}`, stop: () => void xvfb.kill() };
}

function miniBrowser() {
  const libraries = '/usr/lib';
  const folders = readdirSync(libraries).flatMap((triplet) =>
    ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map((name) => join(libraries, triplet, name, 'MiniBrowser')),
  );
  const found = folders.find(isProgram);
  if (!found) throw new Error('MiniBrowser of WebKitGTK is not installed: see .ci/run for the package that has it.');
  return found;
}

/** @param {number} port */
async function untilListening(port) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('WebKitWebDriver did not answer within 10 seconds.');
}

/** @returns {Promise<TestBrowser>} */
async function webkit() {
  const binary = miniBrowser();
  const driverPath = inPath('WebKitWebDriver');
  const screen = await startDisplay();
  const port = await freePort();
  const driver = spawn(driverPath, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: screen.display, GDK_BACKEND: 'x11', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
  });
  const stop = () => {
    driver.kill();
    screen.stop();
  };
  process.once('exit', stop);
  await untilListening(port);
  const launcher = webdriverLauncher({
    hostname: '127.0.0.1',
    port,
    path: '/',
    capabilities: /** @type {any} */ ({
      browserName: 'MiniBrowser',
      'wdio:enforceWebDriverClassic': true,
      'webkitgtk:browserOptions': { binary, args: ['--automation'] },
    }),
  });
  return { label: `WebKit (${binary})`, launcher, concurrency: 1, stop };
}

const openers = { chromium, firefox, webkit };

/** Finds a browser and makes it ready. @param {BrowserName} name @returns {Promise<TestBrowser>} */
export function openBrowser(name) {
  return openers[name]();
}
