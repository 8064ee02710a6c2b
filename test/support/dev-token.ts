import type { Identity } from 'phone-widget/server';

/** The token that a server started with `--dev` believes. */
export function devToken(identity: Identity): string {
  return `Bearer dev.${Buffer.from(JSON.stringify(identity)).toString('base64url')}`;
}
