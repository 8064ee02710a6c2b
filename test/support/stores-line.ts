import type { Account } from '../../src/model/account.js';
import type { AgentEvent, AgentRecord, Instant, PageId } from '../../src/model/agent.js';
import { PhoneError } from '../../src/model/errors.js';
import { memoryStore } from '../../src/stores/memory-store.js';
import type { Connection, StatusStore, Unwatch, Versioned, Watcher } from '../../src/stores/status-store.js';

export interface LineOptions {
  readonly mayWrite?: boolean;
  /** Breaks promise 9: what happens while the line is cut is never told. */
  readonly forgets?: boolean;
}

/** A memory store with a line that can be cut and rights that can be missing. It keeps all promises. */
export class LineStore implements StatusStore {
  readonly name: string;
  readonly #inner: StatusStore;
  readonly #mayWrite: boolean;
  readonly #forgets: boolean;
  /** What every watch has to tell when the line is restored. */
  readonly #held = new Set<() => void>();
  readonly #lineWatchers = new Set<(connection: Connection) => void>();
  #isCut = false;

  constructor(account: string, { mayWrite = true, forgets = false }: LineOptions = {}) {
    this.#inner = memoryStore({ account });
    this.name = this.#inner.name;
    this.#mayWrite = mayWrite;
    this.#forgets = forgets;
  }

  /** Cuts the line; the answer restores it. */
  cut(): () => void {
    this.#isCut = true;
    this.#report({ state: 'offline', reason: unavailable() });
    return () => {
      this.#isCut = false;
      this.#report({ state: 'online' });
      for (const tell of this.#held) tell();
    };
  }

  async readAccount(): Promise<Versioned<Account> | undefined> {
    this.#reach();
    return this.#inner.readAccount();
  }

  watchAccount(watcher: Watcher<Account>): Unwatch {
    return this.#watch(watcher, (held) => this.#inner.watchAccount(held));
  }

  async saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    this.#mustWrite();
    return this.#inner.saveAccount(account, basedOn);
  }

  async readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined> {
    this.#reach();
    return this.#inner.readAgent(agentId);
  }

  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch {
    return this.#watch(watcher, (held) => this.#inner.watchAgent(agentId, held));
  }

  watchAgents(watcher: Watcher<AgentRecord>): Unwatch {
    return this.#watch(watcher, (held) => this.#inner.watchAgents(held));
  }

  async saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>> {
    this.#mustWrite();
    return this.#inner.saveAgent(record, basedOn, event);
  }

  async removeAgent(agentId: string): Promise<void> {
    this.#mustWrite();
    return this.#inner.removeAgent(agentId);
  }

  depart(agentId: string, page: PageId): void {
    if (!this.#isCut) this.#inner.depart(agentId, page);
  }

  watchConnection(watcher: (connection: Connection) => void): Unwatch {
    const unwatch = this.#inner.watchConnection(watcher);
    this.#lineWatchers.add(watcher);
    return () => {
      unwatch();
      this.#lineWatchers.delete(watcher);
    };
  }

  now(): Instant {
    return this.#inner.now();
  }

  async close(): Promise<void> {
    this.#held.clear();
    this.#lineWatchers.clear();
    await this.#inner.close();
  }

  /** While the line is cut, a watch holds back what it would tell. */
  #watch<T>(watcher: Watcher<T>, watch: (held: Watcher<T>) => Unwatch): Unwatch {
    const waiting: (() => void)[] = [];
    const flush = (): void => waiting.splice(0).forEach((tell) => tell());
    const hold = (tell: () => void): void => {
      if (this.#isCut && this.#forgets) return;
      waiting.push(tell);
      if (!this.#isCut) flush();
    };
    const unwatch = watch({
      next: (entry) => hold(() => watcher.next(entry)),
      ready: (generation) => hold(() => watcher.ready?.(generation)),
      gone: (agentId) => hold(() => watcher.gone?.(agentId)),
      error: (error) => hold(() => watcher.error?.(error)),
    });
    this.#held.add(flush);
    return () => {
      this.#held.delete(flush);
      unwatch();
    };
  }

  #report(connection: Connection): void {
    for (const tell of this.#lineWatchers) tell(connection);
  }

  #reach(): void {
    if (this.#isCut) throw unavailable();
  }

  #mustWrite(): void {
    this.#reach();
    if (!this.#mayWrite) throw new PhoneError('denied', 'line store: this client may only read. Open another one.');
  }
}

function unavailable(): PhoneError {
  return new PhoneError('unavailable', 'line store: the line is cut. Restore it.');
}
