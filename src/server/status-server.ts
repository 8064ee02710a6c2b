import type { Instant } from '../model/agent.js';
import { ClockWatch } from './accounts/clock-watch.js';
import { wallClock } from '../platform/time.js';
import type { ServerContext } from './server-context.js';
import type { StatusServerOptions } from './server-options.js';
import type { Identity } from './access/identity.js';
import { RateLimits } from './http/rate-limits.js';
import { failure, type Logged } from './log.js';
import { Metrics } from './metrics.js';
import { createRoutes } from './http/routes.js';
import { Streams } from './streams/streams.js';
import type { AccountService } from './accounts/account-service.js';
import { OpenAccounts } from './accounts/open-accounts.js';
import { withinLimit } from './time-limit.js';

/** Closing waits so long for what is under way, in milliseconds. */
const CLOSING_MS = 5_000;

/** A server's handler, as every JavaScript runtime takes it. */
export interface StatusServer {
  /** Answers one request. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Ends the event streams, so that clients move on, and waits for what is under way. */
  close(): Promise<void>;
}

/**
 * The status server: puts any store behind the protocol of `httpStore`. It computes every record itself with the model and its
 * own clock, decides by the token's roles who may do what, and keeps nothing: any number of them work side by side on one place.
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
  /** Lines of the log that were not taken since the last one that was. */
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
      meet: (...met) => this.#clocks.meet(...met),
    });
    // As functions of their own they can be handed on.
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
      // Whoever writes the log down has no other place to say that it fails; requests go on.
      return false;
    }
  }

  async #close(): Promise<void> {
    this.log({ event: 'closing', level: 'info', streams: this.streams.size });
    this.streams.end('closing');
    const ending = Promise.allSettled([...this.#underWay, this.#accounts.endLists()]);
    await withinLimit<unknown>(ending, CLOSING_MS, () => undefined);
    // A stream may have been opened by what was under way.
    this.streams.end('closing');
    this.#accounts.close();
  }
}
