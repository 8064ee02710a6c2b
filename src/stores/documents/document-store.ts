import type { Account } from '../../model/account.js';
import type { AgentEvent, AgentRecord, Instant, PageId } from '../../model/agent.js';
import { isPhoneError, PhoneError, quote } from '../../model/errors.js';
import { bindMembers } from '../../platform/bind-members.js';
import { callSafely } from '../../platform/listeners.js';
import { wallClock } from '../../platform/time.js';
import type { Connection, StatusStore, Unwatch, Versioned, Watcher } from '../status-store.js';
import {
  accountAddress,
  agentAddress,
  checked,
  checkedOrThrow,
  checkRecord,
  type Address,
  type Check,
} from './checked-entry.js';
import type { Backend, BackendEvents, Save } from './backend.js';
import type { Change, Entry } from './entry.js';
import { SeenRevisions } from './seen-revisions.js';
import { EntryWatch, type Watch } from './entry-watch.js';

/** The store of any backend: compares revisions, checks and copies documents, and keeps watches up to date. */
export class DocumentStore implements StatusStore {
  readonly name: string;
  readonly #backend: Backend;
  readonly #watches = new Set<Watch>();
  readonly #connectionWatchers = new Set<(connection: Connection) => void>();
  readonly #seen = new SeenRevisions();
  #connection: Connection = { state: 'connecting' };

  constructor(name: string, connect: (events: BackendEvents) => Backend) {
    bindMembers(this);
    this.name = name;
    this.#backend = connect({
      changed: (key, revision, entry) => this.#changed(key, revision, entry),
      connection: (connection) => this.#report(connection),
      generation: (id) => this.#startGeneration(id),
      catchUp: () => this.#catchUp(),
      newest: () => this.#seen.newest,
      watches: this.#watches,
      connectionWatchers: this.#connectionWatchers,
    });
  }

  async readAccount(): Promise<Versioned<Account> | undefined> {
    return this.#read(accountAddress);
  }

  watchAccount(watcher: Watcher<Account>): Unwatch {
    return this.#watch(accountAddress.key, accountAddress.check, watcher);
  }

  async saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    return this.#save(accountAddress, account, { basedOn });
  }

  async readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined> {
    return this.#read(agentAddress(agentId));
  }

  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch {
    return this.#watch(agentAddress(agentId).key, checkRecord, watcher);
  }

  watchAgents(watcher: Watcher<AgentRecord>): Unwatch {
    return this.#watch(undefined, checkRecord, watcher);
  }

  async saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>> {
    return this.#save(agentAddress(record?.agentId), record, { basedOn, event });
  }

  async removeAgent(agentId: string): Promise<void> {
    this.#mustBeOpen();
    await this.#backend.remove(agentAddress(agentId).key);
  }

  async recall(generation: string, revision: number): Promise<void> {
    this.#mustBeOpen();
    if (generation === this.#seen.generation) await this.#backend.recall?.(revision);
  }

  depart(agentId: string, page: PageId): void {
    if (!this.#isClosed) this.#backend.depart(agentId, page);
  }

  watchConnection(watcher: (connection: Connection) => void): Unwatch {
    this.#mustBeOpen();
    let hasState = false;
    const notify = (connection: Connection): void => {
      hasState = true;
      watcher(connection);
    };
    this.#connectionWatchers.add(notify);
    queueMicrotask(() => {
      if (!hasState && this.#connectionWatchers.has(notify)) callSafely('store', () => notify(this.#connection));
    });
    this.#backend.watchesChanged?.();
    return () => {
      this.#connectionWatchers.delete(notify);
      this.#backend.watchesChanged?.();
    };
  }

  now(): Instant {
    return this.#backend.now?.() ?? wallClock();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
    this.#report({ state: 'closed' });
    this.#connectionWatchers.clear();
    await this.#backend.close();
  }

  get #isClosed(): boolean {
    return this.#connection.state === 'closed';
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new PhoneError('closed', `store ${quote(this.name)}: it is closed. Open another one.`);
  }

  async #read<T>({ key, check }: Address<T>): Promise<Versioned<T> | undefined> {
    this.#mustBeOpen();
    const [entry] = await this.#backend.read(key);
    if (!entry) return undefined;
    this.#seen.add(key, entry.revision);
    return checkedOrThrow(entry, check);
  }

  async #save<T>({ key, check }: Address<T>, value: T, save: Save): Promise<Versioned<T>> {
    this.#mustBeOpen();
    const { basedOn } = save;
    // A damaged document is never written.
    const { value: document } = checkedOrThrow({ key, revision: basedOn ?? 0, document: value }, check);
    const isForeign = (): boolean => basedOn !== null && this.#seen.isForeign(key, basedOn);
    const change: Change = (present) => {
      if ((present ? present.revision : null) === basedOn && !isForeign()) return document;
      if (present) this.#seen.add(key, present.revision);
      throw conflict(present, check, basedOn);
    };
    if (isForeign()) change((await this.#backend.read(key))[0]);
    try {
      const entry = (await this.#backend.write(key, change, { ...save, generation: this.#seen.generation })) as Entry;
      this.#seen.add(key, entry.revision);
      return checkedOrThrow(entry, check);
    } catch (error) {
      if (basedOn !== null && isPhoneError(error, 'conflict')) await this.#backend.recall?.(basedOn);
      throw error;
    }
  }

  #watch<T>(key: string | undefined, check: Check<T>, watcher: Watcher<T>): Unwatch {
    this.#mustBeOpen();
    const watch = new EntryWatch({ key, check, watcher, onDelivery: (...entry) => this.#seen.add(...entry) });
    this.#watches.add(watch);
    this.#bringUpToDate(watch);
    return () => {
      watch.end();
      this.#watches.delete(watch);
      this.#backend.watchesChanged?.();
    };
  }

  #catchUp(): void {
    for (const watch of this.#watches) this.#bringUpToDate(watch);
  }

  #bringUpToDate(watch: Watch): void {
    if (this.#backend.watchesChanged) return this.#backend.watchesChanged();
    this.#deliverPresent(watch).catch(unreachable);
  }

  async #deliverPresent(watch: Watch): Promise<void> {
    const snapshot = watch.beginSnapshot();
    const batches = watch.key === undefined && this.#backend.readInBatches?.();
    for await (const entries of batches || [this.#backend.read(watch.key)]) {
      snapshot.deliver(entries);
      if (!this.#watches.has(watch)) return;
    }
    snapshot.complete(this.#seen.generation);
  }

  #changed(key: string, revision: number, entry: Entry | null | undefined): void {
    if (entry === null) return this.#watches.forEach((watch) => watch.gone(key, revision));
    const watches = [...this.#watches].filter((watch) => watch.wants(key, revision));
    if (watches.length === 0) return;
    if (entry) return watches.forEach((watch) => watch.deliver([entry]));
    const snapshots = watches.map((watch) => watch.beginSnapshot());
    void this.#backend.read(key).then((entries) => snapshots.forEach((one) => one.deliver(entries)), unreachable);
  }

  /** If the generation has changed, all that was delivered belongs to another one. */
  #startGeneration(generation: string): void {
    const before = this.#seen.generation;
    if (!this.#seen.startGeneration(generation) || before === undefined) return;
    for (const watch of this.#watches) watch.restart(generation, before);
    this.#catchUp();
  }

  #report(connection: Connection): void {
    const isBack = this.#connection.state === 'offline' && connection.state === 'online';
    if (!this.#isClosed) this.#connection = connection;
    for (const notify of this.#connectionWatchers) callSafely('store', () => notify(connection));
    if (isBack) this.#catchUp();
  }
}

/** The backend has reported that it is offline; every watch reads again when it is back. */
function unreachable(): void {}

function conflict<T>(present: Entry | undefined, check: Check<T>, basedOn: number | null): PhoneError {
  const found = present && checked(present, check);
  if (found instanceof PhoneError) return found;
  const message = `store: someone else saved first (revision ${found?.revision ?? 'none'}, not ${basedOn ?? 'none'}). Apply the change to the current entry.`;
  return new PhoneError('conflict', message, { data: { present: found } });
}
