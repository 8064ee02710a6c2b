import type { PageId } from '../../model/agent.js';
import type { PhoneError } from '../../model/errors.js';
import { wallClock } from '../../platform/time.js';
import { departure } from '../documents/departure.js';
import { pause, BATCH_SIZE } from '../documents/batches.js';
import type { Backend, BackendEvents } from '../documents/backend.js';
import type { Change, Entry } from '../documents/entry.js';
import type { Connection } from '../status-store.js';
import { openFile, type SqliteFile } from './open-files.js';

/** One store's account in a file. Each call tries again to open a file that could not be opened. */
export class SqliteBackend implements Backend {
  readonly #path: string;
  readonly #account: string;
  readonly #events: BackendEvents;
  #file: SqliteFile | undefined;
  #unlisten: () => void = () => undefined;
  #isClosed = false;

  constructor({ file, account }: { readonly file: string; readonly account: string }, events: BackendEvents) {
    this.#path = file;
    this.#account = account;
    this.#events = events;
    try {
      this.#open();
    } catch {
      // Reported to the watchers of the connection.
    }
  }

  async read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#open().read(this.#account, key);
  }

  async *readInBatches(): AsyncGenerator<readonly Entry[]> {
    let entries = await this.#open().readAfter(this.#account, undefined);
    while (!this.#isClosed) {
      yield entries;
      if (entries.length < BATCH_SIZE) return;
      await pause();
      entries = this.#isClosed ? [] : await this.#open().readAfter(this.#account, entries.at(-1)?.key);
    }
  }

  async write(key: string, change: Change): Promise<Entry | undefined> {
    return this.#open().write(this.#account, key, change);
  }

  async remove(key: string): Promise<void> {
    return this.#open().remove(this.#account, key);
  }

  async recall(revision: number): Promise<void> {
    await this.#open().recall(revision);
  }

  depart(agentId: string, page: PageId): void {
    // If it cannot be written, the lease runs out.
    this.write(agentId, departure(page, wallClock())).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#unlisten();
    this.#file?.release();
    this.#file = undefined;
  }

  #open(): SqliteFile {
    if (this.#file) return this.#file;
    try {
      this.#file = openFile(this.#path);
    } catch (reason) {
      this.#reportConnection({ state: 'offline', reason: reason as PhoneError });
      throw reason;
    }
    const { health } = this.#file;
    const stops = [
      this.#file.listen(this.#account, {
        announce: (...change) => this.#events.changed(...change),
        generation: (id) => this.#reportGeneration(id),
        replaced: () => void this.#switchFile(),
      }),
      health.listen((reason) => this.#reportConnection(connectionOf(reason))),
    ];
    this.#unlisten = () => stops.forEach((stop) => stop());
    this.#reportGeneration(this.#file.generation);
    this.#reportConnection(connectionOf(health.reason));
    return this.#file;
  }

  /** Opens the file that was put at the path. It may be a copy with the same generation, which then gets another one. */
  async #switchFile(): Promise<void> {
    const before = this.#file?.generation;
    this.#unlisten();
    this.#file?.release();
    this.#file = undefined;
    if (this.#isClosed) return;
    try {
      const file = this.#open();
      if (file.generation === before) await file.replaceGeneration();
    } catch {
      // Reported to the watchers of the connection.
    }
  }

  #reportGeneration(generation: string): void {
    this.#soon(() => this.#events.generation(generation));
  }

  #reportConnection(connection: Connection): void {
    this.#soon(() => this.#events.connection(connection));
  }

  /** Never within the call that causes it. */
  #soon(report: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) report();
    });
  }
}

function connectionOf(reason: PhoneError | undefined): Connection {
  return reason ? { state: 'offline', reason } : { state: 'online' };
}
