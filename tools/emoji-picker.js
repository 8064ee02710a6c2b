import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

// As published, `emoji-picker-element` is without styles under a strict style policy, does not start under Trusted
// Types, and names a host of its own for its data. What is served, tested and published here is the patched one.

const require = createRequire(import.meta.url);

/** Where the element looks for the English emoji: beside the module that asks. */
export const emojiDataName = 'emoji-en.json';

/** The English emoji, as they are published. */
export function emojiData() {
  return readFileSync(require.resolve('emoji-picker-element-data/en/emojibase/data.json'));
}

/** The licences of what is taken over, with its source. */
export function emojiLicences() {
  const folder = dirname(require.resolve('emoji-picker-element/picker.js'));
  const licence = readFileSync(`${folder}/LICENSE`, 'utf8');
  return [
    'The emoji picker is emoji-picker-element (https://github.com/nolanlawson/emoji-picker-element), changed to work',
    'under a strict content security policy. The emoji data is emoji-picker-element-data, made of emojibase-data',
    '(https://github.com/milesj/emojibase, MIT licence, copyright Miles Johnson). Both are under this licence:',
    '',
    licence,
  ].join('\n');
}

const TRUST = `const trust = globalThis.trustedTypes?.createPolicy('phone-emoji-picker', { createHTML: (html) => html });`;
// A constructed sheet serves one document: another one that the element is moved to gets its own.
const SHEET = `adoptedCallback () {
    const { defaultView } = this.ownerDocument;
    if (!defaultView) return;
    const sheet = new defaultView.CSSStyleSheet();
    sheet.replaceSync(baseStyles + EXTRA_STYLES);
    this.shadowRoot.adoptedStyleSheets = [sheet];
  }

  connectedCallback () {`;

/** @typedef {readonly (readonly [before: string | RegExp, after: string])[]} Patches */

const DATA_SOURCE = /** @type {const} */ ([/const DEFAULT_DATA_SOURCE = '[^']+';/g, "const DEFAULT_DATA_SOURCE = '';"]);

/** @type {Readonly<Record<string, Patches>>} */
const patches = {
  'picker.js': [
    DATA_SOURCE,
    [`import Database from './database.js';`, `import Database from './database.js';\n${TRUST}`],
    [`template.innerHTML = htmlString;`, `template.innerHTML = trust ? trust.createHTML(htmlString) : htmlString;`],
    [`parentNode.innerHTML = '';`, `parentNode.textContent = '';`],
    [
      `targetNode.setAttribute(attributeName, newValue);`,
      `if (attributeName === 'style') targetNode.style.cssText = newValue; else targetNode.setAttribute(attributeName, newValue);`,
    ],
    [
      /const style = document\.createElement\('style'\);\s+style\.textContent = baseStyles \+ EXTRA_STYLES;\s+this\.shadowRoot\.appendChild\(style\);/g,
      `this.adoptedCallback();`,
    ],
    [/(?<=\n  )connectedCallback \(\) \{/g, SHEET],
  ],
  'database.js': [
    DATA_SOURCE,
    // Without a network the emoji that are kept will do: that no newer ones come is nothing for the page to hear of.
    [
      `this._lazyUpdate = checkForUpdates(db, dataSource);`,
      `this._lazyUpdate = checkForUpdates(db, dataSource).catch(() => undefined);`,
    ],
  ],
};

/**
 * The patched code of a module of the picker, or undefined for any other module. Throws where the package is not what
 * the patches were made for.
 * @param {string} id @param {string} code
 */
export function patchEmojiPicker(id, code) {
  const name = /\/node_modules\/emoji-picker-element\/(\w+\.js)(?:\?|$)/.exec(id)?.[1];
  const wanted = name === undefined ? undefined : patches[name];
  return wanted?.reduce((text, [before, after]) => {
    const parts = text.split(before);
    if (parts.length === 2) return parts.join(after);
    throw new Error(`emoji-picker-element/${name} contains this ${parts.length - 1} times, not once: ${before}`);
  }, code);
}
