import { ACCOUNT_KEY } from '../place/place.js';
import { Feed, type FeedHost, type HeldWatch } from './feed.js';

type Key = HeldWatch['key'];

/**
 * Decides which feeds there are: as few as tell every watch what it wants. All agents' feed tells of each of them, and each
 * agent's feed tells of the account. One that is refused carries nobody else's watch.
 */
export class Feeds {
  readonly #host: FeedHost;
  readonly #isConnectionWatched: () => boolean;
  readonly #watches = new Set<HeldWatch>();
  readonly #feeds = new Map<Key, Feed>();
  readonly #refused = new Set<Key>();
  #isPlanned = false;
  #isAway = false;

  constructor(host: Omit<FeedHost, 'refused'>, isConnectionWatched: () => boolean) {
    this.#isConnectionWatched = isConnectionWatched;
    this.#host = {
      ...host,
      refused: ({ key }, isRefused) => {
        if (this.#refused.has(key) === isRefused) return;
        if (isRefused) this.#refused.add(key);
        else this.#refused.delete(key);
        this.plan();
      },
    };
  }

  add(watch: HeldWatch): void {
    this.#watches.add(watch);
    this.plan();
  }

  remove(watch: HeldWatch): void {
    watch.end();
    this.#watches.delete(watch);
    for (const feed of this.#feeds.values()) feed.leave(watch);
    this.plan();
  }

  /** Decides anew, once whoever begins or ends several watches has done so. */
  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#arrange();
    });
  }

  /** While a page is kept without running, it reads nothing, so that another one may. */
  setAway(isAway: boolean): void {
    this.#isAway = isAway;
    this.#arrange();
  }

  close(): void {
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
    this.setAway(true);
  }

  #arrange(): void {
    const watches = this.#isAway ? [] : [...this.#watches];
    const wanted = new Set<Key>(watches.map(({ key }) => key));
    // Where nothing else is watched, the loss of the connection shows by the account's stream.
    if (!this.#isAway && this.#isConnectionWatched()) wanted.add(ACCOUNT_KEY);
    const needed = new Set([...wanted].map((key) => this.#carrier(key, wanted)));
    for (const key of wanted) if (this.#refused.has(key)) needed.add(key);
    for (const [key, feed] of this.#feeds) {
      if (needed.has(key)) continue;
      this.#feeds.delete(key);
      this.#refused.delete(key);
      feed.end();
    }
    for (const key of needed) if (!this.#feeds.has(key)) this.#feeds.set(key, new Feed(key, this.#host));
    for (const watch of watches) {
      const carrier = this.#carrier(watch.key, wanted);
      for (const [key, feed] of this.#feeds) {
        if (key === carrier) feed.join(watch);
        // One that was refused goes on trying for its own.
        else if (key !== watch.key) feed.leave(watch);
      }
    }
  }

  /** The feed that tells of that key. */
  #carrier(key: Key, wanted: ReadonlySet<Key>): Key {
    const mayCarry = (candidate: Key): boolean => wanted.has(candidate) && !this.#refused.has(candidate);
    if (mayCarry(undefined)) return undefined;
    if (key !== ACCOUNT_KEY) return key;
    return [...wanted].find((candidate) => candidate !== ACCOUNT_KEY && mayCarry(candidate)) ?? ACCOUNT_KEY;
  }
}
