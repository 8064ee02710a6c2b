import type { PageId } from '../../model/agent.js';
import type { PhoneError } from '../../model/errors.js';
import { wallClock } from '../../platform/time.js';
import { departure } from '../documents/departure.js';
import { pause, BATCH_SIZE } from '../documents/batches.js';
import type { Change, Entry, Backend, BackendEvents } from '../documents/backend.js';
import type { Connection } from '../status-store.js';
import { openFile, type SqliteFile } from './open-files.js';

/** One store's line to its account in a file. A file that could not be opened is tried again by each call. */
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
    this.#attempt();
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
    // What cannot be written runs out with its lease.
    this.write(agentId, departure(page, wallClock())).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#unlisten();
    this.#file?.release();
    this.#file = undefined;
  }

  #attempt(): void {
    try {
      this.#open();
    } catch {
      // Told to the watchers of the connection.
    }
  }

  #open(): SqliteFile {
    if (this.#file) return this.#file;
    try {
      this.#file = openFile(this.#path);
    } catch (reason) {
      this.#report({ state: 'offline', reason: reason as PhoneError });
      throw reason;
    }
    const { health } = this.#file;
    const stops = [
      this.#file.listen(this.#account, {
        announce: (...change) => this.#events.changed(...change),
        generation: (id) => this.#tell(id),
        replaced: () => void this.#moveOn(),
      }),
      health.listen((reason) => this.#report(connectionOf(reason))),
    ];
    this.#unlisten = () => stops.forEach((stop) => stop());
    this.#tell(this.#file.generation);
    this.#report(connectionOf(health.reason));
    return this.#file;
  }

  /** Another file lies there: it counts anew, though it may be a copy that bears the same id. */
  async #moveOn(): Promise<void> {
    const before = this.#file?.generation;
    this.#unlisten();
    this.#file?.release();
    this.#file = undefined;
    if (this.#isClosed) return;
    try {
      const file = this.#open();
      if (file.generation === before) await file.renew();
    } catch {
      // Told to the watchers of the connection.
    }
  }

  #tell(generation: string): void {
    queueMicrotask(() => {
      if (!this.#isClosed) this.#events.generation(generation);
    });
  }

  /** Not within the call that found it out. */
  #report(connection: Parameters<BackendEvents['connection']>[0]): void {
    queueMicrotask(() => {
      if (!this.#isClosed) this.#events.connection(connection);
    });
  }
}

function connectionOf(reason: PhoneError | undefined): Connection {
  return reason ? { state: 'offline', reason } : { state: 'online' };
}
