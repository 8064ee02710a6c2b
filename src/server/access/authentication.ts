import { refusal } from '../http/problems.js';
import { failure } from '../log.js';
import type { ServerContext } from '../server-context.js';
import { answerInTime } from '../time-limit.js';
import { endOf, isIdentity, type Identity } from './identity.js';

/** The identity that the host's `authenticate` finds in the request. Throws a refusal: 401 without one, 503 if it fails. */
export async function identify(request: Request, server: ServerContext): Promise<Identity> {
  if (server.isClosing) throw refusal(503, 'This server is closing. Use another one.');
  const identity = await authenticate(request, server);
  if (!identity) throw refusal(401, 'Sign in: the token is missing or wrong.');
  checkExpiry(identity, server);
  return identity;
}

/** Throws a refusal (401) once the token has expired, even while its request is being read. */
export function checkExpiry(identity: Identity, server: ServerContext): void {
  if (endOf(identity) > server.now()) return;
  throw refusal(401, 'Sign in again: the token has expired.');
}

async function authenticate(request: Request, server: ServerContext): Promise<Identity | null> {
  let identity: Identity | null;
  try {
    identity = await answerInTime('authenticate', server.options.authenticate(request));
  } catch (cause) {
    server.log(failure('authenticate', cause));
    throw refusal(503, 'The server cannot check your token now. Try again later.');
  }
  if (!identity || isIdentity(identity)) return identity;
  server.log(failure('authenticate', 'It returned no identity: {account, id, roles, name?, expiresAt?}.'));
  return null;
}
