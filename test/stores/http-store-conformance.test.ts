import { afterAll, test } from 'vitest';
import { memoryStore, type StatusStore } from 'phone-widget';
import { httpStore } from 'phone-widget/http';
import { createStatusServer, type Identity, type StatusServer } from 'phone-widget/server';
import { statusStoreConformance } from 'phone-widget/testing';
import { agentOfPath } from '../../src/stores/status-protocol.js';
import { believe, tokenOf } from '../support/server.js';
import { damageMemory } from '../support/stores-damage.js';
import { quietly } from '../../src/testing/quietly.js';

const everything = ['agent', 'supervisor', 'admin', 'router'] as const;
const memoryOf = (place: string) => `conformance of httpStore ${place}`;
const server = createStatusServer({
  store: (account) => memoryStore({ account: memoryOf(account) }),
  authenticate: believe,
  showParty: () => true,
});
const strict = createStatusServer({
  store: (account) => memoryStore({ account: memoryOf(`strict ${account}`) }),
  authenticate: believe,
});
afterAll(() => Promise.all([server.close(), strict.close()]));

/** The way of one client to the server, which can be cut. */
class Way {
  readonly #as: (path: string) => Partial<Identity>;
  readonly #to: StatusServer;
  readonly #open = new Set<() => void>();
  #isCut = false;

  constructor(as: (path: string) => Partial<Identity>, to: StatusServer) {
    this.#as = as;
    this.#to = to;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    if (this.#isCut) throw new TypeError('The way is cut.');
    const request = new Request(input, init);
    request.headers.set('authorization', tokenOf(this.#as(new URL(request.url).pathname)));
    const answer = await this.#to.fetch(request);
    const way = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => void this.#open.add(() => controller.error(new TypeError('The way is cut.'))),
    });
    return new Response(answer.body?.pipeThrough(way) ?? null, answer);
  };

  cut(): () => void {
    this.#isCut = true;
    for (const breakOff of this.#open) breakOff();
    this.#open.clear();
    return () => void (this.#isCut = false);
  }
}

const ways = new WeakMap<StatusStore, Way>();

function open(place: string, roles: Identity['roles'], to = server): StatusStore {
  // Whose record it is does it: the suite has many agents.
  const way = new Way((path) => {
    const segment = path.split('/').find((one) => one.startsWith('~'));
    return { account: place, id: (segment && agentOfPath(segment)) || 'everybody', roles };
  }, to);
  const store = httpStore({ url: 'http://status.test/phone', fetch: way.fetch });
  ways.set(store, way);
  return store;
}

statusStoreConformance({
  name: 'httpStore on the status server',
  open: (place) => open(place, everything),
  openWithoutRights: (place) => open(place, ['supervisor']),
  damage: (place, agentId, document) => damageMemory(memoryOf(place), agentId, document),
  disconnect: (store) => (ways.get(store) as Way).cut(),
  test: (title, run) => test(title, quietly(run), 60_000),
});

// What everyone sees of a record is the same also where the parties of calls are for the agent alone.
statusStoreConformance({
  name: 'httpStore on a server that shows nobody who calls',
  open: (place) => open(place, everything, strict),
  test: (title, run) => (title.includes('promise 14') ? test(title, quietly(run), 60_000) : undefined),
});
