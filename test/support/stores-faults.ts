import type { Account } from '../../src/model/account.js';
import { isPhoneError, PhoneError } from '../../src/model/errors.js';
import { LEAVE_MS } from '../../src/model/presence.js';
import type { StatusStore, Versioned } from '../../src/stores/status-store.js';
import type { LineOptions } from './stores-line.js';

/** A way to break one promise and no other. */
export interface Fault {
  readonly promise: number;
  /** What the broken store does. */
  readonly title: string;
  /** What the client does otherwise; `number` counts the clients of its place from 0. */
  readonly spoil?: (store: StatusStore, number: number) => Partial<StatusStore>;
  readonly line?: LineOptions;
  /** What becomes of the name of a place. */
  readonly place?: (place: string) => string;
}

/** Pages that were left, by agent: a store that applies a departure twice reads them. */
const left: { readonly agentId: string; readonly page: string; readonly on: string }[] = [];

export const faults: readonly Fault[] = [
  {
    promise: 1,
    title: 'is never ready where there is no agent',
    spoil: (store) => ({
      watchAgents(watcher) {
        let isEmpty = true;
        return store.watchAgents({
          error: (error) => watcher.error?.(error),
          ready: (generation) => isEmpty || watcher.ready?.(generation),
          gone: (agentId) => watcher.gone?.(agentId),
          next(entry) {
            isEmpty = false;
            watcher.next(entry);
          },
        });
      },
    }),
  },
  {
    promise: 2,
    title: 'does not count a save of the same account',
    spoil: (store) => ({
      async saveAccount(account, basedOn) {
        const present = basedOn === null ? undefined : await store.readAccount().catch(() => undefined);
        const isSame = present?.revision === basedOn && JSON.stringify(present?.value) === JSON.stringify(account);
        return present && isSame ? present : store.saveAccount(account, basedOn);
      },
    }),
  },
  {
    promise: 3,
    title: 'saves an account over the one that somebody else saved meanwhile',
    spoil: (store) => ({
      async saveAccount(account, basedOn) {
        const present = await store.readAccount().catch(() => undefined);
        return store.saveAccount(account, present?.revision ?? basedOn);
      },
    }),
  },
  {
    promise: 3,
    title: 'refuses a stale save without the present record',
    spoil: (store) => ({
      saveAgent: (record, basedOn, event) =>
        store.saveAgent(record, basedOn, event).catch((error: unknown) => {
          // A save that takes the record for new is answered as promised: copies are tested by it.
          throw isPhoneError(error, 'conflict') && basedOn !== null && event.type === 'sign-in'
            ? new PhoneError('conflict', 'Somebody else saved first.', { data: {} })
            : error;
        }),
    }),
  },
  {
    promise: 4,
    title: 'tells a watcher of the account that it is ready before it tells the present one',
    spoil: (store) => ({
      watchAccount(watcher) {
        queueMicrotask(() => watcher.ready?.());
        return store.watchAccount({ next: (entry) => watcher.next(entry), error: (error) => watcher.error?.(error) });
      },
    }),
  },
  {
    promise: 4,
    title: 'tells the state of the connection within the call that asks for it',
    spoil: (store) => ({
      watchConnection(watcher) {
        watcher({ state: 'online' });
        return store.watchConnection(watcher);
      },
    }),
  },
  {
    promise: 4,
    title: 'ends every watch when one watcher throws',
    spoil: (store) => {
      let isBroken = false;
      return {
        watchAgent: (agentId, watcher) =>
          store.watchAgent(agentId, {
            ready: (generation) => watcher.ready?.(generation),
            gone: (agentId) => watcher.gone?.(agentId),
            error: (error) => watcher.error?.(error),
            next(entry) {
              if (isBroken) return;
              isBroken = true;
              watcher.next(entry);
              isBroken = false;
            },
          }),
      };
    },
  },
  {
    promise: 4,
    title: 'tells nobody that an agent was erased',
    spoil: (store) => {
      let isErasing = false;
      return {
        async removeAgent(agentId) {
          isErasing = true;
          await store.removeAgent(agentId);
        },
        watchAgent: (agentId, watcher) =>
          store.watchAgent(agentId, {
            next: (entry) => watcher.next(entry),
            ready: (generation) => watcher.ready?.(generation),
            error: (error) => watcher.error?.(error),
            gone: (id) => isErasing || watcher.gone?.(id),
          }),
      };
    },
  },
  {
    promise: 5,
    title: 'shows the entries of an account whose name begins alike',
    place: (place) => place.replace(/-2$/, ''),
  },
  {
    promise: 6,
    title: 'hands out the same account each time',
    spoil: (store) => {
      let kept: Versioned<Account> | undefined;
      return {
        async readAccount() {
          const found = await store.readAccount();
          if (kept?.revision !== found?.revision) kept = found;
          return kept;
        },
      };
    },
  },
  {
    promise: 7,
    title: 'refuses a long id',
    spoil: (store) => ({
      async saveAgent(record, basedOn, event) {
        if (record.agentId.length > 128) throw new PhoneError('missing-agent', 'The id is too long.');
        return store.saveAgent(record, basedOn, event);
      },
    }),
  },
  {
    promise: 8,
    title: 'goes on after it was closed',
    spoil: () => ({ close: async () => undefined }),
  },
  {
    promise: 9,
    title: 'does not report that it lost its connection',
    spoil: (store) => ({
      watchConnection: (watcher) =>
        store.watchConnection((connection) => {
          if (connection.state !== 'offline') watcher(connection);
        }),
    }),
  },
  {
    promise: 9,
    title: 'tells each client another generation',
    spoil: (store, number) => ({
      watchAgents: (watcher) =>
        store.watchAgents({
          next: (entry) => watcher.next(entry),
          ready: (generation) => watcher.ready?.(`${generation} ${number}`),
          error: (error) => watcher.error?.(error),
          gone: (agentId) => watcher.gone?.(agentId),
        }),
    }),
  },
  { promise: 9, title: 'never tells what happened while it had no connection', line: { forgets: true } },
  {
    promise: 10,
    title: 'takes a save without a connection for a conflict',
    spoil: (store) => ({
      saveAgent: (record, basedOn, event) =>
        store.saveAgent(record, basedOn, event).catch((error: unknown) => {
          throw isPhoneError(error, 'unavailable') ? new PhoneError('conflict', 'No answer.', { data: {} }) : error;
        }),
    }),
  },
  {
    promise: 10,
    title: 'answers a save that is not allowed as if it were kept',
    spoil: (store) => ({
      saveAccount: (account, basedOn) =>
        store.saveAccount(account, basedOn).catch((error: unknown) => {
          if (isPhoneError(error, 'denied')) return { value: account, revision: 1 };
          throw error;
        }),
    }),
  },
  {
    promise: 11,
    title: 'hands out what is damaged',
    spoil: (store) => ({
      readAgent: (agentId) =>
        store.readAgent(agentId).catch((error: unknown) => {
          if (!isPhoneError(error, 'damaged-data')) throw error;
          const { document, revision } = error.data as { readonly document: never; readonly revision: number };
          return { value: document, revision };
        }),
    }),
  },
  {
    promise: 12,
    title: 'takes the clock of each client for the clock of the place',
    spoil: (store, number) => ({ now: () => store.now() + number * 5_000 }),
  },
  { promise: 13, title: 'keeps the lease of a page that was left', spoil: () => ({ depart: () => undefined }) },
  {
    promise: 13,
    title: 'cuts the lease of a page that came back, for a departure from before',
    spoil: (store, number) => {
      if (number === 2) for (const { agentId, page, on } of left) if (on === store.name) store.depart(agentId, page);
      return {
        depart(agentId, page) {
          left.push({ agentId, page, on: store.name });
          store.depart(agentId, page);
        },
      };
    },
  },
  {
    promise: 13,
    title: 'gives a page with a live call no longer than another one',
    spoil: (store) => ({
      async readAgent(agentId) {
        const found = await store.readAgent(agentId);
        if (!found?.value.calls.some(({ id }) => id === 'call-1') || found.value.choice?.cause === 'agent')
          return found;
        const until = store.now() + LEAVE_MS;
        return { ...found, value: { ...found.value, leases: { 'page-1': until } } };
      },
    }),
  },
  {
    promise: 14,
    title: 'answers a choice with a record that it does not keep',
    spoil: (store) => ({
      async saveAgent(record, basedOn, event) {
        if (event.type !== 'choose' || basedOn === null) return store.saveAgent(record, basedOn, event);
        const present = await store.readAgent(record.agentId);
        const { revision } = await store.saveAgent(present?.value ?? record, basedOn, event);
        return { value: record, revision };
      },
    }),
  },
];
