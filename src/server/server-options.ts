import type { StatusStore } from '../stores/status-store.js';
import type { Identity } from './access/identity.js';
import type { Log } from './log.js';

/** The options of `createStatusServer`. */
export interface StatusServerOptions {
  /** The store of an account. Called once for each account; close the stores yourself, after the server. */
  readonly store: (account: string) => StatusStore;
  /** Whose request it is. `null`, or anything but an identity, is answered with 401, an error with 503. */
  readonly authenticate: (request: Request) => Promise<Identity | null>;
  /** Whether the agent may forward calls to that number. By default every number is allowed. */
  readonly allowForward?: (agentId: string, number: string) => boolean | Promise<boolean>;
  /** Whether a viewer sees the other parties of another agent's calls. By default nobody does. */
  readonly showParty?: (viewer: Identity, agentId: string) => boolean;
  /** Origins whose pages may use this server, such as `https://desk.example`, or a test of an origin. The server's own may always. */
  readonly origins?: readonly string[] | ((origin: string) => boolean);
  /** Host names that this server answers to, such as `status.example` or `status.example:8443`. By default all. */
  readonly hosts?: readonly string[];
  /** How many requests are taken. Beyond that the server answers 429 and says in `Retry-After` when to try again. */
  readonly rateLimits?: RateLimitOptions;
  /** Takes the lines of the log: requests, failures, and an audit of who did what. */
  readonly log?: Log;
}

/**
 * The rate limits of a server. Each process counts for itself, and a list of call facts counts as one request for each fact.
 * `createStatusServer` throws `invalid-setting` for a bad limit.
 */
export interface RateLimitOptions {
  /** Of each person. Default: 200 a second, 2,000 at once. */
  readonly person?: RateLimit;
  /** Of each identity with the role `telephony` or `router`. Default: 2,000 a second, 20,000 at once. */
  readonly machine?: RateLimit;
  /**
   * Of all people and machines of an account together. Default: no limit, since only you know how many agents an account has,
   * and after an outage all their pages return at once.
   */
  readonly account?: RateLimit;
}

/** How many requests are taken in the long run, and at once. */
export interface RateLimit {
  /** Requests a second in the long run: a number above 0. */
  readonly perSecond: number;
  /** Requests at once after a pause: at least 1, for `machine` and `account` at least 100, which a full list of facts takes. */
  readonly burst: number;
}
