import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import type { Actor } from '../../model/agent.js';
import { PhoneError } from '../../model/errors.js';
import { ROLES } from '../../model/schema/unions.js';
import { CLOCK_TOLERANCE_MS, isIdentity, type Identity } from './identity.js';

/** Which tokens are accepted. */
export interface JwtVerifierOptions {
  /** The address of the issuer's public keys (a JSON Web Key Set). */
  readonly jwks: string | URL;
  /** Accepted issuers (`iss`). By default any that has a key of the set. */
  readonly issuer?: string | readonly string[];
  /** Accepted audiences (`aud`). By default any. */
  readonly audience?: string | readonly string[];
  /** The claim that names the account (tenant). Default: `account`. */
  readonly accountClaim?: string;
}

/** Signatures by a key pair. With a shared secret, everyone who can check a token could also make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** The errors of jose that blame the token, not the key set. */
const WRONG_TOKEN = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
];

/**
 * An `authenticate` for JSON Web Tokens: `Authorization: Bearer …`, signed by a key of the issuer's set, with `exp`. `sub` is
 * the id, `name` the name, `roles` the list of roles (unknown ones are dropped), `account` or `accountClaim` the account.
 *
 * Resolves to `null` for a token that is missing, wrong, foreign or expired. Rejects with `unavailable` if the keys cannot be
 * loaded.
 */
export function jwtVerifier(options: JwtVerifierOptions): (request: Request) => Promise<Identity | null> {
  const { issuer, audience, accountClaim = 'account' } = options;
  const keys = createRemoteJWKSet(new URL(options.jwks));
  const wanted: JWTVerifyOptions = {
    algorithms: ALGORITHMS,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE_MS / 1000,
    ...(issuer === undefined ? {} : { issuer: [issuer].flat() }),
    ...(audience === undefined ? {} : { audience: [audience].flat() }),
  };
  return async ({ headers }) => {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    if (token === undefined) return null;
    try {
      const { payload } = await jwtVerify(token, keys, wanted).catch((error) => tryEachKey(error, token, wanted));
      return identityOf(payload, accountClaim);
    } catch (cause) {
      if (WRONG_TOKEN.some((wrong) => cause instanceof wrong)) return null;
      throw new PhoneError(
        'unavailable',
        'server: the keys for checking tokens could not be loaded. Try again later.',
        {
          cause,
        },
      );
    }
  };
}

/** Tries each key if the token does not say which of several has signed it. */
async function tryEachKey(error: unknown, token: string, wanted: JWTVerifyOptions): Promise<JWTVerifyResult> {
  if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
  let last: unknown = new errors.JWSSignatureVerificationFailed();
  for await (const key of error) {
    try {
      return await jwtVerify(token, key, wanted);
    } catch (cause) {
      last = cause;
      // This key has signed it, but the token is not valid: no other key would change that.
      if (!(cause instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw last;
}

/** The identity in the claims; `null` if they are not valid. */
function identityOf(payload: JWTPayload, accountClaim: string): Identity | null {
  const { sub: id, name, roles, exp = NaN } = payload;
  const account = Object.hasOwn(payload, accountClaim) ? payload[accountClaim] : undefined;
  const named = typeof name === 'string' ? { name } : {};
  const identity: unknown = { account, id, ...named, roles: knownRoles(roles), expiresAt: exp * 1000 };
  return isIdentity(identity) ? identity : null;
}

/** The known roles of a claim. */
export function knownRoles(roles: unknown): readonly Actor['role'][] {
  return Array.isArray(roles) ? ROLES.filter((role) => roles.includes(role)) : [];
}
