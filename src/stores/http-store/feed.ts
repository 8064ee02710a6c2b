import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { ACCOUNT_KEY, type Entry } from '../place/place.js';
import type { Watch } from '../place/watch.js';
import { agentPath } from '../status-protocol.js';
import { readStream, type News } from './event-stream.js';
import type { Link } from './link.js';
import { linkedAbort } from './linked-abort.js';
import type { Pauses } from './pauses.js';
import { unavailable } from './refusals.js';
import type { Requests } from './requests.js';
import type { ServerClock } from './server-clock.js';
import { takeTurns } from './turns.js';

/** A stream that has worked for so long, in milliseconds, is opened again at once when it ends. */
const SOUND_MS = 5_000;
/** What was refused is tried again after so many milliseconds: rights come and go. */
const REFUSED_MS = 30_000;

/** One watcher's account, and a way to tell it that its watch cannot go on. */
export interface HeldWatch extends Watch {
  fail(error: PhoneError): void;
}

/** What a feed needs of its store. */
export interface FeedHost {
  readonly requests: Requests;
  readonly clock: ServerClock;
  readonly link: Link;
  readonly pauses: Pauses;
  /** The present entry of that key, or those of all agents. */
  readonly entries: (key: string | undefined) => Promise<readonly Entry[]>;
  /** What the pages that may share the feed of that key call it; `undefined` where there are none. */
  sharedName(key: string | undefined): Promise<string | undefined>;
  /** The locks cannot be used here. */
  readAlone(): void;
  /** The feed is refused, or no longer. */
  refused(feed: Feed, isRefused: boolean): void;
}

/**
 * What the server says of one key: an agent's and the account's entries, those of all agents and the account's, or the account's
 * alone. It goes on until it is ended, whatever happens to its connections.
 */
export class Feed {
  /** As a watch names what it watches. */
  readonly key: string | undefined;
  readonly #host: FeedHost;
  readonly #ended = new AbortController();
  readonly #watches = new Set<HeldWatch>();
  /** The newest read for each watch; an earlier one may have missed something. */
  readonly #reads = new Map<HeldWatch, object>();
  /** Those who have heard all since the stream was opened. */
  #complete: readonly HeldWatch[] = [];
  #hasBegun = false;
  #failures = 0;

  constructor(key: string | undefined, host: FeedHost) {
    this.key = key;
    this.#host = host;
    void this.#run();
  }

  join(watch: HeldWatch): void {
    if (this.#watches.has(watch)) return;
    this.#watches.add(watch);
    if (this.#hasBegun) void this.#catchUp(watch);
  }

  leave(watch: HeldWatch): void {
    this.#watches.delete(watch);
    this.#reads.delete(watch);
  }

  end(): void {
    this.#ended.abort();
    this.#host.link.dropped(this);
  }

  async #run(): Promise<void> {
    const { pauses, link } = this.#host;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#begin(signal);
      } catch (error) {
        if (signal.aborted) return;
        const isRefused = isPhoneError(error) && error.code !== 'unavailable';
        if (isRefused) this.#refuse(error);
        else if (isPhoneError(error)) link.lost(this, error);
        else this.#host.readAlone();
        await (isRefused ? pauses.for(REFUSED_MS, signal) : pauses.after(this.#failures++, signal));
      }
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const name = await this.#host.sharedName(this.key);
    if (signal.aborted) return;
    this.#failures = 0;
    if (name === undefined) return this.#read({ post: () => undefined, signal });
    await takeTurns({
      name,
      ended: signal,
      lead: (post, leading) => this.#read({ post, signal: leading, name }),
      follow: () => {
        this.#hasBegun = true;
        for (const watch of this.#watches) void this.#catchUp(watch);
      },
      hear: (news) => this.#hear(news),
    });
  }

  /** Reads one stream after another, until the signal. Rejects where the server refuses it, and where its name has changed. */
  async #read({ post, signal, name }: Reading): Promise<void> {
    const { clock, link, pauses } = this.#host;
    let soundFrom = Infinity;
    const tell = (news: News): void => {
      if (news.ready) soundFrom = clock.steady() + SOUND_MS;
      this.#hear(news);
      post(news);
    };
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        // Another token may speak for somebody else.
        if (failures > 0 && name !== undefined && (await this.#host.sharedName(this.key)) !== name) return;
        await this.#readOnce(tell, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isPhoneError(error, 'unavailable')) throw error;
        link.lost(this, error);
        post({ lost: true });
      }
      if (clock.steady() > soundFrom) failures = 0;
      soundFrom = Infinity;
      await pauses.after(failures, signal);
    }
  }

  async #readOnce(tell: (news: News) => void, signal: AbortSignal): Promise<void> {
    const attempt = linkedAbort(signal);
    try {
      const body = await this.#host.requests.open(streamPath(this.key), attempt.signal);
      tell({ opened: true });
      await readStream(body, tell, attempt.signal);
    } catch (cause) {
      throw isPhoneError(cause) ? cause : unavailable(cause);
    } finally {
      attempt.abort();
    }
  }

  #hear({ opened, entries, ready, now, lost }: News): void {
    const { link, clock } = this.#host;
    if (this.#ended.signal.aborted) return;
    if (lost) return link.lost(this, unavailable('its stream was lost'));
    link.heard(this);
    clock.hear(now);
    if (opened) {
      this.#hasBegun = true;
      this.#complete = [...this.#watches];
      this.#host.refused(this, false);
    }
    if (Array.isArray(entries)) for (const watch of this.#watches) watch.tell(entries);
    if (ready) for (const watch of this.#complete) watch.ready();
  }

  /** Reads for a watch that has not heard the stream from its beginning. */
  async #catchUp(watch: HeldWatch): Promise<void> {
    const { entries, pauses } = this.#host;
    const { signal } = this.#ended;
    const read = {};
    this.#reads.set(watch, read);
    const isWanted = (): boolean => this.#reads.get(watch) === read && !signal.aborted;
    for (let failures = 0; isWanted(); failures += 1) {
      try {
        watch.tell(await entries(watch.key));
        return isWanted() ? watch.ready() : undefined;
      } catch (error) {
        if (isPhoneError(error, 'unavailable')) await pauses.after(failures, signal);
        else {
          watch.fail(error as PhoneError);
          await pauses.for(REFUSED_MS, signal);
        }
      }
    }
  }

  #refuse(error: PhoneError): void {
    this.#host.link.heard(this);
    this.#host.refused(this, true);
    for (const watch of this.#watches) if (watch.key === this.key) watch.fail(error);
  }
}

interface Reading {
  readonly post: (news: News) => void;
  readonly signal: AbortSignal;
  /** As long as the pages share under it. */
  readonly name?: string;
}

function streamPath(key: string | undefined): string {
  if (key === undefined) return 'agents/stream';
  return key === ACCOUNT_KEY ? 'account/stream' : `agents/${agentPath(key)}/stream`;
}
