import { setMaxListeners } from 'node:events';
import type { PageId } from '../../model/agent.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { delay, monotonicNow, wallClock, withTimeout } from '../../platform/time.js';
import { departure } from '../documents/departure.js';
import type { Backend, BackendEvents, Save } from '../documents/backend.js';
import type { Change, Entry } from '../documents/entry.js';
import { agreedSequence } from './agreed-sequence.js';
import { Availability } from './availability.js';
import type { ServerConnectionSettings } from './server-connection.js';
import { ConnectionShare } from './connection-share.js';
import type { SubjectNames } from './subjects.js';
import { inParallel } from './parallel.js';
import { asUnavailable, Retry } from './retry.js';
import { InFlightSaves } from './in-flight-saves.js';
import { ClusterClock } from './cluster-clock.js';
import { StreamGeneration } from './stream-generation.js';
import { Revisions } from './revisions.js';
import { Stream, type StoredEntry } from './stream.js';
import { SequenceGaps } from './sequence-gaps.js';
import { compareAndSet, type CompareAndSetParts } from './compare-and-set.js';

/** Where the account's stream is, and how to create it. */
interface NatsBackendSettings extends ServerConnectionSettings {
  readonly names: SubjectNames;
  readonly replicas?: number;
}

/** How often the leader is asked for missed changes, in milliseconds: a leader that dies may store without republishing. */
const HEARTBEAT_MS = 10_000;
/** The same just after connecting: it takes a moment until all nodes know the subscriptions. */
const FIRST_HEARTBEAT_MS = 1_000;
const RETRY_MS = 500;
const CLOSE_MS = 2_000;
/** A backend without watches and requests for this long, in milliseconds, leaves its connection. */
const IDLE_MS = 600_000;
/** How many entries are requested at a time. */
const WIDTH = 256;

/** One client of the stream of an account. */
export class NatsBackend implements Backend {
  readonly #settings: NatsBackendSettings;
  readonly #events: BackendEvents;
  readonly #ended = new AbortController();
  readonly #availability = new Availability(this.#ended.signal);
  readonly #revisions = new Revisions();
  readonly #inFlight = new InFlightSaves();
  readonly #connection: ConnectionShare;
  /** When the latest request began. */
  #usedAt = monotonicNow();
  #isDisconnected = false;
  readonly #stream: Stream;
  readonly #gaps: SequenceGaps;
  readonly #clock: ClusterClock;
  readonly #generation: StreamGeneration;
  readonly #writes = new Set<Promise<unknown>>();
  #isSubscribed: () => boolean = () => false;
  #isJustConnected = true;
  /** A watch could not be brought up to date. */
  #needsCatchUp = false;
  #wakeUp = new AbortController();

  constructor(settings: NatsBackendSettings, events: BackendEvents) {
    this.#settings = settings;
    this.#events = events;
    // Each waiting request listens to it: many listeners are no leak.
    setMaxListeners(0, this.#ended.signal);
    this.#connection = new ConnectionShare(settings, {
      up: () => {
        this.#isJustConnected = true;
        this.#wakeUp.abort();
      },
      down: (reason) => this.#setOffline(reason),
    });
    this.#stream = new Stream(this.#connection, settings.names);
    this.#clock = new ClusterClock((seq) => this.#stream.storedAt(seq));
    this.#gaps = new SequenceGaps({
      stream: this.#stream,
      announce: (entry) => this.#announce(entry),
      catchUp: events.catchUp,
      missed: () => this.#wakeUp.abort(),
    });
    this.#generation = new StreamGeneration(this.#stream, (generation, isAnother) => {
      if (isAnother) {
        this.#gaps.reset();
        this.#revisions.clear();
      }
      events.generation(generation);
    });
    void this.#runHeartbeat();
  }

  now(): number {
    return this.#clock.now();
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#readForWatch(async () => this.#readEach(key === undefined ? await this.#agentKeys() : [key]));
  }

  async *readInBatches(): AsyncGenerator<readonly Entry[]> {
    const keys = await this.#readForWatch(() => this.#agentKeys());
    for (let at = 0; at < keys.length; at += WIDTH) {
      yield await this.#readForWatch(() => this.#readEach(keys.slice(at, at + WIDTH)));
    }
  }

  write(key: string, change: Change, save?: Save): Promise<Entry | undefined> {
    this.#markUsed();
    const retry = this.#newRetry();
    const parts: CompareAndSetParts = {
      retry,
      inFlight: this.#inFlight,
      read: () => this.#get(key, retry),
      put: async (entry, expected) => {
        await this.#availability.whenAvailable();
        return this.#clock.timed(() => this.#stream.put(entry, expected));
      },
    };
    const written = compareAndSet(parts, { key, change, basedOn: save?.basedOn }).then((entry) => {
      if (entry) this.#revisions.note(entry);
      return entry;
    });
    return this.#track(written);
  }

  remove(key: string): Promise<void> {
    const removed = this.#request(() => this.#stream.erase(key));
    return this.#track(removed.then(() => this.#revisions.forget(key)));
  }

  async recall(revision: number): Promise<void> {
    if (this.#generation.recall(revision, this.#gaps.complete)) this.#wakeUp.abort();
  }

  depart(agentId: string, page: PageId): void {
    // If it fails, the lease runs out.
    this.write(agentId, departure(page, wallClock())).catch(() => undefined);
  }

  /** Saves that have begun are still stored, if the cluster replies in time. */
  async close(): Promise<void> {
    await withTimeout(Promise.allSettled(this.#writes), CLOSE_MS).catch(() => undefined);
    this.#ended.abort();
    await this.#connection.leave();
  }

  async #readForWatch<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (failure) {
      // If it was for a watch, nothing else brings that up to date.
      if (isPhoneError(failure, 'unavailable')) {
        this.#needsCatchUp = true;
        if (this.#availability.isAvailable) this.#wakeUp.abort();
      }
      throw failure;
    }
  }

  async #agentKeys(): Promise<readonly string[]> {
    const listed = await this.#request(() => this.#stream.agentKeys());
    return [...new Set([...listed, ...this.#revisions.agentKeys()])];
  }

  async #readEach(keys: readonly string[]): Promise<readonly Entry[]> {
    const entries = await inParallel(keys, WIDTH, (key) => this.#get(key));
    return entries.filter((entry) => entry !== undefined);
  }

  #get(key: string, retry = this.#newRetry()): Promise<StoredEntry | undefined> {
    return this.#revisions.confirmed(key, () => this.#request(() => this.#stream.get(key), retry), retry);
  }

  #request<T>(ask: () => Promise<T>, retry = this.#newRetry()): Promise<T> {
    this.#markUsed();
    return retry.run(async () => {
      await this.#availability.whenAvailable();
      return ask();
    });
  }

  #newRetry(): Retry {
    return new Retry(this.#ended.signal);
  }

  #track<T>(written: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = written.catch(() => undefined).then(() => this.#writes.delete(settled));
    this.#writes.add(settled);
    return written;
  }

  #announce(entry: StoredEntry): void {
    if (entry.isErased) {
      this.#revisions.forget(entry.key);
      return this.#events.changed(entry.key, entry.revision, null);
    }
    this.#revisions.note(entry);
    this.#inFlight.see(entry);
    this.#events.changed(entry.key, entry.revision, entry);
  }

  /** Asks the leader for missed changes: at intervals, and whenever there may be some. */
  async #runHeartbeat(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      this.#wakeUp = new AbortController();
      if (this.#isIdle) await this.#disconnectUntilUsed();
      const pauseMs = this.#connection.isUp ? await this.#checkForChanges() : RETRY_MS;
      await delay(pauseMs, AbortSignal.any([signal, this.#wakeUp.signal]));
    }
  }

  get #isIdle(): boolean {
    const { watches, connectionWatchers } = this.#events;
    const isInUse = watches.size > 0 || connectionWatchers.size > 0 || this.#writes.size > 0;
    return !isInUse && monotonicNow() - this.#usedAt >= IDLE_MS;
  }

  /** Leaves the connection until the next request. */
  async #disconnectUntilUsed(): Promise<void> {
    this.#isDisconnected = true;
    this.#isSubscribed = () => false;
    this.#availability.reset();
    await this.#connection.leave();
    const { signal } = this.#wakeUp;
    const wakes = AbortSignal.any([signal, this.#ended.signal]);
    if (!wakes.aborted) await new Promise((resolve) => wakes.addEventListener('abort', resolve, { once: true }));
    this.#wakeUp = new AbortController();
    this.#isDisconnected = false;
    if (this.#ended.signal.aborted) return;
    this.#availability.reset();
    this.#isJustConnected = true;
    this.#connection.join();
  }

  #markUsed(): void {
    this.#usedAt = monotonicNow();
    if (this.#isDisconnected) this.#wakeUp.abort();
  }

  /** Returns after how many milliseconds the next check is due. */
  async #checkForChanges(): Promise<number> {
    try {
      await this.#newRetry().run(async () => {
        await this.#subscribe();
        // Changes that arrive meanwhile may be ahead of the leader's reply.
        const last = await this.#generation.check(this.#gaps.complete, () => this.#lastSequence());
        if (last >= this.#gaps.complete) await this.#gaps.catchUpTo(last);
      });
    } catch (failure) {
      this.#setOffline(asUnavailable(failure));
      return RETRY_MS;
    }
    if (!this.#connection.isUp) return RETRY_MS;
    this.#setOnline();
    await this.#clock.check(() => this.#stream.tick());
    const isJustConnected = this.#isJustConnected;
    this.#isJustConnected = false;
    return isJustConnected ? FIRST_HEARTBEAT_MS : HEARTBEAT_MS;
  }

  async #lastSequence(): Promise<number> {
    const ask = (): Promise<number> => this.#stream.lastSequence(this.#settings.replicas);
    const mayDiffer = this.#gaps.complete === 0 && this.#connection.isClustered;
    return mayDiffer ? agreedSequence(ask, this.#gaps, this.#ended.signal) : ask();
  }

  async #subscribe(): Promise<void> {
    if (this.#isSubscribed()) return;
    const { changes, stream } = this.#settings.names;
    this.#isSubscribed = await this.#connection.subscribe(`${changes}.>`, (message) => {
      const entry = this.#stream.entryIn(message);
      if (entry) this.#gaps.receive(entry);
      else this.#wakeUp.abort();
    });
    // Optional: a user who may not subscribe to it finds out by the heartbeat.
    const elected = `$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.${stream}`;
    await this.#connection.subscribe(elected, () => this.#wakeUp.abort()).catch(() => undefined);
  }

  #setOnline(): void {
    if (this.#ended.signal.aborted) return;
    const wasOffline = !this.#availability.isAvailable;
    this.#availability.restore();
    if (wasOffline) this.#events.connection({ state: 'online' });
    if (this.#needsCatchUp) this.#events.catchUp();
    this.#needsCatchUp = false;
  }

  #setOffline(reason: PhoneError): void {
    if (this.#ended.signal.aborted || this.#availability.reason?.message === reason.message) return;
    this.#availability.lose(reason);
    this.#events.connection({ state: 'offline', reason });
  }
}
