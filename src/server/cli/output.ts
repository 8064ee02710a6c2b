import type { LogLine } from '../log.js';

/** Writes lines to a stream, those of one turn together. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  #lines: string[] = [];

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    // Whoever read it is gone; the server goes on.
    stream.on('error', () => undefined);
  }

  write(line: string): void {
    if (this.#lines.push(line) === 1) setImmediate(() => this.flush());
  }

  /** Writes what is waiting. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#stream.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}

/** What the command itself has to log. */
export type CommandLine =
  | {
      readonly time: string;
      readonly level: 'info';
      readonly event: 'listening';
      readonly url: string;
      readonly place: string;
    }
  | { readonly time: string; readonly level: 'info'; readonly event: 'ended' };

/** A line of the log: JSON for programs, words for a person at a terminal. */
export function formatLine(line: LogLine | CommandLine, isTerminal: boolean): string {
  if (!isTerminal) return JSON.stringify(line);
  const { time, level, event, ...rest } = line;
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [time, level.padEnd(5), event, ...facts].join(' ');
}
