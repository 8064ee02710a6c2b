import { PhoneError, type PhoneErrorCode } from '../../src/model/errors.js';
import type { Account } from '../../src/model/account.js';
import type { AgentEvent, AgentRecord, PageId } from '../../src/model/agent.js';
import { recordEvent } from '../../src/model/record-event.js';
import { defaultAccount } from '../../src/model/account.js';
import { newAgentRecord } from '../../src/model/agent.js';
import type { Connection, StatusStore, Unwatch, Versioned, Watcher } from '../../src/stores/status-store.js';

type What = 'readAccount' | 'readAgent' | 'saveAgent' | 'saveAccount';
/** What becomes of one call: `lost`: it is done, and its answer is not; `frozen`: nothing is ever heard of it. */
type Fault = 'frozen' | 'lost' | PhoneError | (() => unknown);

const LEASES: readonly string[] = ['sign-in', 'renew', 'leave', 'page-died'];

/** A real store with faults at will, and an account of what it was asked. */
export class FaultyStore implements StatusStore {
  /** What each save was asked with, whether it was taken or not. */
  readonly asked: { readonly event: AgentEvent; readonly basedOn: number | null }[] = [];
  readonly taken: AgentEvent[] = [];
  readonly departed: PageId[] = [];
  reads = 0;
  aheadMs = 0;
  /** Watchers hear nothing of these. */
  silent: readonly ('ready' | 'next' | 'account' | 'agent')[] = [];
  /** What a save of that event fails with, by what the event holds. */
  refuses: (event: AgentEvent) => PhoneError | undefined = () => undefined;
  /** It makes the record out of the event, as a server does, and takes whoever acts for the agent. */
  computes = false;
  name: string;
  readonly #inner: StatusStore;
  readonly #faults = new Map<What, Fault[]>();
  readonly #standing = new Map<What, Fault>();
  readonly #agentWatchers = new Set<Watcher<AgentRecord>>();
  readonly #accountWatchers = new Set<Watcher<Account>>();
  readonly #connectionWatchers = new Set<(connection: Connection) => void>();
  #isOffline = false;
  #waiting: (() => void)[] = [];

  constructor(inner: StatusStore) {
    this.#inner = inner;
    this.name = inner.name;
  }

  /** The saves that were taken, leases apart. */
  get writes(): string[] {
    return this.taken.map(({ type }) => type).filter((type) => !LEASES.includes(type));
  }

  get watchers(): number {
    return this.#agentWatchers.size + this.#accountWatchers.size + this.#connectionWatchers.size;
  }

  /** The next calls of that kind fail like this, in turn. */
  next(what: What, ...faults: readonly Fault[]): void {
    this.#faults.set(what, [...(this.#faults.get(what) ?? []), ...faults]);
  }

  /** All calls fail like this from now on; without a fault none does. */
  always(fault?: Fault, ...which: readonly What[]): void {
    for (const what of which.length > 0 ? which : (['readAccount', 'readAgent', 'saveAgent'] as const)) {
      if (fault === undefined) this.#standing.delete(what);
      else this.#standing.set(what, fault);
    }
  }

  freeze(): void {
    this.always('frozen');
  }

  /** Takes everything again; what was frozen stays so, unless it is to arrive late. */
  thaw({ late = false } = {}): void {
    this.always();
    for (const go of this.#waiting.splice(0)) if (late) go();
  }

  loseConnection(): void {
    this.#isOffline = true;
    this.always(unreachable());
    this.tellConnection({ state: 'offline', reason: unreachable() });
  }

  regainConnection(): void {
    this.#isOffline = false;
    this.always();
    this.tellConnection({ state: 'online' });
  }

  tellConnection(connection: Connection): void {
    for (const watcher of this.#connectionWatchers) watcher(connection);
  }

  /** Watchers hear of that entry, whatever it is. */
  hear(entry: unknown, what: 'account' | 'agent' = 'agent'): void {
    const watchers = what === 'agent' ? this.#agentWatchers : this.#accountWatchers;
    for (const watcher of watchers) (watcher as Watcher<unknown>).next(entry as Versioned<unknown>);
  }

  /** Tells an entry to those who watch the agent. */
  push(entry: Versioned<AgentRecord>): void {
    for (const watcher of this.#agentWatchers) watcher.next(entry);
  }

  pushAccount(entry: Versioned<Account>): void {
    for (const watcher of this.#accountWatchers) watcher.next(entry);
  }

  /** Erases the agent, and tells it; `removeAgent` alone is a place that was emptied. */
  async erase(agentId = 'ana'): Promise<void> {
    await this.#inner.removeAgent(agentId);
    for (const watcher of this.#agentWatchers) watcher.gone?.(agentId);
  }

  /** All that was told is said to be there, in a place of that generation; the first time, that it is another one. */
  ready(generation?: string): void {
    for (const watcher of [...this.#agentWatchers, ...this.#accountWatchers]) watcher.ready?.(generation);
  }

  error(error: PhoneError, of: 'agent' | 'account' = 'agent'): void {
    for (const watcher of of === 'agent' ? this.#agentWatchers : this.#accountWatchers) watcher.error?.(error);
  }

  /** Somebody else saves an event. */
  async other(event: AgentEvent, agentId = 'ana'): Promise<Versioned<AgentRecord>> {
    const present = await this.#inner.readAgent(agentId);
    const account = (await this.#inner.readAccount())?.value ?? defaultAccount;
    const record = present?.value ?? newAgentRecord(agentId);
    return this.#inner.saveAgent(recordEvent(account, record, event, this.now()), present?.revision ?? null, event);
  }

  async stored(agentId = 'ana'): Promise<AgentRecord> {
    const found = await this.#inner.readAgent(agentId);
    if (!found) throw new Error(`Nothing is stored of ${agentId}.`);
    return found.value;
  }

  readAccount(): Promise<Versioned<Account> | undefined> {
    return this.#do('readAccount', () => this.#inner.readAccount());
  }

  readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined> {
    this.reads++;
    return this.#do('readAgent', () => this.#inner.readAgent(agentId));
  }

  saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>> {
    this.asked.push({ event, basedOn });
    return this.#do('saveAgent', async () => {
      const refusal = this.refuses(event);
      if (refusal) throw refusal;
      const made = this.computes ? await this.#made(record, event) : record;
      const saved = await this.#inner.saveAgent(made, basedOn, event);
      this.taken.push(event);
      return saved;
    });
  }

  saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    return this.#do('saveAccount', () => this.#inner.saveAccount(account, basedOn));
  }

  watchAccount(watcher: Watcher<Account>): Unwatch {
    return keep(this.#accountWatchers, watcher, this.#inner.watchAccount(this.#heard('account', watcher)));
  }

  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch {
    return keep(this.#agentWatchers, watcher, this.#inner.watchAgent(agentId, this.#heard('agent', watcher)));
  }

  watchAgents(watcher: Watcher<AgentRecord>): Unwatch {
    return this.#inner.watchAgents(watcher);
  }

  removeAgent(agentId: string): Promise<void> {
    return this.#inner.removeAgent(agentId);
  }

  depart(agentId: string, page: PageId): void {
    this.departed.push(page);
    if (!this.#isOffline) this.#inner.depart(agentId, page);
  }

  watchConnection(watcher: (connection: Connection) => void): Unwatch {
    this.#connectionWatchers.add(watcher);
    queueMicrotask(() => watcher({ state: 'online' }));
    return () => void this.#connectionWatchers.delete(watcher);
  }

  now(): number {
    return this.#inner.now() + this.aheadMs;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #made(record: AgentRecord, event: AgentEvent): Promise<AgentRecord> {
    const { agentId } = record;
    const account = (await this.#inner.readAccount())?.value ?? defaultAccount;
    const present = (await this.#inner.readAgent(agentId))?.value ?? newAgentRecord(agentId);
    const own = 'by' in event ? ({ ...event, by: { role: 'agent', id: agentId } } as const) : event;
    return recordEvent(account, present, own, this.now());
  }

  async #do<T>(what: What, run: () => Promise<T>): Promise<T> {
    const fault = this.#faults.get(what)?.shift() ?? this.#standing.get(what);
    if (fault === 'frozen') {
      await new Promise<void>((go) => this.#waiting.push(go));
      return run();
    }
    if (fault === 'lost') {
      await run();
      throw unreachable();
    }
    if (typeof fault === 'function') return (await fault()) as T;
    if (fault) throw fault;
    return run();
  }

  #heard<T>(of: 'account' | 'agent', watcher: Watcher<T>): Watcher<T> {
    const hears = (what: 'ready' | 'next'): boolean =>
      !this.#isOffline && !this.silent.includes(what) && !this.silent.includes(of) && !this.#standing.has('readAgent');
    return {
      next: (entry) => hears('next') && watcher.next(entry),
      ready: (generation) => hears('ready') && watcher.ready?.(generation),
      error: (error) => watcher.error?.(error),
    };
  }
}

/** Adds a watcher to the others; what is returned ends the watch. */
function keep<T>(all: Set<T>, watcher: T, stop: Unwatch): Unwatch {
  all.add(watcher);
  return () => {
    all.delete(watcher);
    stop();
  };
}

export function unreachable(): PhoneError {
  return new PhoneError('unavailable', 'The place cannot be reached.');
}

export function refused(code: PhoneErrorCode = 'denied'): PhoneError {
  return new PhoneError(code, `The store said ${code}.`);
}
