import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { root } from '../../tools/own-name.js';
import { isBuilt } from '../support/built-package.js';

/** The folder of a bundle as new as the sources: `dist/` where that is, else one built for the occasion. */
export async function buildBundle(): Promise<string> {
  if (isBuilt()) return join(root, 'dist');
  const folder = mkdtempSync(join(tmpdir(), 'phone-widget-'));
  const builder = await createBuilder({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    environments: { bundle: { build: { outDir: folder } } },
  });
  if (builder.environments['bundle']) await builder.build(builder.environments['bundle']);
  return folder;
}
