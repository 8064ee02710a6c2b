/** @type {WeakMap<object, import('puppeteer-core').CDPSession>} */
const sessions = new WeakMap();

/** @param {import('puppeteer-core').Page} page */
async function devtools(page) {
  const session = sessions.get(page) ?? (await page.createCDPSession());
  sessions.set(page, session);
  return session;
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
      if (session.browser.type !== 'puppeteer' || session.browser.name === 'Firefox') return { emulated: false };
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
