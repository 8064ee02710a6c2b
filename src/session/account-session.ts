import { defaultAccount, type Account } from '../model/account.js';
import { accountNews, type AccountNews } from '../model/account-diff.js';
import { isWritable, readAccount, trustAccount } from '../model/codec.js';
import { isPhoneError, PhoneError } from '../model/errors.js';
import { bindMembers } from '../platform/bind-members.js';
import type { Connection, StatusStore, Versioned } from '../stores/status-store.js';
import { checkedEntry } from './checked-entry.js';
import { withTimeout } from '../platform/time.js';
import { Listeners } from '../platform/listeners.js';

/** How long a save may go without an answer, in milliseconds. */
const SAVE_MS = 20_000;
/** How many conflicts a change survives before it is given up. */
const ATTEMPTS = 50;

/** Makes the next account from the present one, by the functions of the model. Throws what they throw. */
export type AccountChange = (account: Account) => Account;

/** The result of a change. */
export interface SavedChange {
  /** The account as it is now stored. */
  readonly account: Account;
  /** What others saved since the account that this page showed. */
  readonly others: readonly AccountNews[];
}

/** The account with its revision; null for the default account, which is not stored yet. */
interface Entry {
  readonly value: Account;
  readonly revision: number | null;
}

/**
 * An account in an admin's page. It shows what the store holds, and saves changes one after another.
 *
 * A change is a pure function. It is applied to the present account, and again if somebody else saved first, so that the
 * changes of two admins are both saved. A change that the model or the store refuses rejects with its `PhoneError`, and the
 * shown account stays as it is.
 */
export class AccountSession {
  readonly store: StatusStore;
  readonly #listeners = new Listeners<AccountSession>();
  readonly #errorListeners = new Listeners<PhoneError>();
  #entry: Entry | undefined;
  #damage: PhoneError | undefined;
  #failure: PhoneError | undefined;
  #connection: Connection = { state: 'connecting' };
  /** Undoes the last change; `from` is the account that it made. */
  #revert: { readonly apply: AccountChange; readonly from: Account } | undefined;
  #saves: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #unwatch: readonly (() => void)[] | undefined;
  #ending = new AbortController();

  constructor({ store }: { readonly store: StatusStore }) {
    bindMembers(this);
    this.store = store;
  }

  /** The account as the store last confirmed it; undefined if it is not known yet or was never readable. */
  get account(): Account | undefined {
    return this.#entry?.value;
  }

  /** The connection to the store. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Whether a change is not saved yet. */
  get saving(): boolean {
    return this.#waiting > 0;
  }

  /** Why the stored document cannot be read (`damaged-data`). {@link repair} saves a fresh one over it. */
  get damage(): PhoneError | undefined {
    return this.#damage;
  }

  /** Why the account cannot be watched: the store denies it, or was closed. */
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

  /** Calls the listener after every change of the session's properties. Returns a function that ends that. */
  subscribe(listener: (session: AccountSession) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls the listener with errors that no method's promise rejects with. */
  watchErrors(listener: (error: PhoneError) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  /** Watches the store. */
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

  /** Stops watching. Changes that are not saved yet reject with `unavailable`. */
  stop(): void {
    for (const unwatch of this.#unwatch ?? []) unwatch();
    this.#unwatch = undefined;
    this.#ending.abort();
  }

  /**
   * Saves a change; `revert` undoes it. Rejects with what the change or the store throws, with `damaged-data` while the
   * stored account is damaged, and with `newer-version` if this version must not write it.
   */
  change(apply: AccountChange, revert?: AccountChange): Promise<SavedChange> {
    return this.#inTurn(async () => {
      const before = this.#entry;
      const saved = await this.#save(apply);
      // A change that changed nothing leaves the last one to be undone.
      if (this.#entry !== before) this.#revert = revert && { apply: revert, from: saved.account };
      return saved;
    });
  }

  /** Undoes the last change on top of what others saved since. Resolves with undefined if there is nothing to undo. */
  undo(): Promise<SavedChange | undefined> {
    return this.#inTurn(async () => {
      const revert = this.#revert;
      if (!revert) return undefined;
      const saved = await this.#save(revert.apply, revert.from);
      this.#revert = undefined;
      return saved;
    });
  }

  /** Replaces a damaged document by the last readable account, or by the default one. */
  repair(): Promise<void> {
    return this.#inTurn(async () => {
      const damage = this.#damage;
      if (!damage) return;
      this.#follow(await this.#write(this.#entry?.value ?? defaultAccount, revisionOf(damage) as number));
    });
  }

  /** `shown` is the account that the admin saw. */
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

  /** The entry that a change is based on. */
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

  /** Runs one save at a time, in the order of the calls. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    this.#waiting++;
    this.#changed();
    const turn = this.#saves.then(run).finally(() => {
      this.#waiting--;
      this.#changed();
    });
    // The caller hears of the failure; the next save runs all the same.
    this.#saves = turn.catch(() => undefined);
    void this.#saves;
    return turn;
  }

  get #revision(): number {
    return this.#entry?.revision ?? -1;
  }

  /** Ignores states that are older than the shown one. */
  #follow(told: Versioned<Account>): void {
    let entry: Versioned<Account>;
    try {
      entry = checkedEntry(told, readAccount, trustAccount);
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

/** A foreign store may throw anything. */
function asPhoneError(error: unknown): PhoneError {
  if (isPhoneError(error)) return error;
  return new PhoneError('unavailable', `The store failed: ${String(error)}. Try again later.`, { cause: error });
}
