import { afterAll, beforeAll, describe, test } from 'vitest';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { natsStore } from 'phone-widget/nats';
import { statusStoreConformance } from 'phone-widget/testing';
import { subjectNames, subjectOf } from '../../src/stores/nats-store/subjects.js';
import type { StatusStore } from '../../src/stores/status-store.js';
import { hasNatsServer, startNatsServers, startProxy, type NatsServers, type Proxy } from '../support/nats-servers.js';
import { quietly } from '../../src/testing/quietly.js';

const users = [
  { user: 'all', password: 'secret' },
  { user: 'reader', password: 'secret', permissions: { publish: { deny: ['phone-widget.stored.>'] } } },
];
const signedIn = { user: 'all', pass: 'secret' };

describe.skipIf(!hasNatsServer())('natsStore on one server', () => {
  let servers: NatsServers;
  let plain: NatsConnection;
  const proxies = new Map<StatusStore, Proxy>();

  beforeAll(async () => {
    servers = await startNatsServers({ users });
    plain = await connect({ servers: servers.urls as string[], ...signedIn });
  });
  afterAll(async () => {
    await Promise.all([...proxies.values()].map((proxy) => proxy.end()));
    await plain?.close();
    await servers?.end();
  });

  statusStoreConformance({
    name: 'natsStore',
    async open(account) {
      const proxy = await startProxy(servers.nodes[0]!.port);
      const store = natsStore({ servers: proxy.url, account, ...signedIn });
      proxies.set(store, proxy);
      return store;
    },
    openWithoutRights: (account) =>
      natsStore({ servers: servers.urls.map((url) => url.replace('//', '//reader:s%65cret@')), account }),
    async damage(account, agentId, document) {
      const subject = `${subjectNames(account).stored}.${subjectOf(agentId ?? '')}`;
      await plain.request(subject, JSON.stringify(document ?? null));
    },
    disconnect(store) {
      const proxy = proxies.get(store)!;
      proxy.cut();
      return () => proxy.restore();
    },
    // A server of version 2.9.10 may crash when connections are cut; it is started again, and the case as well.
    test: (title, run) => test(title, { retry: 1, timeout: 60_000 }, quietly(run)),
  });
});
