import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createServer, runnerImport } from 'vite';
import { freePort } from './free-port.js';
import { root } from './own-name.js';
import { startRoundRobin } from './round-robin.js';

// `npm run demo:server`: one status server over SQLite. `npm run demo:cluster`: three NATS nodes, two status servers over
// them, and a proxy that takes them in turn. Ended by Ctrl+C, with all that was started.

const { values } = parseArgs({ options: { cluster: { type: 'boolean', default: false } } });

/** @type {Array<() => void | Promise<void>>} */
const ends = [];
let isEnding = false;

/** @param {number} code */
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  for (const one of ends.reverse()) await one();
  process.exit(code);
}

process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));

/** Starts one status server on that place, and waits until it is ready. @param {readonly string[]} place */
async function startStatusServer(place) {
  const port = await freePort();
  const command = ['dist/server/cli.js', 'serve', '--dev', '--port', String(port), ...place];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  child.once('exit', (code) => {
    if (!isEnding) {
      console.error(`A status server stopped unexpectedly with code ${code}.`);
      void end(1);
    }
  });
  ends.push(() => {
    if (child.exitCode !== null) return undefined;
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  });
  await until(`http://127.0.0.1:${port}/ready`);
  return port;
}

/** Waits until that address answers well. @param {string} address */
async function until(address) {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    const isThere = await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere || isEnding) return;
    if (Date.now() > giveUpAt) throw new Error(`${address} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @returns {Promise<number>} the port of what speaks for the status server */
async function startCluster() {
  const { module } = await runnerImport(`${root}test/support/nats-servers.ts`, { root, configFile: false });
  const cluster = await module.startNatsServers({ count: 3 });
  ends.push(() => cluster.end());
  console.log(`Three NATS nodes: ${cluster.urls.join(' ')}`);
  const ports = [];
  for (let count = 0; count < 2; count++) ports.push(await startStatusServer(['--nats', cluster.urls.join(',')]));
  console.log(`Two status servers: ${ports.map((port) => `http://127.0.0.1:${port}`).join(' ')}`);
  const proxy = await startRoundRobin(ports);
  ends.push(() => proxy.end());
  return proxy.port;
}

/** @returns {Promise<number>} */
async function startSingle() {
  mkdirSync(`${root}.cache`, { recursive: true });
  return startStatusServer(['--db', `${root}.cache/demo.db`]);
}

try {
  const target = await (values.cluster ? startCluster() : startSingle());
  const pages = await createServer({
    configFile: `${root}vite.config.ts`,
    server: {
      host: '127.0.0.1',
      // The name that the browser asked for is passed on: the server compares it with the page's origin.
      proxy: { '/phone/': { target: `http://127.0.0.1:${target}`, changeOrigin: false } },
    },
  });
  await pages.listen();
  ends.push(() => pages.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (pages.httpServer?.address());
  const address = `http://127.0.0.1:${port}/demo/?server=/phone/`;
  console.log(`\nOne browser: ${address}\nAnother: ${address}&agent=ben\n\nPress Ctrl+C to stop everything.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}
