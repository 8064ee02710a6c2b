import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './own-name.js';

/**
 * `hidesTabs` is false for a Chromium made for servers: all its tabs are in front, and it has no back-forward cache.
 * @typedef {{ executablePath: string, from: string, hidesTabs: boolean }} FoundBrowser
 */

// Windows of its own that Chromium prepares for every profile, and processes to spare: most of the time that a tab took to open.
const prepared = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess'];

// A list replaces the one before: of Playwright's own, what these tests meet.
const unwanted = [
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
];

/** Arguments for every Chromium that the tests start. None of them switches a protection of the web off. */
export const chromiumArguments = [
  `--disable-features=${[...prepared, ...unwanted].join(',')}`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const commands = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];

const macApps = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const windowsApps = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

const advice = [
  'No browser for the tests was found. Install one, then run the tests again:',
  '  Debian, Ubuntu:  sudo apt-get install -y --no-install-recommends chromium',
  '  macOS:           brew install --cask google-chrome',
  '  Windows:         winget install Google.Chrome',
  'Or use one that is already installed:  CHROME_PATH=<its program file> npm test',
].join('\n');

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string[]} */
function usualPlaces() {
  const { platform, env } = process;
  if (platform === 'darwin') return macApps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return folders.flatMap((folder) => (folder ? windowsApps.map((app) => join(folder, app)) : []));
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

// The package's own configuration names folders of the cloud it is made for; a page without any font ends the browser.
/** @param {string} folder */
const fontConfiguration = (folder) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;

/** The Chromium inside the package `@sparticuz/chromium`: Linux on x64 only. @returns {Promise<FoundBrowser | undefined>} */
async function packaged() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { env } = process;
  const temporary = env['TMPDIR'];
  const folder = join(root, '.cache', 'chromium');
  const whole = join(folder, 'unpacked');
  if (!existsSync(whole)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'font-configuration'), { recursive: true });
  writeFileSync(join(folder, 'font-configuration', 'fonts.conf'), fontConfiguration(folder));
  // The package unpacks its own system libraries only where it believes to run in a certain cloud.
  env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs20.x';
  env['FONTCONFIG_PATH'] = join(folder, 'font-configuration');
  env['TMPDIR'] = folder;
  const { default: chromium } = await import('@sparticuz/chromium');
  const executablePath = await chromium.executablePath();
  writeFileSync(whole, '');
  if (temporary === undefined) delete env['TMPDIR'];
  else env['TMPDIR'] = temporary;
  return { executablePath, from: 'the package @sparticuz/chromium', hidesTabs: false };
}

/**
 * Finds the Chromium that runs the tests: `CHROME_PATH`, else an installed Chrome, Chromium or Edge, else the one
 * inside an npm package. `CHROME_PATH=package` asks for the last one. Throws with the command that installs one.
 * @returns {Promise<FoundBrowser>}
 */
export async function findChromium() {
  const named = process.env['CHROME_PATH'];
  if (named && named !== 'package') {
    if (!isProgram(named)) throw new Error(`CHROME_PATH is not a program: ${named}`);
    return { executablePath: named, from: 'CHROME_PATH', hidesTabs: !/headless[-_]shell/.test(named) };
  }
  const installed = named ? undefined : usualPlaces().find(isProgram);
  if (installed) return { executablePath: installed, from: 'installed on this machine', hidesTabs: true };
  const found = await packaged();
  if (!found) throw new Error(advice);
  return found;
}
