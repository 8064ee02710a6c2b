import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { root } from '../../tools/own-name.js';
import { isBuilt } from '../support/built-package.js';

/**
 * The folder of a part of the build as new as the sources, the agent's bundle if left out: `dist/` where that is, else one
 * built for the occasion.
 */
export async function buildBundle(name: 'bundle' | 'settings' | 'modules' = 'bundle'): Promise<string> {
  if (isBuilt()) return join(root, 'dist');
  const folder = mkdtempSync(join(tmpdir(), 'phone-widget-'));
  const builder = await createBuilder({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    environments: { [name]: { build: { outDir: folder } } },
  });
  const environment = builder.environments[name];
  if (environment) await builder.build(environment);
  return folder;
}
