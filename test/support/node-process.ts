import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { root } from '../../tools/own-name.js';

/** Builds a source file for plain Node, packages left outside; the answer is the path of what was built. */
export async function buildForNode(source: string): Promise<string> {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'node-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: { ssr: join(root, source), outDir, minify: false, target: 'node20' },
  });
  return join(outDir, basename(source).replace(/\.ts$/, '.js'));
}

/** A child process, and the lines that it has printed so far. */
export class NodeProcess {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly child: ChildProcess;
  readonly #ended: Promise<number | NodeJS.Signals>;
  #heard: () => void = () => undefined;
  #hasEnded = false;

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const [stream, lines] of [
      [this.child.stdout, this.lines],
      [this.child.stderr, this.errors],
    ] as const) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        this.#heard();
      });
    }
    this.#ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.#hasEnded = true;
        this.#heard();
        resolve(signal ?? code ?? 0);
      });
    });
  }

  /** Waits until what was printed answers the question; fails where the process ends before. */
  async until<T>(find: (lines: readonly string[]) => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find(this.lines);
      if (found !== undefined && found !== false) return found;
      if (this.#hasEnded) throw new Error(`The process ended. It said: ${[...this.lines, ...this.errors].join('\n')}`);
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }

  say(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** Its exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals> {
    return this.#ended;
  }

  end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return this.#ended;
  }
}
