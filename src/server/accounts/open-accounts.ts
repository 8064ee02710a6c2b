import type { StatusStore } from '../../stores/status-store.js';
import { refusal } from '../http/problems.js';
import { failure, type Logged } from '../log.js';
import { AccountService } from './account-service.js';
import type { Entry } from './entry-cache.js';

/** How long an account is watched without a request or a stream, in milliseconds. */
const IDLE_MS = 600_000;

interface Options {
  readonly store: (account: string) => StatusStore;
  readonly clock: () => number;
  readonly log: (line: Logged) => void;
  /** Gets each agent's entry whenever it is read. */
  readonly onRead: (agentId: string, entry: Entry, account: string) => void;
}

interface OpenAccount {
  readonly store: StatusStore;
  /** Only while the account is in use. */
  service: AccountService | undefined;
  usedAt: number;
}

/** The services of the accounts in use, over the host's stores. */
export class OpenAccounts {
  readonly #options: Options;
  readonly #accounts = new Map<string, OpenAccount>();
  #sweptAt: number;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#sweptAt = options.clock();
  }

  /** Whether any store can be reached; also before the first account is used. */
  get isReachable(): boolean {
    const services = this.#services;
    return services.length === 0 || services.some((service) => service.isReachable);
  }

  /** How far the store whose clock differs most is ahead of this server, in milliseconds; negative if behind. */
  get aheadMs(): number {
    const now = this.#options.clock();
    const all = this.#services.map((service) => service.now - now);
    return all.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
  }

  /** The account's service. Throws a refusal (503) if its store cannot be used. */
  of(account: string): AccountService {
    if (this.#isClosed) throw refusal(503, 'This server is closed. Use another one.');
    const usedAt = this.#options.clock();
    this.#stopIdle(usedAt);
    const known = this.#openAccount(account);
    known.usedAt = usedAt;
    known.service ??= this.#fromHost(account, () => {
      return new AccountService(known.store, (agentId, entry) => this.#options.onRead(agentId, entry, account));
    });
    return known.service;
  }

  /** Refuses the lists that are waiting, and waits for those that are being read. */
  async endLists(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.lists.close()));
  }

  /** Stops all services. */
  close(): void {
    this.#isClosed = true;
    for (const service of this.#services) service.stop();
  }

  get #services(): readonly AccountService[] {
    return [...this.#accounts.values()].flatMap(({ service }) => service ?? []);
  }

  #openAccount(account: string): OpenAccount {
    const known = this.#accounts.get(account);
    if (known && !known.service?.isBroken) return known;
    // A store whose watches have ended would never report a change again.
    known?.service?.stop();
    const store = this.#fromHost(account, () => this.#options.store(account));
    const opened = { store, service: undefined, usedAt: 0 };
    this.#accounts.set(account, opened);
    return opened;
  }

  /** What the host's store gives. If it throws, the account is opened anew by the next request. */
  #fromHost<T>(account: string, use: () => T): T {
    try {
      return use();
    } catch (cause) {
      this.#accounts.delete(account);
      this.#options.log(failure('store', cause));
      throw refusal(503, 'The store of this account cannot be used now. Try again later.');
    }
  }

  #stopIdle(now: number): void {
    if (Math.abs(now - this.#sweptAt) < IDLE_MS / 5) return;
    this.#sweptAt = now;
    for (const known of this.#accounts.values()) {
      if (!known.service || known.service.isInUse || now - known.usedAt < IDLE_MS) continue;
      known.service.stop();
      known.service = undefined;
    }
  }
}
