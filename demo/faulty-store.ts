import { PhoneError } from 'phone-widget';
import type {
  Account,
  AgentEvent,
  AgentRecord,
  Connection,
  PageId,
  StatusStore,
  Unwatch,
  Versioned,
  Watcher,
} from 'phone-widget';

/** What can go wrong between a page and its store. */
export interface StoreFaults {
  /** Nothing is answered, and nothing is heard. */
  readonly frozen: boolean;
  /** The next save is denied, leases apart. */
  readonly refusing: boolean;
  /** The place is out of reach, and the store says so. */
  readonly offline: boolean;
}

const leaseEvents: ReadonlySet<AgentEvent['type']> = new Set(['sign-in', 'renew', 'leave', 'page-died']);

/** A store with faults in front of another store that has none: everything but the faults is delegated. */
export class FaultyStore implements StatusStore {
  readonly name: string;
  readonly #inner: StatusStore;
  readonly #connectionWatchers = new Set<(connection: Connection) => void>();
  readonly #changes = new Set<() => void>();
  #faults: StoreFaults = { frozen: false, refusing: false, offline: false };
  #isClosed = false;
  #innerConnection: Connection = { state: 'connecting' };
  /** What waits until the way to the store is free. */
  #waiting: (() => void)[] = [];

  constructor(inner: StatusStore) {
    this.#inner = inner;
    this.name = inner.name;
    inner.watchConnection((connection) => {
      this.#innerConnection = connection;
      this.#tellConnection();
    });
  }

  get faults(): StoreFaults {
    return this.#faults;
  }

  setFaults(change: Partial<StoreFaults>): void {
    const wasOffline = this.#faults.offline;
    this.#faults = { ...this.#faults, ...change };
    if (this.#isOpen || this.#faults.offline) this.#release();
    if (this.#faults.offline !== wasOffline) this.#tellConnection();
    for (const listener of this.#changes) listener();
  }

  /** Calls `listener` when a fault is switched, or was used up. */
  watchFaults(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  async readAccount(): Promise<Versioned<Account> | undefined> {
    await this.#passage();
    return this.#inner.readAccount();
  }

  watchAccount(watcher: Watcher<Account>): Unwatch {
    return this.#inner.watchAccount(this.#held(watcher));
  }

  async saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    await this.#passage();
    return this.#inner.saveAccount(account, basedOn);
  }

  async readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined> {
    await this.#passage();
    return this.#inner.readAgent(agentId);
  }

  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch {
    return this.#inner.watchAgent(agentId, this.#held(watcher));
  }

  watchAgents(watcher: Watcher<AgentRecord>): Unwatch {
    return this.#inner.watchAgents(this.#held(watcher));
  }

  async saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>> {
    await this.#passage();
    if (this.#faults.refusing && !leaseEvents.has(event.type)) {
      this.setFaults({ refusing: false });
      throw new PhoneError('denied', 'The store refused the save. Try again.');
    }
    return this.#inner.saveAgent(record, basedOn, event);
  }

  async removeAgent(agentId: string): Promise<void> {
    await this.#passage();
    return this.#inner.removeAgent(agentId);
  }

  depart(agentId: string, page: PageId): void {
    if (this.#isOpen) this.#inner.depart(agentId, page);
  }

  watchConnection(watcher: (connection: Connection) => void): Unwatch {
    if (this.#isClosed) throw new PhoneError('closed', 'The store is closed. Open another one.');
    // Another function each time: one watcher may watch twice. It is told soon, never within this call.
    const tell = (connection: Connection): void => safely(() => watcher(connection));
    this.#connectionWatchers.add(tell);
    queueMicrotask(() => {
      if (this.#connectionWatchers.has(tell)) tell(this.#connection);
    });
    return () => this.#connectionWatchers.delete(tell);
  }

  now(): number {
    return this.#inner.now();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#inner.close();
    this.#release();
    this.#connectionWatchers.clear();
  }

  get #isOpen(): boolean {
    return !this.#faults.frozen && !this.#faults.offline;
  }

  get #connection(): Connection {
    if (this.#faults.offline && this.#innerConnection.state !== 'closed')
      return { state: 'offline', reason: noNetwork() };
    return this.#innerConnection;
  }

  /** Resolves when the store can be asked; rejects while the network is lost. */
  async #passage(): Promise<void> {
    while (this.#faults.frozen && !this.#faults.offline) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#faults.offline) throw noNetwork();
  }

  /** The same watcher, told later where the way to it is not free now. */
  #held<T>(watcher: Watcher<T>): Watcher<T> {
    const tell = (run: () => void): void => {
      if (this.#isOpen) run();
      else this.#waiting.push(() => tell(run));
    };
    return {
      next: (entry) => tell(() => watcher.next(entry)),
      ready: (generation) => tell(() => watcher.ready?.(generation)),
      gone: (agentId) => tell(() => watcher.gone?.(agentId)),
      error: (error) => tell(() => watcher.error?.(error)),
    };
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) safely(run);
  }

  #tellConnection(): void {
    for (const watcher of this.#connectionWatchers) watcher(this.#connection);
  }
}

/** A watcher that throws harms nobody else. */
function safely(run: () => void): void {
  try {
    run();
  } catch (error) {
    console.error('A watcher of the store threw.', error);
  }
}

function noNetwork(): PhoneError {
  return new PhoneError('unavailable', 'The network is down. Switch it on again.');
}
