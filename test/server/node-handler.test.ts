import { createServer, request as ask, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { httpStore } from 'phone-widget/http';
import { nodeHandler, type LogLine, type NodeHandler } from 'phone-widget/server';
import { newAgentRecord, addStatus, type Account } from 'phone-widget';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { agentPath, PROBLEM_TYPE } from '../../src/stores/status-protocol.js';
import { ana, adam, tokenOf, Visitor } from '../support/server.js';
import { worldWithAna } from '../support/server-day.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0)) await end();
});

async function listening(http: Server): Promise<number> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    http.closeAllConnections();
    return new Promise((resolve) => http.close(resolve));
  });
  return (http.address() as AddressInfo).port;
}

/** Ways in which a host mounts the handler below `/phone`. Each returns the port. */
type Mount = (phone: NodeHandler, prefix?: string) => Promise<number>;

const inNode = (phone: NodeHandler): Promise<number> => listening(createServer(phone));
const inExpress =
  (create: typeof express): Mount =>
  (phone, prefix = '/phone') => {
    const app = create();
    app.use(prefix, phone);
    app.use(create.json());
    app.get('/', (_, response) => void response.send('desk'));
    return listening(createServer(app as RequestListener));
  };
const inFastify: Mount = async (phone, prefix = '/phone') => {
  const app = Fastify();
  app.all(
    `${prefix.replace(/\/$/, '')}/*`,
    {
      onRequest: (request, reply) => {
        reply.hijack();
        phone(request.raw, reply.raw);
      },
    },
    () => undefined,
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  ends.push(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  return (app.server.address() as AddressInfo).port;
};

const hosts: readonly (readonly [string, Mount])[] = [
  ['node:http', inNode],
  ['Express 5', inExpress(express)],
  ['Express 4', inExpress(express4)],
  ['Fastify', inFastify],
];

async function streamsOf({ bare }: { bare: { fetch(request: Request): Promise<Response> } }): Promise<string> {
  return (await (await bare.fetch(new Request('http://status.test/metrics'))).text()).match(/phone_streams \d+/)![0];
}

describe.each(hosts)('in %s', (_, mount) => {
  test('the handler serves a store: reads, saves, watches', async () => {
    const { bare } = await worldWithAna();
    const url = `http://127.0.0.1:${await mount(nodeHandler(bare))}/phone`;
    const store = httpStore({ url, headers: () => ({ authorization: tokenOf({ ...ana, id: 'eve' }) }) });
    ends.push(() => store.close());
    const heard = new Promise((resolve) => store.watchAgent('eve', { next: ({ value }) => resolve(value.agentId) }));
    const saved = await store.saveAgent(newAgentRecord('eve'), null, { type: 'sign-in', page: 'p1' });
    expect(saved.value.agentId).toBe('eve');
    expect(await heard).toBe('eve');
    expect((await store.readAgent('eve'))?.revision).toBe(saved.revision);
  });

  test('a client that leaves closes its stream', async () => {
    const made = await worldWithAna();
    const port = await mount(nodeHandler(made.bare));
    const path = `/phone/agents/${agentPath('ana')}/stream`;
    const open = Array.from({ length: 5 }, () =>
      ask({ port, host: '127.0.0.1', path, headers: { authorization: tokenOf(ana) } }),
    );
    await Promise.all(open.map((one) => new Promise((resolve) => one.once('response', resolve).end())));
    expect(await streamsOf(made)).toBe('phone_streams 5');
    for (const one of open) one.destroy();
    await vi.waitFor(async () => expect(await streamsOf(made)).toBe('phone_streams 0'), { timeout: 10_000 });
  });

  test('a reader who leaves more than a megabyte waiting is cut off after 90 seconds', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const made = await worldWithAna();
    const port = await mount(nodeHandler(made.bare));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    const headers = { authorization: tokenOf(adam) };
    const deaf = ask({ port, host: '127.0.0.1', path: '/phone/account/stream', headers }).end();
    const answer = await new Promise<IncomingMessage>((resolve) => deaf.once('response', resolve));
    const isCut = new Promise((resolve) => answer.once('close', resolve));
    answer.on('error', () => undefined);
    answer.pause();
    const { value, revision } = (await made.storeOf().readAccount())!;
    let account: Account = value;
    for (let index = 0; index < 900; index++) {
      account = addStatus(account, { name: `Status ${index}`, emoji: '☕', description: 'x'.repeat(140) });
    }
    let basedOn = revision;
    // The first of them wait in the connection, on both sides. The last of them waits in the server.
    for (let time = 0; time < 40; time++) {
      basedOn = (await made.storeOf().saveAccount({ ...account, time } as Account, basedOn)).revision;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await streamsOf(made)).toBe('phone_streams 1');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await streamsOf(made)).toBe('phone_streams 0');
    vi.useRealTimers();
    answer.resume();
    await isCut;
  });
});

describe('any prefix', () => {
  const prefixes = ['/a/b/c', '/phone/', '/t%C3%A9l%20/x', '/agents', '/account/stream', ''];

  test.each(prefixes)('%j works, whether the host strips it or not', async (prefix) => {
    const { bare } = await worldWithAna();
    const ports = [await inNode(nodeHandler(bare)), await inExpress(express)(nodeHandler(bare), prefix || '/')];
    const headers = { authorization: tokenOf(ana) };
    for (const port of ports) {
      const at = `http://127.0.0.1:${port}${prefix.replace(/\/$/, '')}`;
      for (const path of ['identity', 'account', `agents/${agentPath('ana')}`]) {
        expect((await fetch(`${at}/${path}`, { headers })).status).toBe(200);
      }
      expect((await fetch(`${at}/other`, { headers })).status).toBe(404);
    }
    // A proxy in front may strip the prefix.
    expect((await fetch(`http://127.0.0.1:${ports[0]}/identity`, { headers })).status).toBe(200);
  });
});

describe('what the adapter does not accept as a request', () => {
  const ask = (port: number, text: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (bytes) => (answer += String(bytes))).on('close', () => resolve(answer));
    });

  test.each([
    ['without a host', 'GET /phone/identity HTTP/1.0\r\n\r\n'],
    ['with a host that is none', 'GET /phone/identity HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['to another scheme', 'GET ftp://evil/phone/identity HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['of all paths', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('%s is answered with a problem document', async (_, text) => {
    const { bare } = await worldWithAna();
    const [head = '', body = ''] = (await ask(await inNode(nodeHandler(bare)), text)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(head).toContain(PROBLEM_TYPE);
    expect(JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n.*$/gs, ''))).toMatchObject({
      status: 400,
      code: 'unavailable',
    });
  });
});

describe('a body that was read before', () => {
  const body = JSON.stringify({ event: { type: 'renew', page: 'p1' } });
  const send = async (port: number, revision: number) => {
    const headers = { authorization: tokenOf(ana), 'content-type': 'application/json', 'if-match': `"${revision}"` };
    const answer = await fetch(`http://127.0.0.1:${port}/phone/agents/${agentPath('ana')}/events`, {
      method: 'POST',
      body,
      headers,
    });
    return [answer.status, await answer.json()] as const;
  };
  const problem = { status: 500, code: 'unavailable', detail: expect.stringContaining('express.json()') as string };

  test.each([
    ['Express 5', express],
    ['Express 4', express4],
  ])('in %s is named in the response and in the log', async (_, create) => {
    const log: LogLine[] = [];
    const { bare, revision } = await worldWithAna({ log: (line) => log.push(line) });
    const app = create();
    app.use(create.json());
    app.use('/phone', nodeHandler(bare));
    const port = await listening(createServer(app as RequestListener));
    expect(await send(port, revision)).toEqual([500, expect.objectContaining(problem)]);
    expect(log).toContainEqual(expect.objectContaining({ event: 'failure', message: problem.detail }));
    const read = await fetch(`http://127.0.0.1:${port}/phone/identity`, { headers: { authorization: tokenOf(ana) } });
    expect(read.status).toBe(200);
  });

  test('in Fastify is named as well', async () => {
    const { bare, revision } = await worldWithAna();
    const phone = nodeHandler(bare);
    const app = Fastify();
    app.all('/phone/*', (request, reply) => {
      reply.hijack();
      phone(request.raw, reply.raw);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    ends.push(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    expect(await send(port, revision)).toEqual([500, expect.objectContaining(problem)]);
  });

  test('of a standard request is named as well', async () => {
    const { bare } = await worldWithAna();
    const request = new Request(`http://status.test/agents/${agentPath('ana')}/events`, {
      method: 'POST',
      body,
      headers: { authorization: tokenOf(ana), 'content-type': 'application/json', 'if-match': '"1"' },
    });
    await request.json();
    const answer = await bare.fetch(request);
    expect([answer.status, await answer.json()]).toEqual([500, expect.objectContaining(problem)]);
  });

  test('tells strangers nothing', async () => {
    const { bare } = await worldWithAna();
    const app = express();
    app.use(express.json(), nodeHandler(bare));
    const port = await listening(createServer(app as RequestListener));
    const answer = await fetch(`http://127.0.0.1:${port}/agents/${agentPath('ana')}/events`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(401);
  });
});

test('leaves the process its own Request and Response', async () => {
  const before = [globalThis.Request, globalThis.Response];
  const { bare } = await worldWithAna();
  nodeHandler(bare);
  expect([globalThis.Request, globalThis.Response]).toEqual(before);
  expect((await new Visitor(bare, ana).request('identity')).status).toBe(200);
});
