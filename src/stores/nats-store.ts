import { PhoneError, quote } from '../model/errors.js';
import type { SignIn } from './nats-store/server-connection.js';
import { NatsBackend } from './nats-store/nats-backend.js';
import { subjectNames } from './nats-store/subjects.js';
import { DocumentStore } from './documents/document-store.js';
import type { StatusStore } from './status-store.js';

/** How to reach a NATS cluster, and which account's data to use. */
export interface NatsStoreOptions extends SignIn {
  /**
   * One or more addresses, such as `nats://10.0.0.1:4222` or `nats://user:password@10.0.0.1:4222`. The store finds the other
   * nodes of the cluster by itself.
   */
  readonly servers: string | readonly string[];
  /** The account's name: stores with the same one share their data. `default` without one. */
  readonly account?: string;
  /** How many nodes keep each document, 1 to 5, if this store creates the stream. Without it, 3 on a cluster and 1 elsewhere. */
  readonly replicas?: number;
}

/**
 * The store of many machines and sites, over NATS JetStream (server version 2.9 or later), for Node. Each account has a stream,
 * which is created if it is missing. An acknowledged save is on most of the replicas; while a leader is elected, saves wait for
 * up to 10 s. The store may be opened before the cluster is up.
 *
 * `removeAgent` purges the record from the stream. As with every replaced record, the server overwrites its bytes on the disk
 * when it next compacts that file. `now()` is this process's clock, corrected by the time stamp of the last message that it
 * stored; keep the clocks of all clients in step nevertheless (NTP).
 *
 * Throws `invalid-setting` if an option is wrong.
 */
export function natsStore(options: NatsStoreOptions): StatusStore {
  const addresses = checkedServers(options?.servers).map(readAddress);
  const servers = addresses.map(({ server }) => server);
  const login = addresses.find(({ user }) => user !== undefined) ?? {};
  const { account = 'default', replicas } = options;
  if (typeof account !== 'string' || !account) throw refusal('account', account, 'Give a string, or leave it out.');
  if (replicas !== undefined && ![1, 2, 3, 4, 5].includes(replicas)) {
    throw refusal('replicas', replicas, 'Give a whole number from 1 to 5, or leave it out.');
  }
  const names = subjectNames(account);
  if (names.stream.length > 255) throw refusal('account', account, 'It is too long for a stream name. Shorten it.');
  return new DocumentStore(`nats:${account}`, (events) => {
    return new NatsBackend({ ...login, ...options, servers, names }, events);
  });
}

function checkedServers(servers: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(servers) ? servers : [servers];
  const isAddress = (server: unknown): server is string => typeof server === 'string' && /^\S+$/.test(server);
  if (list.length > 0 && list.every(isAddress)) return list;
  throw refusal(
    'servers',
    list.find((server) => !isAddress(server)),
    'Give addresses such as "nats://10.0.0.1:4222".',
  );
}

/** Takes user and password out of the address: the client wants them apart. */
function readAddress(server: string): Pick<SignIn, 'user' | 'pass'> & { readonly server: string } {
  const [, scheme = '', user, pass = '', rest = ''] = /^(\w+:\/\/)?([^:@/]+)(?::([^@/]*))?@(.+)$/.exec(server) ?? [];
  if (user === undefined) return { server };
  return { server: scheme + rest, user: decoded(user), pass: decoded(pass) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It is not encoded.
    return text;
  }
}

function refusal(option: string, value: unknown, advice: string): PhoneError {
  return new PhoneError('invalid-setting', `natsStore: ${option} cannot be ${quote(value)}. ${advice}`);
}
