import { parseArgs, type ParseArgsConfig } from 'node:util';
import { misuse } from './failure.js';

/** The arguments of `serve`. */
export interface ServeArguments {
  readonly port: number;
  readonly host: string;
  /** Where statuses are kept: in an SQLite file, or in a NATS cluster. */
  readonly place: { readonly db: string } | { readonly nats: readonly string[] };
  readonly jwks?: URL;
  readonly issuer?: string;
  readonly audience?: string;
  readonly dev: boolean;
  readonly origins: readonly string[];
  readonly hosts: readonly string[];
}

/** The arguments of `conformance`: the backend to test, and how requests sign in. */
export interface ConformanceArguments {
  readonly url: URL;
  /** `Name: value`, with `{account}`, `{agent}` and `{roles}` in it. */
  readonly headers: readonly string[];
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const texts = { type: 'string', multiple: true } as const;

/** Reads the arguments of `serve`; `undefined` if they ask for help. Throws a `Failure`. */
export function serveArguments(args: readonly string[]): ServeArguments | undefined {
  const { values } = parse(args, {
    port: text,
    host: text,
    db: text,
    nats: texts,
    jwks: text,
    issuer: text,
    audience: text,
    dev: flag,
    origin: texts,
    'allowed-host': texts,
    help: { ...flag, short: 'h' },
  });
  if (values.help) return undefined;
  const { issuer, audience, dev = false } = values;
  const hosts = values['allowed-host'] ?? [];
  if (dev && values.jwks !== undefined) throw misuse('--dev and --jwks cannot be combined.');
  if (dev && hosts.length > 0)
    throw misuse('--dev answers only to the names of this machine: leave out --allowed-host.');
  if (values.jwks === undefined && (issuer ?? audience) !== undefined) {
    throw misuse('--issuer and --audience need --jwks.');
  }
  return {
    port: portOf(values.port ?? '8090'),
    host: values.host ?? '127.0.0.1',
    place: placeOf(values.db, values.nats),
    ...(values.jwks === undefined ? {} : { jwks: addressOf('--jwks', values.jwks) }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    dev,
    origins: (values.origin ?? []).map(originOf),
    hosts,
  };
}

/** Reads the arguments of `conformance`; `undefined` if they ask for help. Throws a `Failure`. */
export function conformanceArguments(args: readonly string[]): ConformanceArguments | undefined {
  const { values, positionals } = parse(args, { header: texts, dev: flag, help: { ...flag, short: 'h' } });
  if (values.help) return undefined;
  const headers = values.header ?? [];
  if (values.dev && headers.length > 0) throw misuse('--dev and --header cannot be combined.');
  for (const header of headers) {
    if (!/^[\w-]+: ?\S/.test(header)) throw misuse(`--header "${header}" is not a header: write "Name: value".`);
  }
  const [url, ...rest] = positionals;
  if (url === undefined || rest.length > 0) throw misuse('Give one address, such as http://127.0.0.1:8090.');
  return { url: addressOf('the address', url), headers };
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: 'header' in options, strict: true });
  } catch (error) {
    // Node adds a long explanation of arguments that begin with a dash.
    throw misuse(`${(error as Error).message.split('. ')[0]}.`);
  }
}

function portOf(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw misuse(`--port "${value}" is not a port: give a number from 0 (any free port) to 65535.`);
}

function placeOf(db: string | undefined, nats: readonly string[] | undefined): ServeArguments['place'] {
  if (nats === undefined) return { db: db ?? 'phone-widget.db' };
  if (db !== undefined) throw misuse('--db and --nats cannot be combined.');
  const servers = nats.flatMap((urls) => urls.split(',')).filter((url) => url !== '');
  if (servers.length > 0) return { nats: servers };
  throw misuse('--nats needs an address, such as nats://127.0.0.1:4222.');
}

function addressOf(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw misuse(`${name} "${value}" is not an http or https address.`);
}

function originOf(value: string): string {
  const { origin, pathname, search } = addressOf('--origin', value);
  if (pathname === '/' && search === '') return origin;
  throw misuse(`--origin "${value}" has a path: write "${origin}".`);
}
