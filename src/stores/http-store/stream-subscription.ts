import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { Entry } from '../documents/backend.js';
import type { Telling, Watch } from '../documents/entry-watch.js';
import { readStream, type News } from './event-stream.js';
import { linkedAbort } from '../../platform/abort.js';
import type { Pauses } from './pauses.js';
import { unavailable } from './http-errors.js';
import type { HttpClient } from './http-client.js';
import { canTakeTurns, takeTurns, type Turns } from './leader.js';

/** A stream that has worked for so long, in milliseconds, is opened again at once when it ends. */
const SOUND_MS = 5_000;

/** What a feed needs of its line. */
export interface SubscriptionOwner {
  readonly requests: HttpClient;
  readonly pauses: Pauses;
  read(key: string | undefined): Promise<readonly Entry[]>;
  /** What the pages that may share the feed of that key call it. */
  sharedName(key: string | undefined): Promise<string>;
  /** The place's generation, as it was told last. */
  readonly generation: string | undefined;
  /** Takes the generation that a feed was told; answers whether it is another one than before. */
  learn(generation: string | undefined, by: StreamSubscription): boolean;
  /** What is known of the place: `?known=…`, or nothing. */
  known(): string;
  /** What became of an attempt of that feed: it works, or why it does not. */
  note(feed: object, trouble?: PhoneError): void;
  /** The feed is refused, or no longer: another one may have to carry its watches. */
  plan(): void;
}

/**
 * What the server says of one key: an agent's and the account's entries, those of all agents and the account's, or the account's
 * alone. It goes on until it is ended, whatever happens to its connections.
 */
export class StreamSubscription implements Turns {
  /** The server has refused it, and has not opened its stream since: it carries nobody else's watch. */
  isRefused = false;
  /** As a watch names what it watches. */
  readonly #key: string | undefined;
  /** Below the server's address. */
  readonly #path: string;
  readonly #line: SubscriptionOwner;
  readonly #ended = new AbortController();
  /** The newest read for each that has not heard the stream from its beginning; an earlier one goes on no more. */
  #watches = new Map<Watch, Telling | undefined>();
  #hasBegun = false;
  /** In a row, since its stream was last opened. */
  #failures = 0;
  /** What came since the stream was opened, and to whom, until it is ready. */
  #opening: { readonly entries: Entry[]; readonly tellings: ReadonlyMap<Watch, Telling> } | undefined;
  /** Ends the stream that is read here. */
  #attempt: AbortController | undefined;

  constructor(key: string | undefined, path: string, line: SubscriptionOwner) {
    this.#key = key;
    this.#path = path;
    this.#line = line;
    void this.#run();
  }

  /** Tells these watches from now on, and no others. */
  carry(watches: readonly Watch[]): void {
    const before = this.#watches;
    this.#watches = new Map(watches.map((watch) => [watch, before.get(watch)]));
    for (const watch of watches) if (this.#hasBegun && !before.has(watch)) void this.#catchUp(watch);
  }

  end(): void {
    this.#ended.abort();
    this.#watches.clear();
  }

  /** What the stream tells belongs to another generation of the place. */
  reopen(): void {
    if (this.#attempt) this.#attempt.abort();
    else if (this.#hasBegun) this.follow();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    let canShare = canTakeTurns();
    while (!signal.aborted) {
      try {
        const name = canShare && (await this.#line.sharedName(this.#key));
        if (signal.aborted) return;
        await (name ? takeTurns(name, this, signal) : this.lead(() => {}, signal));
      } catch (error) {
        if (signal.aborted) return;
        // The locks cannot be used here.
        if (!isPhoneError(error)) canShare = false;
        else if (error.code === 'unavailable') this.#line.note(this, error);
        else this.#refuse(error);
        await this.#line.pauses.after(this.#failures++, signal, error);
      }
    }
  }

  /** Reads one stream after another, until the signal. Rejects where the server refuses it, and ends where its name has changed. */
  async lead(post: (news: News) => void, signal: AbortSignal, name?: string): Promise<void> {
    const { requests, pauses } = this.#line;
    let soundFrom = Infinity;
    let generation: string | undefined;
    const tell = (heard: News): void => {
      if (heard.ready) soundFrom = requests.clock.steady() + SOUND_MS;
      generation = heard.opened ? undefined : (heard.generation ?? generation);
      const news = { ...heard, generation };
      this.hear(news);
      post(news);
    };
    for (let failures = 0; !signal.aborted; failures += 1) {
      let lost: unknown;
      try {
        // Another token may speak for somebody else.
        if (failures && name && (await this.#line.sharedName(this.#key)) !== name) return;
        await this.#read(tell, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isPhoneError(error, 'unavailable')) throw error;
        lost = error;
        this.#line.note(this, error);
        post({ lost: true });
      }
      if (requests.clock.steady() > soundFrom) failures = 0;
      soundFrom = Infinity;
      await pauses.after(failures, signal, lost);
    }
  }

  async #read(tell: (news: News) => void, signal: AbortSignal): Promise<void> {
    const attempt = linkedAbort(signal);
    this.#attempt = attempt;
    try {
      const body = await this.#line.requests.open(`${this.#path}/stream${this.#line.known()}`, attempt.signal);
      tell({ opened: true });
      await readStream(body, (news) => attempt.signal.aborted || tell(news), attempt.signal);
    } finally {
      attempt.abort();
      this.#attempt = undefined;
    }
  }

  follow(): void {
    this.#hasBegun = true;
    for (const watch of this.#watches.keys()) void this.#catchUp(watch);
  }

  hear({ opened, entries = [], gone = [], ready, generation, now, lost }: News): void {
    if (this.#ended.signal.aborted) return;
    if (lost) return this.#line.note(this, unavailable('its stream was lost'));
    this.#line.note(this);
    this.#line.requests.clock.hear(now);
    if (opened) this.#open();
    // Another page's stream may still tell of the generation before.
    if (!ready && generation !== undefined && generation !== this.#line.generation) return;
    for (const { key, revision } of gone) for (const watch of this.#watches.keys()) watch.gone(key, revision);
    for (const watch of this.#watches.keys()) (this.#opening?.tellings.get(watch) ?? watch).tell(entries);
    this.#opening?.entries.push(...entries);
    if (ready) this.#ready(generation);
  }

  #open(): void {
    this.#hasBegun = true;
    this.isRefused = false;
    this.#failures = 0;
    this.#line.pauses.relent();
    const watches = [...this.#watches.keys()];
    this.#opening = { entries: [], tellings: new Map(watches.map((watch) => [watch, watch.begin()])) };
    this.#watches = new Map(watches.map((watch) => [watch, undefined]));
    this.#line.plan();
  }

  #ready(generation: string | undefined): void {
    const opening = this.#opening;
    this.#opening = undefined;
    const isAnother = this.#line.learn(generation, this);
    if (!opening) return isAnother ? this.follow() : undefined;
    if (!isAnother) return opening.tellings.forEach((telling) => telling.ready(generation));
    for (const watch of this.#watches.keys()) {
      const telling = watch.begin();
      telling.tell(opening.entries);
      telling.ready(generation);
      this.#watches.set(watch, undefined);
    }
  }

  /** Reads for a watch that has not heard the stream from its beginning. */
  async #catchUp(watch: Watch): Promise<void> {
    const telling = watch.begin();
    this.#watches.set(watch, telling);
    for (let failures = 0; this.#watches.get(watch) === telling; failures += 1) {
      try {
        telling.tell(await this.#line.read(watch.key));
        telling.ready(this.#line.generation);
        if (this.#watches.get(watch) === telling) this.#watches.set(watch, undefined);
        return;
      } catch (error) {
        if (!isPhoneError(error, 'unavailable')) watch.fail(error as PhoneError);
        await this.#line.pauses.after(failures, this.#ended.signal, error);
      }
    }
  }

  #refuse(error: PhoneError): void {
    this.isRefused = true;
    this.#line.note(this);
    this.#line.plan();
    for (const watch of this.#watches.keys()) if (watch.key === this.#key) watch.fail(error);
  }
}
