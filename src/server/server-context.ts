import type { Instant } from '../model/agent.js';
import type { Identity } from './access/identity.js';
import type { AccountService } from './accounts/account-service.js';
import type { Logged } from './log.js';
import type { Metrics } from './metrics.js';
import type { StatusServerOptions } from './server-options.js';
import type { Streams } from './streams/streams.js';

/** What the routes need of the server. */
export interface ServerContext {
  readonly options: StatusServerOptions;
  readonly streams: Streams;
  readonly metrics: Metrics;
  readonly isClosing: boolean;
  /** Whether a load balancer should send requests here. */
  readonly isReady: boolean;
  /** The server's clock: milliseconds since the epoch. */
  now(): Instant;
  /** The account's service. Throws a refusal if its store cannot be used. */
  service(account: string): AccountService;
  /** Charges a request, or `count` of them. Throws a refusal (429) beyond a rate limit. */
  limit(identity: Identity, count?: number): void;
  /** Whether the host lets the viewer see the other parties of the agent's calls. */
  showsParty(viewer: Identity, agentId: string): boolean;
  log(line: Logged): void;
}
