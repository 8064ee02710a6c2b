import type { Context } from 'hono';
import type { Actor } from '../../model/agent.js';
import { isPhoneError } from '../../model/errors.js';
import type { Identity } from '../access/identity.js';
import type { AccountService } from '../accounts/account-service.js';
import type { ServerContext } from '../server-context.js';
import { Refusal, statusOf } from './problems.js';

/** What a route's handler knows of its request. Set once the viewer is signed in. */
export interface RequestVariables {
  readonly server: ServerContext;
  readonly viewer: Identity;
  /** The service of the viewer's account. */
  readonly service: AccountService;
  /** The agent that the path names; empty if it names none. */
  readonly agentId: string;
  /** What is done, for the audit. Handlers say it more precisely as soon as they know. */
  readonly operation: Operation;
}

/** What is done, and in which role. */
export interface Operation {
  readonly action: string;
  readonly role?: Actor['role'];
}

/** The types of Hono's context in this server. */
export interface ServerEnv {
  Variables: RequestVariables;
}

/** Hono's context of a signed-in request. */
export type RequestContext = Context<ServerEnv>;

/** Writes to the log who did what, and with which outcome. */
export function audit(
  { server, viewer, agentId, operation }: RequestVariables,
  outcome: string,
  revision?: number,
): void {
  const { account, id } = viewer;
  server.log({
    event: 'audit',
    level: outcome === 'saved' || outcome === 'erased' ? 'info' : 'warn',
    account,
    id,
    ...operation,
    ...(agentId === '' ? {} : { agentId }),
    outcome,
    ...(revision === undefined ? {} : { revision }),
  });
}

/** A refusal in one word, for audit and metrics: its code, or its status where that says more. */
export function outcomeOf(error: unknown): string {
  if (error instanceof Refusal) {
    const { code, status } = error.problem;
    return statusOf(code) === status ? code : String(status);
  }
  return isPhoneError(error) ? error.code : 'failed';
}
