import { createHmac, createPublicKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CompactSign,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jwtVerifier, type Identity, type JwtVerifierOptions } from 'phone-widget/server';
import { serverInMemory } from '../support/server.js';

type Keys = { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };

const claims: JWTPayload = { sub: 'ana', name: 'Ana', roles: ['agent'], account: 'acme' };
let [rsa, ec, twin, foreign]: Keys[] = [];
let keySet: { keys: JWK[] } | string = { keys: [] };
let status = 200;
let issuer: Server;
let jwks = '';

beforeAll(async () => {
  [rsa, ec, twin, foreign] = await Promise.all(
    ['RS256', 'ES256', 'ES256', 'RS256'].map((alg) => generateKeyPair(alg, { extractable: true })),
  );
  const published = [
    { ...(await exportJWK(rsa!.publicKey)), kid: 'rsa', alg: 'RS256' },
    { ...(await exportJWK(ec!.publicKey)), alg: 'ES256' },
    { ...(await exportJWK(twin!.publicKey)), alg: 'ES256' },
  ];
  keySet = { keys: published };
  issuer = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof keySet === 'string' ? keySet : JSON.stringify(keySet));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
});
afterAll(() => new Promise((resolve) => issuer.close(resolve)));

/** A token with these claims, valid for an hour unless they say otherwise. */
function sign(
  payload: JWTPayload,
  { privateKey }: Keys = rsa!,
  header = { alg: 'RS256', kid: 'rsa' } as { alg: string },
) {
  const token = new SignJWT(payload).setProtectedHeader(header);
  return ('exp' in payload ? token : token.setExpirationTime('1h')).sign(privateKey);
}

/** The same with claims that `SignJWT` itself would refuse. */
async function signOdd(payload: object): Promise<string> {
  const sign = new CompactSign(new TextEncoder().encode(JSON.stringify(payload)));
  return sign.setProtectedHeader({ alg: 'RS256', kid: 'rsa' }).sign(rsa!.privateKey);
}

function verify(
  authorization: string | undefined,
  options: Partial<JwtVerifierOptions> = {},
): Promise<Identity | null> {
  const headers: HeadersInit = authorization === undefined ? {} : { authorization };
  return jwtVerifier({ jwks, ...options })(new Request('http://status.test/identity', { headers }));
}

const now = (): number => Math.floor(Date.now() / 1000);

describe('jwtVerifier', () => {
  test('resolves to the identity of the token', async () => {
    const exp = now() + 60;
    expect(await verify(`Bearer ${await sign({ ...claims, exp })}`)).toEqual({
      account: 'acme',
      id: 'ana',
      name: 'Ana',
      roles: ['agent'],
      expiresAt: exp * 1000,
    });
  });

  test('takes the account from the given claim', async () => {
    const token = `Bearer ${await sign({ ...claims, 'https://acme.example/tenant': 'north' })}`;
    const identity = await verify(token, { accountClaim: 'https://acme.example/tenant' });
    expect(identity?.account).toBe('north');
    expect(await verify(token, { accountClaim: 'tenant' })).toBeNull();
    expect(await verify(token, { accountClaim: 'toString' })).toBeNull();
  });

  test('drops unknown roles', async () => {
    const rolesOf = async (roles: unknown) => (await verify(`Bearer ${await sign({ ...claims, roles })}`))?.roles;
    expect(await rolesOf(['owner', 'admin', 'system', 7, 'agent'])).toEqual(['agent', 'admin', 'system']);
    expect(await rolesOf('admin')).toEqual([]);
    expect(await rolesOf(undefined)).toEqual([]);
  });

  test('finds the right key among several', async () => {
    for (const keys of [ec, twin]) {
      expect((await verify(`Bearer ${await sign(claims, keys, { alg: 'ES256' })}`))?.id).toBe('ana');
    }
    const expired = { ...claims, exp: now() - 60 };
    expect(await verify(`Bearer ${await sign(expired, ec, { alg: 'ES256' })}`)).toBeNull();
    const stranger = await generateKeyPair('ES256');
    expect(await verify(`Bearer ${await sign(claims, stranger, { alg: 'ES256' })}`)).toBeNull();
  });

  test('accepts only tokens of the given issuer and for the given audience', async () => {
    const wanted = { issuer: 'https://id.example', audience: ['phone', 'desk'] };
    const of = async (iss?: string, aud?: string) =>
      verify(`Bearer ${await sign({ ...claims, ...(iss && { iss }), ...(aud && { aud }) })}`, wanted);
    expect((await of('https://id.example', 'desk'))?.id).toBe('ana');
    expect(await of('https://id.example', 'shop')).toBeNull();
    expect(await of('https://evil.example', 'desk')).toBeNull();
    expect(await of('https://id.example')).toBeNull();
    expect(await of(undefined, 'desk')).toBeNull();
  });

  test('resolves to null for a wrong token', async () => {
    const good = await sign(claims);
    const { sub: _, ...nameless } = claims;
    const [head = '', body = '', signature = ''] = good.split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicText = await exportSPKI(rsa!.publicKey);
    const forgedHead = `${encode({ alg: 'HS256', kid: 'rsa' })}.${body}`;
    const hmac = (key: string | Buffer) => createHmac('sha256', key).update(forgedHead).digest('base64url');
    const der = createPublicKey(publicText).export({ type: 'spki', format: 'der' });
    const wrong: Readonly<Record<string, string | undefined>> = {
      'no token': undefined,
      'an empty one': 'Bearer ',
      'another scheme': `Basic ${good}`,
      'no JSON Web Token': 'Bearer dev.eyJpZCI6ImFuYSJ9',
      nonsense: 'Bearer a.b.c',
      'two tokens': `Bearer ${good}, Bearer ${good}`,
      'an unsigned one': `Bearer ${new UnsecuredJWT(claims).setExpirationTime('1h').encode()}`,
      'an unsigned one with a signature': `Bearer ${encode({ alg: 'none', kid: 'rsa' })}.${body}.${signature}`,
      'the public key as a secret': `Bearer ${forgedHead}.${hmac(publicText)}`,
      'the public key as a secret, as bytes': `Bearer ${forgedHead}.${hmac(der)}`,
      'a foreign key': `Bearer ${await sign(claims, foreign)}`,
      'a foreign key in its own header': `Bearer ${await sign(claims, foreign, { alg: 'RS256', jwk: await exportJWK(foreign!.publicKey) } as { alg: string })}`,
      'an unknown key': `Bearer ${await sign(claims, rsa, { alg: 'RS256', kid: 'other' } as { alg: string })}`,
      'a changed body': `Bearer ${head}.${encode({ ...claims, sub: 'ben', exp: now() + 60 })}.${signature}`,
      'an expired one': `Bearer ${await sign({ ...claims, exp: now() - 60 })}`,
      'one that is not good yet': `Bearer ${await sign({ ...claims, nbf: now() + 60 })}`,
      'one without an end': `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'rsa' }).sign(rsa!.privateKey)}`,
      'one without an id': `Bearer ${await sign(nameless)}`,
      'one with an empty id': `Bearer ${await sign({ ...claims, sub: '' })}`,
      'one without an account': `Bearer ${await sign({ ...claims, account: undefined })}`,
      'one whose account is a list': `Bearer ${await sign({ ...claims, account: ['acme'] })}`,
      'one with a critical header that it does not know': `Bearer ${encode({ alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 })}.${body}.${signature}`,
    };
    for (const [what, authorization] of Object.entries(wrong))
      expect([what, await verify(authorization)]).toEqual([what, null]);
  });

  test.each([
    ['an id that is a number', { sub: 7 }],
    ['an id that is a list', { sub: ['ana'] }],
    ['an id that is an object', { sub: { id: 'ana' } }],
    ['an id that is null', { sub: null }],
    ['an id that is longer than any agent’s', { sub: 'a'.repeat(201) }],
    ['an end that is a text', { exp: '2100-01-01' }],
    ['an end that is null', { exp: null }],
    ['an end without end', { exp: 1e306 }],
    ['an end before the epoch', { exp: -1 }],
    ['an end that is a list', { exp: [4_000_000_000] }],
    ['a beginning that is a text', { nbf: 'now' }],
    ['an issue that is a text', { iat: 'now' }],
    ['an account that is a number', { account: 7 }],
  ])('resolves to null for a token with %s, and a server answers 401', async (_, odd) => {
    const authorization = `Bearer ${await signOdd({ ...claims, exp: now() + 60, ...odd })}`;
    expect(await verify(authorization)).toBeNull();
    const server = serverInMemory({ authenticate: jwtVerifier({ jwks }) });
    const answer = await server.fetch(new Request('http://status.test/identity', { headers: { authorization } }));
    expect(answer.status).toBe(401);
  });

  test('accepts a fractional expiry and an emoji as id, and drops an invalid name', async () => {
    const exp = now() + 60.5;
    const id = '🦊'.repeat(200);
    const identity = await verify(`Bearer ${await signOdd({ ...claims, sub: id, exp, name: 7, roles: 'admin' })}`);
    expect(identity).toEqual({ account: 'acme', id, roles: [], expiresAt: exp * 1000 });
  });

  test('allows five seconds, like the server: before the start, after the end, and for streams', async () => {
    const server = serverInMemory({ authenticate: jwtVerifier({ jwks }) });
    const ask = async (odd: JWTPayload, path = 'identity') => {
      const headers = { authorization: `Bearer ${await sign({ ...claims, exp: now() + 60, ...odd })}` };
      return server.fetch(new Request(`http://status.test/${path}`, { headers }));
    };
    const statuses = async (...all: JWTPayload[]) => Promise.all(all.map(async (odd) => (await ask(odd)).status));
    expect(await statuses({ exp: now() - 3 }, { nbf: now() + 3 })).toEqual([200, 200]);
    expect(await statuses({ exp: now() - 6 }, { nbf: now() + 8 })).toEqual([401, 401]);
    const stream = await ask({ exp: now() - 3 }, 'account/stream');
    expect(stream.status).toBe(200);
    expect(await stream.text()).toContain('event: ready');
    await server.close();
  });

  test('rejects with unavailable if the keys cannot be loaded, without the token in the message', async () => {
    const token = await sign(claims);
    const whole = keySet;
    const refusal = (url = jwks) =>
      verify(`Bearer ${token}`, { jwks: url }).catch((error: { code: string; message: string }) => {
        expect(error.message).not.toContain(token.slice(0, 20));
        return error.code;
      });
    expect(await refusal('http://127.0.0.1:1/keys')).toBe('unavailable');
    status = 500;
    expect(await refusal()).toBe('unavailable');
    status = 200;
    for (const broken of ['<html>', '{}', '[]']) {
      keySet = broken;
      expect(await refusal()).toBe('unavailable');
    }
    keySet = whole;
    expect(await refusal()).toMatchObject({ id: 'ana' });
  });

  test('signs people in to a status server: 401 for a wrong token, 503 if the keys cannot be loaded', async () => {
    const statusOf = async (authenticate: (request: Request) => Promise<Identity | null>) => {
      const server = serverInMemory({ authenticate });
      const headers = { authorization: `Bearer ${await sign(claims)}` };
      const answer = await server.fetch(new Request('http://status.test/identity', { headers }));
      await server.close();
      return answer.status;
    };
    expect(await statusOf(jwtVerifier({ jwks }))).toBe(200);
    expect(await statusOf(jwtVerifier({ jwks, issuer: 'https://id.example' }))).toBe(401);
    expect(await statusOf(jwtVerifier({ jwks: 'http://127.0.0.1:1/keys' }))).toBe(503);
  });
});
