import type { Actor, Instant } from '../../model/agent.js';

/** Whose request it is, as the host's `authenticate` found out: the account (tenant), the person or machine, and its roles. */
export interface Identity {
  readonly account: string;
  /** An agent's id is the id of the record that the agent owns. */
  readonly id: string;
  readonly name?: string;
  readonly roles: readonly Actor['role'][];
  /** When the token ends, event streams with it; up to 5 s later is not late, since clocks differ. */
  readonly expiresAt?: Instant;
}

/** How far the clock of who made a token and this server's may be apart, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 5_000;
/** The longest id: that of an agent. */
const ID_LENGTH = 200;

/** Whether that is an identity; what a host's `authenticate` must never answer gives nobody rights. */
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
    // Not even its fields can be read.
    return false;
  }
}

/** When rights given by it end. */
export function endOf({ expiresAt = Infinity }: Identity): Instant {
  return expiresAt + CLOCK_TOLERANCE_MS;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
