/** @type {WeakMap<object, import('puppeteer-core').CDPSession>} */
const sessions = new WeakMap();

/** @param {import('puppeteer-core').Page} page */
async function devtools(page) {
  const session = sessions.get(page) ?? (await page.createCDPSession());
  sessions.set(page, session);
  return session;
}

/** @param {any} session */
function hasDevtools({ browser }) {
  return browser.type === 'puppeteer' && browser.name !== 'Firefox';
}

/**
 * The command `emulate-features`: media features such as `forced-colors` by name and value, all others as they are.
 * Chromium only: it answers false elsewhere, and the test leaves out what it cannot see.
 */
export function emulateFeatures() {
  return {
    name: 'emulate-features-command',
    /** @param {{ command: string, payload?: unknown, session: any }} request */
    async executeCommand({ command, payload, session }) {
      if (command !== 'emulate-features') return undefined;
      if (!hasDevtools(session)) return { emulated: false };
      const page = await devtools(session.browser.getPage(session.id));
      const features = Object.entries(/** @type {Record<string, string>} */ (payload ?? {}));
      await page.send('Emulation.setEmulatedMedia', { features: features.map(([name, value]) => ({ name, value })) });
      return { emulated: true };
    },
  };
}

/** The command `press-keys`: one key, or a chord such as Shift+Tab, in all three browsers. */
export function pressKeys() {
  return {
    name: 'press-keys-command',
    /** @param {{ command: string, payload?: unknown, session: any }} request */
    async executeCommand({ command, payload, session }) {
      if (command !== 'press-keys') return undefined;
      const keys = /** @type {string[]} */ (payload);
      if (session.browser.type === 'webdriver') {
        await session.browser.sendKeys(session.id, keys);
        return { pressed: true };
      }
      const { keyboard } = session.browser.getPage(session.id);
      for (const key of keys) await keyboard.down(key);
      for (const key of keys.reverse()) await keyboard.up(key);
      return { pressed: true };
    },
  };
}

/** What the operating system names a key that an input method takes. */
const TAKEN = 229;

/**
 * The command `compose-text`: a composition of an input method, with keys that it takes, and its end. Chromium only: it
 * answers false elsewhere.
 */
export function composeText() {
  return {
    name: 'compose-text-command',
    /** @param {{ command: string, payload?: unknown, session: any }} request */
    async executeCommand({ command, payload, session }) {
      if (command !== 'compose-text') return undefined;
      if (!hasDevtools(session)) return { composed: false };
      const { text, keys } = /** @type {{ text: string, keys: string[] }} */ (payload);
      const page = await devtools(session.browser.getPage(session.id));
      await page.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      for (const key of keys) {
        await page.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode: TAKEN });
        await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });
      }
      await page.send('Input.insertText', { text });
      return { composed: true };
    },
  };
}
