import { Agent, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { addStatus, type Account } from 'phone-widget';
import { createStatusServer } from 'phone-widget/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { agentPath } from '../../src/stores/status-protocol.js';
import { ana, ben, sue, tokenOf, Visitor, type World } from '../support/server.js';
import { worldWithAna } from '../support/server-day.js';
import { head, serve, statusesIn, type Served } from '../support/served.js';

const path = `/agents/${agentPath('ana')}`;
const events = `${path}/events`;
const renew = JSON.stringify({ event: { type: 'renew', page: 'p1' } });
const json = 'content-type: application/json';

let world: World & { revision: number };
let served: Served;

async function start(...options: Parameters<typeof worldWithAna>): Promise<void> {
  world = await worldWithAna(...options);
  served = await serve(world.bare);
}

afterEach(async () => {
  vi.useRealTimers();
  await served.close();
});

/** Sends bytes and returns the statuses. Fails if anything has changed afterwards. */
async function unchangedBy(text: string | Uint8Array, until?: (told: string) => boolean): Promise<number[]> {
  const before = await world.everything();
  const told = await served.raw(text, until);
  expect(await world.everything()).toEqual(before);
  return statusesIn(told);
}

describe('over a real connection', () => {
  beforeEach(() => start({ hosts: ['127.0.0.1', 'status.test'] }));

  const save = (...more: string[]) => head(`POST ${events}`, ana, json, `if-match: "${world.revision}"`, ...more);

  test('a save and a read work', async () => {
    const choose = JSON.stringify({ event: { type: 'choose', statusId: 'lunch' } });
    const told = await served.raw(save(`content-length: ${choose.length}`) + choose);
    expect(statusesIn(told)).toEqual([200]);
    expect(statusesIn(await served.raw(head(`GET ${path}`, sue)))).toEqual([200]);
  });

  test.each([
    ['dots behind another agent', `/agents/${agentPath('ben')}/../${agentPath('ana')}`, 403],
    ['encoded dots behind another agent', `/agents/${agentPath('ben')}/%2e%2e/${agentPath('ana')}`, 403],
    ['dots before the root', `/../../..${path}`, 403],
    ['two slashes', `//evil.example${path}`, 403],
    ['encoded slashes', `/agents%2f${agentPath('ana')}`, 404],
    ['a backslash', `/agents\\${agentPath('ana')}`, 400],
    ['an encoded NUL', `${path}%00`, 404],
    ['a semicolon', `${path};x=${agentPath('ben')}`, 404],
    ['a question mark that is encoded', `${path}%3f`, 404],
    ['a fragment', `${path}#/identity`, 403],
    ['a whole address of another host', `http://evil.example${path}`, 403],
    ['a whole address of another kind', `ftp://evil.example${path}`, 400],
    ['an asterisk', '*', 400],
  ])('a path with %s gives no right to another agent', async (_, target, status) => {
    expect(await unchangedBy(head(`GET ${target}`, ben), () => true)).toEqual([status]);
  });

  test.each([
    ['a line feed in a header', () => save('x-a: b\nif-none-match: *\r\ncontent-length: 0'), 400],
    ['a lone carriage return in a header', () => save('x-a: b\rc', 'content-length: 0'), 400],
    ['a NUL in a header', () => save('x-a: b\0c', 'content-length: 0'), 400],
    ['a space before the colon', () => save('content-length : 5') + 'hello', 400],
    ['a folded header', () => save('x-a: b\r\n c: d', 'content-length: 0'), 400],
    ['two lengths', () => save(`content-length: ${renew.length}`, 'content-length: 3') + renew, 400],
    ['a length and chunks', () => save('content-length: 3', 'transfer-encoding: chunked') + '0\r\n\r\n', 400],
    ['chunks that are none', () => `${save('transfer-encoding: chunked')}xyz\r\n${renew}\r\n0\r\n\r\n`, 400],
    ['a coding that nobody knows', () => save('transfer-encoding: cow') + renew, 400],
    ['a negative length', () => save('content-length: -5') + renew, 400],
    ['headers without end', () => head(`GET ${path}`, ana, `x-a: ${'b'.repeat(40_000)}`), 431],
    ['two hosts', () => head(`GET ${path}`, ana, 'host: evil.example'), 421],
    ['no host', () => `GET ${path} HTTP/1.1\r\nauthorization: ${tokenOf(ana)}\r\n\r\n`, 400],
    ['another host', () => head(`GET ${path}`, ana).replace('127.0.0.1', 'evil.example'), 421],
    [
      'another host, by its port',
      () => head(`GET ${path}`, ana).replace('127.0.0.1', '127.0.0.1.evil.example:80'),
      421,
    ],
    ['a method that nobody knows', () => head(`EVIL ${path}`, ana), 400],
    ['a method that is not for this', () => head(`TRACE ${path}`, ana), 405],
    ['a body of ten gigabytes', () => save('content-length: 10000000000') + '{', 413],
    [
      'a body with chunks without end',
      () => `${save('transfer-encoding: chunked')}20000\r\n${' '.repeat(0x20000)}\r\n`,
      413,
    ],
    [
      'letters that are no letters',
      () => Buffer.concat([Buffer.from(save('content-length: 3')), Buffer.from([0x22, 0xff, 0x22])]),
      400,
    ],
  ])('%s is refused', async (_, bytes, status) => {
    const statuses = await unchangedBy(bytes(), () => true);
    expect(statuses[0]).toBe(status);
  });

  test('a request that hides in the body of another is not heard', async () => {
    const hidden = head(`POST ${events}`, ana, json, 'if-match: "1"', 'content-length: 0');
    for (const method of ['GET', 'DELETE']) {
      const outer = head(`${method} ${path}`, ben, `content-length: ${hidden.length}`, 'connection: close') + hidden;
      expect(await unchangedBy(outer, () => false)).toEqual([403]);
    }
  });

  test('words of a request that are sent back start no header', async () => {
    const asked = 'authorization, x-evil: 1';
    const told = await served.raw(
      `OPTIONS ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: http://127.0.0.1\r\naccess-control-request-headers: ${asked}\r\nconnection: close\r\n\r\n`,
      () => false,
    );
    expect(statusesIn(told)).toEqual([204]);
    expect(told).not.toMatch(/^x-evil/im);
  });

  test('a body that is cut off saves nothing', async () => {
    const before = await world.everything();
    const socket = served.open(save(`content-length: ${renew.length}`) + renew.slice(0, 10));
    await vi.waitFor(async () => expect(await served.connections()).toBe(1));
    socket.destroy();
    await vi.waitFor(async () => expect(await served.connections()).toBe(0));
    expect(await world.everything()).toEqual(before);
  });
});

describe('slow clients', () => {
  test('that send only part of a body are answered, and cut off', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let arrived = (): void => undefined;
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    await start();
    await served.close();
    const authenticate = async () => {
      arrived();
      return { ...ana, account: 'acme' };
    };
    served = await serve(createStatusServer({ store: world.storeOf, authenticate }));
    const trickle = served.raw(head(`POST ${events}`, ana, json, 'content-length: 50') + '{"event":', () => false);
    await isThere;
    // By then the server waits for the body.
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(12_000);
    expect(statusesIn(await trickle)).toEqual([408]);
  });

  test('that never read their stream hold little, hold up nobody, and are cut off', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    const deaf = served.open(head('GET /account/stream', ana));
    await new Promise((resolve) => deaf.once('readable', resolve));
    const { value, revision } = (await world.storeOf().readAccount())!;
    let account: Account = value;
    for (let index = 0; index < 900; index++) account = addStatus(account, { name: `Status ${index}`, emoji: '☕' });
    let basedOn = revision;
    for (let time = 0; time < 60; time++) {
      basedOn = (await world.storeOf().saveAccount({ ...account, time } as Account, basedOn)).revision;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const metrics = () => served.raw(head('GET /metrics', ana));
    expect(await metrics()).toContain('phone_streams 1');
    await vi.advanceTimersByTimeAsync(90_000);
    expect(await metrics()).toContain('phone_streams 0');
    vi.useRealTimers();
    await vi.waitFor(async () => expect(await served.connections()).toBe(0), { timeout: 10_000 });
  });
});

/** The size of the live heap, in bytes. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('idle streams', () => {
  test('of one token, 5,000 of them, are refused beyond a hundred; others are served', async () => {
    await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 130 });
    const headers = { authorization: tokenOf(ana) };
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        const asked = request(
          { port: served.port, host: '127.0.0.1', path: `${path}/stream`, agent, headers },
          (answer) => {
            if (answer.statusCode !== 200) answer.resume().on('end', () => resolve(answer.statusCode!));
            else resolve(200);
          },
        );
        asked.on('error', reject).end();
      });
    const statuses = await Promise.all(Array.from({ length: 5000 }, ask));
    const count = (status: number) => statuses.filter((one) => one === status).length;
    expect([count(200), count(429)]).toEqual([100, 4900]);
    const refusal = await served.raw(head(`GET ${path}/stream`, ana));
    expect(refusal).toMatch(/^retry-after: 1/im);
    expect(refusal).toContain('"code":"unavailable"');
    expect(statusesIn(await served.raw(head('GET /identity', ben)))).toEqual([200]);
    const other = await served.raw(head('GET /agents/stream', sue), (told) => told.includes('event: ready'));
    expect(statusesIn(other)).toEqual([200]);
    agent.destroy();
    await vi.waitFor(async () => expect(await served.raw(head('GET /metrics', ana))).toContain('phone_streams 0'));
  });

  test('of many agents take little memory each', async () => {
    await start();
    const streams = 5000;
    const before = memory();
    const open: Response[] = [];
    for (let index = 0; index < streams; index++) {
      const id = `agent-${index % 100}`;
      open.push(await new Visitor(world.bare, { id, roles: ['agent'] }).request(`agents/${agentPath(id)}/stream`));
    }
    const after = memory();
    console.log(`${streams} idle streams: ${((after - before) / streams / 1024).toFixed(1)} kB of heap each`);
    await world.bare.close();
    expect(open.every(({ status }) => status === 200)).toBe(true);
  });
});
