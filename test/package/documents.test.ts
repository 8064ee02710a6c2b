import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { filesIn, isBuilt, packageJson, readJson } from '../support/built-package.js';
import { typeErrors } from '../support/code-blocks.js';
import { DocumentPages } from '../support/document-page.js';
import {
  anchors,
  codeBlocks,
  commands,
  documents,
  relativeLinks,
  tableNames,
  textOf,
  type CodeBlock,
  type Link,
} from '../support/documents.js';

const built = import.meta.env.MODE === 'built' || isBuilt();
const links = documents.flatMap((file) => relativeLinks(file));
const describeLink = ({ from, target }: Link): string => `${from} → ${target}`;
const { scripts } = readJson('package.json') as { readonly scripts: Readonly<Record<string, string>> };
const README_LIMIT = 9_216;

describe('the documents', () => {
  test('have a README of at most 9 kB', () => {
    expect(statSync(join(root, 'README.md')).size).toBeLessThanOrEqual(README_LIMIT);
  });

  test('link to files that exist', () => {
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter(({ file }) => !existsSync(join(root, file))).map(describeLink)).toEqual([]);
  });

  test('link to headings that exist', () => {
    const isBroken = ({ file, anchor }: Link): boolean =>
      anchor !== '' && file.endsWith('.md') && existsSync(join(root, file)) && !anchors(textOf(file)).has(anchor);
    expect(links.some(({ anchor }) => anchor !== '')).toBe(true);
    expect(links.filter(isBroken).map(describeLink)).toEqual([]);
  });

  test('are all reached from the README', () => {
    const reached = new Set(['README.md']);
    for (const file of reached) {
      if (file.endsWith('.md')) for (const link of relativeLinks(file)) reached.add(link.file);
    }
    expect([...documents, ...filesIn('docs')].filter((file) => !reached.has(file))).toEqual([]);
  });

  test('name scripts and commands that exist', () => {
    const named = documents.flatMap((file) =>
      [...textOf(file).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !name || !(name in scripts))).toEqual([]);
    const run = documents.flatMap((file) => commands(file));
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter((command) => !isKnown(command))).toEqual([]);
  });

  test('explain every scenario that a test quotes', () => {
    const quoted = filesIn('test').flatMap((path) =>
      /\.test\.ts$/.test(path)
        ? [...readFileSync(join(root, path), 'utf8').matchAll(/\bS\d{3}\b/g)].map(([id]) => id)
        : [],
    );
    const explained = textOf('docs/scenarios.md');
    expect(quoted.length).toBeGreaterThan(50);
    expect([...new Set(quoted)].filter((id) => !explained.includes(`**${id}**`))).toEqual([]);
  });
});

/** Whether a command of the shell is one that this package or npm has; those of other programs are not looked at. */
function isKnown(command: string): boolean {
  const [program, first = '', second = ''] = command.split(/\s+/);
  if (program === 'npx') return first in packageJson.bin || existsSync(join(root, 'node_modules/.bin', first));
  if (program !== 'npm' || first === 'ci') return true;
  if (first === 'install') return second === packageJson.name;
  return (first === 'run' ? second : first) in scripts;
}

describe.skipIf(!built)('the documents and the built package', () => {
  const blocks = documents.flatMap((file) => codeBlocks(file));

  test('are packed with everything that they link to', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
    const packed = new Set(files.map(({ path }) => path));
    expect(documents.filter((file) => !packed.has(file))).toEqual([]);
    expect(links.filter(({ file }) => !packed.has(file)).map(describeLink)).toEqual([]);
  });

  test('have code that the compiler takes', () => {
    expect(blocks.filter(({ language }) => language === 'ts').length).toBeGreaterThan(5);
    expect(typeErrors(blocks)).toEqual([]);
  });

  test('list every error code and every setting', () => {
    const record = (type: string, names: readonly string[]): string =>
      `({ ${names.map((name) => `'${name}': 0`).join(', ')} }) satisfies Record<${type}, number>;`;
    const code = [
      `import type { AccountSettings, PhoneErrorCode } from '${packageJson.name}';`,
      record('PhoneErrorCode', tableNames(textOf('docs/errors.md'), '# Errors')),
      record('keyof AccountSettings', tableNames(textOf('docs/settings-page.md'), '## Account settings')),
    ].join('\n');
    const block: CodeBlock = { file: 'docs', line: 1, language: 'ts', code, given: [], shows: undefined };
    expect(typeErrors([block])).toEqual([]);
  });

  test('name options of the command that it has', () => {
    const help = (name: string): string =>
      execFileSync(process.execPath, [join(root, packageJson.bin['phone-widget'] ?? ''), name, '--help'], {
        encoding: 'utf8',
      });
    const uses = documents.flatMap((file) => commands(file)).filter((line) => line.startsWith('npx phone-widget '));
    expect(uses.length).toBeGreaterThan(2);
    const unknown = uses.flatMap((line) => {
      const text = help(line.split(/\s+/)[2] ?? '');
      return [...line.matchAll(/--[\w-]+/g)].filter(([option]) => !text.includes(option)).map(() => line);
    });
    expect(unknown).toEqual([]);
  });
});

describe.skipIf(!built)('the code of README and getting started', () => {
  let pages: DocumentPages;
  beforeAll(async () => {
    pages = await DocumentPages.open();
  });
  afterAll(() => pages.close());

  const cases = ['README.md', 'docs/getting-started.md'].flatMap((file) => {
    const runnable = codeBlocks(file).filter(({ language }) => /^(html|js|ts)$/.test(language));
    return runnable.map((block, index) => {
      // A script belongs to the page that stands before it.
      const page = runnable
        .slice(0, index)
        .filter(({ language }) => language === 'html')
        .at(-1)?.code;
      return { name: `${file}:${block.line}`, block, page };
    });
  });

  test('has nothing but pages, scripts and commands', () => {
    const languages = ['README.md', 'docs/getting-started.md'].flatMap((file) => codeBlocks(file));
    expect(languages.map(({ language }) => language).filter((name) => !/^(html|js|ts|sh)$/.test(name))).toEqual([]);
    expect(cases.length).toBeGreaterThan(5);
  });

  test.each(cases)('works, and logs no error: $name', async ({ block, page }) => {
    const { status, complaints } = await pages.run(block, page);
    expect(complaints).toEqual([]);
    expect(status).toContain(block.shows ?? 'Available');
  });
});
