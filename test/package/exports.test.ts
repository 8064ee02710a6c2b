import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root } from '../../tools/own-name.js';
import { filesIn, isBuilt, packageJson, staticImports } from '../support/built-package.js';

const built = import.meta.env.MODE === 'built' || isBuilt();
const isEntry = (path: string) =>
  /^src\/(define\/)?[\w-]+\.ts$/.test(path) && !/^src\/(settings-)?bundle\.ts$/.test(path);
const entryFiles = filesIn('src').filter(isEntry);
const globs = (name: string) => packageJson.sideEffects.filter((glob) => glob.startsWith(`./${name}/`));
const matches = (glob: string, path: string) =>
  new RegExp(`^${glob.replace(/[.]/g, '\\.').replace('*', '[^/]*')}$`).test(`./${path}`);

/** Every entry with its files; `./define/*` once for each file that it stands for. */
function publicEntries(): { name: string; files: string[] }[] {
  return Object.entries(packageJson.exports).flatMap(([name, target]) => {
    const files = typeof target === 'string' ? [target] : Object.values(target);
    if (!name.endsWith('/*')) return [{ name, files }];
    const folder = name.replace('./', 'src/').replace('*', '');
    const tags = entryFiles.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length, -3));
    return tags.map((tag) => ({ name: name.replace('*', tag), files: files.map((file) => file.replace('*', tag)) }));
  });
}

/** Runs a line of JavaScript in Node, without any alias, and answers what it prints. */
function inPlainNode(line: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', line], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
}

test('every file directly under src/ and src/define/ is an entry of the exports map', () => {
  const targets = publicEntries().flatMap(({ files }) => files);
  const named = entryFiles.map((path) => path.replace('src/', './dist/').replace(/\.ts$/, '.js'));
  expect(named.filter((file) => !targets.includes(file))).toEqual([]);
});

describe.skipIf(!built)('the built package', () => {
  test.each(publicEntries())('has the files of $name', ({ files }) => {
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test.each(['.', './headless', './settings', './http', './server', './sqlite', './nats', './testing'])(
    'is imported in plain Node: %s',
    (name) => {
      const line = `await import('${name.replace('.', packageJson.name)}'); console.log('imported');`;
      expect(inPlainNode(line)).toBe('imported');
    },
  );

  test('has a command that runs in plain Node', () => {
    for (const file of Object.values(packageJson.bin)) {
      expect(execFileSync(process.execPath, [join(root, file), '--version'], { encoding: 'utf8' })).toMatch(
        /^\d+\.\d+/,
      );
      expect(readFileSync(join(root, file), 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
    }
  });

  test('registers no element by an import of its main entry', () => {
    const line = `await import('${packageJson.name}'); console.log(globalThis.customElements?.get('phone-widget'));`;
    expect(inPlainNode(line)).toBe('undefined');
  });

  test('lists a module as one with side effects exactly where it registers elements', () => {
    const code = filesIn('dist').filter(
      (path) => path.endsWith('.js') && !/^dist\/phone-(widget|settings)\.bundle\./.test(path),
    );
    // The picker registers itself; the page that loads it asks for nothing else of it.
    const vendored = code.filter((path) => path.startsWith('dist/vendor/emoji-picker-element/'));
    const registering = code.filter((path) => {
      return [...staticImports(path)].some((file) => /^dist\/define\//.test(file));
    });
    const listed = code.filter((path) => globs('dist').some((glob) => matches(glob, path)));
    expect(listed.sort()).toEqual([...registering, ...vendored].sort());
    const defining = code.filter((path) => readFileSync(join(root, path), 'utf8').includes('customElements.define'));
    expect(defining.filter((path) => !listed.includes(path))).toEqual([]);
  });

  test('lists the same side effects for sources and for built files', () => {
    const listed = filesIn('src').filter((path) => globs('src').some((glob) => matches(glob, path)));
    expect(listed.sort()).toEqual(
      ['src/bundle.ts', 'src/settings-bundle.ts', ...entryFiles.filter((path) => path.startsWith('src/define'))].sort(),
    );
    for (const bundle of ['widget', 'settings']) {
      expect(globs('dist').some((glob) => matches(glob, `dist/phone-${bundle}.bundle.js`))).toBe(true);
    }
  });

  test('types the tags that it registers', () => {
    for (const path of entryFiles.filter((file) => file.startsWith('src/define/'))) {
      const types = readFileSync(join(root, path.replace('src/', 'dist/').replace('.ts', '.d.ts')), 'utf8');
      expect(types).toMatch(/elements\/[\w-]+\/[\w-]+\.js/);
    }
    expect(readFileSync(join(root, 'dist/define.d.ts'), 'utf8')).toContain('./define/phone-widget.js');
  });

  test('loads neither Lit nor an element by its headless entry', () => {
    const loaded = [...staticImports('dist/headless.js')];
    expect(loaded.filter((module) => /^(lit|@lit)\b/.test(module) || module.startsWith('dist/elements/'))).toEqual([]);
  });

  test('loads nothing of the settings by any other entry, and nothing of the widget by the settings', () => {
    const settings = /^dist\/(elements\/phone-status-settings\/|session\/account-session|model\/account-news|vendor\/)/;
    for (const entry of ['index', 'define', 'headless']) {
      const loaded = [...staticImports(`dist/${entry}.js`)];
      expect(loaded.filter((module) => settings.test(module))).toEqual([]);
    }
    const widget = /^dist\/(elements\/(phone-widget|phone-conversation)\/|session\/agent-session|vendor\/)/;
    const loaded = [...staticImports('dist/define/phone-status-settings.js')];
    expect(loaded.filter((module) => widget.test(module))).toEqual([]);
    expect(loaded.some((module) => settings.test(module))).toBe(true);
  });

  test.each([
    ['index', /hono|jose|prom-client|libsql|@nats-io|^dist\/(server|stores\/(http|sqlite|nats))/],
    ['http', /hono|jose|prom-client|libsql|@nats-io|^dist\/(server|session|elements|stores\/(browser|sqlite|nats))/],
    ['server', /libsql|@nats-io|^dist\/(session|elements|stores\/(http|browser|memory|sqlite|nats))/],
    ['sqlite', /hono|jose|@nats-io|^dist\/(server|session|elements)/],
    ['nats', /hono|jose|libsql|^dist\/(server|session|elements)/],
  ])('loads by its entry %s nothing of what another one is for', (entry, other) => {
    expect([...staticImports(`dist/${entry}.js`)].filter((module) => other.test(module))).toEqual([]);
  });

  test('names no type of the DOM in its headless entry', () => {
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: [],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      noEmit: true,
    };
    const program = ts.createProgram([join(root, 'dist/headless.d.ts')], options);
    const ours = ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.includes('/dist/'));
    expect(ours.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  test('has a manifest that describes every registered tag, by files that exist', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'dist/custom-elements.json'), 'utf8')) as {
      modules: { path: string; declarations?: { tagName?: string }[] }[];
    };
    const paths = manifest.modules.map(({ path }) => path);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const described = manifest.modules.flatMap(({ declarations = [] }) => declarations.map(({ tagName }) => tagName));
    const tags = entryFiles.flatMap((path) => /^src\/define\/([\w-]+)\.ts$/.exec(path)?.[1] ?? []);
    expect(tags.filter((tag) => !described.includes(tag))).toEqual([]);
  });
});
