import type { StatusStore } from '../../stores/status-store.js';
import type { Entry } from './entry-cache.js';
import { failure, type Logged } from '../log.js';
import { refusal } from '../http/problems.js';
import { AccountService } from './account-service.js';

/** An account that nobody has asked for or followed for so long, in milliseconds, is watched no more. */
const IDLE_MS = 600_000;

interface Options {
  readonly store: (account: string) => StatusStore;
  readonly clock: () => number;
  readonly log: (line: Logged) => void;
  /** A record of an account was read. */
  readonly meet: (agentId: string, entry: Entry, account: string) => void;
}

interface Known {
  readonly store: StatusStore;
  /** While somebody asks for the account. */
  service: AccountService | undefined;
  usedAt: number;
}

/** The accounts that are asked for, each with its store: the host's, who opened it and closes it. */
export class OpenAccounts {
  readonly #options: Options;
  readonly #known = new Map<string, Known>();
  #sweptAt: number;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#sweptAt = options.clock();
  }

  /** Whether any store can be reached, or none has been asked yet. */
  get isReachable(): boolean {
    const all = [...this.#known.values()].flatMap(({ service }) => service ?? []);
    return all.length === 0 || all.some((service) => service.isReachable);
  }

  /** How far the clock of a store is ahead of this server's, in milliseconds: the one that differs most. */
  get aheadMs(): number {
    const now = this.#options.clock();
    const all = [...this.#known.values()].flatMap(({ service }) => (service ? service.now - now : []));
    return all.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
  }

  /** The account, with a store of its own from the first time on. Throws a refusal where there is none. */
  of(account: string): AccountService {
    if (this.#isClosed) throw refusal(503, 'This server is closed. Use another one.');
    const usedAt = this.#options.clock();
    this.#letGo(usedAt);
    const known = this.#knownOf(account);
    known.usedAt = usedAt;
    known.service ??= this.#watched(account, known.store);
    return known.service;
  }

  /** Refuses the lists that wait for their turn, and waits for those that are under way. */
  async endLists(): Promise<void> {
    await Promise.all([...this.#known.values()].flatMap(({ service }) => service?.lists.close() ?? []));
  }

  /** Watches no account any more. */
  close(): void {
    this.#isClosed = true;
    for (const { service } of this.#known.values()) service?.stop();
  }

  #knownOf(account: string): Known {
    const known = this.#known.get(account);
    if (known && !known.service?.isBroken) return known;
    // A store whose watches have ended for ever would never tell of a change again.
    known?.service?.stop();
    this.#known.delete(account);
    const opened = { store: this.#asked(() => this.#options.store(account)), service: undefined, usedAt: 0 };
    this.#known.set(account, opened);
    return opened;
  }

  #watched(account: string, store: StatusStore): AccountService {
    try {
      return this.#asked(
        () => new AccountService(store, (agentId, entry) => this.#options.meet(agentId, entry, account)),
      );
    } catch (error) {
      this.#known.delete(account);
      throw error;
    }
  }

  #asked<T>(ask: () => T): T {
    try {
      return ask();
    } catch (cause) {
      this.#options.log(failure('store', cause));
      throw refusal(503, 'The store of this account cannot be used now. Try again later.');
    }
  }

  #letGo(now: number): void {
    if (Math.abs(now - this.#sweptAt) < IDLE_MS / 5) return;
    this.#sweptAt = now;
    for (const known of this.#known.values()) {
      if (!known.service || known.service.isInUse || now - known.usedAt < IDLE_MS) continue;
      known.service.stop();
      known.service = undefined;
    }
  }
}
