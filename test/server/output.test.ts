import { Writable } from 'node:stream';
import { createStatusServer, type LogLine } from 'phone-widget/server';
import { expect, test } from 'vitest';
import { formatLine, Output } from '../../src/server/cli/output.js';
import { ana, believe, Visitor } from '../support/server.js';
import { memoryStore } from 'phone-widget';

/** An output that nobody reads until the test says so. */
class Stalled extends Writable {
  readonly taken: string[] = [];
  #go: (() => void) | undefined;
  #isRead = false;

  constructor() {
    super({ decodeStrings: false, highWaterMark: 16 * 1024 });
  }

  override _write(chunk: string, _: unknown, done: () => void): void {
    const go = (): void => {
      this.taken.push(chunk);
      done();
    };
    if (this.#isRead) go();
    else this.#go = go;
  }

  read(): void {
    this.#isRead = true;
    this.#go?.();
  }

  get lines(): string[] {
    return this.taken.join('').split('\n').filter(Boolean);
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const MEGABYTE = 1024 * 1024;

test('lines for a stalled reader are dropped beyond 4 MB, within a turn and over many', async () => {
  for (const isOneTurn of [true, false]) {
    const stream = new Stalled();
    const output = new Output(stream as unknown as NodeJS.WriteStream);
    const line = 'x'.repeat(64 * 1024 - 1);
    let taken = 0;
    for (let index = 0; index < 200; index++) {
      if (output.write(line)) taken++;
      if (!isOneTurn) await turn();
    }
    expect(taken).toBe(64);
    await turn();
    expect(stream.writableLength).toBeLessThanOrEqual(4 * MEGABYTE);
    stream.read();
    await turn();
    expect(stream.lines).toHaveLength(64);
    expect(output.write('on')).toBe(true);
    output.flush();
    expect(stream.lines.at(-1)).toBe('on');
  }
});

test('dropped lines are counted, and logged once the log is taken again', async () => {
  let isTaken = false;
  const lines: LogLine[] = [];
  const log = (line: LogLine): boolean => {
    if (isTaken) lines.push(line);
    return isTaken;
  };
  const server = createStatusServer({ store: () => memoryStore({ account: 'stalled' }), authenticate: believe, log });
  const visitor = new Visitor(server, ana);
  for (let index = 0; index < 3; index++) await visitor.request('health');
  expect(await (await visitor.request('metrics')).text()).toContain('phone_log_lines_dropped_total 3');
  isTaken = true;
  await visitor.request('ready');
  expect(lines.map(({ event }) => event)).toEqual(['dropped', 'request']);
  expect(lines[0]).toMatchObject({ level: 'warn', lines: 4 });
  expect(formatLine(lines[0]!, true)).toMatch(/warn {2}dropped lines=4$/);
  await server.close();
});
