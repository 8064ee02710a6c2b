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
  /** Takes the lines of the log: requests, failures, and an audit of who did what. */
  readonly log?: Log;
}
