import type { LogLine } from '../log.js';

/** How many bytes may wait for a slow reader. Further lines are dropped. */
const WAITING_BYTES = 4 * 1024 * 1024;

/** Writes lines to a stream, all lines of one turn of the event loop together. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  #lines: string[] = [];
  #waiting = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    // The reader has gone; the server goes on.
    stream.on('error', () => undefined);
  }

  /** Takes a line. Returns whether there was room for it. */
  write(line: string): boolean {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#stream.writableLength + this.#waiting + bytes > WAITING_BYTES) return false;
    this.#waiting += bytes;
    if (this.#lines.push(line) === 1) setImmediate(() => this.flush());
    return true;
  }

  /** Writes all waiting lines. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#stream.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#waiting = 0;
  }
}

/** The lines that the command itself adds to the log. */
export type CommandLine =
  | {
      readonly time: string;
      readonly level: 'info';
      readonly event: 'listening';
      readonly url: string;
      readonly place: string;
    }
  | { readonly time: string; readonly level: 'info'; readonly event: 'ended' };

/** A line of the log as text: JSON for programs, names and values for a person at a terminal. */
export function formatLine(line: LogLine | CommandLine, isTerminal: boolean): string {
  if (!isTerminal) return JSON.stringify(line);
  const { time, level, event, ...rest } = line;
  const facts = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [time, level.padEnd(5), event, ...facts].join(' ');
}
