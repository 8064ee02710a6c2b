import {
  connect,
  credsAuthenticator,
  nkeyAuthenticator,
  PermissionViolationError,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { PhoneError } from '../../model/errors.js';
import { delay, withTimeout } from '../../platform/time.js';

/** How to sign in to the servers. */
export interface SignIn {
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** The seed of a user's nkey. */
  readonly nkeySeed?: string;
  /** The text of a `.creds` file. */
  readonly credentials?: string;
  /** `true`, or the texts of files in PEM format: connect by TLS or not at all. */
  readonly tls?: true | { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** How to reach the servers. */
export interface ServerConnectionSettings extends SignIn {
  readonly servers: readonly string[];
}

/** What a connection reports; each may come several times in a row. */
export interface ServerConnectionEvents {
  readonly up: () => void;
  readonly down: (reason: PhoneError) => void;
}

const CONNECT_MS = 2_000;
const REQUEST_MS = 2_000;
const RECONNECT_MS = 300;
/** A silent connection is given up after three of these. */
const PING_MS = 2_000;
const CLOSE_MS = 1_000;

/** A subscription to a subject. */
interface ServerSubscription {
  readonly isOpen: () => boolean;
  readonly stop: () => void;
}

interface Loss {
  readonly happened: Promise<never>;
  readonly report: (reason: PhoneError) => void;
}

/** One connection to the cluster, which reconnects until it is closed. */
export class ServerConnection {
  readonly #events: ServerConnectionEvents;
  readonly #ended = new AbortController();
  #nats: NatsConnection | undefined;
  /** Present while the connection is up. */
  #loss: Loss | undefined;

  constructor(settings: ServerConnectionSettings, events: ServerConnectionEvents) {
    this.#events = events;
    void this.#run(settings);
  }

  /** Throws while the connection is down: what is sent then would be dropped silently. */
  get #open(): { readonly connection: NatsConnection; readonly loss: Loss } {
    if (!this.#nats || !this.#loss) throw new Error('not connected');
    return { connection: this.#nats, loss: this.#loss };
  }

  get isUp(): boolean {
    return this.#loss !== undefined;
  }

  /** Whether the server belongs to a cluster. */
  get isClustered(): boolean {
    return this.#open.connection.info?.cluster !== undefined;
  }

  /** Returns the reply. Rejects soon after the connection is lost, and with `denied` if this user may not send it. */
  async request(subject: string, payload: string, headers?: MsgHdrs): Promise<Msg> {
    const { connection, loss } = this.#open;
    const options = { timeout: REQUEST_MS, ...(headers ? { headers } : {}) };
    try {
      return await Promise.race([connection.request(subject, payload, options), loss.happened]);
    } catch (failure) {
      throw deniedOr(failure);
    }
  }

  /**
   * Subscribes to that subject, also through losses of the connection. Rejects with `denied` if this user may not.
   */
  async subscribe(subject: string, onMessage: (message: Msg) => void): Promise<ServerSubscription> {
    const { connection, loss } = this.#open;
    let refusal: unknown;
    const callback = (failure: Error | null, message: Msg): void => {
      if (failure) refusal = failure;
      else onMessage(message);
    };
    const subscription = connection.subscribe(subject, { callback });
    // A refusal comes before the reply to this.
    await Promise.race([connection.flush(), loss.happened]);
    if (refusal) throw deniedOr(refusal);
    return {
      isOpen: () => connection === this.#nats && !subscription.isClosed(),
      stop: () => subscription.unsubscribe(),
    };
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#onDown(new Error('closed'));
    await withTimeout(this.#nats?.close(), CLOSE_MS).catch(() => undefined);
  }

  async #run(settings: ServerConnectionSettings): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const connection = await connect(optionsOf(settings));
        if (signal.aborted) return await connection.close();
        this.#nats = connection;
        this.#onUp();
        for await (const { type } of connection.status()) {
          if (type === 'disconnect') this.#onDown(new Error('the connection was lost'));
          else if (type === 'reconnect') this.#onUp();
        }
        this.#onDown((await connection.closed()) ?? new Error('the connection was closed'));
      } catch (failure) {
        this.#onDown(failure);
      }
      await delay(RECONNECT_MS, signal);
    }
  }

  #onUp(): void {
    if (this.#ended.signal.aborted) return;
    this.#loss ??= newLoss();
    this.#events.up();
  }

  #onDown(failure: unknown): void {
    const reason = unreachable(failure);
    this.#loss?.report(reason);
    this.#loss = undefined;
    if (!this.#ended.signal.aborted) this.#events.down(reason);
  }
}

function newLoss(): Loss {
  let report: Loss['report'] = () => undefined;
  const happened = new Promise<never>((_, reject) => {
    // Not a `PhoneError`: requests that it breaks off are retried when the connection is back.
    report = ({ message }) => reject(new Error(message));
  });
  happened.catch(() => undefined);
  return { happened, report };
}

function optionsOf({ servers, nkeySeed, credentials, tls, ...login }: ServerConnectionSettings): NodeConnectionOptions {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    servers: [...servers],
    name: 'phone-widget',
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    pingInterval: PING_MS,
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...login,
    ...(nkeySeed === undefined ? {} : { authenticator: nkeyAuthenticator(bytes(nkeySeed)) }),
    ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(bytes(credentials)) }),
    ...(tls === undefined ? {} : { tls: tls === true ? {} : tls }),
  };
}

function deniedOr(failure: unknown): unknown {
  const causes = [failure, failure instanceof Error ? failure.cause : undefined];
  const violation = causes.find((cause) => cause instanceof PermissionViolationError);
  if (!violation) return failure;
  const message = `natsStore: this user may not ${violation.operation === 'publish' ? 'publish' : 'subscribe'} to ${violation.subject}. Use another user, or grant the permission.`;
  return new PhoneError('denied', message, { cause: failure });
}

function unreachable(cause: unknown): PhoneError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `natsStore: no NATS server can be used (${why}). Check the addresses and the credentials.`;
  return new PhoneError('unavailable', message, { cause });
}
