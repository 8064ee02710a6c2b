import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from '@nats-io/transport-node';
import { root } from '../../tools/own-name.js';
import { startRoundRobin } from '../../tools/round-robin.js';
import { startNatsServers, type NatsNode, type NatsServers } from './nats-servers.js';
import { freePort } from './ports.js';

/** One status server process over the cluster. */
export class ServerProcess {
  readonly port: number;
  readonly #urls: readonly string[];
  #child: ChildProcess | undefined;

  constructor(port: number, urls: readonly string[]) {
    this.port = port;
    this.#urls = urls;
  }

  /** Starts it; it is up when it answers. */
  async start(): Promise<void> {
    const command = ['tools/run-source.js', 'test/support/tmp-serve.ts', 'serve', '--dev', '--port', String(this.port)];
    const child = spawn(process.execPath, [...command, '--nats', this.#urls.join(',')], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child = child;
    const isUp = () =>
      fetch(`http://127.0.0.1:${this.port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) {
      if (child.exitCode !== null) throw new Error(`A status server ended at once, with code ${child.exitCode}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

/** Three NATS nodes, two status servers over them, and a plain proxy that takes the two in turn. */
export interface StatusCluster {
  readonly nats: NatsServers;
  readonly servers: readonly ServerProcess[];
  /** The proxy's address. */
  readonly url: string;
  /** The node that leads the stream now, and one that does not. */
  roles(): Promise<{ readonly leader: NatsNode; readonly follower: NatsNode }>;
  end(): Promise<void>;
}

/** Starts all of it; `account` is the one whose stream `roles` asks about. */
export async function startStatusCluster(account: string): Promise<StatusCluster> {
  const nats = await startNatsServers({ count: 3 });
  const servers = [new ServerProcess(await freePort(), nats.urls), new ServerProcess(await freePort(), nats.urls)];
  await Promise.all(servers.map((server) => server.start()));
  const proxy = await startRoundRobin(servers.map(({ port }) => port));
  return {
    nats,
    servers,
    url: `http://127.0.0.1:${proxy.port}/`,
    async roles() {
      const leader = nats.node(await leaderOf(nats.urls, `phone-widget_${account}`));
      const follower = nats.nodes.find((node) => node !== leader && node.isRunning);
      return { leader, follower: follower as NatsNode };
    },
    async end() {
      proxy.end();
      await Promise.all(servers.map((server) => server.kill()));
      await nats.end();
    },
  };
}

/** The node that leads that stream, once there is one. */
async function leaderOf(urls: readonly string[], stream: string): Promise<string> {
  const connection = await connect({ servers: [...urls], noAsyncTraces: true });
  try {
    for (;;) {
      const leader = await connection.request(`$JS.API.STREAM.INFO.${stream}`, '', { timeout: 1000 }).then(
        (answer) => answer.json<{ readonly cluster?: { readonly leader?: string } }>().cluster?.leader,
        () => undefined,
      );
      if (leader) return leader;
    }
  } finally {
    await connection.close();
  }
}
