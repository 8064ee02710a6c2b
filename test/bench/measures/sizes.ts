import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../../tools/own-name.js';
import { readJson, type Chunk } from '../../support/built-package.js';
import type { Row } from '../table.js';

/** What belongs in lazy chunks only. */
const HEAVY = /emoji-picker|libphonenumber|sqlite|libsql|[@/]nats|jssip|sip\.js|\/sip/i;

/** Sizes of what a page loads at once, and what must never be part of it. */
export async function sizes(): Promise<readonly Row[]> {
  const size = (file: string): number => gzipSync(readFileSync(join(root, file)), { level: 9 }).length / 1000;
  const row = { unit: 'kB', of: 'ours' } as const;
  return [
    {
      ...row,
      what: '<phone-widget> self-contained bundle, gzip',
      ours: size('dist/phone-widget.bundle.js'),
      budget: 24,
      aim: 18,
    },
    {
      ...row,
      what: 'selector alone with session and browser store, gzip',
      ours: size('dist-size/selector.js'),
      budget: 16,
      aim: 12,
    },
    {
      what: 'heavy modules in the main bundle (picker, phone numbers, SQLite, NATS, SIP)',
      ours: heavyModules().length,
      unit: 'modules',
      of: 'ours',
      budget: 0,
    },
  ];
}

/** The heavy modules among all that the main module and its static imports are made of. */
export function heavyModules(): readonly string[] {
  const chunks = readJson('dist-size/bundle.modules.json') as readonly Chunk[];
  const loaded = new Set<Chunk>();
  const load = (chunk: Chunk | undefined): void => {
    if (!chunk || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(chunks.find(({ fileName }) => fileName === name));
  };
  for (const chunk of chunks) if (chunk.isEntry) load(chunk);
  if (loaded.size === 0) throw new Error('The list of modules names no entry.');
  return [...loaded].flatMap(({ modules }) => modules.filter((module) => HEAVY.test(module)));
}
