import type { Instant } from '../model/agent.js';
import { wallClock, withTimeout } from '../platform/time.js';
import type { Identity } from './access/identity.js';
import type { AccountService } from './accounts/account-service.js';
import { ClockWatch } from './accounts/clock-watch.js';
import { OpenAccounts } from './accounts/open-accounts.js';
import { RateLimits } from './http/rate-limits.js';
import { createRoutes } from './http/routes.js';
import { failure, type Logged } from './log.js';
import { Metrics } from './metrics.js';
import type { ServerContext } from './server-context.js';
import type { StatusServerOptions } from './server-options.js';
import { Streams } from './streams/streams.js';

/** How long closing waits for requests that are being answered, in milliseconds. */
const CLOSING_MS = 5_000;

/** A handler from `Request` to `Response`, which every JavaScript server runtime takes. */
export interface StatusServer {
  /** Answers one request. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Ends the event streams, so that clients move to another server, and waits up to 5 seconds for other requests. */
  close(): Promise<void>;
}

/**
 * Creates a status server, which puts any store behind the protocol of `httpStore`. It computes every record itself with the
 * model and its own clock, and decides by the token's roles who may do what. It keeps no state: any number of servers can share
 * the same stores. Throws `invalid-setting` for a bad rate limit.
 */
export function createStatusServer(options: StatusServerOptions): StatusServer {
  return new Server(options);
}

class Server implements StatusServer, ServerContext {
  readonly options: StatusServerOptions;
  readonly streams = new Streams(() => this.now());
  readonly metrics = new Metrics(
    () => this.streams.size,
    () => this.#accounts.aheadMs,
  );
  readonly #routes: ReturnType<typeof createRoutes>;
  readonly #accounts: OpenAccounts;
  readonly #limits: RateLimits;
  readonly #clocks = new ClockWatch({
    clock: () => this.now(),
    log: (line) => this.log(line),
    count: () => this.metrics.recordsAhead.inc(),
  });
  readonly #underWay = new Set<Promise<unknown>>();
  /** How many lines the log has not taken since the last one that it took. */
  #dropped = 0;
  #closed: Promise<void> | undefined;

  constructor(options: StatusServerOptions) {
    this.options = options;
    this.#limits = new RateLimits(options.rateLimits ?? {}, () => this.now());
    this.#routes = createRoutes(this);
    const { store } = options;
    this.#accounts = new OpenAccounts({
      store,
      clock: () => this.now(),
      log: (line) => this.log(line),
      onRead: (...read) => this.#clocks.checkRecord(...read),
    });
    // Bound, so that hosts can pass them on as plain functions.
    this.fetch = this.fetch.bind(this);
    this.close = this.close.bind(this);
  }

  get isClosing(): boolean {
    return this.#closed !== undefined;
  }

  get isReady(): boolean {
    return !this.isClosing && this.#accounts.isReachable && !this.#clocks.isApart(this.#accounts.aheadMs);
  }

  async fetch(request: Request): Promise<Response> {
    const response = Promise.resolve(this.#routes.fetch(request));
    this.#underWay.add(response);
    try {
      return await response;
    } finally {
      this.#underWay.delete(response);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  now(): Instant {
    return wallClock();
  }

  service(account: string): AccountService {
    return this.#accounts.of(account);
  }

  limit(identity: Identity, count = 1): void {
    this.#limits.charge(identity, count);
  }

  showsParty(viewer: Identity, agentId: string): boolean {
    try {
      return this.options.showParty?.(viewer, agentId) === true;
    } catch (cause) {
      this.log(failure('showParty', cause));
      return false;
    }
  }

  log(line: Logged): void {
    if (this.#dropped > 0 && this.#write({ event: 'dropped', level: 'warn', lines: this.#dropped })) this.#dropped = 0;
    if (this.#write(line)) return;
    this.#dropped++;
    this.metrics.droppedLines.inc();
  }

  #write(line: Logged): boolean {
    try {
      return this.options.log?.({ time: new Date(this.now()).toISOString(), ...line }) !== false;
    } catch {
      // The log itself failed: there is nowhere to report that, and requests go on.
      return false;
    }
  }

  async #close(): Promise<void> {
    this.log({ event: 'closing', level: 'info', streams: this.streams.size });
    this.streams.end('closing');
    const ending = Promise.allSettled([...this.#underWay, this.#accounts.endLists()]);
    await withTimeout(ending, CLOSING_MS).catch(() => undefined);
    // A request that was being answered may have opened a stream.
    this.streams.end('closing');
    this.#accounts.close();
  }
}
