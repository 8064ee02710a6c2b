import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { isBuilt, readJson, type Chunk } from '../support/built-package.js';

const built = import.meta.env.MODE === 'built' || isBuilt();

describe.skipIf(!built)('httpStore', () => {
  /** What the page loads, in bytes as they are sent. */
  const sizeOf = (name: string) => gzipSync(readFileSync(join(root, `dist-size/${name}.js`)), { level: 9 }).length;

  test('adds at most 4.5 kB to a page that has the session and a store', () => {
    expect(sizeOf('headless-http') - sizeOf('headless')).toBeLessThanOrEqual(4608);
  });

  test('brings no package with it', () => {
    const packages = (name: string) =>
      (readJson(`dist-size/${name}.modules.json`) as Chunk[])
        .flatMap(({ modules }) => modules)
        .filter((module) => module.includes('node_modules/'));
    expect(packages('headlessHttp')).toEqual(packages('headless'));
  });
});
