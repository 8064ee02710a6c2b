import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../../tools/own-name.js';
import type { CodeBlock } from './documents.js';

/** Where the blocks would lie if they were files: inside the package, so that it is found by its own name. */
const FOLDER = join(root, '.cache/documents');

/** In JavaScript a text in a variable is any text, though the variable is a constant. */
const WIDENED = /Type 'string' is not assignable to type '"/;

const common: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
};

/** What the compiler says of the blocks: TypeScript as strictly as here, JavaScript as an editor does. */
export function typeErrors(blocks: readonly CodeBlock[]): readonly string[] {
  const inTypeScript = blocks.filter(({ language }) => language === 'ts');
  const inJavaScript = blocks.filter(({ language }) => language === 'js');
  return [
    ...check(inTypeScript, {
      ...common,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    }),
    ...check(inJavaScript, { ...common, allowJs: true, checkJs: true, strict: false }).filter(
      (message) => !WIDENED.test(message),
    ),
  ];
}

function check(blocks: readonly CodeBlock[], options: ts.CompilerOptions): readonly string[] {
  if (blocks.length === 0) return [];
  const files = new Map<string, string>();
  const names = new Map<string, CodeBlock>();
  for (const [index, block] of blocks.entries()) {
    const folder = join(FOLDER, String(index));
    for (const { name, code } of block.given) if (name) files.set(join(folder, name), code);
    const before = block.given.filter(({ name }) => !name).map(({ code }) => code);
    const path = join(folder, `block.${block.language}`);
    files.set(path, [...before, block.code, 'export {};'].join('\n'));
    names.set(path, block);
  }
  const program = ts.createProgram([...names.keys(), join(root, 'dist/define.d.ts')], options, hostOf(files, options));
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => !file || files.has(file.fileName))
    .map(({ file, messageText }) => {
      const block = names.get(file?.fileName ?? '');
      const place = block ? `${block.file}:${block.line}` : (file?.fileName ?? '');
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
}

/** Reads those files from memory, all others from the disk. */
function hostOf(files: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.directoryExists = (path) => path.startsWith(FOLDER) || (directoryExists?.(path) ?? true);
  host.getSourceFile = (path, target) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, target, true);
  };
  return host;
}
