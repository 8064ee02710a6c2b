import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { isBuilt, readJson, type Chunk } from '../support/built-package.js';

const built = import.meta.env.MODE === 'built' || isBuilt();
const heavy = /node_modules\/(libphonenumber-js|emoji-picker-element|libsql|nats|@nats-io|sip\.js)\//;

describe.skipIf(!built)('the bundle', () => {
  const chunks = () => readJson('dist-size/bundle.modules.json') as Chunk[];
  const main = () => {
    const found = chunks().find(({ isEntry }) => isEntry);
    if (!found) throw new Error('The build lists no main module.');
    return found;
  };

  test('is one main module: it loads nothing else at once', () => {
    expect(main().fileName).toBe('phone-widget.bundle.js');
    expect(main().imports).toEqual([]);
  });

  test('keeps everything heavy out of its main module', () => {
    expect(main().modules.filter((module) => heavy.test(module))).toEqual([]);
    expect(main().modules.length).toBeGreaterThan(0);
  });

  test('has its lazy chunks beside it, the telephone numbers among them', () => {
    const lazy = chunks().filter(({ isEntry }) => !isEntry);
    expect(lazy.filter(({ fileName }) => !existsSync(join(root, 'dist', fileName)))).toEqual([]);
    expect(lazy.flatMap(({ modules }) => modules).some((module) => module.includes('libphonenumber-js'))).toBe(true);
  });

  test('names no package in any of its files', () => {
    const bare = /(?:\bfrom|\bimport)\s*\(?\s*["'`](?![./])[^"'`]+["'`]/;
    for (const { fileName } of chunks()) {
      expect(readFileSync(join(root, 'dist', fileName), 'utf8').match(bare)?.[0]).toBeUndefined();
    }
  });

  test('exports all that the main entry exports', async () => {
    const entry = (await import(join(root, 'dist/index.js'))) as Record<string, unknown>;
    expect([...main().exports].sort()).toEqual(Object.keys(entry).sort());
  });
});
