import { httpStore } from '../../stores/http-store.js';
import { agentOfPath } from '../../stores/status-protocol.js';
import type { StatusStore } from '../../stores/status-store.js';
import { quietly } from '../../testing/quietly.js';
import { statusStoreConformance } from '../../testing/status-store-conformance.js';
import type { Identity } from '../access/identity.js';
import type { ConformanceArguments } from './arguments.js';
import { devToken } from './dev-tokens.js';
import { Failure } from './failure.js';

type Roles = Identity['roles'];

const EVERYTHING: Roles = ['agent', 'supervisor', 'admin', 'router'];
const READING: Roles = ['supervisor'];
/** The id of requests that are about no agent. */
const NOBODY = 'conformance';

interface Case {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** Runs the suite against a backend and prints a line for each case. Returns whether all promises hold. */
export async function conformance({ url, headers }: ConformanceArguments): Promise<boolean> {
  const open = (place: string, roles: Roles): StatusStore => {
    const account = `conformance-${place}`;
    const send: typeof fetch = (input, init) => {
      const request = new Request(input, init);
      const id = agentOf(request.url) ?? NOBODY;
      for (const [name, value] of headersFor({ account, id, roles }, headers)) request.headers.set(name, value);
      return fetch(request);
    };
    return httpStore({ url, fetch: send });
  };
  await mustAnswer(url, open);
  const cases = casesFor(open, headers.length === 0 || headers.some((header) => header.includes('{roles}')));
  const failed: string[] = [];
  for (const { title, run } of cases) if (!(await holds(title, run))) failed.push(title);
  const promises = [...new Set(failed.map((title) => /^promise (\d+)/.exec(title)?.[1]))];
  const outcome = failed.length === 0 ? 'all promises hold' : `failed promises: ${promises.join(', ')}`;
  say(`\n${cases.length - failed.length} passed, ${failed.length} failed; ${outcome}.`);
  return failed.length === 0;
}

function casesFor(open: (place: string, roles: Roles) => StatusStore, hasRoles: boolean): readonly Case[] {
  const cases: Case[] = [];
  statusStoreConformance({
    name: 'backend',
    open: (place) => open(place, EVERYTHING),
    ...(hasRoles ? { openWithoutRights: (place: string) => open(place, READING) } : {}),
    test: (title, run) => void cases.push({ title: title.replace(/^backend: /, ''), run }),
  });
  return cases;
}

async function holds(title: string, run: () => Promise<void>): Promise<boolean> {
  try {
    await quietly(run)();
    say(`✓ ${title}`);
    return true;
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split('\n');
    say([`✗ ${title}`, ...lines.map((line) => `    ${line}`)].join('\n'));
    return false;
  }
}

/** Tries the address before the suite, since a wrong one would fail every case. */
async function mustAnswer(url: URL, open: (place: string, roles: Roles) => StatusStore): Promise<void> {
  const store = open('look', EVERYTHING);
  try {
    await store.readAgent('look');
  } catch (error) {
    throw new Failure(`${url.href} does not answer like a status server: ${(error as Error).message}`);
  } finally {
    await store.close();
  }
}

function agentOf(url: string): string | undefined {
  const segment = new URL(url).pathname.split('/').find((one) => one.startsWith('~'));
  return segment === undefined ? undefined : agentOfPath(segment);
}

function headersFor(identity: Identity, templates: readonly string[]): readonly (readonly [string, string])[] {
  if (templates.length === 0) return [['authorization', devToken(identity)]];
  const { account, id, roles } = identity;
  // Headers cannot hold every character of an id.
  const values: Readonly<Record<string, string>> = { account, agent: encodeURIComponent(id), roles: roles.join(',') };
  return templates.map((template) => {
    const at = template.indexOf(':');
    const value = template.slice(at + 1).trim();
    return [
      template.slice(0, at),
      value.replace(/\{(account|agent|roles)\}/g, (_, name: string) => values[name] ?? ''),
    ];
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
