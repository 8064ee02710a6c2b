import type { PhoneError } from '../../model/errors.js';
import { safely } from '../place/watch.js';
import type { Connection, Unwatch } from '../status-store.js';

/** How the store stands to its server, by its requests and by its streams. */
export class Link {
  readonly #watchers = new Set<(connection: Connection) => void>();
  readonly #lost = new Map<object, PhoneError>();
  #failure: PhoneError | undefined;
  #connection: Connection = { state: 'connecting' };
  readonly #returned: () => void;

  constructor(returned: () => void) {
    this.#returned = returned;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  watch(watcher: (connection: Connection) => void): Unwatch {
    let told = false;
    const tell = (connection: Connection): void => {
      told = true;
      watcher(connection);
    };
    this.#watchers.add(tell);
    queueMicrotask(() => {
      if (!told && this.#watchers.has(tell)) safely(() => tell(this.#connection));
    });
    return () => void this.#watchers.delete(tell);
  }

  /** A request was answered, whatever the answer. */
  answered(): void {
    const wasLost = this.#failure;
    this.#failure = undefined;
    this.#update();
    if (wasLost) this.#returned();
  }

  /** A request found no server. */
  failed(reason: PhoneError): void {
    this.#failure = reason;
    this.#update();
  }

  /** A stream was lost. */
  lost(stream: object, reason: PhoneError): void {
    this.#lost.set(stream, reason);
    this.#update();
  }

  /** A stream works. */
  heard(stream: object): void {
    this.#lost.delete(stream);
    this.#failure = undefined;
    this.#update();
  }

  /** A stream is wanted no more: what it has found out holds until a request is answered. */
  dropped(stream: object): void {
    this.#failure ??= this.#lost.get(stream);
    this.#lost.delete(stream);
  }

  close(): void {
    this.#report({ state: 'closed' });
    this.#watchers.clear();
  }

  #update(): void {
    const reason = this.#failure ?? [...this.#lost.values()][0];
    const { state } = this.#connection;
    if (state !== 'closed' && state !== (reason ? 'offline' : 'online')) {
      this.#report(reason ? { state: 'offline', reason } : { state: 'online' });
    }
  }

  #report(connection: Connection): void {
    this.#connection = connection;
    for (const tell of [...this.#watchers]) safely(() => tell(connection));
  }
}
