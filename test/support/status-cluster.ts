import { spawn, type ChildProcess } from 'node:child_process';
import { freePort } from '../../tools/free-port.js';
import { root } from '../../tools/own-name.js';
import { startRoundRobin } from '../../tools/round-robin.js';
import { startNatsServers, type NatsNode, type NatsServers } from './nats-servers.js';

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
    const command = ['tools/run-source.js', 'src/server/cli.ts', 'serve', '--dev', '--port', String(this.port)];
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
  leader(): Promise<NatsNode>;
  follower(): Promise<NatsNode>;
  end(): Promise<void>;
}

/** Starts all of it; `account` is the one whose stream they lead. */
export async function startStatusCluster(account: string): Promise<StatusCluster> {
  const nats = await startNatsServers({ count: 3 });
  const servers = [new ServerProcess(await freePort(), nats.urls), new ServerProcess(await freePort(), nats.urls)];
  await Promise.all(servers.map((server) => server.start()));
  const proxy = await startRoundRobin(servers.map(({ port }) => port));
  return {
    nats,
    servers,
    url: `http://127.0.0.1:${proxy.port}/`,
    leader: () => nats.leader(`phone-widget_${account}`),
    follower: () => nats.follower(`phone-widget_${account}`),
    async end() {
      proxy.end();
      await Promise.all(servers.map((server) => server.kill()));
      await nats.end();
    },
  };
}
