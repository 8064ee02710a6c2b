import type { Database } from 'libsql';
import { sqliteCode } from './database.js';

/** What is done within a transaction; what it throws refuses itself alone, unless SQLite threw it. */
export type Work<T> = () => T;

interface Waiting {
  settle(): void;
  refuse(error: unknown): void;
}

/** What a transaction does besides what it is given. */
export interface GroupCommitOptions {
  readonly beforeCommit: () => void;
  /** What those hear whose work was undone. */
  readonly lost: (cause: unknown) => unknown;
}

/**
 * Work that arrives within one turn of the event loop becomes one transaction with one sync. All of it is answered after the
 * commit; where that fails nothing of it has happened.
 */
export class GroupCommit {
  readonly #db: Database;
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #readers: (() => void)[] = [];
  #isOpen = false;
  #failure: { readonly cause: unknown } | undefined;

  constructor(db: Database, options: GroupCommitOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Works at once; `told` runs after the commit, before the answer. */
  write<T>(work: Work<T>, told?: (result: T) => void): Promise<T> {
    this.#begin();
    const outcome = this.#attempt(work);
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        refuse: reject,
        settle() {
          if ('error' in outcome) return reject(outcome.error);
          resolve(outcome.result);
          told?.(outcome.result);
        },
      });
    });
  }

  /** Reads what is committed: after the transaction that is open. */
  read<T>(work: Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#isOpen) this.#readers.push(run);
      else run();
    });
  }

  /** Commits what is open. */
  flush(): void {
    if (!this.#isOpen) return;
    const [waiting, readers] = [this.#waiting, this.#readers];
    this.#waiting = [];
    this.#readers = [];
    const failure = this.#commit();
    this.#isOpen = false;
    this.#failure = undefined;
    if (failure) {
      const error = this.#options.lost(failure.cause);
      for (const { refuse } of waiting) refuse(error);
    } else {
      for (const { settle } of waiting) settle();
    }
    for (const read of readers) read();
  }

  #begin(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    setImmediate(() => this.flush());
    try {
      this.#db.exec('begin immediate');
    } catch (cause) {
      this.#failure = { cause };
    }
  }

  #attempt<T>(work: Work<T>): { readonly result: T } | { readonly error: unknown } {
    const error = this.#failure?.cause;
    if (this.#failure) return { error };
    try {
      return { result: work() };
    } catch (cause) {
      // After an error of its own SQLite may have undone everything, or half of one change.
      if (sqliteCode(cause)) this.#failure = { cause };
      return { error: cause };
    }
  }

  #commit(): { readonly cause: unknown } | undefined {
    try {
      if (this.#failure) throw this.#failure.cause;
      this.#options.beforeCommit();
      this.#db.exec('commit');
      return undefined;
    } catch (cause) {
      this.#rollBack();
      return { cause };
    }
  }

  #rollBack(): void {
    try {
      if (this.#db.inTransaction) this.#db.exec('rollback');
    } catch {
      // It stays open: the next one fails to begin, is refused like this one, and is rolled back again.
    }
  }
}
