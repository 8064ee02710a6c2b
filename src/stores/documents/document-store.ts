import type { Account } from '../../model/account.js';
import type { AgentEvent, AgentRecord, Instant, PageId } from '../../model/agent.js';
import { isPhoneError, PhoneError, quote } from '../../model/errors.js';
import { bindMembers } from '../../platform/bind-members.js';
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
import type { Change, Entry, Backend, BackendEvents, Save } from './backend.js';
import { SeenRevisions } from './seen-revisions.js';
import { EntryWatch, safely, type Watch } from './entry-watch.js';

/** The store over a line to a place: compare, check, copy, watch. */
export class DocumentStore implements StatusStore {
  readonly name: string;
  readonly #line: Backend;
  readonly #watches = new Set<Watch>();
  readonly #connectionWatchers = new Set<(connection: Connection) => void>();
  readonly #given = new SeenRevisions();
  #connection: Connection = { state: 'connecting' };

  constructor(name: string, connect: (events: BackendEvents) => Backend) {
    bindMembers(this);
    this.name = name;
    this.#line = connect({
      changed: (key, revision, entry) => this.#changed(key, revision, entry),
      connection: (connection) => this.#report(connection),
      generation: (id) => this.#renew(id),
      catchUp: () => this.#catchUp(),
      newest: () => this.#given.newest,
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
    await this.#line.remove(agentAddress(agentId).key);
  }

  async recall(generation: string, revision: number): Promise<void> {
    this.#mustBeOpen();
    if (generation === this.#given.generation) await this.#line.recall?.(revision);
  }

  depart(agentId: string, page: PageId): void {
    if (!this.#isClosed) this.#line.depart(agentId, page);
  }

  watchConnection(watcher: (connection: Connection) => void): Unwatch {
    this.#mustBeOpen();
    let told = false;
    const tell = (connection: Connection): void => {
      told = true;
      watcher(connection);
    };
    this.#connectionWatchers.add(tell);
    queueMicrotask(() => {
      if (!told && this.#connectionWatchers.has(tell)) safely(() => tell(this.#connection));
    });
    this.#line.plan?.();
    return () => {
      this.#connectionWatchers.delete(tell);
      this.#line.plan?.();
    };
  }

  now(): Instant {
    return this.#line.now?.() ?? wallClock();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
    this.#report({ state: 'closed' });
    this.#connectionWatchers.clear();
    await this.#line.close();
  }

  get #isClosed(): boolean {
    return this.#connection.state === 'closed';
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new PhoneError('closed', `store ${quote(this.name)}: it is closed. Open another one.`);
  }

  async #read<T>({ key, check }: Address<T>): Promise<Versioned<T> | undefined> {
    this.#mustBeOpen();
    const [entry] = await this.#line.read(key);
    if (!entry) return undefined;
    this.#given.note(key, entry.revision);
    return checkedOrThrow(entry, check);
  }

  async #save<T>({ key, check }: Address<T>, value: T, save: Save): Promise<Versioned<T>> {
    this.#mustBeOpen();
    const { basedOn } = save;
    // What nobody could read is not written.
    const { value: document } = checkedOrThrow({ key, revision: basedOn ?? 0, document: value }, check);
    const isForeign = (): boolean => basedOn !== null && this.#given.isForeign(key, basedOn);
    const change: Change = (present) => {
      if ((present ? present.revision : null) === basedOn && !isForeign()) return document;
      if (present) this.#given.note(key, present.revision);
      throw conflict(present, check, basedOn);
    };
    if (isForeign()) change((await this.#line.read(key))[0]);
    try {
      const entry = (await this.#line.write(key, change, { ...save, generation: this.#given.generation })) as Entry;
      this.#given.note(key, entry.revision);
      return checkedOrThrow(entry, check);
    } catch (error) {
      if (basedOn !== null && isPhoneError(error, 'conflict')) await this.#line.recall?.(basedOn);
      throw error;
    }
  }

  #watch<T>(key: string | undefined, check: Check<T>, watcher: Watcher<T>): Unwatch {
    this.#mustBeOpen();
    const watch = new EntryWatch({ key, check, watcher, given: (...entry) => this.#given.note(...entry) });
    this.#watches.add(watch);
    this.#bringUpToDate(watch);
    return () => {
      watch.end();
      this.#watches.delete(watch);
      this.#line.plan?.();
    };
  }

  #catchUp(): void {
    for (const watch of this.#watches) this.#bringUpToDate(watch);
  }

  #bringUpToDate(watch: Watch): void {
    if (this.#line.plan) return this.#line.plan();
    this.#tellPresent(watch).catch(unreachable);
  }

  async #tellPresent(watch: Watch): Promise<void> {
    const telling = watch.begin();
    const pieces = watch.key === undefined && this.#line.readInBatches?.();
    for await (const entries of pieces || [this.#line.read(watch.key)]) {
      telling.tell(entries);
      if (!this.#watches.has(watch)) return;
    }
    telling.ready(this.#given.generation);
  }

  #changed(key: string, revision: number, entry: Entry | null | undefined): void {
    if (entry === null) return this.#watches.forEach((watch) => watch.gone(key, revision));
    const watches = [...this.#watches].filter((watch) => watch.wants(key, revision));
    if (watches.length === 0) return;
    if (entry) return watches.forEach((watch) => watch.tell([entry]));
    const tellings = watches.map((watch) => watch.begin());
    void this.#line.read(key).then((entries) => tellings.forEach((telling) => telling.tell(entries)), unreachable);
  }

  /** What was known of the place belongs to another generation. */
  #renew(generation: string): void {
    const before = this.#given.generation;
    if (!this.#given.renew(generation) || before === undefined) return;
    for (const watch of this.#watches) watch.restart(generation, before);
    this.#catchUp();
  }

  #report(connection: Connection): void {
    const isBack = this.#connection.state === 'offline' && connection.state === 'online';
    if (!this.#isClosed) this.#connection = connection;
    for (const tell of this.#connectionWatchers) safely(() => tell(connection));
    if (isBack) this.#catchUp();
  }
}

/** The line has reported its loss, and every watch reads again when it is back. */
function unreachable(): void {}

function conflict<T>(present: Entry | undefined, check: Check<T>, basedOn: number | null): PhoneError {
  const found = present && checked(present, check);
  if (found instanceof PhoneError) return found;
  const message = `store: someone else saved first (revision ${found?.revision ?? 'none'}, not ${basedOn ?? 'none'}). Apply the change to the current entry.`;
  return new PhoneError('conflict', message, { data: { present: found } });
}
