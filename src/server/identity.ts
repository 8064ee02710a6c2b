import type { Actor, Instant } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';

/** Whose request it is, as the host's `authenticate` found out: the account (tenant), the person or machine, and its roles. */
export interface Identity {
  readonly account: string;
  /** An agent's id is the id of the record that the agent owns. */
  readonly id: string;
  readonly name?: string;
  readonly roles: readonly Actor['role'][];
  /** When the token ends: event streams end with it. */
  readonly expiresAt?: Instant;
}

/** Refuses what a host's `authenticate` must never answer, before anybody gets rights by it. */
export function checkedIdentity(value: Identity): Identity {
  const { account, id, name, roles, expiresAt } = value;
  const isSound =
    isText(account) &&
    isText(id) &&
    (name === undefined || typeof name === 'string') &&
    Array.isArray(roles) &&
    roles.every((role) => typeof role === 'string') &&
    (expiresAt === undefined || Number.isFinite(expiresAt));
  if (isSound) return value;
  throw new PhoneError(
    'unavailable',
    `server: authenticate answered the account ${quote(account)} and the id ${quote(id)}. It has to answer {account, id, roles}, or null.`,
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
