import { connect } from 'node:net';
import { resolve } from 'node:path';
import type { Connection, StatusStore } from '../../stores/status-store.js';
import type { ServeArguments } from './arguments.js';
import { Failure } from './failure.js';

/** The stores of all accounts, in one file or one cluster. */
export interface OpenedStores {
  /** Their name in the log: the absolute path of the file, or the nodes of the cluster. */
  readonly name: string;
  store(account: string): StatusStore;
  close(): Promise<void>;
}

/** How long a node of a cluster may take to greet, in milliseconds. */
const GREETING_MS = 5_000;

/** Opens the stores, and loads only the client library that they need. Throws a `Failure`. */
export async function openStores(place: ServeArguments['place']): Promise<OpenedStores> {
  return 'db' in place ? openFile(place.db) : openCluster(place.nats);
}

async function openFile(file: string): Promise<OpenedStores> {
  const { sqliteStore } = await import('../../stores/sqlite-store.js');
  // Keeps the file open while accounts come and go.
  const holder = sqliteStore({ file });
  const { state, reason } = await firstState(holder);
  if (state === 'online')
    return {
      name: file === ':memory:' ? file : resolve(file),
      ...opened((account) => sqliteStore({ file, account }), holder),
    };
  await holder.close();
  throw new Failure(reason?.message ?? `The file ${JSON.stringify(file)} cannot be opened.`);
}

function firstState(store: StatusStore): Promise<Connection> {
  return new Promise((resolve) => {
    store.watchConnection((connection) => {
      if (connection.state !== 'connecting') resolve(connection);
    });
  });
}

async function openCluster(servers: readonly string[]): Promise<OpenedStores> {
  const addresses = servers.map(addressOf);
  const { natsStore } = await import('../../stores/nats-store.js').catch((cause: unknown) => {
    throw new Failure('The NATS client is not installed: npm install @nats-io/transport-node', 1, { cause });
  });
  try {
    await Promise.any(addresses.map(greeting));
  } catch {
    throw new Failure(`No NATS server answers at ${addresses.map(({ host }) => host).join(', ')}.`);
  }
  const name = addresses.map(({ host }) => host).join(', ');
  return { name, ...opened((account) => natsStore({ servers, account })) };
}

/** Opens stores, and closes all of them together. */
function opened(open: OpenedStores['store'], ...stores: StatusStore[]): Pick<OpenedStores, 'store' | 'close'> {
  return {
    store(account) {
      const store = open(account);
      stores.push(store);
      return store;
    },
    close: async () => void (await Promise.allSettled(stores.map((store) => store.close()))),
  };
}

function addressOf(server: string): URL {
  const address = server.includes('://') ? server : `nats://${server}`;
  if (URL.canParse(address) && new URL(address).hostname) return new URL(address);
  throw new Failure(`--nats ${JSON.stringify(server)} is not an address: write nats://127.0.0.1:4222.`, 2);
}

/** Settles when a NATS server greets: it speaks first. */
function greeting({ hostname, port }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 4222) });
    socket.setTimeout(GREETING_MS, () => socket.destroy(new Error('It does not answer.')));
    socket.once('data', (said) => {
      if (said.toString('latin1').startsWith('INFO ')) resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('It is not a NATS server.')));
  });
}
