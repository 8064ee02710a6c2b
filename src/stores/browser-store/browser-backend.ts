import type { PageId } from '../../model/agent.js';
import { isPhoneError, PhoneError } from '../../model/errors.js';
import { wallClock } from '../../platform/time.js';
import { departure } from '../documents/departure.js';
import { memoryBackend } from '../documents/memory-backend.js';
import type { Change, Entry, Backend, BackendEvents, Documents } from '../documents/backend.js';
import {
  forgetDeparture,
  isDeparture,
  isNoteKey,
  noteDeparture,
  notedDepartures,
  type Departure,
} from './departure-notes.js';
import { IndexedDbDocuments, openDatabase } from './indexed-db-documents.js';

/**
 * One client's line to an account's database, and the notices between the clients of this browser. A line that was lost is
 * opened again at once; where that does not help, by the next call, and when the page is shown again.
 */
export class BrowserBackend implements Backend {
  readonly #account: string;
  readonly #name: string;
  readonly #events: BackendEvents;
  readonly #ended = new AbortController();
  #place: Promise<Documents> | undefined;
  /** All noted departures have been applied; where it is absent, the next call begins with them. */
  #settled: Promise<unknown> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  /** In place of a database that the browser refuses. */
  #memory: Backend | undefined;
  #channel: BroadcastChannel | undefined;
  #hangUp: () => void = () => undefined;
  #hasWorked = false;
  #losses = 0;

  constructor(account: string, events: BackendEvents) {
    this.#account = account;
    this.#name = `phone-widget:${account}`;
    this.#events = events;
    this.#place = this.#connect();
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#run((place) => place.read(key));
  }

  write(key: string, change: Change): Promise<Entry | undefined> {
    return this.#keep((place) => place.write(key, change));
  }

  remove(key: string): Promise<void> {
    return this.#keep((place) => place.remove(key));
  }

  /** No transaction: one that is begun while a page is left is mostly lost. The others, or the next call, make it. */
  depart(agentId: string, page: PageId): void {
    if (this.#memory) return this.#memory.depart(agentId, page);
    const left = { agentId, page, at: wallClock() };
    noteDeparture(this.#account, left);
    this.#settled = undefined;
    this.#post({ left });
  }

  /** Nothing is heard any more; what was begun is still kept, and told to the others. */
  async close(): Promise<void> {
    this.#ended.abort();
    void this.#memory?.close();
    this.#mute();
    await Promise.allSettled([this.#writing, this.#place]);
    this.#hangUp();
  }

  async #keep<T>(work: (place: Documents) => Promise<T>): Promise<T> {
    const kept = this.#run(work);
    this.#writing = Promise.allSettled([this.#writing, kept]);
    const result = await kept;
    this.#losses = 0;
    return result;
  }

  async #run<T>(work: (place: Documents) => Promise<T>): Promise<T> {
    const line = (this.#place ??= this.#connect());
    try {
      const place = await line;
      if (place !== this.#memory) await (this.#settled ??= this.#settle(place));
      return await work(place);
    } catch (error) {
      throw isPhoneError(error) ? error : this.#lose(line, error);
    }
  }

  #connect(): Promise<Documents> {
    const line = this.#open();
    line.catch(untold);
    return line;
  }

  async #open(): Promise<Documents> {
    try {
      const place = await this.#openDatabase();
      this.#events.connection({ state: 'online' });
      return place;
    } catch (cause) {
      const reason = isPhoneError(cause) ? cause : unavailable(cause);
      // A newer layout is no refusal: its documents are there, and this page would only contradict them.
      const isRefused = !this.#hasWorked && !(cause instanceof DOMException && cause.name === 'VersionError');
      this.#events.connection({ state: isRefused ? 'online' : 'offline', reason });
      if (isRefused) return (this.#memory = memoryBackend(this.#name, this.#events));
      this.#place = undefined;
      throw reason;
    }
  }

  async #openDatabase(): Promise<Documents> {
    if (typeof BroadcastChannel === 'undefined') throw unavailable('it is missing', 'BroadcastChannel');
    const lost = (why: string): unknown => this.#lose(this.#place, why);
    const db = await openDatabase(this.#name, {
      blocked: () => this.#events.connection({ state: 'offline', reason: unavailable('an older page holds it') }),
      blocking: () => lost('a newer page, or an erasure, needs it'),
      terminated: () => lost('the browser closed it'),
    });
    this.#hangUp = () => db.close();
    const place = new IndexedDbDocuments(db, {
      generation: this.#events.generation,
      announce: (changed, revision, entry) => {
        this.#post({ changed, revision, isErased: entry === null });
        this.#events.changed(changed, revision, entry);
      },
    });
    if (!this.#hasWorked && !this.#ended.signal.aborted) this.#listen();
    this.#hasWorked = true;
    return place;
  }

  #lose(line: Promise<Documents> | undefined, cause: unknown): PhoneError {
    const reason = unavailable(cause);
    // A line that was opened since is no concern of an earlier one's failure.
    if (line !== this.#place) return reason;
    this.#hangUp();
    this.#place = undefined;
    if (this.#ended.signal.aborted) return reason;
    this.#events.connection({ state: 'offline', reason });
    // At once, but once: while attempts fail, they come no faster than the calls.
    if (this.#losses++ === 0) this.#place ??= this.#connect();
    return reason;
  }

  #listen(): void {
    const { signal } = this.#ended;
    const wake = (): void => this.#wake();
    for (const type of ['pageshow', 'focus', 'visibilitychange']) addEventListener(type, wake, { signal });
    // A message that reaches a page in the back-forward cache costs it its place there.
    addEventListener('pagehide', () => this.#mute(), { signal });
    addEventListener('storage', ({ key, newValue }) => void (newValue && isNoteKey(key) && this.#heal()), { signal });
    this.#tune();
  }

  #tune(): void {
    this.#channel ??= new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(Object(data));
  }

  #mute(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #post(message: unknown): void {
    const channel = this.#channel ?? new BroadcastChannel(this.#name);
    channel.postMessage(message);
    if (channel !== this.#channel) channel.close();
  }

  /** What another client of this browser says; any script of the origin may have said it. */
  #hear({ changed, revision, isErased, left }: Record<string, unknown>): void {
    if (typeof changed === 'string' && typeof revision === 'number') {
      this.#events.changed(changed, revision, isErased === true ? null : undefined);
    } else if (isDeparture(left)) void this.#run((place) => this.#apply(place, left)).catch(untold);
  }

  #wake(): void {
    if (document.hidden) return;
    this.#tune();
    this.#losses = 0;
    this.#heal();
  }

  /** Applies what was noted, and reads again what may have been missed. */
  #heal(): void {
    this.#settled = undefined;
    void this.#run(async () => this.#events.catchUp()).catch(untold);
  }

  #settle(place: Documents): Promise<unknown> {
    // One that fails stays noted; the call that comes after it meets the same trouble.
    return Promise.allSettled(notedDepartures(this.#account).map((left) => this.#apply(place, left)));
  }

  async #apply(place: Documents, left: Departure): Promise<void> {
    const now = wallClock();
    await place.write(left.agentId, departure(left.page, Math.min(left.at, now), now));
    forgetDeparture(this.#account, left);
  }
}

/** Nobody waits for this attempt; what it found out goes to the watchers of the connection. */
function untold(): void {}

function unavailable(cause: unknown, what = 'IndexedDB'): PhoneError {
  const advice = what === 'IndexedDB' ? 'Try again, or allow this site to store data.' : 'Use a newer browser.';
  return new PhoneError('unavailable', `browser store: ${what} cannot be used (${cause}). ${advice}`, { cause });
}
