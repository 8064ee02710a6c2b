import type { Database } from 'libsql';
import { sqliteCode } from './database.js';

/** Work within a transaction. If it throws, only it fails, unless the error is SQLite's. */
export type Work<T> = () => T;

interface Waiting {
  settle(): void;
  refuse(error: unknown): void;
}

/** What each transaction does besides its work. */
interface GroupCommitOptions {
  readonly beforeCommit: () => void;
  /** Makes the error for work that was undone. */
  readonly lost: (cause: unknown) => unknown;
}

/**
 * Puts all work of one round of the event loop into one transaction with one sync. Its promises settle after the commit; if
 * that fails, none of the work has happened.
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

  /** Does the work at once; `afterCommit` runs before the promise resolves. */
  write<T>(work: Work<T>, afterCommit?: (result: T) => void): Promise<T> {
    this.#begin();
    const result = this.#attempt(work);
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        refuse: reject,
        settle() {
          if ('error' in result) return reject(result.error);
          resolve(result.value);
          afterCommit?.(result.value);
        },
      });
    });
  }

  /** Reads committed documents: after the open transaction, if there is one. */
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

  /** Commits the open transaction, if there is one. */
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

  #attempt<T>(work: Work<T>): { readonly value: T } | { readonly error: unknown } {
    const error = this.#failure?.cause;
    if (this.#failure) return { error };
    try {
      return { value: work() };
    } catch (cause) {
      // After its own errors SQLite may have undone everything, or half of one change.
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
      // It stays open: the next transaction fails to begin, is refused like this one, and is rolled back again.
    }
  }
}
