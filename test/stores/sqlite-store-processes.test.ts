import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAgentRecord } from '../../src/model/agent.js';
import { sqliteStore } from '../../src/sqlite.js';
import { buildForNode, NodeProcess } from '../support/node-process.js';

const folder = mkdtempSync(join(tmpdir(), 'phone-widget-sqlite-'));
let program = '';
beforeAll(async () => void (program = await buildForNode('test/stores/fixtures/sqlite-process.ts')));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (program) rmSync(dirname(program), { recursive: true, force: true });
});

type Acknowledged = readonly [agentId: string, revision: number, missedCalls: number];

describe('sqliteStore among processes', () => {
  test('loses nothing that it has acknowledged when its process is killed in the middle of many saves', async () => {
    const file = join(folder, 'killed.db');
    let newest = 0;
    for (const saves of [1, 60, 400, 1_500]) {
      const writer = new NodeProcess(process.execPath, [program, 'save', file]);
      await writer.until((lines) => lines.length >= saves);
      expect(await writer.end('SIGKILL')).toBe('SIGKILL');
      const last = new Map<string, Acknowledged>();
      for (const line of writer.lines.filter((text) => text.endsWith(']'))) {
        const acknowledged = JSON.parse(line) as Acknowledged;
        last.set(acknowledged[0], acknowledged);
      }
      const store = sqliteStore({ file });
      for (const [agentId, revision, missedCalls] of last.values()) {
        const entry = await store.readAgent(agentId);
        expect(entry?.revision).toBeGreaterThanOrEqual(revision);
        expect(entry?.value.missedCalls).toBeGreaterThanOrEqual(missedCalls);
        newest = Math.max(newest, revision);
      }
      const { revision } = await store.saveAgent(newAgentRecord(`after-${saves}`), null, { type: 'renew', page: 'p' });
      expect(revision).toBeGreaterThan(newest);
      await store.close();
    }
  });

  test('refuses a second process at once, and lets it in when the first one has ended', async () => {
    const file = join(folder, 'one.db');
    const first = new NodeProcess(process.execPath, [program, 'open', file]);
    await first.until((lines) => lines[0] === 'null');
    const second = sqliteStore({ file });
    const message = `[phone-widget] sqlite store: the file ${JSON.stringify(file)} is in use by another process. Only one process can open it. Stop the other one, or use another file.`;
    await expect(second.readAgent('ana')).rejects.toMatchObject({ code: 'unavailable', message });
    await first.end('SIGKILL');
    expect(await second.readAgent('ana')).toBeUndefined();
    await second.close();
  });

  test('lets the next process in as soon as it is closed, its own process running on', async () => {
    const file = join(folder, 'passed-on.db');
    const first = new NodeProcess(process.execPath, [program, 'open', file]);
    await first.until((lines) => lines[0] === 'null');
    first.say('close');
    await first.until((lines) => lines[1] === '"closed"');
    const second = sqliteStore({ file });
    expect(await second.readAgent('ana')).toBeUndefined();
    await second.close();
    first.say('end');
    await first.end();
  });

  // `ulimit` and `prlimit` are what lets a disk be full and be given room again without a disk.
  test.skipIf(process.platform !== 'linux')(
    'refuses saves that the disk does not take, keeps all others, and goes on when there is room',
    async () => {
      const file = join(folder, 'full.db');
      const limited = `trap '' XFSZ; ulimit -S -f 300; exec "$0" "$@"`;
      const writer = new NodeProcess('bash', ['-c', limited, process.execPath, program, 'fill', file]);
      const line = await writer.until((lines) => lines[0]);
      const { saved, heard, refusals, present } = JSON.parse(line) as Record<string, unknown[]>;
      expect(saved?.length).toBeGreaterThan(3);
      expect(heard).toEqual(saved);
      expect(refusals?.length).toBe(3);
      for (const message of refusals ?? []) expect(message).toContain('cannot be used');
      expect(present).toEqual([null, null, null]);
      execFileSync('prlimit', ['--pid', String(writer.child.pid), '--fsize=unlimited']);
      writer.say('go on');
      expect(await writer.ended()).toBe(0);
      expect(writer.lines[1]).toBe('"late"');
      const store = sqliteStore({ file });
      for (const agentId of [...(saved as string[]), 'late']) expect(await store.readAgent(agentId)).toBeDefined();
      await store.close();
    },
  );
});
