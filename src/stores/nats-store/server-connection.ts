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

/** What a link tells; each may come several times over. */
export interface ServerConnectionEvents {
  readonly up: () => void;
  readonly down: (reason: PhoneError) => void;
}

const CONNECT_MS = 2_000;
const REQUEST_MS = 2_000;
const RECONNECT_MS = 300;
/** A link over which nothing comes back is given up after three of these. */
const PING_MS = 2_000;
const CLOSE_MS = 1_000;

/** What a link hears under one subject. */
export interface Listening {
  readonly isOpen: () => boolean;
  readonly stop: () => void;
}

interface Loss {
  readonly happened: Promise<never>;
  readonly tell: (reason: PhoneError) => void;
}

/** One connection to the cluster, made again whenever it is lost, until it is closed. */
export class ServerConnection {
  readonly #events: ServerConnectionEvents;
  readonly #ended = new AbortController();
  #connection: NatsConnection | undefined;
  /** Present while the link is up. */
  #loss: Loss | undefined;

  constructor(settings: ServerConnectionSettings, events: ServerConnectionEvents) {
    this.#events = events;
    void this.#run(settings);
  }

  /** The link, where it is up; otherwise throws: what is sent while it is down would be dropped without a word. */
  get #open(): { readonly connection: NatsConnection; readonly loss: Loss } {
    if (!this.#connection || !this.#loss) throw new Error('not connected');
    return { connection: this.#connection, loss: this.#loss };
  }

  get isUp(): boolean {
    return this.#loss !== undefined;
  }

  /** Whether the server belongs to a cluster. */
  get isClustered(): boolean {
    return this.#open.connection.info?.cluster !== undefined;
  }

  /** The answer; fails soon where the link is lost meanwhile, and with `denied` where this user may not send it. */
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
   * Hears what is sent under that subject, through losses of the link. What it answers tells whether it still does; fails with
   * `denied` where this user may not.
   */
  async listen(subject: string, heard: (message: Msg) => void): Promise<Listening> {
    const { connection, loss } = this.#open;
    let refusal: unknown;
    const callback = (failure: Error | null, message: Msg): void => {
      if (failure) refusal = failure;
      else heard(message);
    };
    const subscription = connection.subscribe(subject, { callback });
    // A refusal comes before the answer to this.
    await Promise.race([connection.flush(), loss.happened]);
    if (refusal) throw deniedOr(refusal);
    return {
      isOpen: () => connection === this.#connection && !subscription.isClosed(),
      stop: () => subscription.unsubscribe(),
    };
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#lose(new Error('closed'));
    await withTimeout(this.#connection?.close(), CLOSE_MS).catch(() => undefined);
  }

  async #run(settings: ServerConnectionSettings): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const connection = await connect(optionsOf(settings));
        if (signal.aborted) return await connection.close();
        this.#connection = connection;
        this.#gain();
        for await (const { type } of connection.status()) {
          if (type === 'disconnect') this.#lose(new Error('the connection was lost'));
          else if (type === 'reconnect') this.#gain();
        }
        this.#lose((await connection.closed()) ?? new Error('the connection was closed'));
      } catch (failure) {
        this.#lose(failure);
      }
      await delay(RECONNECT_MS, signal);
    }
  }

  #gain(): void {
    if (this.#ended.signal.aborted) return;
    this.#loss ??= newLoss();
    this.#events.up();
  }

  #lose(failure: unknown): void {
    const reason = unreachable(failure);
    this.#loss?.tell(reason);
    this.#loss = undefined;
    if (!this.#ended.signal.aborted) this.#events.down(reason);
  }
}

function newLoss(): Loss {
  let tell: Loss['tell'] = () => undefined;
  const happened = new Promise<never>((_, reject) => {
    // No `PhoneError`: the request that it breaks off is tried again when the link is back.
    tell = ({ message }) => reject(new Error(message));
  });
  happened.catch(() => undefined);
  return { happened, tell };
}

function optionsOf({
  servers,
  user,
  pass,
  token,
  nkeySeed,
  credentials,
  tls,
}: ServerConnectionSettings): NodeConnectionOptions {
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
    ...(user === undefined ? {} : { user }),
    ...(pass === undefined ? {} : { pass }),
    ...(token === undefined ? {} : { token }),
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
