import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { linkedAbort } from '../../platform/abort.js';
import type { RetryPauses } from '../../platform/backoff.js';
import type { Entry } from '../documents/entry.js';
import type { Snapshot, Watch } from '../documents/entry-watch.js';
import { readStream, type StreamUpdate } from './event-stream.js';
import type { HttpClient } from './http-client.js';
import { unavailable } from './http-errors.js';
import { canShareStreams, leadOrFollow, type Candidate } from './leader.js';

/** A stream that has worked for this long, in milliseconds, is opened again at once when it ends. */
const SOUND_MS = 5_000;

/** What a subscription needs of its backend. */
export interface SubscriptionOwner {
  readonly client: HttpClient;
  readonly pauses: RetryPauses;
  read(key: string | undefined): Promise<readonly Entry[]>;
  /** The name under which pages may share the stream of that key: equal for all that are signed in alike. */
  sharedName(key: string | undefined): Promise<string>;
  /** The generation of the server's store, as it was named last. */
  readonly generation: string | undefined;
  /** Takes the generation that a stream named; returns whether it replaces another one. */
  noteGeneration(generation: string | undefined, by: StreamSubscription): boolean;
  /** The query that says what is known already: `?known=…`, or an empty text. */
  knownQuery(): string;
  /** An attempt of that subscription succeeded, or failed with that error. */
  reportAttempt(subscription: object, error?: PhoneError): void;
  /** The subscription is refused, or no longer: another one may have to serve its watches. */
  watchesChanged(): void;
}

/**
 * A subscription to one of the server's streams: of one agent and the account, of all agents and the account, or of the account
 * alone. It reconnects until it is ended.
 */
export class StreamSubscription implements Candidate {
  /** The server has refused it, and has not opened its stream since: it serves no watches of other keys. */
  isRefused = false;
  /** The key of its watches; `undefined` means all agents. */
  readonly #key: string | undefined;
  /** Below the server's address. */
  readonly #path: string;
  readonly #owner: SubscriptionOwner;
  readonly #ended = new AbortController();
  /** With the latest snapshot of each watch that has missed the beginning of the stream; earlier snapshots are abandoned. */
  #watches = new Map<Watch, Snapshot | undefined>();
  #hasBegun = false;
  /** In a row, since its stream was last opened. */
  #failures = 0;
  /** While the stream says what is present: what has come so far, and the snapshots that it belongs to. */
  #opening: { readonly entries: Entry[]; readonly snapshots: ReadonlyMap<Watch, Snapshot> } | undefined;
  /** Aborts the stream that this page reads. */
  #attempt: AbortController | undefined;

  constructor(key: string | undefined, path: string, owner: SubscriptionOwner) {
    this.#key = key;
    this.#path = path;
    this.#owner = owner;
    void this.#run();
  }

  /** Serves these watches from now on, and no others. */
  serve(watches: readonly Watch[]): void {
    const before = this.#watches;
    this.#watches = new Map(watches.map((watch) => [watch, before.get(watch)]));
    for (const watch of watches) if (this.#hasBegun && !before.has(watch)) void this.#catchUp(watch);
  }

  end(): void {
    this.#ended.abort();
    this.#watches.clear();
  }

  /** The store's generation has changed: begins again. */
  reopen(): void {
    if (this.#attempt) this.#attempt.abort();
    else if (this.#hasBegun) this.follow();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    let canShare = canShareStreams();
    while (!signal.aborted) {
      try {
        const name = canShare && (await this.#owner.sharedName(this.#key));
        if (signal.aborted) return;
        await (name ? leadOrFollow(name, this, signal) : this.lead(() => {}, signal));
      } catch (error) {
        if (signal.aborted) return;
        // The browser forbids locks here.
        if (!isPhoneError(error)) canShare = false;
        else if (error.code === 'unavailable') this.#owner.reportAttempt(this, error);
        else this.#refuse(error);
        await this.#owner.pauses.after(this.#failures++, signal, error);
      }
    }
  }

  /** Reads one stream after another, until the signal. Rejects when the server refuses; returns when its name has changed. */
  async lead(post: (update: StreamUpdate) => void, signal: AbortSignal, name?: string): Promise<void> {
    const { client, pauses } = this.#owner;
    let soundFrom = Infinity;
    let generation: string | undefined;
    const publish = (received: StreamUpdate): void => {
      if (received.ready) soundFrom = client.clock.steady() + SOUND_MS;
      generation = received.opened ? undefined : (received.generation ?? generation);
      const update = { ...received, generation };
      this.onUpdate(update);
      post(update);
    };
    for (let failures = 0; !signal.aborted; failures += 1) {
      let lost: unknown;
      try {
        // A new token may be somebody else's.
        if (failures && name && (await this.#owner.sharedName(this.#key)) !== name) return;
        await this.#read(publish, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isPhoneError(error, 'unavailable')) throw error;
        lost = error;
        this.#owner.reportAttempt(this, error);
        post({ lost: true });
      }
      if (client.clock.steady() > soundFrom) failures = 0;
      soundFrom = Infinity;
      await pauses.after(failures, signal, lost);
    }
  }

  async #read(publish: (update: StreamUpdate) => void, signal: AbortSignal): Promise<void> {
    const attempt = linkedAbort(signal);
    this.#attempt = attempt;
    try {
      const body = await this.#owner.client.open(`${this.#path}/stream${this.#owner.knownQuery()}`, attempt.signal);
      publish({ opened: true });
      await readStream(body, (update) => attempt.signal.aborted || publish(update), attempt.signal);
    } finally {
      attempt.abort();
      this.#attempt = undefined;
    }
  }

  follow(): void {
    this.#hasBegun = true;
    for (const watch of this.#watches.keys()) void this.#catchUp(watch);
  }

  onUpdate({ opened, entries = [], gone = [], ready, generation, now, lost }: StreamUpdate): void {
    if (this.#ended.signal.aborted) return;
    if (lost) return this.#owner.reportAttempt(this, unavailable('its stream was lost'));
    this.#owner.reportAttempt(this);
    this.#owner.client.clock.hear(now);
    if (opened) this.#open();
    // Another page's stream may still be in the generation before.
    if (!ready && generation !== undefined && generation !== this.#owner.generation) return;
    for (const { key, revision } of gone) for (const watch of this.#watches.keys()) watch.gone(key, revision);
    for (const watch of this.#watches.keys()) (this.#opening?.snapshots.get(watch) ?? watch).deliver(entries);
    this.#opening?.entries.push(...entries);
    if (ready) this.#ready(generation);
  }

  #open(): void {
    this.#hasBegun = true;
    this.isRefused = false;
    this.#failures = 0;
    this.#owner.pauses.retryRefused();
    const watches = [...this.#watches.keys()];
    this.#opening = { entries: [], snapshots: new Map(watches.map((watch) => [watch, watch.beginSnapshot()])) };
    this.#watches = new Map(watches.map((watch) => [watch, undefined]));
    this.#owner.watchesChanged();
  }

  #ready(generation: string | undefined): void {
    const opening = this.#opening;
    this.#opening = undefined;
    const isAnother = this.#owner.noteGeneration(generation, this);
    if (!opening) return isAnother ? this.follow() : undefined;
    if (!isAnother) return opening.snapshots.forEach((snapshot) => snapshot.complete(generation));
    for (const watch of this.#watches.keys()) {
      const snapshot = watch.beginSnapshot();
      snapshot.deliver(opening.entries);
      snapshot.complete(generation);
      this.#watches.set(watch, undefined);
    }
  }

  /** Reads for a watch that has missed the beginning of the stream. */
  async #catchUp(watch: Watch): Promise<void> {
    const snapshot = watch.beginSnapshot();
    this.#watches.set(watch, snapshot);
    for (let failures = 0; this.#watches.get(watch) === snapshot; failures += 1) {
      try {
        snapshot.deliver(await this.#owner.read(watch.key));
        snapshot.complete(this.#owner.generation);
        if (this.#watches.get(watch) === snapshot) this.#watches.set(watch, undefined);
        return;
      } catch (error) {
        if (!isPhoneError(error, 'unavailable')) watch.fail(error as PhoneError);
        await this.#owner.pauses.after(failures, this.#ended.signal, error);
      }
    }
  }

  #refuse(error: PhoneError): void {
    this.isRefused = true;
    this.#owner.reportAttempt(this);
    this.#owner.watchesChanged();
    for (const watch of this.#watches.keys()) if (watch.key === this.#key) watch.fail(error);
  }
}
