import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectToNats } from '@nats-io/transport-node';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Who may sign in, in the words of the server's configuration; without users everybody may do everything. */
export interface NatsUser {
  readonly user: string;
  readonly password: string;
  readonly permissions?: Readonly<Record<string, unknown>>;
}

/** One nats-server process, which can be ended and begun again on its port and its files. */
export class NatsNode {
  readonly name: string;
  readonly port: number;
  readonly #program: string;
  readonly #config: string;
  #child: ChildProcess | undefined;

  constructor(program: string, { name, port, config }: Pick<NatsNode, 'name' | 'port'> & { config: string }) {
    this.#program = program;
    this.name = name;
    this.port = port;
    this.#config = config;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** The folder in which it keeps its streams. */
  get files(): string {
    return join(dirname(this.#config), this.name);
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Begins the process; it is up when it takes connections. */
  async start(): Promise<void> {
    if (this.#child) return;
    const log = openSync(`${this.#config}.log`, 'a');
    const child = spawn(this.#program, ['-c', this.#config], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    running.add(child);
    let failure: Error | undefined;
    let isUp = false;
    child.once('error', (error) => (failure = error));
    child.once('exit', (code, signal) => {
      running.delete(child);
      // A server that crashes is started again, as its machine would, and says why: the store has to bear it.
      if (this.#child !== child || !isUp) return;
      this.#child = undefined;
      console.log(`nats-server ${this.name} ended by itself (${code ?? signal}):\n${this.#lastWords()}`);
      this.start().catch((error: unknown) => console.error(error));
    });
    while (!(await isListening(this.port))) {
      if (failure || child.exitCode !== null) {
        throw new Error(`nats-server ${this.name} ended at once: ${failure?.message ?? this.#lastWords()}`);
      }
    }
    isUp = true;
  }

  /** Ends the process at once, whatever it was doing. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  #lastWords(): string {
    return readFileSync(`${this.#config}.log`, 'utf8').slice(-2000);
  }

  /** Lets the process write what it holds, and end. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Stops the process without ending it: its connections stay, and nothing comes back. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** One or more nats-server processes with JetStream, in a folder of their own. */
export interface NatsServers {
  readonly nodes: readonly NatsNode[];
  /** The addresses of all nodes. */
  readonly urls: readonly string[];
  /** The node that leads the stream; waits until one does. */
  leader(stream: string): Promise<NatsNode>;
  /** A running node that does not lead it. */
  follower(stream: string): Promise<NatsNode>;
  /** Stops all nodes and begins them again. */
  restartAll(): Promise<void>;
  /** Ends all nodes and removes their files. */
  end(): Promise<void>;
}

const MEGABYTE = 1_048_576;
const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** Whatever ends this process, its servers and their files go with it. */
function endAtOnce(): void {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
process.once('exit', endAtOnce);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAtOnce();
    process.kill(process.pid, signal);
  });
}

/** The program on this machine, if there is one. */
export function findNatsServer(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, 'nats-server')).find(isProgram);
}

/**
 * Whether tests against real servers can run. Where the program is missing, it says how to get it; where `CI_SERVERS` is set,
 * it fails.
 */
export function hasNatsServer(): boolean {
  if (findNatsServer()) return true;
  const advice = 'No nats-server here: apt-get install -y --no-install-recommends nats-server';
  if (process.env['CI_SERVERS']) throw new Error(advice);
  console.log(`${advice} (the tests that need it are skipped)`);
  return false;
}

/** Starts a single server, or a cluster of that many nodes, on free ports of 127.0.0.1. */
export async function startNatsServers({
  count = 1,
  users = [],
}: { readonly count?: number; readonly users?: readonly NatsUser[] } = {}): Promise<NatsServers> {
  const program = findNatsServer();
  if (!program) throw new Error('There is no nats-server on this machine.');
  const folder = await mkdtemp(join(tmpdir(), 'nats-servers-'));
  folders.add(folder);
  const ports = await freePorts(count * 2);
  const routes = ports.slice(count).map((port) => `nats://127.0.0.1:${port}`);
  const nodes = await Promise.all(
    ports.slice(0, count).map(async (port, index) => {
      const name = `node-${index + 1}`;
      const config = join(folder, `${name}.conf`);
      const cluster = { name: 'phone-widget', listen: `127.0.0.1:${ports[count + index]}`, routes };
      const settings = {
        server_name: name,
        listen: `127.0.0.1:${port}`,
        jetstream: { store_dir: join(folder, name), max_memory_store: 64 * MEGABYTE, max_file_store: 1024 * MEGABYTE },
        ...(count > 1 ? { cluster } : {}),
        ...(users.length > 0 ? { authorization: { users } } : {}),
      };
      await writeFile(config, JSON.stringify(settings));
      return new NatsNode(program, { name, port, config });
    }),
  );
  const end = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(folder);
  };
  const start = (): Promise<unknown> => Promise.all(nodes.map((node) => node.start()));
  await start().catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    leader: (stream) => leaderOf(nodes, stream),
    async follower(stream) {
      const leader = await leaderOf(nodes, stream);
      return nodes.find((node) => node !== leader && node.isRunning)!;
    },
    async restartAll() {
      await Promise.all(nodes.map((node) => node.stop()));
      await start();
    },
    end,
  };
}

/** A TCP line to a server that can be cut and restored, and that can be made silent without being cut. */
export interface Proxy {
  readonly url: string;
  /** How many connections were made through it. */
  readonly accepted: number;
  /** How many are open. */
  readonly open: number;
  cut(): void;
  restore(): void;
  /** From now on nothing comes through on the lines that are open, and nobody is told: either way, or only what the server says. */
  mute(what?: 'both ways' | 'answers'): void;
  end(): Promise<void>;
}

/** Starts a line to that port of 127.0.0.1. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const answering = new Set<Socket>();
  let isCut = false;
  let accepted = 0;
  const server: Server = createServer((near) => {
    if (isCut) return void near.destroy();
    accepted += 1;
    const far = connect(target, '127.0.0.1');
    answering.add(far);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true).pipe(other);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        answering.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get accepted() {
      return accepted;
    },
    get open() {
      return answering.size;
    },
    cut,
    restore: () => void (isCut = false),
    mute: (what) => (what === 'answers' ? answering : sockets).forEach((socket) => socket.unpipe().pause()),
    async end() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Without users only: it signs in as nobody. */
async function leaderOf(nodes: readonly NatsNode[], stream: string): Promise<NatsNode> {
  const servers = nodes.filter(({ isRunning }) => isRunning).map(({ url }) => url);
  const client = await connectToNats({ servers });
  try {
    for (;;) {
      const answer = await client.request(`$JS.API.STREAM.INFO.${stream}`).catch(() => undefined);
      const name = answer?.json<{ readonly cluster?: { readonly leader?: string } }>().cluster?.leader;
      const leader = nodes.find((node) => node.name === name && node.isRunning);
      if (leader) return leader;
    }
  } finally {
    await client.close();
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether something takes connections there; asked no faster than every 20 ms. */
function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (is: boolean): void => {
      socket.destroy();
      if (is) resolve(true);
      else setTimeout(() => resolve(false), 20);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
