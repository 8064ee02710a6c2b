import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkEmoji } from '../../src/model/status.js';
import { emojiData, patchEmojiPicker } from '../../tools/emoji-picker.js';
import { root } from '../../tools/own-name.js';
import { filesIn, isBuilt, readJson, type Chunk } from '../support/built-package.js';

const built = import.meta.env.MODE === 'built' || isBuilt();
const id = (name: string) => `${root}node_modules/emoji-picker-element/${name}.js`;
const published = (name: string) => readFileSync(id(name), 'utf8');

test('every emoji that can be picked, skin tones included, is one that a status can have', () => {
  const all = JSON.parse(emojiData().toString()) as { emoji: string; skins?: { emoji: string }[] }[];
  const emoji = all.flatMap((one) => [one.emoji, ...(one.skins ?? []).map((skin) => skin.emoji)]);
  expect(emoji.length).toBeGreaterThan(3000);
  expect(emoji.filter((one) => checkEmoji(one).replace(/\uFE0F$/, '') !== one.replace(/\uFE0F$/, ''))).toEqual([]);
});

test('the picker is patched where it writes markup and styles, and other modules are left alone', () => {
  const picker = patchEmojiPicker(id('picker'), published('picker')) ?? '';
  expect(picker).toContain("createPolicy('phone-emoji-picker'");
  expect(picker).not.toMatch(/\.innerHTML = (?!trust)/);
  expect(picker).not.toContain("createElement('style')");
  for (const name of ['picker', 'database']) {
    expect(patchEmojiPicker(id(name), published(name))).not.toContain('jsdelivr');
  }
  expect(patchEmojiPicker(`${root}src/index.ts`, 'template.innerHTML = htmlString;')).toBeUndefined();
});

test('a picker that is not what the patches were made for is refused', () => {
  expect(() => patchEmojiPicker(id('picker'), published('picker').replace('innerHTML', 'setHTML'))).toThrow(
    'contains this 0 times, not once',
  );
  expect(() => patchEmojiPicker(id('database'), published('database').repeat(2))).toThrow(
    'contains this 2 times, not once',
  );
});

describe.skipIf(!built)('the built package', () => {
  const code = () => filesIn('dist').filter((path) => path.endsWith('.js'));

  test('names no host for emoji, and has them beside each module that looks for them', () => {
    const read = (path: string) => readFileSync(join(root, path), 'utf8');
    expect(code().filter((path) => read(path).includes('jsdelivr'))).toEqual([]);
    const looking = code().filter((path) => /new URL\([^)]*emoji-en\.json/.test(read(path)));
    expect(looking.length).toBe(2);
    for (const path of looking) {
      const folder = path.slice(0, path.lastIndexOf('/'));
      expect(read(`${folder}/emoji-en.json`)).toBe(emojiData().toString());
      expect(read(`${folder}/emoji-picker.LICENSE.txt`)).toContain('Apache License');
    }
    // A comment for the bundler of this package would tell that of its users to look away.
    expect(looking.filter((path) => read(path).includes('@vite-ignore'))).toEqual([]);
  });

  test('has the picker in a lazy chunk of the settings bundle alone', () => {
    const chunks = readJson('dist-size/settings.modules.json') as Chunk[];
    const withPicker = chunks.filter(({ modules }) => modules.some((name) => name.includes('emoji-picker-element')));
    expect(withPicker.map(({ isEntry }) => isEntry)).toEqual([false]);
    const main = chunks.find(({ isEntry }) => isEntry);
    expect([main?.fileName, main?.imports]).toEqual(['phone-settings.bundle.js', []]);
    expect(existsSync(join(root, 'dist', withPicker[0]?.fileName ?? ''))).toBe(true);
    const agents = readJson('dist-size/bundle.modules.json') as Chunk[];
    const settings = /emoji|phone-status-settings|account-session|account-news/;
    expect(agents.flatMap(({ modules }) => modules).filter((name) => settings.test(name))).toEqual([]);
  });
});
