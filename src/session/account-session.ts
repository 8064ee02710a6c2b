import { defaultAccount, type Account } from '../model/account.js';
import { accountNews, type AccountNews } from '../model/account-diff.js';
import { isWritable } from '../model/codec.js';
import { isPhoneError, PhoneError } from '../model/errors.js';
import { bindMembers } from '../platform/bind-members.js';
import type { Connection, StatusStore, Versioned } from '../stores/status-store.js';
import { accountEntry } from './checked-entry.js';
import { withTimeout } from '../platform/time.js';
import { Listeners } from '../platform/listeners.js';

/** How long a save may go without an answer, in milliseconds. */
const SAVE_MS = 20_000;
/** So often others may save in between before a change is given up. */
const ATTEMPTS = 50;

/** Makes the next account out of the present one, by the model's functions; throws what they throw. */
export type AccountChange = (account: Account) => Account;

/** What became of a change. */
export interface SavedChange {
  /** The account as it now stands. */
  readonly account: Account;
  /** What others saved between what this page showed and this change. */
  readonly others: readonly AccountNews[];
}

/** An account that is not there yet is the default one, at no revision. */
interface Entry {
  readonly value: Account;
  readonly revision: number | null;
}

/**
 * An account in the page of an admin: shows what the store holds, and nothing else, and saves changes one after another.
 *
 * A change is a pure function. It is applied to the present account, and again where somebody else saved first, so that
 * two admins at once both get their way. A change that the model or the store refuses rejects with its `PhoneError`, and
 * what is shown stays as it is.
 */
export class AccountSession {
  readonly store: StatusStore;
  readonly #listeners = new Listeners<AccountSession>();
  readonly #errorListeners = new Listeners<PhoneError>();
  #entry: Entry | undefined;
  #damage: PhoneError | undefined;
  #failure: PhoneError | undefined;
  #connection: Connection = { state: 'connecting' };
  /** What undoes the last change, and the account that it made. */
  #revert: { readonly apply: AccountChange; readonly from: Account } | undefined;
  #saves: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #unwatch: readonly (() => void)[] | undefined;
  #ending = new AbortController();

  constructor({ store }: { readonly store: StatusStore }) {
    bindMembers(this);
    this.store = store;
  }

  /** The account as the store last confirmed it; undefined: not known yet, or never readable. */
  get account(): Account | undefined {
    return this.#entry?.value;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Whether a change waits for the store. */
  get saving(): boolean {
    return this.#waiting > 0;
  }

  /** The stored document cannot be read (`damaged-data`); {@link repair} saves a fresh one over it. */
  get damage(): PhoneError | undefined {
    return this.#damage;
  }

  /** Why the account cannot be followed: the store refuses it, or was closed. */
  get failure(): PhoneError | undefined {
    return this.#failure;
  }

  /** Why this version must not write the account (`newer-version`): it is read-only. */
  get forbidden(): PhoneError | undefined {
    if (isWritable(this.#entry?.value)) return undefined;
    return new PhoneError('newer-version', 'A newer version wrote the account. Reload the page.');
  }

  /** Whether the last change can be undone. */
  get canUndo(): boolean {
    return this.#revert !== undefined;
  }

  /** Calls the listener after every change of what can be asked here. Returns what ends that. */
  subscribe(listener: (session: AccountSession) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls the listener with what went wrong where no method's promise tells it. */
  watchErrors(listener: (error: PhoneError) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  /** Follows the store from now on. */
  start(): void {
    if (this.#unwatch) return;
    this.#unwatch = [];
    this.#ending = new AbortController();
    try {
      const connection = this.store.watchConnection((now) => this.#connected(now));
      this.#unwatch = [connection];
      const account = this.store.watchAccount({
        next: (entry) => this.#follow(entry),
        ready: () => this.#ready(),
        error: (error) => this.#failed(error),
      });
      this.#unwatch = [connection, account];
    } catch (error) {
      this.#failed(asPhoneError(error));
    }
  }

  /** Follows nothing any more; what waits for the store is given up with `unavailable`. */
  stop(): void {
    for (const unwatch of this.#unwatch ?? []) unwatch();
    this.#unwatch = undefined;
    this.#ending.abort();
  }

  /**
   * Saves a change. Rejects with what the change or the store throws; `damaged-data` while the stored account is damaged,
   * `newer-version` where this version must not write it. `revert` is what undoes it.
   */
  change(apply: AccountChange, revert?: AccountChange): Promise<SavedChange> {
    return this.#inTurn(async () => {
      const before = this.#entry;
      const saved = await this.#save(apply);
      // Where nothing was changed there is nothing new to undo.
      if (this.#entry !== before) this.#revert = revert && { apply: revert, from: saved.account };
      return saved;
    });
  }

  /**
   * Undoes the last change, on top of what others saved since, and tells that; undefined where there is nothing to undo.
   */
  undo(): Promise<SavedChange | undefined> {
    return this.#inTurn(async () => {
      const revert = this.#revert;
      if (!revert) return undefined;
      const saved = await this.#save(revert.apply, revert.from);
      this.#revert = undefined;
      return saved;
    });
  }

  /** Saves over a damaged document: the account as it was last readable, else the default one. */
  repair(): Promise<void> {
    return this.#inTurn(async () => {
      const damage = this.#damage;
      if (!damage) return;
      this.#follow(await this.#write(this.#entry?.value ?? defaultAccount, revisionOf(damage) as number));
    });
  }

  /** `shown` is the account that the admin knows. */
  async #save(apply: AccountChange, shown = this.#present().value): Promise<SavedChange> {
    let lost: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { value, revision } = this.#present();
      const next = apply(value);
      const others = accountNews(shown, value);
      if (next === value) return { account: value, others };
      try {
        this.#follow(await this.#write(next, revision));
        return { account: next, others };
      } catch (error) {
        if (!isPhoneError(error, 'conflict')) throw error;
        lost = error;
        const present = presentIn(error);
        if (present) this.#follow(present);
        else this.#take({ value: defaultAccount, revision: null });
      }
    }
    throw lost;
  }

  /** What a change is based on. */
  #present(): Entry {
    if (this.#damage) throw this.#damage;
    const entry = this.#entry;
    if (!entry)
      throw this.#failure ?? new PhoneError('unavailable', 'The account has not loaded yet. Try again later.');
    if (this.forbidden) throw this.forbidden;
    return entry;
  }

  async #write(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    try {
      return await withTimeout(this.store.saveAccount(account, basedOn), SAVE_MS, { signal: this.#ending.signal });
    } catch (error) {
      const problem = asPhoneError(error);
      if (revisionOf(problem) !== undefined) this.#failed(problem);
      throw problem;
    }
  }

  /** One save at a time, in the order in which they were asked for. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    this.#waiting++;
    this.#changed();
    const turn = this.#saves.then(run).finally(() => {
      this.#waiting--;
      this.#changed();
    });
    // A promise that nobody looks at harms nobody.
    this.#saves = turn.catch(() => undefined);
    void this.#saves;
    return turn;
  }

  get #revision(): number {
    return this.#entry?.revision ?? -1;
  }

  /** States older than the one shown are ignored. */
  #follow(told: Versioned<Account>): void {
    let entry: Versioned<Account>;
    try {
      entry = accountEntry(told);
    } catch (error) {
      return this.#failed(error as PhoneError);
    }
    if (this.#failure && entry.revision === this.#revision) this.#take(entry);
    if (entry.revision > Math.max(this.#revision, this.#damage ? (revisionOf(this.#damage) as number) : -1))
      this.#take(entry);
  }

  #take(entry: Entry): void {
    this.#entry = entry;
    this.#damage = undefined;
    this.#failure = undefined;
    this.#changed();
  }

  #ready(): void {
    if (!this.#entry && !this.#damage) this.#take({ value: defaultAccount, revision: null });
  }

  #failed(error: PhoneError): void {
    const revision = revisionOf(error);
    if (revision === undefined) this.#failure = error;
    else if (revision > this.#revision) this.#damage = error;
    this.#errorListeners.tell(error);
    this.#changed();
  }

  #connected(connection: Connection): void {
    this.#connection = connection;
    this.#changed();
  }

  #changed(): void {
    this.#listeners.tell(this);
  }
}

/** The revision of a damaged document; undefined for every other error. */
function revisionOf(error: PhoneError): number | undefined {
  if (error.code !== 'damaged-data') return undefined;
  return (error.data as { readonly revision?: number } | undefined)?.revision;
}

function presentIn(conflict: PhoneError): Versioned<Account> | undefined {
  return (conflict.data as { readonly present?: Versioned<Account> } | undefined)?.present;
}

/** A store of somebody else's may throw anything. */
function asPhoneError(error: unknown): PhoneError {
  if (isPhoneError(error)) return error;
  return new PhoneError('unavailable', `The store failed: ${String(error)}. Try again later.`, { cause: error });
}
