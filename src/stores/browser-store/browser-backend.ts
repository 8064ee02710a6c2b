import type { PageId } from '../../model/agent.js';
import { isPhoneError, PhoneError } from '../../model/errors.js';
import { hasChannels, openChannel } from '../../platform/channel.js';
import { watchPage } from '../../platform/page-lifecycle.js';
import { watchLocal } from '../../platform/storage.js';
import { wallClock } from '../../platform/time.js';
import type { Backend, BackendEvents, Documents } from '../documents/backend.js';
import type { Change, Entry } from '../documents/entry.js';
import { departure } from '../documents/departure.js';
import { memoryBackend } from '../documents/memory-backend.js';
import {
  forgetDeparture,
  isDeparture,
  NOTE_PREFIX,
  noteDeparture,
  notedDepartures,
  type Departure,
} from './departure-notes.js';
import { IndexedDbDocuments, openDatabase } from './indexed-db-documents.js';

/**
 * One client of an account's database, and the messages between the clients of this browser. A database that was lost is opened
 * again at once; if that fails, by the next call, and when the page is shown again.
 */
export class BrowserBackend implements Backend {
  readonly #account: string;
  readonly #name: string;
  readonly #events: BackendEvents;
  /** The database, or the memory in place of it; absent while it is lost. */
  #documents: Promise<Documents> | undefined;
  /** All noted departures have been applied; while it is absent, the next call begins with them. */
  #departuresApplied: Promise<unknown> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** In place of a database that the browser refuses. */
  #memory: Backend | undefined;
  #channel: BroadcastChannel | undefined;
  #closeDatabase = (): void => {};
  #stopListening = (): void => {};
  #isClosed = false;
  #hasWorked = false;
  #losses = 0;

  constructor(account: string, events: BackendEvents) {
    this.#account = account;
    this.#name = `phone-widget:${account}`;
    this.#events = events;
    this.#documents = this.#connect();
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#run((documents) => documents.read(key));
  }

  write(key: string, change: Change): Promise<Entry | undefined> {
    return this.#runWrite((documents) => documents.write(key, change));
  }

  remove(key: string): Promise<void> {
    return this.#runWrite((documents) => documents.remove(key));
  }

  /** Begins no transaction: while a page is being left, most are lost. Another page applies the note, or the next call does. */
  depart(agentId: string, page: PageId): void {
    if (this.#memory) return this.#memory.depart(agentId, page);
    const left = { agentId, page, at: wallClock() };
    noteDeparture(this.#account, left);
    this.#departuresApplied = undefined;
    this.#post({ left });
  }

  /** Stops listening; saves that have begun are still kept and announced. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    void this.#memory?.close();
    this.#closeChannel();
    await Promise.allSettled([this.#writing, this.#documents]);
    this.#closeDatabase();
  }

  async #runWrite<T>(work: (documents: Documents) => Promise<T>): Promise<T> {
    const written = this.#run(work);
    this.#writing = Promise.allSettled([this.#writing, written]);
    const result = await written;
    this.#losses = 0;
    return result;
  }

  async #run<T>(work: (documents: Documents) => Promise<T>): Promise<T> {
    const opened = (this.#documents ??= this.#connect());
    try {
      const documents = await opened;
      if (documents !== this.#memory) await (this.#departuresApplied ??= this.#applyDepartures(documents));
      return await work(documents);
    } catch (error) {
      throw isPhoneError(error) ? error : this.#lose(opened, error);
    }
  }

  #connect(): Promise<Documents> {
    const opened = this.#open();
    opened.catch(unreported);
    return opened;
  }

  async #open(): Promise<Documents> {
    try {
      const documents = await this.#openDatabase();
      this.#events.connection({ state: 'online' });
      return documents;
    } catch (cause) {
      const reason = isPhoneError(cause) ? cause : unavailable(cause);
      // A newer layout is no refusal: its documents are there, and memory would contradict them.
      const isRefused = !this.#hasWorked && !(cause instanceof DOMException && cause.name === 'VersionError');
      this.#events.connection({ state: isRefused ? 'online' : 'offline', reason });
      if (isRefused) return (this.#memory = memoryBackend(this.#name, this.#events));
      this.#documents = undefined;
      throw reason;
    }
  }

  async #openDatabase(): Promise<Documents> {
    if (!hasChannels()) throw unavailable('it is missing', 'BroadcastChannel');
    const lose = (why: string): unknown => this.#lose(this.#documents, why);
    const db = await openDatabase(this.#name, {
      blocked: () => this.#events.connection({ state: 'offline', reason: unavailable('an older page holds it') }),
      blocking: () => lose('a newer page, or an erasure, needs it'),
      terminated: () => lose('the browser closed it'),
    });
    this.#closeDatabase = () => db.close();
    const documents = new IndexedDbDocuments(db, {
      generation: this.#events.generation,
      announce: (changed, revision, entry) => {
        this.#post({ changed, revision, isErased: entry === null });
        this.#events.changed(changed, revision, entry);
      },
    });
    if (!this.#hasWorked && !this.#isClosed) this.#listen();
    this.#hasWorked = true;
    return documents;
  }

  #lose(lost: Promise<Documents> | undefined, cause: unknown): PhoneError {
    const reason = unavailable(cause);
    // The failure of an earlier database says nothing about one that was opened since.
    if (lost !== this.#documents) return reason;
    this.#closeDatabase();
    this.#documents = undefined;
    if (this.#isClosed) return reason;
    this.#events.connection({ state: 'offline', reason });
    // At once, but only once: while attempts fail, there are no more of them than calls.
    if (this.#losses++ === 0) this.#documents ??= this.#connect();
    return reason;
  }

  #listen(): void {
    const onActive = (): void => this.#onActive();
    const stops = [
      // A message that reaches a page in the back-forward cache makes the browser drop the page from there.
      watchPage({ active: onActive, restored: onActive, left: () => this.#closeChannel() }),
      watchLocal(NOTE_PREFIX, (_key, note) => {
        if (note) this.#resync();
      }),
    ];
    this.#stopListening = () => stops.forEach((stop) => stop());
    this.#openChannel();
  }

  #openChannel(): void {
    this.#channel ??= openChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#onMessage(Object(data));
  }

  #closeChannel(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #post(message: unknown): void {
    const channel = this.#channel ?? openChannel(this.#name);
    channel.postMessage(message);
    if (channel !== this.#channel) channel.close();
  }

  /** A message of another client of this browser, or of any script of the origin. */
  #onMessage({ changed, revision, isErased, left }: Record<string, unknown>): void {
    if (typeof changed === 'string' && typeof revision === 'number') {
      this.#events.changed(changed, revision, isErased === true ? null : undefined);
    } else if (isDeparture(left)) void this.#run((documents) => this.#apply(documents, left)).catch(unreported);
  }

  #onActive(): void {
    if (document.hidden) return;
    this.#openChannel();
    this.#losses = 0;
    this.#resync();
  }

  /** Applies noted departures, and reads again what may have been missed. */
  #resync(): void {
    this.#departuresApplied = undefined;
    void this.#run(async () => this.#events.catchUp()).catch(unreported);
  }

  #applyDepartures(documents: Documents): Promise<unknown> {
    // One that fails stays noted; the call that comes after it fails for the same reason.
    return Promise.allSettled(notedDepartures(this.#account).map((left) => this.#apply(documents, left)));
  }

  async #apply(documents: Documents, left: Departure): Promise<void> {
    const now = wallClock();
    await documents.write(left.agentId, departure(left.page, Math.min(left.at, now), now));
    forgetDeparture(this.#account, left);
  }
}

/** Nobody waits for this attempt: the watchers of the connection hear of its failure. */
function unreported(): void {}

function unavailable(cause: unknown, what = 'IndexedDB'): PhoneError {
  const advice = what === 'IndexedDB' ? 'Try again, or allow this site to store data.' : 'Use a newer browser.';
  return new PhoneError('unavailable', `browser store: ${what} cannot be used (${cause}). ${advice}`, { cause });
}
