import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from '../../tools/own-name.js';

/** What the exports map says of one entry. */
export type ExportTarget = string | { readonly types: string; readonly default: string };

/** The parts of package.json that tests read as data. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, ExportTarget>>;
  readonly sideEffects: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

/** One file of a bundle, as the build lists it. */
export interface Chunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  readonly exports: readonly string[];
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
  readonly modules: readonly string[];
}

export const packageJson = readJson('package.json') as PackageJson;

/** Reads a JSON file of the repository. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** The files of a folder and all folders in it, as paths of the repository. */
export function filesIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true }) as string[];
  return names
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => statSync(join(root, path)).isFile());
}

/** Whether `dist/` is as new as `src/`: the package tests say nothing about an old build. */
export function isBuilt(): boolean {
  const marker = join(root, 'dist-size/selector.modules.json');
  if (!existsSync(marker)) return false;
  const builtAt = statSync(marker).mtimeMs;
  return filesIn('src').every((path) => statSync(join(root, path)).mtimeMs <= builtAt);
}

/** Every module that a file of `dist/` loads at once, itself included, and the packages among them. */
export function staticImports(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022);
  for (const statement of source.statements) {
    const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    const specifier = isImport ? statement.moduleSpecifier : undefined;
    if (!specifier || !ts.isStringLiteral(specifier)) continue;
    if (specifier.text.startsWith('.')) staticImports(join(dirname(file), specifier.text), seen);
    else seen.add(specifier.text);
  }
  return seen;
}
