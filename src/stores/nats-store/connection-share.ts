import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { ServerConnection, type ServerConnectionEvents, type ServerConnectionSettings } from './server-connection.js';

interface Shared {
  readonly link: ServerConnection;
  readonly users: Set<ServerConnectionEvents>;
}

/** The connections of this process, by the servers and credentials that they were made with. */
const shared = new Map<string, Shared>();

/** One account's part in a connection, which all accounts with equal servers and credentials share. */
export class ConnectionShare {
  readonly #key: string;
  readonly #settings: ServerConnectionSettings;
  readonly #events: ServerConnectionEvents;
  #joined: Shared | undefined;
  #stops: (() => void)[] = [];

  constructor(
    { servers, user, pass, token, nkeySeed, credentials, tls }: ServerConnectionSettings,
    events: ServerConnectionEvents,
  ) {
    this.#settings = {
      servers,
      ...(user === undefined ? {} : { user }),
      ...(pass === undefined ? {} : { pass }),
      ...(token === undefined ? {} : { token }),
      ...(nkeySeed === undefined ? {} : { nkeySeed }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(tls === undefined ? {} : { tls }),
    };
    this.#key = JSON.stringify([servers, user, pass, token, nkeySeed, credentials, tls]);
    this.#events = events;
    this.join();
  }

  get isUp(): boolean {
    return this.#joined?.link.isUp ?? false;
  }

  get isClustered(): boolean {
    return this.#link.isClustered;
  }

  request(subject: string, payload: string, headers?: MsgHdrs): Promise<Msg> {
    return this.#link.request(subject, payload, headers);
  }

  async listen(subject: string, heard: (message: Msg) => void): Promise<() => boolean> {
    const { isOpen, stop } = await this.#link.listen(subject, heard);
    this.#stops.push(stop);
    return isOpen;
  }

  /** Uses the connection, made where it is the first to. */
  join(): void {
    if (this.#joined) return;
    const known = shared.get(this.#key) ?? newShared(this.#settings);
    shared.set(this.#key, known);
    known.users.add(this.#events);
    this.#joined = known;
    if (known.link.isUp) queueMicrotask(() => known.users.has(this.#events) && this.#events.up());
  }

  /** Uses it no more; the last one closes it. */
  async leave(): Promise<void> {
    const left = this.#joined;
    this.#joined = undefined;
    for (const stop of this.#stops.splice(0)) stop();
    if (!left) return;
    left.users.delete(this.#events);
    if (left.users.size > 0) return;
    shared.delete(this.#key);
    await left.link.close();
  }

  get #link(): ServerConnection {
    if (!this.#joined) throw new Error('not connected');
    return this.#joined.link;
  }
}

function newShared(settings: ServerConnectionSettings): Shared {
  const users = new Set<ServerConnectionEvents>();
  const link = new ServerConnection(settings, {
    up: () => users.forEach(({ up }) => up()),
    down: (reason) => users.forEach(({ down }) => down(reason)),
  });
  return { link, users };
}
