import { setMaxListeners } from 'node:events';
import type { PageId } from '../../model/agent.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { delay, monotonicNow, wallClock, withTimeout } from '../../platform/time.js';
import { departure } from '../documents/departure.js';
import type { Change, Entry, Backend, BackendEvents, Save } from '../documents/backend.js';
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
import { compareAndSet, type WritingParts } from './compare-and-set.js';

/** Where the account's stream is, and how it is made. */
export interface NatsBackendSettings extends ServerConnectionSettings {
  readonly names: SubjectNames;
  readonly replicas?: number;
}

/** How often the leader is asked for what may have been missed: a leader that dies may store without sending out. */
const HEARTBEAT_MS = 10_000;
/** The same just after a connection: its subscriptions need a moment to be known to all nodes. */
const FIRST_HEARTBEAT_MS = 1_000;
const RETRY_MS = 500;
const CLOSE_MS = 2_000;
/** A line that nobody watches, and that nobody has asked for so long, in milliseconds, lets go of its connection. */
const IDLE_MS = 600_000;
/** How many entries are asked for at a time. */
const WIDTH = 256;

/** One client's line to the stream of an account. */
export class NatsBackend implements Backend {
  readonly #settings: NatsBackendSettings;
  readonly #events: BackendEvents;
  readonly #ended = new AbortController();
  readonly #gate = new Availability(this.#ended.signal);
  readonly #revisions = new Revisions();
  readonly #own = new InFlightSaves();
  readonly #link: ConnectionShare;
  /** When somebody asked last. */
  #usedAt = monotonicNow();
  #isResting = false;
  readonly #stream: Stream;
  readonly #tide: SequenceGaps;
  readonly #clock: ClusterClock;
  readonly #generation: StreamGeneration;
  readonly #writing = new Set<Promise<unknown>>();
  #isListening: () => boolean = () => false;
  #isFresh = true;
  /** A watch could not be brought up to date. */
  #owesCatchUp = false;
  #nudge = new AbortController();

  constructor(settings: NatsBackendSettings, events: BackendEvents) {
    this.#settings = settings;
    this.#events = events;
    // Every call that waits listens to it: many of them are no leak.
    setMaxListeners(0, this.#ended.signal);
    this.#link = new ConnectionShare(settings, {
      up: () => {
        this.#isFresh = true;
        this.#nudge.abort();
      },
      down: (reason) => this.#shut(reason),
    });
    this.#stream = new Stream(this.#link, settings.names);
    this.#clock = new ClusterClock((seq) => this.#stream.storedAt(seq));
    this.#tide = new SequenceGaps({
      stream: this.#stream,
      announce: (entry) => this.#announce(entry),
      catchUp: events.catchUp,
      missed: () => this.#nudge.abort(),
    });
    this.#generation = new StreamGeneration(this.#stream, (generation, isAnother) => {
      if (isAnother) {
        this.#tide.restart();
        this.#revisions.clear();
      }
      events.generation(generation);
    });
    void this.#keep();
  }

  now(): number {
    return this.#clock.now();
  }

  read(key: string | undefined): Promise<readonly Entry[]> {
    return this.#owing(async () => this.#readEach(key === undefined ? await this.#agentKeys() : [key]));
  }

  async *readInBatches(): AsyncGenerator<readonly Entry[]> {
    const keys = await this.#owing(() => this.#agentKeys());
    for (let at = 0; at < keys.length; at += WIDTH) {
      yield await this.#owing(() => this.#readEach(keys.slice(at, at + WIDTH)));
    }
  }

  write(key: string, change: Change, save?: Save): Promise<Entry | undefined> {
    this.#use();
    const patience = this.#patience();
    const parts: WritingParts = {
      patience,
      own: this.#own,
      read: () => this.#get(key, patience),
      put: async (entry, expected) => {
        await this.#gate.pass();
        return this.#clock.timed(() => this.#stream.put(entry, expected));
      },
    };
    const written = compareAndSet(parts, { key, change, basedOn: save?.basedOn }).then((entry) => {
      if (entry) this.#revisions.note(entry);
      return entry;
    });
    return this.#remember(written);
  }

  remove(key: string): Promise<void> {
    const removed = this.#answer(() => this.#stream.erase(key));
    return this.#remember(removed.then(() => this.#revisions.forget(key)));
  }

  async recall(revision: number): Promise<void> {
    if (this.#generation.recall(revision, this.#tide.heard)) this.#nudge.abort();
  }

  depart(agentId: string, page: PageId): void {
    // Where it fails, the lease runs out.
    this.write(agentId, departure(page, wallClock())).catch(() => undefined);
  }

  /** What was begun is still stored, if the place answers. */
  async close(): Promise<void> {
    await withTimeout(Promise.allSettled(this.#writing), CLOSE_MS).catch(() => undefined);
    this.#ended.abort();
    await this.#link.leave();
  }

  async #owing<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (failure) {
      // Where it was a watch that asked, nobody else brings it up to date.
      if (isPhoneError(failure, 'unavailable')) {
        this.#owesCatchUp = true;
        if (this.#gate.isOpen) this.#nudge.abort();
      }
      throw failure;
    }
  }

  async #agentKeys(): Promise<readonly string[]> {
    const listed = await this.#answer(() => this.#stream.agentKeys());
    return [...new Set([...listed, ...this.#revisions.agentKeys()])];
  }

  async #readEach(keys: readonly string[]): Promise<readonly Entry[]> {
    const entries = await inParallel(keys, WIDTH, (key) => this.#get(key));
    return entries.filter((entry) => entry !== undefined);
  }

  #get(key: string, patience = this.#patience()): Promise<StoredEntry | undefined> {
    return this.#revisions.confirmed(key, () => this.#answer(() => this.#stream.get(key), patience), patience);
  }

  #answer<T>(ask: () => Promise<T>, patience = this.#patience()): Promise<T> {
    this.#use();
    return patience.until(async () => {
      await this.#gate.pass();
      return ask();
    });
  }

  #patience(): Retry {
    return new Retry(this.#ended.signal);
  }

  #remember<T>(written: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = written.catch(() => undefined).then(() => this.#writing.delete(settled));
    this.#writing.add(settled);
    return written;
  }

  #announce(entry: StoredEntry): void {
    if (entry.isErased) {
      this.#revisions.forget(entry.key);
      return this.#events.changed(entry.key, entry.revision, null);
    }
    this.#revisions.note(entry);
    this.#own.see(entry);
    this.#events.changed(entry.key, entry.revision, entry);
  }

  /** Keeps the line in order: asks the leader for missed changes now and then, and whenever there may be some. */
  async #keep(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      this.#nudge = new AbortController();
      if (this.#isIdle) await this.#rest();
      const pauseMs = this.#link.isUp ? await this.#check() : RETRY_MS;
      await delay(pauseMs, AbortSignal.any([signal, this.#nudge.signal]));
    }
  }

  get #isIdle(): boolean {
    const { watches, connectionWatchers } = this.#events;
    const isInUse = watches.size > 0 || connectionWatchers.size > 0 || this.#writing.size > 0;
    return !isInUse && monotonicNow() - this.#usedAt >= IDLE_MS;
  }

  /** Lets go of the connection until somebody asks again. */
  async #rest(): Promise<void> {
    this.#isResting = true;
    this.#isListening = () => false;
    this.#gate.rest();
    await this.#link.leave();
    const { signal } = this.#nudge;
    const wakes = AbortSignal.any([signal, this.#ended.signal]);
    if (!wakes.aborted) await new Promise((resolve) => wakes.addEventListener('abort', resolve, { once: true }));
    this.#nudge = new AbortController();
    this.#isResting = false;
    if (this.#ended.signal.aborted) return;
    this.#gate.rest();
    this.#isFresh = true;
    this.#link.join();
  }

  #use(): void {
    this.#usedAt = monotonicNow();
    if (this.#isResting) this.#nudge.abort();
  }

  /** Answers when the next check is due. */
  async #check(): Promise<number> {
    try {
      await this.#patience().until(async () => {
        await this.#listen();
        // What is heard while the leader answers may be ahead of its answer.
        const last = await this.#generation.check(this.#tide.heard, () => this.#lastSequence());
        if (last >= this.#tide.heard) await this.#tide.reach(last);
      });
    } catch (failure) {
      this.#shut(asUnavailable(failure));
      return RETRY_MS;
    }
    if (!this.#link.isUp) return RETRY_MS;
    this.#open();
    await this.#clock.look(() => this.#stream.tick());
    const isFresh = this.#isFresh;
    this.#isFresh = false;
    return isFresh ? FIRST_HEARTBEAT_MS : HEARTBEAT_MS;
  }

  async #lastSequence(): Promise<number> {
    const ask = (): Promise<number> => this.#stream.lastSequence(this.#settings.replicas);
    const mayDiffer = this.#tide.heard === 0 && this.#link.isClustered;
    return mayDiffer ? agreedSequence(ask, this.#tide, this.#ended.signal) : ask();
  }

  async #listen(): Promise<void> {
    if (this.#isListening()) return;
    const { changes, stream } = this.#settings.names;
    this.#isListening = await this.#link.listen(`${changes}.>`, (message) => {
      const entry = this.#stream.heard(message);
      if (entry) this.#tide.hear(entry);
      else this.#nudge.abort();
    });
    // A help, not a need: a user who may not hear it learns the same by the heartbeat.
    const elected = `$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.${stream}`;
    await this.#link.listen(elected, () => this.#nudge.abort()).catch(() => undefined);
  }

  #open(): void {
    if (this.#ended.signal.aborted) return;
    const wasShut = !this.#gate.isOpen;
    this.#gate.open();
    if (wasShut) this.#events.connection({ state: 'online' });
    if (this.#owesCatchUp) this.#events.catchUp();
    this.#owesCatchUp = false;
  }

  #shut(reason: PhoneError): void {
    if (this.#ended.signal.aborted || this.#gate.reason?.message === reason.message) return;
    this.#gate.shut(reason);
    this.#events.connection({ state: 'offline', reason });
  }
}
