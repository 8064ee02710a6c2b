import type { Actor, Instant } from '../../model/agent.js';

/** Whose request it is, as the host's `authenticate` says: the account (tenant), the person or machine, and its roles. */
export interface Identity {
  readonly account: string;
  /** An agent's id is also the id of the agent's own record. */
  readonly id: string;
  readonly name?: string;
  readonly roles: readonly Actor['role'][];
  /** When the token expires, and event streams end. The server allows 5 s more, since clocks differ. */
  readonly expiresAt?: Instant;
}

/** How far the clock of a token's issuer may differ from this server's, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 5_000;
/** The longest id of an agent, in code points. */
const ID_LENGTH = 200;

/** Whether the value is a valid identity. Anything else that a host's `authenticate` returns gives no rights. */
export function isIdentity(value: unknown): value is Identity {
  try {
    const { account, id, name, roles, expiresAt } = value as Identity;
    return (
      isText(account) &&
      isText(id) &&
      [...id].length <= ID_LENGTH &&
      (name === undefined || typeof name === 'string') &&
      Array.isArray(roles) &&
      roles.every((role) => typeof role === 'string') &&
      (expiresAt === undefined || Number.isFinite(expiresAt))
    );
  } catch {
    // Reading its fields throws.
    return false;
  }
}

/** When the rights of the identity end. */
export function endOf({ expiresAt = Infinity }: Identity): Instant {
  return expiresAt + CLOCK_TOLERANCE_MS;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
