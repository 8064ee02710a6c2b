import type { StatusStore } from '../stores/status-store.js';
import { messageOf } from './log.js';
import type { Logged } from './log.js';
import { refusal } from './problems.js';
import { holdStore, releaseStore } from './shared-stores.js';
import { Tenant } from './tenant.js';

/** An account that nobody has asked for or followed for so long, in milliseconds, is let go. */
const IDLE_MS = 300_000;

interface Options {
  readonly store: (account: string) => StatusStore;
  readonly clock: () => number;
  readonly log: (line: Logged) => void;
}

/** The accounts that are asked for, each with its store. */
export class Tenants {
  readonly #options: Options;
  readonly #tenants = new Map<string, { readonly tenant: Tenant; usedAt: number }>();
  #sweptAt: number;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#sweptAt = options.clock();
  }

  /** Whether any store can be reached, or none has been asked yet. */
  get isReachable(): boolean {
    const all = [...this.#tenants.values()];
    return all.length === 0 || all.some(({ tenant }) => tenant.isReachable);
  }

  /** The account, with a store of its own from the first time on. Throws a refusal where there is none. */
  of(account: string): Tenant {
    if (this.#isClosed) throw refusal(503, 'This server is closed. Ask another one.', { code: 'unavailable' });
    const usedAt = this.#options.clock();
    this.#letGo(usedAt);
    let known = this.#tenants.get(account);
    if (known?.tenant.isBroken) {
      this.#close(account, known.tenant);
      known = undefined;
    }
    const tenant = known?.tenant ?? this.#open(account);
    if (known) known.usedAt = usedAt;
    else this.#tenants.set(account, { tenant, usedAt });
    return tenant;
  }

  /** Closes every store; settles when all are closed, or do not answer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#tenants.values()].map(({ tenant }) => tenant.close()));
  }

  #open(account: string): Tenant {
    let store: StatusStore | undefined;
    try {
      store = this.#options.store(account);
      holdStore(store);
      return new Tenant(store);
    } catch (cause) {
      this.#failed(cause);
      if (store) releaseStore(store).catch((error: unknown) => this.#failed(error));
      throw refusal(503, 'The store of this account cannot be opened now.', { code: 'unavailable' });
    }
  }

  #letGo(now: number): void {
    if (Math.abs(now - this.#sweptAt) < IDLE_MS / 5) return;
    this.#sweptAt = now;
    for (const [account, { tenant, usedAt }] of this.#tenants) {
      if (tenant.streams === 0 && now - usedAt >= IDLE_MS) this.#close(account, tenant);
    }
  }

  #close(account: string, tenant: Tenant): void {
    this.#tenants.delete(account);
    tenant.close().catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#options.log({ event: 'failure', level: 'error', route: 'store', message: messageOf(error) });
  }
}
