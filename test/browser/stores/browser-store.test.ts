import { expect } from '@open-wc/testing';
import { defaultAccount } from '../../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../../src/model/agent.js';
import { isPhoneError, type PhoneError } from '../../../src/model/errors.js';
import { recordEvent } from '../../../src/model/record-event.js';
import { browserStore } from '../../../src/stores/browser-store.js';
import type { Connection, StatusStore, Versioned } from '../../../src/stores/status-store.js';
import {
  answerOf,
  closeConnection,
  damageBrowser,
  databaseOf,
  inDatabase,
  openBrowserStore,
  refuseDatabases,
  terminate,
  until,
} from '../../support/stores-browser.js';

let account = '';
const opened: StatusStore[] = [];
const undo: (() => void)[] = [];

beforeEach(() => {
  account = `account-${Math.random().toString(36).slice(2)}`;
});

afterEach(async () => {
  undo
    .splice(0)
    .reverse()
    .forEach((restore) => restore());
  await Promise.all(opened.splice(0).map((store) => store.close()));
  localStorage.clear();
});

function open(name = account): StatusStore {
  const store = openBrowserStore(name);
  opened.push(store);
  return store;
}

/** Replaces a method of the browser until the end of the test. */
function replace<T extends object, K extends keyof T>(owner: T, name: K, value: T[K]): void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  undo.push(() => before && Object.defineProperty(owner, name, before));
}

async function save(store: StatusStore, event: AgentEvent, agentId = 'ana'): Promise<Versioned<AgentRecord>> {
  const entry = await store.readAgent(agentId);
  const record = recordEvent(defaultAccount, entry?.value ?? newAgentRecord(agentId), event, store.now());
  return store.saveAgent(record, entry?.revision ?? null, event);
}

const signIn = (store: StatusStore, page = 'page-1', agentId = 'ana') =>
  save(store, { type: 'sign-in', page }, agentId);

function watch(store: StatusStore): Versioned<AgentRecord>[] {
  const heard: Versioned<AgentRecord>[] = [];
  store.watchAgent('ana', { next: (entry) => void heard.push(entry) });
  return heard;
}

function watchConnection(store: StatusStore): Connection[] {
  const heard: Connection[] = [];
  store.watchConnection((connection) => void heard.push(connection));
  return heard;
}

async function refusalOf(call: Promise<unknown>): Promise<PhoneError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isPhoneError(error)) throw new Error(`It was not refused with a PhoneError: ${String(error)}`);
  return error;
}

/** Which failure of the browser the error names as its cause. */
const causeOf = ({ cause }: PhoneError | undefined = {} as PhoneError) => (cause as DOMException | undefined)?.name;

describe('browserStore where the browser refuses to keep data', () => {
  const refusals: Readonly<Record<string, () => void>> = {
    'there is no IndexedDB': () => replace(globalThis, 'indexedDB', undefined as never),
    'opening throws': () => {
      undo.push(
        refuseDatabases(() => {
          throw new DOMException('Storage is forbidden.', 'SecurityError');
        }),
      );
    },
    'opening fails': () => {
      const openAsIs = IDBFactory.prototype.open;
      undo.push(
        refuseDatabases(function (this: IDBFactory) {
          const request = openAsIs.call(this, `refused-${Math.random()}`);
          const listen = request.addEventListener.bind(request);
          request.addEventListener = (type: string, listener: EventListenerOrEventListenerObject) => {
            listen(type, listener);
            // After the layout was begun, as when there is no room for it.
            if (type === 'upgradeneeded') listen(type, () => request.transaction?.abort());
          };
          return request;
        }),
      );
    },
  };
  for (const [why, refuse] of Object.entries(refusals)) {
    it(`works in memory, and says so, when ${why}`, async () => {
      refuse();
      const [store, other] = [browserStore({ account }), browserStore({ account })];
      opened.push(store, other);
      const connection = watchConnection(store);
      const heard = watch(other);
      const saved = await signIn(store);
      await until(() => heard.at(-1)?.revision === saved.revision);
      expect(await other.readAgent('ana')).to.deep.equal(saved);
      expect(connection.at(-1)?.state).to.equal('online');
      expect(connection.at(-1)?.reason?.code).to.equal('unavailable');
      store.depart('ana', 'page-1');
      await until(() => (heard.at(-1)?.value.leases['page-1'] ?? 0) <= store.now() + 10_000);
    });
  }

  it('names what is missing: without BroadcastChannel it is not IndexedDB that cannot be used', async () => {
    replace(globalThis, 'BroadcastChannel', undefined as never);
    const store = browserStore({ account });
    opened.push(store);
    const connection = watchConnection(store);
    const saved = await signIn(store);
    expect(await store.readAgent('ana')).to.deep.equal(saved);
    const { reason } = connection.at(-1) ?? {};
    expect(reason?.code).to.equal('unavailable');
    expect(reason?.message).to.contain('BroadcastChannel cannot be used');
    expect(reason?.message).not.to.contain('IndexedDB');
  });

  it('keeps a departure where only localStorage is forbidden', async () => {
    const [leaving, other] = [open(), open()];
    const heard = watch(other);
    await signIn(leaving);
    await until(() => heard.length > 0);
    replace(Storage.prototype, 'setItem', () => {
      throw new DOMException('Storage is full.', 'QuotaExceededError');
    });
    leaving.depart('ana', 'page-1');
    await until(() => heard.length > 1);
    expect(heard.at(-1)?.value.leases['page-1']).to.be.at.most(leaving.now() + 10_000);
  });
});

describe('browserStore and other scripts of the origin', () => {
  it('reports what is stored without a revision, and saves over it', async () => {
    const store = open();
    await signIn(store);
    for (const raw of ['nonsense', 7, [], { revision: 'one', document: newAgentRecord('ana') }, { document: 1 }]) {
      await inDatabase(account, (tx) => tx.objectStore('agents').put(raw, 'ana'));
      const later = open();
      const refusal = await refusalOf(later.readAgent('ana'));
      expect(refusal.code).to.equal('damaged-data');
      expect(refusal.data).to.deep.equal({ revision: 0, document: raw, agentId: 'ana' });
      const event: AgentEvent = { type: 'sign-in', page: 'page-1' };
      const fresh = recordEvent(defaultAccount, newAgentRecord('ana'), event, later.now());
      expect(await later.readAgent('ana').catch(() => later.saveAgent(fresh, 0, event))).to.deep.equal(
        await store.readAgent('ana'),
      );
    }
  });

  it('never gives a revision twice, though its own count was damaged or erased', async () => {
    const store = open();
    let { revision } = await signIn(store);
    for (const count of ['nonsense', -1, 0, Number.NaN, undefined]) {
      await inDatabase<unknown>(account, (tx): IDBRequest => {
        const meta = tx.objectStore('meta');
        return count === undefined ? meta.clear() : meta.put(count, 'revision');
      });
      const next = await signIn(store, `page of ${count}`);
      expect(next.revision).to.be.above(revision);
      revision = next.revision;
    }
  });

  it('takes no harm from what it hears on its channel', async () => {
    const [store, other] = [open(), open()];
    const heard = watch(store);
    await signIn(store);
    const channel = new BroadcastChannel(databaseOf(account));
    const left = { agentId: 'ana', page: 'page-1', at: Number.NaN };
    const hostile = [
      null,
      7,
      'changed',
      [],
      { changed: 7, revision: 1 },
      { changed: 'ana', revision: 'x' },
      { left: 1 },
    ];
    for (const message of [...hostile, { left }, { left: { ...left, at: Infinity } }, { left: { at: 1 } }]) {
      channel.postMessage(message);
    }
    channel.postMessage({ changed: 'nobody', revision: 1e300 });
    channel.close();
    const next = await signIn(other, 'page-2');
    await until(() => heard.at(-1)?.revision === next.revision);
    expect(Object.keys(next.value.leases)).to.deep.equal(['page-1', 'page-2']);
    expect(next.value.leases['page-1']).to.be.above(store.now() + 100_000);
  });

  it('keeps accounts apart whatever their names are', async () => {
    const names = ['', 'a', 'a:b', 'a"],["b', '../a', '__proto__', '*', '📞', `${account}-1`, `${account}-11`];
    for (const name of names) await signIn(open(name), `page of ${name}`);
    for (const name of names) {
      const store = open(name);
      expect(Object.keys((await store.readAgent('ana'))?.value.leases ?? {})).to.include(`page of ${name}`);
      store.depart('ana', `page of ${name}`);
      const later = open(name);
      expect((await later.readAgent('ana'))?.value.leases[`page of ${name}`]).to.be.at.most(store.now() + 10_000);
      await later.removeAgent('ana');
    }
  });
});

describe('browserStore and pages that are left', () => {
  const noteOf = (page: string, of = account) => `phone-widget:left:${JSON.stringify([of, 'ana', page])}`;
  const notes = () => Object.keys(localStorage).filter((key) => key.startsWith('phone-widget:left:'));

  it('notes a departure at once, and a client that starts later applies it before its first answer', async () => {
    const leaving = open();
    await signIn(leaving);
    const at = leaving.now();
    leaving.depart('ana', 'page-1');
    expect(notes()).to.deep.equal([noteOf('page-1')]);
    await leaving.close();
    const later = open();
    const record = (await later.readAgent('ana'))?.value;
    expect(record?.leases['page-1']).to.be.within(at + 10_000, later.now() + 10_000);
    expect(notes()).to.deep.equal([]);
  });

  it('has a departure that another window noted applied by a client that runs', async () => {
    const running = open();
    const heard = watch(running);
    await signIn(running);
    const frame = document.createElement('iframe');
    document.body.append(frame);
    undo.push(() => frame.remove());
    frame.contentWindow?.localStorage.setItem(noteOf('page-1'), String(running.now()));
    await until(() => (heard.at(-1)?.value.leases['page-1'] ?? Infinity) <= running.now() + 10_000);
    await until(() => notes().length === 0);
  });

  const ways: Readonly<Record<string, (frame: HTMLIFrameElement) => void>> = {
    removed: (frame) => frame.remove(),
    navigated: (frame) => frame.removeAttribute('srcdoc'),
  };
  for (const [how, leave] of Object.entries(ways)) {
    it(`sees at once that a page was left: a frame that is ${how}`, async () => {
      const running = open();
      const heard = watch(running);
      await signIn(running);
      const frame = document.createElement('iframe');
      frame.srcdoc = `<script type="module">
        import { browserStore } from '/src/stores/browser-store.ts';
        const store = browserStore({ account: ${JSON.stringify(account)} });
        store.watchAgent('ana', { next: () => undefined, ready: () => parent.dispatchEvent(new Event('frame-ready')) });
        addEventListener('pagehide', () => store.depart('ana', 'page-1'));
      </script>`;
      const ready = new Promise((resolve) => addEventListener('frame-ready', resolve, { once: true }));
      document.body.append(frame);
      undo.push(() => frame.remove());
      await ready;
      leave(frame);
      await until(() => (heard.at(-1)?.value.leases['page-1'] ?? Infinity) <= running.now() + 10_000);
      await until(() => notes().length === 0);
    });
  }

  it('applies its own departure with its next call', async () => {
    const store = open();
    await signIn(store);
    store.depart('ana', 'page-1');
    expect((await store.readAgent('ana'))?.value.leases['page-1']).to.be.at.most(store.now() + 10_000);
  });

  it('does not cut a lease that was renewed after the departure', async () => {
    const store = open();
    await signIn(store);
    const before = store.now() - 5_000;
    const renewed = await save(store, { type: 'renew', page: 'page-1' });
    localStorage.setItem(noteOf('page-1'), String(before));
    expect(await open().readAgent('ana')).to.deep.equal(renewed);
    expect(notes()).to.deep.equal([]);
  });

  it('takes a departure from the future for one from now', async () => {
    const store = open();
    await signIn(store);
    localStorage.setItem(noteOf('page-1'), String(store.now() + 60_000));
    expect((await open().readAgent('ana'))?.value.leases['page-1']).to.be.at.most(store.now() + 10_000);
  });

  it('applies no departure from another account', async () => {
    const store = open();
    const saved = await signIn(store);
    localStorage.setItem(noteOf('page-1', `${account}-2`), String(store.now()));
    expect(await open().readAgent('ana')).to.deep.equal(saved);
  });

  it('removes garbage among the notes, and leaves the notes of other accounts', async () => {
    const foreign = noteOf('page-1', `${account}-2`);
    const garbage = ['', '[', '{}', '[1,2,3]', '["a"]', 'null', `["${account}","","page-1"]`, `["${account}",7,"p"]`];
    for (const rest of garbage) localStorage.setItem(`phone-widget:left:${rest}`, '1');
    for (const value of ['', 'soon', '1e999']) localStorage.setItem(noteOf(`page of ${value}`), value);
    localStorage.setItem(foreign, '1');
    localStorage.setItem('phone-widget:other', 'kept');
    await open().readAgent('ana');
    expect(notes()).to.deep.equal([foreign]);
    expect(localStorage.getItem('phone-widget:other')).to.equal('kept');
  });

  it('keeps a later note of a page whose earlier departure it applies', async () => {
    const running = open();
    const heard = watch(running);
    await signIn(running);
    const at = running.now();
    localStorage.setItem(noteOf('page-1'), String(at + 1));
    const channel = new BroadcastChannel(databaseOf(account));
    channel.postMessage({ left: { agentId: 'ana', page: 'page-1', at } });
    channel.close();
    await until(() => heard.at(-1)?.value.leases['page-1'] === at + 10_000);
    await running.readAgent('ana');
    expect(notes()).to.deep.equal([noteOf('page-1')]);
  });

  it('keeps a note that could not be applied', async () => {
    const store = open();
    await signIn(store);
    localStorage.setItem(noteOf('page-1'), String(store.now()));
    const put = IDBObjectStore.prototype.put;
    replace(IDBObjectStore.prototype, 'put', () => {
      throw new DOMException('The disk is full.', 'QuotaExceededError');
    });
    expect((await open().readAgent('ana'))?.value.leases['page-1']).to.be.above(store.now() + 100_000);
    expect(notes()).to.deep.equal([noteOf('page-1')]);
    replace(IDBObjectStore.prototype, 'put', put);
    expect((await open().readAgent('ana'))?.value.leases['page-1']).to.be.at.most(store.now() + 10_000);
    expect(notes()).to.deep.equal([]);
  });

  it('hears nothing in the back-forward cache, and catches up when its page is shown again', async () => {
    const [sleeping, other] = [open(), open()];
    const heard = watch(sleeping);
    await signIn(other);
    await until(() => heard.length === 1);
    // Only the first client's page sleeps: the second one was told nothing yet.
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    const missed = await signIn(other, 'page-2');
    const noticed = new BroadcastChannel(databaseOf(account));
    const next = new Promise((resolve) => (noticed.onmessage = resolve));
    const last = await signIn(other, 'page-3');
    await next;
    noticed.close();
    expect(heard.map(({ revision }) => revision)).not.to.include(missed.revision);
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(() => heard.at(-1)?.revision === last.revision);
    const after = await signIn(other, 'page-4');
    await until(() => heard.at(-1)?.revision === after.revision);
  });
});

describe('browserStore when its connection fails', () => {
  it('opens a database again that the browser closed', async () => {
    const [store, other] = [open(), open()];
    const connection = watchConnection(store);
    const heard = watch(store);
    await signIn(store);
    closeConnection(store);
    await until(() => connection.at(-1)?.state === 'online' && connection.length > 2);
    expect(connection.at(-2)?.state).to.equal('offline');
    expect(connection.at(-2)?.reason?.code).to.equal('unavailable');
    const next = await signIn(other, 'page-2');
    await until(() => heard.at(-1)?.revision === next.revision);
    expect((await signIn(store, 'page-3')).revision).to.be.above(next.revision);
  });

  it('begins anew, above all earlier revisions, when its data is erased', async () => {
    const store = open();
    const connection = watchConnection(store);
    const heard = watch(store);
    const before = await signIn(store);
    await answerOf(indexedDB.deleteDatabase(databaseOf(account)));
    await until(() => connection.some(({ state }) => state === 'offline') && connection.at(-1)?.state === 'online');
    expect(await store.readAgent('ana')).to.equal(undefined);
    const after = await signIn(store);
    expect(after.revision).to.be.above(before.revision);
    await until(() => heard.at(-1)?.revision === after.revision);
  });

  it('makes room for a newer page, and asks for patience until it is one itself', async () => {
    const store = open();
    const connection = watchConnection(store);
    await signIn(store);
    const newer = await answerOf(indexedDB.open(databaseOf(account), 2));
    undo.push(() => newer.close());
    await until(() => connection.at(-1)?.state === 'offline' && causeOf(connection.at(-1)?.reason) === 'VersionError');
    const refusal = await refusalOf(store.readAgent('ana'));
    expect([refusal.code, causeOf(refusal)]).to.deep.equal(['unavailable', 'VersionError']);
  });

  it('does not contradict in memory what a newer page has stored', async () => {
    (await answerOf(indexedDB.open(databaseOf(account), 2))).close();
    const store = open();
    const connection = watchConnection(store);
    expect((await refusalOf(store.saveAccount(defaultAccount, null))).code).to.equal('unavailable');
    expect(connection.at(-1)?.state).to.equal('offline');
  });

  it('tells that an older page holds the database, and comes online when that lets go', async () => {
    const openAsIs = IDBFactory.prototype.open;
    const restore = refuseDatabases(function (this: IDBFactory, ...parameters) {
      const request = openAsIs.apply(this, parameters);
      queueMicrotask(() => request.dispatchEvent(new Event('blocked')));
      return request;
    });
    undo.push(restore);
    const store = browserStore({ account });
    opened.push(store);
    restore();
    const connection = watchConnection(store);
    const heard = watch(store);
    const saved = await signIn(store);
    await until(() => connection.at(-1)?.state === 'online' && heard.at(-1)?.revision === saved.revision);
    expect(connection[0]?.state).to.equal('offline');
    expect(connection[0]?.reason?.code).to.equal('unavailable');
  });

  const failures: Readonly<Record<string, (put: IDBObjectStore['put']) => IDBObjectStore['put']>> = {
    QuotaExceededError: () => () => {
      throw new DOMException('The disk is full.', 'QuotaExceededError');
    },
    AbortError: (put) =>
      function (this: IDBObjectStore, ...parameters) {
        const request = put.apply(this, parameters);
        this.transaction.abort();
        return request;
      },
    'AbortError at its very end': (put) =>
      function (this: IDBObjectStore, ...parameters) {
        const request = put.apply(this, parameters);
        if (this.name === 'meta') request.addEventListener('success', () => this.transaction.abort());
        return request;
      },
  };
  for (const [name, failing] of Object.entries(failures)) {
    it(`tells a save from others that failed with ${name}, loses nothing, and recovers`, async () => {
      const [store, other] = [open(), open()];
      const connection = watchConnection(store);
      const heard = watch(store);
      const before = await signIn(store);
      const put = IDBObjectStore.prototype.put;
      replace(IDBObjectStore.prototype, 'put', failing(put));
      const refusal = await refusalOf(signIn(store, 'page-2'));
      expect([refusal.code, causeOf(refusal)]).to.deep.equal(['unavailable', name.split(' ')[0]]);
      expect(await other.readAgent('ana')).to.deep.equal(before);
      await until(() => connection.at(-1)?.state === 'online');
      expect(connection.map(({ state }) => state)).to.include('offline');
      replace(IDBObjectStore.prototype, 'put', put);
      const after = await signIn(store, 'page-2');
      await until(() => heard.at(-1)?.revision === after.revision);
    });
  }

  it('tries no faster than it is asked while the browser refuses, and again when the page is shown', async () => {
    const store = open();
    const connection = watchConnection(store);
    const saved = await signIn(store);
    let attempts = 0;
    const restore = refuseDatabases(() => {
      attempts += 1;
      throw new DOMException('The disk is gone.', 'UnknownError');
    });
    undo.push(restore);
    closeConnection(store);
    await refusalOf(store.readAgent('ana'));
    const asked = attempts;
    for (let call = 1; call <= 5; call += 1) {
      await refusalOf(store.readAgent('ana'));
      expect(attempts).to.equal(asked + call);
    }
    expect(connection.at(-1)?.state).to.equal('offline');
    restore();
    dispatchEvent(new Event('focus'));
    await until(() => connection.at(-1)?.state === 'online');
    expect(await store.readAgent('ana')).to.deep.equal(saved);
  });

  for (const event of ['focus', 'pageshow', 'visibilitychange']) {
    it(`heals a notice that was missed at the next ${event}`, async () => {
      const store = open();
      const heard = watch(store);
      const { value } = await signIn(store);
      await until(() => heard.length === 1);
      await damageBrowser(account, 'ana', { ...value, agentName: 'Ana' });
      expect(heard.length).to.equal(1);
      const target = event === 'visibilitychange' ? document : globalThis;
      target.dispatchEvent(new PageTransitionEvent(event, { bubbles: true, persisted: true }));
      await until(() => heard.at(-1)?.value.agentName === 'Ana');
    });
  }

  for (const state of ['still connecting', 'online']) {
    it(`keeps a save that was begun before it was closed, and tells the others, while it is ${state}`, async () => {
      const [closing, other] = [open(), open()];
      const heard = watch(other);
      if (state === 'online') await closing.readAccount();
      const event: AgentEvent = { type: 'sign-in', page: 'page-1' };
      const record = recordEvent(defaultAccount, newAgentRecord('ana'), event, closing.now());
      const save = closing.saveAgent(record, null, event);
      await closing.close();
      const saved = await save;
      await until(() => heard.at(-1)?.revision === saved.revision);
    });
  }

  it('leaves nothing open when it is closed', async () => {
    let channels = 0;
    class CountedChannel extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        channels += 1;
      }
      override close(): void {
        super.close();
        channels -= 1;
      }
    }
    replace(globalThis, 'BroadcastChannel', CountedChannel);
    const store = open();
    await signIn(store);
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    store.depart('ana', 'page-1');
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await signIn(store, 'page-2');
    expect(channels).to.equal(1);
    await store.close();
    expect(channels).to.equal(0);
    dispatchEvent(new Event('focus'));
    expect(channels).to.equal(0);
    const erased = indexedDB.deleteDatabase(databaseOf(account));
    let isBlocked = false;
    erased.onblocked = () => (isBlocked = true);
    await answerOf(erased);
    expect(isBlocked).to.equal(false);
  });

  it('does not open its database again and again where reading fails each time', async () => {
    const store = open();
    const connection = watchConnection(store);
    watch(store);
    await signIn(store);
    let failures = 0;
    replace(IDBObjectStore.prototype, 'get', () => {
      failures += 1;
      throw new DOMException('The file is broken.', 'UnknownError');
    });
    await refusalOf(store.readAgent('ana'));
    await until(() => connection.at(-1)?.state === 'offline' && failures === 2);
    // Another store opens, reads and fails meanwhile: time enough for a third attempt of the first one.
    const other = open();
    await refusalOf(other.readAgent('ana'));
    await refusalOf(other.readAgent('ana'));
    expect(connection.filter(({ state }) => state === 'online').length).to.equal(2);
  });

  it('opens a database again each time, for a client that only reads, when its page was shown meanwhile', async () => {
    const dbs: IDBDatabase[] = [];
    const openAsIs = IDBFactory.prototype.open;
    undo.push(
      refuseDatabases(function (this: IDBFactory, ...parameters) {
        const request = openAsIs.apply(this, parameters);
        request.addEventListener('success', () => dbs.push(request.result));
        return request;
      }),
    );
    const store = browserStore({ account });
    opened.push(store);
    const connection = watchConnection(store);
    for (let losses = 1; losses <= 3; losses += 1) {
      await store.readAccount();
      dispatchEvent(new Event('focus'));
      dbs.splice(0).forEach(terminate);
      await until(() => connection.filter(({ state }) => state === 'online').length > losses);
    }
  });
});
