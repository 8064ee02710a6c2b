import { ESLint } from 'eslint';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { circles } from '../../tools/circles.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phone-widget-circles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the rule says of these files, by their names. */
async function complaints(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser as never },
        plugins: { house: { rules: { circles } } },
        rules: { 'house/circles': 'error' },
      },
    ],
  });
  const results = await eslint.lintFiles(['*.ts']);
  return results.flatMap(({ filePath, messages }) => messages.map(() => filePath.split('/').at(-1)!)).sort();
}

test('files that import each other, even for types only, are a circle; others are none', async () => {
  expect(
    await complaints({
      'a.ts': "import { b } from './b.js';\nexport const a = b;\n",
      'b.ts': "import type { C } from './c.js';\nexport const b: C = 1;\n",
      'c.ts': "export type C = number;\nexport * from './a.js';\n",
      'd.ts': "import { a } from './a.js';\nexport const d = a;\n",
    }),
  ).toEqual(['a.ts', 'b.ts', 'c.ts']);
});
