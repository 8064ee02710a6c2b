import type { Instant } from '../model/agent.js';
import { isPhoneError } from '../model/errors.js';
import type { StatusStore } from '../stores/status-store.js';
import { answerInTime } from './time-limit.js';
import { endOf, isIdentity, type Identity } from './access/identity.js';
import { messageOf, type Log, type Logged } from './log.js';
import type { Metrics } from './metrics.js';
import { Refusal, refusal, refusalOf } from './http/problems.js';
import type { Streams } from './streams/streams.js';
import type { AccountService } from './accounts/account-service.js';

/** How a status server is set up. */
export interface StatusServerOptions {
  /** The store of an account (a tenant); asked for once, and yours to close after the server. */
  readonly store: (account: string) => StatusStore;
  /** Whose request it is; `null`, or no identity: nobody's (401). What it throws is answered with 503. */
  readonly authenticate: (request: Request) => Promise<Identity | null>;
  /** Whether the agent may have calls forwarded to that number; everybody may without it. */
  readonly allowForward?: (agentId: string, number: string) => boolean | Promise<boolean>;
  /** Whether somebody else than the agent sees who is at the other end of a call; nobody does without it. */
  readonly showParty?: (viewer: Identity, agentId: string) => boolean;
  /** Origins of pages that may ask this server, as `https://desk.example`, or whether that one may; the server's own always may. */
  readonly origins?: readonly string[] | ((origin: string) => boolean);
  /** The names that this server answers to, as `status.example` or `status.example:8443`; every one without it. */
  readonly hosts?: readonly string[];
  /** Takes the lines of the log: requests, failures, and who did what. */
  readonly log?: Log;
}

/** What the routes share. */
export interface ServerContext {
  readonly options: StatusServerOptions;
  readonly streams: Streams;
  readonly metrics: Metrics;
  readonly isClosing: boolean;
  /** Whether requests are better sent here than elsewhere. */
  readonly isReady: boolean;
  now(): Instant;
  service(account: string): AccountService;
  /** Refuses who has asked for too much; `cost`: for how many requests it counts. */
  limit(identity: Identity, cost?: number): void;
  log(line: Logged): void;
}

/** What somebody is told of what went wrong; of a failure of the server itself no more than that there was one. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isPhoneError(error)) return refusalOf(error);
  return refusal(500, 'The server failed. Its log says why.');
}

/** A request of somebody who is signed in, while the server runs. */
export async function identify(request: Request, server: ServerContext): Promise<Identity> {
  if (server.isClosing) throw refusal(503, 'This server is closing. Use another one.');
  let identity: Identity | null;
  try {
    identity = await answerInTime('authenticate', server.options.authenticate(request));
  } catch (cause) {
    server.log({ event: 'failure', level: 'error', route: 'authenticate', message: messageOf(cause) });
    throw refusal(503, 'The server cannot check your token now. Try again later.');
  }
  if (identity && !isIdentity(identity)) {
    const message = 'It returned no identity: {account, id, roles, name?, expiresAt?}.';
    server.log({ event: 'failure', level: 'error', route: 'authenticate', message });
    identity = null;
  }
  if (!identity) throw refusal(401, 'Sign in: the token is missing or wrong.');
  checkTime(identity, server);
  return identity;
}

/** Refuses whose token has run out, be it while the request was under way. */
export function checkTime(identity: Identity, server: ServerContext): void {
  if (endOf(identity) > server.now()) return;
  throw refusal(401, 'Sign in again: the token has expired.');
}
