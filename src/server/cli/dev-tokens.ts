import type { Identity } from '../access/identity.js';
import { knownRoles } from '../access/jwt-verifier.js';

/** A token of `serve --dev`, which accepts any identity that the token claims. */
export function devToken(identity: Identity): string {
  return `Bearer dev.${Buffer.from(JSON.stringify(identity)).toString('base64url')}`;
}

/** An `authenticate` that believes every token of `devToken`; `null` without one. */
export async function believeDevToken({ headers }: Request): Promise<Identity | null> {
  const claims = /^Bearer +dev\.([\w-]+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (claims === undefined) return null;
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(claims, 'base64url').toString());
  } catch {
    return null;
  }
  const { account, id, name, roles, expiresAt } = Object(said) as Partial<Record<keyof Identity, unknown>>;
  if (typeof account !== 'string' || !account || typeof id !== 'string' || !id) return null;
  return {
    account,
    id,
    ...(typeof name === 'string' ? { name } : {}),
    roles: knownRoles(roles),
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
  };
}
