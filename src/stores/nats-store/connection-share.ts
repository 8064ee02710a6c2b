import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { ServerConnection, type ServerConnectionEvents, type ServerConnectionSettings } from './server-connection.js';

interface Shared {
  readonly connection: ServerConnection;
  readonly users: Set<ServerConnectionEvents>;
}

/** Connections with equal settings of these names are shared. */
const FIELDS = ['servers', 'user', 'pass', 'token', 'nkeySeed', 'credentials', 'tls'] as const;

/** The connections of this process, by their servers and credentials. */
const shared = new Map<string, Shared>();

/** One account's share in the connection that all accounts with equal servers and credentials use. */
export class ConnectionShare {
  readonly #key: string;
  readonly #settings: ServerConnectionSettings;
  readonly #events: ServerConnectionEvents;
  #joined: Shared | undefined;
  #stops: (() => void)[] = [];

  constructor(settings: ServerConnectionSettings, events: ServerConnectionEvents) {
    const given = FIELDS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]]));
    this.#key = JSON.stringify(given);
    this.#settings = Object.fromEntries(given) as ServerConnectionSettings;
    this.#events = events;
    this.join();
  }

  get isUp(): boolean {
    return this.#joined?.connection.isUp ?? false;
  }

  get isClustered(): boolean {
    return this.#connection.isClustered;
  }

  request(subject: string, payload: string, headers?: MsgHdrs): Promise<Msg> {
    return this.#connection.request(subject, payload, headers);
  }

  async subscribe(subject: string, onMessage: (message: Msg) => void): Promise<() => boolean> {
    const { isOpen, stop } = await this.#connection.subscribe(subject, onMessage);
    this.#stops.push(stop);
    return isOpen;
  }

  /** Joins the connection; the first to join opens it. */
  join(): void {
    if (this.#joined) return;
    const known = shared.get(this.#key) ?? newShared(this.#settings);
    shared.set(this.#key, known);
    known.users.add(this.#events);
    this.#joined = known;
    if (known.connection.isUp) queueMicrotask(() => known.users.has(this.#events) && this.#events.up());
  }

  /** Leaves the connection; the last to leave closes it. */
  async leave(): Promise<void> {
    const left = this.#joined;
    this.#joined = undefined;
    for (const stop of this.#stops.splice(0)) stop();
    if (!left) return;
    left.users.delete(this.#events);
    if (left.users.size > 0) return;
    shared.delete(this.#key);
    await left.connection.close();
  }

  get #connection(): ServerConnection {
    if (!this.#joined) throw new Error('not connected');
    return this.#joined.connection;
  }
}

function newShared(settings: ServerConnectionSettings): Shared {
  const users = new Set<ServerConnectionEvents>();
  const connection = new ServerConnection(settings, {
    up: () => users.forEach(({ up }) => up()),
    down: (reason) => users.forEach(({ down }) => down(reason)),
  });
  return { connection, users };
}
