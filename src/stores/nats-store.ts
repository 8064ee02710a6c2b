import { PhoneError, quote } from '../model/errors.js';
import type { SignIn } from './nats-store/server-connection.js';
import { NatsBackend } from './nats-store/nats-backend.js';
import { subjectNames } from './nats-store/subjects.js';
import { DocumentStore } from './documents/document-store.js';
import type { StatusStore } from './status-store.js';

/** Where a NATS cluster is, which account's data to use there, and how to sign in. */
export interface NatsStoreOptions extends SignIn {
  /**
   * One or more addresses, such as `nats://10.0.0.1:4222`, or `nats://user:password@10.0.0.1:4222`; the others of a cluster
   * are found by themselves.
   */
  readonly servers: string | readonly string[];
  /** Stores with the same account name share their data, and never see another account's; `default` without one. */
  readonly account?: string;
  /** How many nodes keep each document, 1 to 5, where the stream is yet to be made: 3 on a cluster, else 1, without it. */
  readonly replicas?: number;
}

/**
 * The store of many machines and sites, over NATS JetStream (a server of version 2.9 or later), for Node: one stream an
 * account, which is made where it is missing. A save that was acknowledged is on most of the replicas; while a leader is
 * elected, saves wait for up to 10 s. It may be opened before the cluster is up.
 *
 * `removeAgent` takes the record out of the stream for good; on the disk, as with every record that was replaced, its bytes are
 * overwritten when the server next tidies that file. `now()` is the clock of this process, put right by the time stamp of the last message that it has stored: keep the clocks of its clients in step all the same (NTP).
 * Bad options are refused with `invalid-setting`.
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

/** The client takes a user and a password by themselves. */
function readAddress(server: string): Pick<SignIn, 'user' | 'pass'> & { readonly server: string } {
  const [, scheme = '', user, pass = '', rest = ''] = /^(\w+:\/\/)?([^:@/]+)(?::([^@/]*))?@(.+)$/.exec(server) ?? [];
  if (user === undefined) return { server };
  return { server: scheme + rest, user: decoded(user), pass: decoded(pass) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded: taken as it is written.
    return text;
  }
}

function refusal(option: string, value: unknown, advice: string): PhoneError {
  return new PhoneError('invalid-setting', `natsStore: ${option} cannot be ${quote(value)}. ${advice}`);
}
