import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { newAgentRecord, type StatusStore } from 'phone-widget';
import { httpStore } from 'phone-widget/http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { conformanceArguments, serveArguments } from '../../src/server/cli/arguments.js';
import { Failure } from '../../src/server/cli/failure.js';
import { serve as serveHere } from '../../src/server/cli/serve.js';
import { packageJson } from '../support/built-package.js';
import { devToken } from '../../src/server/cli/dev-tokens.js';
import { root } from '../../tools/own-name.js';
import { NodeProcess } from '../support/node-process.js';

const folder = mkdtempSync(join(tmpdir(), 'phone-widget-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command from its sources. */
function start(...args: readonly string[]): NodeProcess {
  return new NodeProcess(process.execPath, ['tools/run-source.js', 'src/server/cli.ts', ...args]);
}

interface Run {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

/** Runs the command to its end. */
async function run(...args: readonly string[]): Promise<Run> {
  const command = start(...args);
  const code = await command.ended();
  return { code, out: command.lines.join('\n'), err: command.errors.join('\n') };
}

let files = 0;
const newFile = (): string => join(folder, `${++files}.db`);

interface Served {
  readonly process: NodeProcess;
  readonly url: string;
}

/** Starts a server on a free port and waits until it listens. */
async function serve(...args: readonly string[]): Promise<Served> {
  const process = start('serve', '--port', '0', ...args);
  const url = await process.until((lines) => {
    const line = lines
      .map((text) => JSON.parse(text) as { event: string; url?: string })
      .find(({ event }) => event === 'listening');
    return line?.url;
  });
  return { process, url };
}

const admin = { authorization: devToken({ account: 'acme', id: 'adam', roles: ['admin'] }) };
const ana = { authorization: devToken({ account: 'acme', id: 'ana', roles: ['agent'] }) };

describe('phone-widget', () => {
  test('prints its version and its help', async () => {
    const [version, general, serving, testing] = await Promise.all([
      run('--version'),
      run('--help'),
      run('serve', '--help'),
      run('conformance', '-h'),
    ]);
    expect(version).toEqual({ code: 0, out: packageJson.version, err: '' });
    expect([general.code, serving.code, testing.code]).toEqual([0, 0, 0]);
    expect(general.out).toContain('conformance URL');
    for (const option of [
      'port',
      'host',
      'db',
      'nats',
      'jwks',
      'issuer',
      'audience',
      'dev',
      'origin',
      'allowed-host',
    ]) {
      expect(serving.out).toContain(`--${option}`);
    }
    expect(testing.out).toContain('--header');
  });

  test.each([
    [['serve', 'here'], 'here'],
    [['serve', '--port'], '--port'],
    [['serve', '--dev', '--port', '99999'], '--port "99999"'],
    [['serve', '--dev', '--db', 'a', '--nats', 'nats://127.0.0.1'], '--db and --nats cannot be combined.'],
    [['serve', '--dev', '--jwks', 'https://id.example/keys'], '--dev and --jwks cannot be combined.'],
    [['serve', '--dev', '--allowed-host', 'status.example'], 'leave out --allowed-host'],
    [['serve', '--dev', '--issuer', 'x'], 'need --jwks'],
    [['serve', '--jwks', 'keys.json'], 'not an http or https address'],
    [['serve', '--dev', '--origin', 'https://desk.example/page'], 'write "https://desk.example"'],
    [['conformance'], 'Give one address'],
    [['conformance', 'http://127.0.0.1', '--header', 'nothing'], '--header "nothing"'],
  ])('refuses wrong arguments: %j', ([command, ...args], message) => {
    const read = command === 'serve' ? serveArguments : conformanceArguments;
    const error = thrownBy(() => read(args)) as Failure;
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(message);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  test.each([
    [[], 'phone-widget: No command given. See phone-widget --help.'],
    [['surf'], 'phone-widget: Unknown command "surf". See phone-widget --help.'],
    [['serve', '--surf'], "phone-widget: Unknown option '--surf'. See phone-widget --help."],
  ])('ends with one line and code 2 for %j', async (args, err) => {
    expect(await run(...args)).toEqual({ code: 2, out: '', err });
  });

  test.each([
    ['anybody could sign in from anywhere', ['--dev', '--host', '0.0.0.0'], 'leave out --host 0.0.0.0'],
    ['the file is not a database', ['--dev', '--db', 'package.json'], 'is not a database'],
    ['the folder is not there', ['--dev', '--db', join(folder, 'nowhere/x.db')], 'ENOENT'],
    [
      'no cluster answers',
      ['--dev', '--nats', 'nats://127.0.0.1:1,127.0.0.1:2'],
      'No NATS server answers at 127.0.0.1:1, 127.0.0.1:2.',
    ],
    ['an address is none', ['--dev', '--nats', 'nats://'], 'write nats://127.0.0.1:4222'],
    [
      'the machine has no such address',
      ['--jwks', 'http://127.0.0.1:1/', '--host', '192.0.2.1', '--db', newFile()],
      'no address 192.0.2.1',
    ],
  ])('does not start if %s', async (_, args, message) => {
    const error = await serveHere(serveArguments(args)!).catch((reason: unknown) => reason as Failure);
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).message).toContain(message);
    expect((error as Failure).message.split('\n')).toHaveLength(1);
  });

  test('ends with one line and code 1 if nobody could sign in, or if no backend answers', async () => {
    const runs = [run('serve', '--db', newFile()), run('conformance', 'http://127.0.0.1:1/')];
    const messages = ['give --jwks URL, or --dev', 'does not answer'];
    for (const [index, { code, out, err }] of (await Promise.all(runs)).entries()) {
      expect([code, out, err.split('\n').length]).toEqual([1, '', 1]);
      expect(err).toContain(messages[index]);
    }
  });
});

describe('phone-widget serve --dev', () => {
  let server: Served;
  const file = newFile();
  beforeAll(async () => void (server = await serve('--dev', '--db', file)));
  afterAll(() => server.process.end());

  test('prints a warning, and listens on this machine only', async () => {
    await expect.poll(() => server.process.errors.join()).toContain('WARNING: --dev lets anyone sign in');
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('keeps every promise of a store', async () => {
    const { code, out } = await run('conformance', server.url);
    const lines = out.split('\n');
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('✓ promise ')).length).toBeGreaterThan(60);
    expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed; all promises hold\.$/);
    expect(code).toBe(0);
  });

  test('believes a token that names an identity, and no other', async () => {
    const statusOf = async (authorization?: string) =>
      (await fetch(`${server.url}/identity`, { headers: authorization ? { authorization } : {} })).status;
    expect(await statusOf(ana.authorization)).toBe(200);
    const nobody = devToken({ account: 'acme' } as Parameters<typeof devToken>[0]);
    for (const wrong of [undefined, 'Bearer dev.', 'Bearer dev.e30', 'Bearer dev.bm8', nobody])
      expect(await statusOf(wrong)).toBe(401);
  });

  test('answers only to the names of this machine', async () => {
    const { port } = new URL(server.url);
    const statusFor = (host: string) => rawStatus(Number(port), `GET /openapi.json HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor('[::1]')).toBe(200);
    expect(await statusFor('phone.example')).toBe(421);
  });

  test('refuses headers that are too large', async () => {
    const { port } = new URL(server.url);
    const head = `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await rawStatus(Number(port), head)).toBe(431);
  });

  const plain = 'host: localhost\r\n';
  test.each([
    ['no HTTP', 400, 'hello\r\n\r\n'],
    ['a header that is none', 400, `GET /health HTTP/1.1\r\n${plain}x y: z\r\n\r\n`],
    ['no host', 400, 'GET /health HTTP/1.1\r\n\r\n'],
    ['two lengths', 400, `POST /health HTTP/1.1\r\n${plain}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
    ['a backslash in its path', 400, `GET /\\health HTTP/1.1\r\n${plain}\r\n`],
    ['an address of another kind', 400, `GET ftp://localhost/ HTTP/1.1\r\n${plain}\r\n`],
    ['an expectation', 417, `GET /health HTTP/1.1\r\n${plain}expect: the-impossible\r\n\r\n`],
    ['a head without end', 431, `GET /health HTTP/1.1\r\n${plain}x: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['an address without end', 431, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${plain}\r\n`],
  ])('answers a request with %s by a problem with a code and the clock: %d', async (_, status, bytes) => {
    const told = await rawAnswer(Number(new URL(server.url).port), bytes);
    const [head = '', body = ''] = told.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/\r\ncontent-type: application\/problem\+json/i);
    expect(head).toMatch(/\r\nphone-clock: \d{13}/i);
    expect(JSON.parse(body)).toMatchObject({ status, code: 'unavailable', type: 'about:blank' });
    expect(head).toMatch(new RegExp(`\r\ncontent-length: ${body.length}\\b`, 'i'));
  });

  test('does not share its port or its file', async () => {
    const { port } = new URL(server.url);
    const [onPort, onFile] = await Promise.all([
      run('serve', '--dev', '--port', port, '--db', newFile()),
      run('serve', '--dev', '--port', '0', '--db', file),
    ]);
    expect([onPort.code, onPort.err]).toEqual([
      1,
      `phone-widget: Port ${port} of 127.0.0.1 is in use. Choose another with --port.`,
    ]);
    expect(onFile.code).toBe(1);
    expect(onFile.err).toContain('in use by another process');
    expect(onFile.err.split('\n')).toHaveLength(1);
  });

  test('writes a line of JSON for each request, without a token', async () => {
    await fetch(`${server.url}/account`, { headers: ana });
    const line = await server.process.until((lines) =>
      lines.find((text) => text.includes('"route":"/account","status":404')),
    );
    expect(JSON.parse(line)).toMatchObject({ event: 'request', level: 'warn', method: 'GET' });
    expect(server.process.lines.join('\n')).not.toContain(ana.authorization.slice(10));
  });
});

describe('what phone-widget serve --dev prints', () => {
  let server: Served;
  let told: string;
  const file = newFile();
  beforeAll(async () => {
    server = await serve('--dev', '--db', relative(root, file));
    await vi.waitFor(() => expect(server.process.errors.join()).toContain('Statuses are kept in'));
    told = server.process.errors.join('\n');
  });
  afterAll(() => server.process.end());

  test('says where the statuses are kept', () => {
    expect(told).toContain(`Statuses are kept in ${file}.`);
  });

  test('is a script that works as pasted', async () => {
    const code = /document\.querySelector[^]*?\n {2}\}\);/.exec(told)![0];
    const widget: { store?: StatusStore } = {};
    const paste = new Function('document', 'httpStore', code) as (...given: unknown[]) => void;
    paste({ querySelector: (tag: string) => tag === 'phone-widget' && widget }, httpStore);
    const agentId = /agent-id="(.*?)"/.exec(told)![1]!;
    const store = widget.store!;
    const saved = await store.saveAgent(newAgentRecord(agentId), null, { type: 'sign-in', page: 'p1' });
    expect(saved.value.agentId).toBe(agentId);
    await store.close();
  });

  test('names a page that is served under a strict policy', async () => {
    const address = /Open (\S+) /.exec(told)![1]!;
    const page = await fetch(address);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toBe("default-src 'self'; require-trusted-types-for 'script'");
    const script = /src="(.*?)"/.exec(await page.text())![1]!;
    expect(await (await fetch(new URL(script, address))).text()).toContain('httpStore({');
    for (const other of ['x.js', '..%2fpackage.json', '%2e%2e/package.json', 'server/cli.js', '.js']) {
      expect((await fetch(new URL(other, address))).status).toBe(404);
    }
  });

  test.each(['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:3000', 'http://[::1]:8080'])(
    'is for pages of this machine: %s',
    async (origin) => {
      const answer = await fetch(`${server.url}/identity`, { headers: { ...ana, origin } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    },
  );

  test.each(['http://localhost.evil.example', 'https://desk.example', 'null', 'ftp://localhost'])(
    'is not for %s: the log names it, and the option',
    async (origin) => {
      expect((await fetch(`${server.url}/identity`, { headers: { ...ana, origin } })).status).toBe(403);
      const line = await server.process.until((lines) => lines.find((text) => text.includes(`"origin":"${origin}"`)));
      expect(JSON.parse(line)).toMatchObject({ event: 'refused-origin', level: 'warn', origin });
      expect(line).toContain('--origin');
    },
  );
});

test.each([
  ['npm start', ['tools/start.js']],
  ['npm test', ['tools/test.js']],
  ['serve', ['tools/run-source.js', 'src/server/cli.ts', 'serve', '--dev']],
])('an old Node is told which version is required: %s', async (_, args) => {
  const old = "data:text/javascript,Object.defineProperty(process,'version',{value:'v18.19.1'})";
  const command = new NodeProcess(process.execPath, ['--import', old, ...args]);
  expect(await command.ended()).toBe(1);
  expect(command.errors.join('\n')).toMatch(/Node 20 or newer.*18\.19\.1/);
});

describe('phone-widget serve', () => {
  test('ends its streams at a signal, keeps everything, and starts again', async () => {
    const file = newFile();
    const first = await serve('--dev', '--db', file);
    const account = { statuses: [], settings: {} };
    const headers = { ...admin, 'content-type': 'application/json', 'if-none-match': '*' };
    const saved = await fetch(`${first.url}/account`, { method: 'PUT', headers, body: JSON.stringify(account) });
    expect(saved.status).toBe(200);
    const stream = await fetch(`${first.url}/account/stream`, { headers: ana });
    first.process.child.kill('SIGTERM');
    expect(await stream.text()).toContain('event: end\ndata: {"reason":"closing"}');
    expect(await first.process.ended()).toBe(0);
    expect(first.process.lines.at(-1)).toContain('"event":"ended"');
    const second = await serve('--dev', '--db', file);
    const read = await fetch(`${second.url}/account`, { headers: ana });
    expect(read.headers.get('etag')).toBe(saved.headers.get('etag'));
    await second.process.end('SIGINT');
    expect(await second.process.ended()).toBe(0);
  });

  test('ends at once at the second signal', async () => {
    const { process, url } = await serve('--dev', '--db', newFile());
    // A body that does not arrive keeps the first server running.
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    const head = 'PUT /account HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nif-none-match: *\r\n';
    socket.write(`${head}authorization: ${admin.authorization}\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n`);
    // The server has the request when it asks for the body.
    await new Promise((resolve) => socket.once('data', resolve));
    process.child.kill('SIGTERM');
    await process.until((lines) => lines.some((line) => line.includes('"event":"closing"')));
    process.child.kill('SIGTERM');
    expect(await process.ended()).toBe(1);
    socket.destroy();
  });

  test('accepts tokens of the given issuer', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] };
    const issuer = createServer((_, response) => response.end(JSON.stringify(keys)));
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    const { process, url } = await serve('--jwks', jwks, '--issuer', 'https://id.example', '--db', newFile());
    const statusOf = async (iss: string) => {
      const token = await new SignJWT({ account: 'acme', roles: ['agent'], iss })
        .setProtectedHeader({ alg: 'ES256' })
        .setSubject('ana')
        .setExpirationTime('1h')
        .sign(privateKey);
      return (await fetch(`${url}/identity`, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    expect([await statusOf('https://id.example'), await statusOf('https://evil.example')]).toEqual([200, 401]);
    expect((await fetch(`${url}/identity`, { headers: ana })).status).toBe(401);
    await process.end();
    await new Promise((resolve) => issuer.close(resolve));
  });
});

describe('phone-widget conformance', () => {
  test('names the promises that a backend breaks, and sends the given headers', async () => {
    const seen: string[] = [];
    // A backend that stores nothing.
    const backend = createServer((request, response) => {
      seen.push(String(request.headers['x-identity']));
      const headers = { 'content-type': 'application/problem+json', 'phone-clock': String(Date.now()) };
      response.writeHead(404, headers);
      response.end(JSON.stringify({ type: 'absent', title: 'Absent', status: 404, detail: 'It is not there.' }));
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
    const command = start('conformance', url, '--header', 'x-identity: {account} {agent} {roles}');
    const line = await command.until((lines) => lines.find((text) => text.startsWith('✗')));
    expect(line).toMatch(/^✗ promise \d+: /);
    await command.end();
    backend.closeAllConnections();
    await new Promise((resolve) => backend.close(resolve));
    expect(seen.some((value) => /^conformance-p\w+ \w+ agent,supervisor,admin,router$/.test(value))).toBe(true);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

/** The status of the response to a raw request. */
function rawStatus(port: number, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString('latin1'))?.[1]));
    });
  });
}

/** Everything that is received until the server ends the connection, or until a whole problem is there. */
function rawAnswer(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = '';
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('error', (error) => (told ? resolve(told) : reject(error)));
    socket.on('data', (chunk) => {
      told += chunk.toString('latin1');
      if (told.endsWith('}')) socket.destroy();
    });
    socket.once('close', () => resolve(told));
  });
}
