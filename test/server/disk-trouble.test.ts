import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAgentRecord } from 'phone-widget';
import { sqliteStore } from 'phone-widget/sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { devToken } from '../../src/server/cli/dev-tokens.js';
import { agentPath } from '../../src/stores/status-protocol.js';
import { NodeProcess } from '../support/node-process.js';

const folder = mkdtempSync(join(tmpdir(), 'phone-widget-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const headers = (id: string) => ({
  authorization: devToken({ account: 'acme', id, roles: ['agent'] }),
  'content-type': 'application/json',
});

/** The command, run so that writing beyond the file size limit of `prlimit` is an error and does not end the process. */
async function serve(file: string): Promise<{ readonly process: NodeProcess; readonly url: string }> {
  const args = ['tools/run-source.js', 'src/server/cli.ts', 'serve', '--dev', '--port', '0', '--db', file];
  const process_ = new NodeProcess('bash', ['-c', `trap '' XFSZ; exec "$0" "$@"`, process.execPath, ...args]);
  const url = await process_.until(
    (lines) =>
      lines
        .map((line) => JSON.parse(line) as { event: string; url?: string })
        .find(({ event }) => event === 'listening')?.url,
  );
  return { process: process_, url };
}

const read = (url: string, id: string) => fetch(`${url}/agents/${agentPath(id)}`, { headers: headers(id) });
const ready = async (url: string) => (await fetch(`${url}/ready`)).status;

function signIn(url: string, id: string): Promise<Response> {
  return fetch(`${url}/agents/${agentPath(id)}/events`, {
    method: 'POST',
    headers: { ...headers(id), 'if-none-match': '*' },
    body: JSON.stringify({ event: { type: 'sign-in', page: 'p1' } }),
  });
}

/** Expects a 503 that tells a stranger nothing, and one line of the log that tells the operator the reason. */
async function mustBeTold(served: NodeProcess, answer: Response, reason: RegExp): Promise<void> {
  const text = await answer.text();
  expect([answer.status, JSON.parse(text)]).toMatchObject([503, { code: 'unavailable' }]);
  expect(text).not.toMatch(/sqlite|disk|\.db|malformed/i);
  const line = await served.until((lines) => lines.find((one) => one.includes('"failure"') && reason.test(one)));
  expect(JSON.parse(line)).toMatchObject({ level: 'error' });
}

// `prlimit` makes a disk full and gives it room again, without a real disk.
describe.skipIf(process.platform !== 'linux')('phone-widget serve', () => {
  test('whose disk is full tells only its operator, is not ready, and recovers by itself', async () => {
    const file = join(folder, 'full.db');
    const { process: served, url } = await serve(file);
    expect((await signIn(url, 'ana')).status).toBe(200);
    expect(await ready(url)).toBe(200);
    const limit = (size: string) => execFileSync('prlimit', ['--pid', String(served.child.pid), `--fsize=${size}`]);
    limit(`${statSync(`${file}-wal`).size + 2_000}:unlimited`);
    const answer = await signIn(url, 'ben');
    await mustBeTold(served, answer, /disk|full|I\/O/i);
    await expect.poll(() => ready(url)).toBe(503);
    expect((await read(url, 'ana')).status).toBe(200);
    limit('unlimited:unlimited');
    await expect.poll(() => ready(url), { timeout: 20_000 }).toBe(200);
    expect((await signIn(url, 'ben')).status).toBe(200);
    expect(await served.end('SIGTERM')).toBe(0);
  });

  test('whose file is damaged tells only its operator, is not ready, and recovers by itself', async () => {
    const file = join(folder, 'damaged.db');
    const store = sqliteStore({ file, account: 'acme' });
    const ids = Array.from({ length: 200 }, (_, index) => `agent-${index}`);
    const by = { type: 'renew', page: 'p1' } as const;
    await Promise.all(ids.map((id) => store.saveAgent(newAgentRecord(id), null, by)));
    await store.close();
    const whole = readFileSync(file);
    const { process: served, url } = await serve(file);
    overwrite(file, Buffer.alloc(whole.length - 5 * 4096, 0xff));
    // Bytes that only SQLite should write look like another file at first.
    await mustBeTold(served, await read(url, 'agent-150'), /malformed|in its place/);
    await expect.poll(() => ready(url), { timeout: 20_000 }).toBe(503);
    overwrite(file, whole.subarray(5 * 4096));
    await expect.poll(() => ready(url), { timeout: 20_000 }).toBe(200);
    await expect.poll(async () => (await read(url, 'agent-150')).status, { timeout: 20_000 }).toBe(200);
    expect(await served.end('SIGTERM')).toBe(0);
  });
});

/** Puts bytes over the file from its sixth page on. */
function overwrite(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, 5 * 4096);
  closeSync(descriptor);
}
