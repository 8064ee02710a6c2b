import { refusal } from './problems.js';

/** Throws a refusal (421) unless the request names one of the hosts: a page could let its own name point to this server. */
export function checkHost(request: Request, hosts: readonly string[] | undefined): void {
  const host = hostOf(request);
  const names = [host, host.replace(/:\d+$/, '')];
  if (!hosts || hosts.some((name) => names.includes(name.toLowerCase()))) return;
  throw refusal(421, 'This server does not answer to that host name. Add it to the allowed hosts.');
}

/** The host that a request names, with its port, in lower case. */
export function hostOf({ headers, url }: Request): string {
  return (headers.get('host') ?? new URL(url).host).toLowerCase();
}
