import { isPhoneError, type PhoneError } from '../../model/errors.js';
import type { Entry } from '../place/place.js';
import type { Watch } from '../place/watch.js';
import { readStream, type News } from './event-stream.js';
import { linkedAbort } from './linked-abort.js';
import type { Pauses } from './pauses.js';
import { unavailable } from './refusals.js';
import type { Requests } from './requests.js';
import { canTakeTurns, takeTurns, type Turns } from './turns.js';

/** A stream that has worked for so long, in milliseconds, is opened again at once when it ends. */
const SOUND_MS = 5_000;

/** What a feed needs of its line. */
export interface FeedLine {
  readonly requests: Requests;
  readonly pauses: Pauses;
  read(key: string | undefined): Promise<readonly Entry[]>;
  /** What the pages that may share the feed of that key call it. */
  sharedName(key: string | undefined): Promise<string>;
  /** What became of an attempt of that feed: it works, or why it does not. */
  note(feed: object, trouble?: PhoneError): void;
  /** The feed is refused, or no longer: another one may have to carry its watches. */
  plan(): void;
}

/**
 * What the server says of one key: an agent's and the account's entries, those of all agents and the account's, or the account's
 * alone. It goes on until it is ended, whatever happens to its connections.
 */
export class Feed implements Turns {
  /** The server has refused it, and has not opened its stream since: it carries nobody else's watch. */
  isRefused = false;
  /** As a watch names what it watches. */
  readonly #key: string | undefined;
  /** Below the server's address. */
  readonly #path: string;
  readonly #line: FeedLine;
  readonly #ended = new AbortController();
  /** The newest read for each that has not heard the stream from its beginning; an earlier one goes on no more. */
  #watches = new Map<Watch, object | undefined>();
  #hasBegun = false;
  /** In a row, since its stream was last opened. */
  #failures = 0;

  constructor(key: string | undefined, path: string, line: FeedLine) {
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
    const tell = (news: News): void => {
      if (news.ready) soundFrom = requests.clock.steady() + SOUND_MS;
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
    try {
      const body = await this.#line.requests.open(`${this.#path}/stream`, attempt.signal);
      tell({ opened: true });
      await readStream(body, tell, attempt.signal);
    } finally {
      attempt.abort();
    }
  }

  follow(): void {
    this.#hasBegun = true;
    for (const watch of this.#watches.keys()) void this.#catchUp(watch);
  }

  hear({ opened, entries, ready, now, lost }: News): void {
    if (this.#ended.signal.aborted) return;
    if (lost) return this.#line.note(this, unavailable('its stream was lost'));
    this.#line.note(this);
    this.#line.requests.clock.hear(now);
    if (opened) {
      this.#hasBegun = true;
      this.isRefused = false;
      this.#failures = 0;
      this.#line.pauses.relent();
      this.#line.plan();
    }
    for (const [watch, read] of this.#watches) {
      if (opened && read) this.#watches.set(watch, undefined);
      if (entries) watch.tell(entries);
      if (ready && !read) watch.ready();
    }
  }

  /** Reads for a watch that has not heard the stream from its beginning. */
  async #catchUp(watch: Watch): Promise<void> {
    const read = {};
    this.#watches.set(watch, read);
    for (let failures = 0; this.#watches.get(watch) === read; failures += 1) {
      try {
        watch.tell(await this.#line.read(watch.key));
        return watch.ready();
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
