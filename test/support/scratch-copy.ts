import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { runnerImport } from 'vite';
import { root } from '../../tools/own-name.js';

/** One edit: in that file of `src/`, `line` comes after the text. */
export interface Edit {
  readonly file: string;
  readonly after: string;
  readonly line: string;
}

/** A copy of the sources that can be edited, compiled and run; each run of edits begins with the sources as they are. */
export class ScratchCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'phone-widget-'));
  readonly #original = new Map<string, string>();
  readonly #versions = new Map<string, number>();
  readonly #service: ts.LanguageService;

  constructor() {
    cpSync(join(root, 'src'), join(this.#folder, 'src'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(this.#folder, file));
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'));
    const { config } = ts.readConfigFile(join(this.#folder, 'tsconfig.json'), (file) => ts.sys.readFile(file));
    const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: ['src'] }, ts.sys, this.#folder);
    this.#service = ts.createLanguageService({
      ...ts.sys,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getCompilationSettings: () => options,
      getScriptFileNames: () => fileNames,
      getScriptVersion: (file) => String(this.#versions.get(file) ?? 0),
      getScriptSnapshot: (file) => {
        const text = ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => this.#folder,
      getDefaultLibFileName: (compilerOptions) => ts.getDefaultLibFilePath(compilerOptions),
    });
  }

  edit(...edits: readonly Edit[]): void {
    for (const { file, after, line } of edits) {
      const path = join(this.#folder, 'src', file);
      const text = readFileSync(path, 'utf8');
      if (text.split(after).length !== 2) throw new Error(`${file} has to have this once: ${after}`);
      if (!this.#original.has(path)) this.#original.set(path, text);
      this.#write(
        path,
        text.replace(after, () => after + line),
      );
    }
  }

  /** Takes back all edits. */
  restore(): void {
    for (const [path, text] of this.#original) this.#write(path, text);
    this.#original.clear();
  }

  #write(path: string, text: string): void {
    writeFileSync(path, text);
    this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
  }

  /** The files of `src/` in which the compiler finds errors; of the named ones only, if there are any. */
  wrongFiles(...named: readonly string[]): readonly string[] {
    const sources = this.#service.getProgram()?.getSourceFiles() ?? [];
    const own = sources.map(({ fileName }) => fileName).filter((file) => file.startsWith(join(this.#folder, 'src')));
    const looked = named.length === 0 ? own : named.map((file) => join(this.#folder, 'src', file));
    const wrong = looked.filter((file) =>
      [...this.#service.getSyntacticDiagnostics(file), ...this.#service.getSemanticDiagnostics(file)].some(
        ({ category }) => category === ts.DiagnosticCategory.Error,
      ),
    );
    return wrong.map((file) => relative(join(this.#folder, 'src'), file)).sort();
  }

  /** Runs the copy as it stands: the exports of these files of `src/`. */
  async run<T>(...files: readonly string[]): Promise<T> {
    const entry = join(this.#folder, 'src', 'scratch-entry.ts');
    writeFileSync(entry, files.map((file) => `export * from './${file.replace(/ts$/, 'js')}';`).join('\n'));
    const find = /^phone-widget(\/[\w-]+)?$/;
    const { module } = await runnerImport<T>(entry, {
      root: this.#folder,
      configFile: false,
      logLevel: 'error',
      resolve: { alias: [{ find, replacement: `${this.#folder}/src$1.ts` }] },
    });
    rmSync(entry, { force: true });
    return module;
  }

  remove(): void {
    this.#service.dispose();
    rmSync(this.#folder, { recursive: true });
  }
}
