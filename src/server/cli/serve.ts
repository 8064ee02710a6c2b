import { wallClock } from '../../platform/time.js';
import { jwtVerifier } from '../access/jwt-verifier.js';
import { createStatusServer, type StatusServer } from '../status-server.js';
import type { ServeArguments } from './arguments.js';
import { devWords, withDevPage } from './dev-page.js';
import { believeDevToken } from './dev-tokens.js';
import { Failure } from './failure.js';
import { listen, type Listening } from './http-server.js';
import { isLoopback, isLoopbackOrigin, LOOPBACK_NAMES } from './loopback.js';
import { openStores, type OpenedStores } from './opened-stores.js';
import { formatLine, Output, type CommandLine } from './output.js';

const DEV_WARNING = 'WARNING: --dev lets anyone sign in as anyone. Use it only to try things out on this machine.';

/** How long ending may take, in milliseconds. The server alone waits 5 s for requests. */
const ENDING_MS = 12_000;

/** Runs the status server until a signal ends it. Throws a `Failure`. */
export async function serve(options: ServeArguments): Promise<void> {
  const { dev, jwks, host } = options;
  if (!dev && !jwks) throw new Failure('Nobody could sign in: give --jwks URL, or --dev to try things out.');
  if (dev && !isLoopback(host)) {
    throw new Failure(`--dev lets anyone sign in, so it serves only this machine: leave out --host ${host}.`);
  }
  const stores = await openStores(options.place);
  const output = new Output(process.stdout);
  const log = (line: Parameters<typeof formatLine>[0]): boolean =>
    output.write(formatLine(line, process.stdout.isTTY === true));
  let listening: Listening;
  try {
    const server = createServer(options, stores, log);
    listening = await listen(dev ? withDevPage(server) : server, options);
  } catch (error) {
    await stores.close();
    throw error;
  }
  const ending = signals();
  if (dev) process.stderr.write(`${DEV_WARNING}\n\n${devWords(listening.url, stores.name)}`);
  const now = (): Pick<CommandLine, 'time'> => ({ time: new Date(wallClock()).toISOString() });
  log({ ...now(), level: 'info', event: 'listening', url: listening.url, place: stores.name });
  await ending;
  // Whatever has not ended by then is cut off.
  setTimeout(() => process.exit(1), ENDING_MS).unref();
  await listening.close();
  await stores.close();
  log({ ...now(), level: 'info', event: 'ended' });
  output.flush();
}

function createServer(options: ServeArguments, stores: OpenedStores, log: (line: never) => boolean): StatusServer {
  const { dev, jwks, issuer, audience, origins } = options;
  const hosts = dev ? [...LOOPBACK_NAMES, options.host] : options.hosts;
  const authenticate =
    dev || !jwks
      ? believeDevToken
      : jwtVerifier({
          jwks,
          ...(issuer === undefined ? {} : { issuer }),
          ...(audience === undefined ? {} : { audience }),
        });
  return createStatusServer({
    store: (account) => stores.store(account),
    authenticate,
    origins: dev ? (origin) => isLoopbackOrigin(origin) || origins.includes(origin) : origins,
    // Anyone could sign in as the agent anyway.
    ...(dev ? { showParty: () => true } : {}),
    ...(hosts.length > 0 ? { hosts } : {}),
    log: log as (line: unknown) => boolean,
  });
}

/** Settles with the first signal. The second one ends the process at once. */
function signals(): Promise<void> {
  return new Promise((resolve) => {
    let isEnding = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isEnding) process.exit(1);
        isEnding = true;
        resolve();
      });
    }
  });
}
