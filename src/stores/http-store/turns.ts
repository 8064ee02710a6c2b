import { SILENCE_MS } from '../status-protocol.js';
import type { News } from './event-stream.js';
import { linkedAbort } from './linked-abort.js';

/** Who has lost the stream says nothing while it waits to try again; so long, in milliseconds, it may. */
const LOST_MS = 4 * SILENCE_MS;

/** A page's part in reading a stream together with the other pages of this browser. */
export interface Turns {
  /** The pages that give the same name share the stream. */
  readonly name: string;
  readonly ended: AbortSignal;
  /** Reads the stream, for itself and for those who hear `post`, until the signal; rejecting hands it over to another page. */
  lead(post: (news: News) => void, signal: AbortSignal): Promise<void>;
  /** Another page reads the stream, and is heard from now on. */
  follow(): void;
  hear(news: News): void;
}

/** Whether this browser tells its pages of each other. */
export function canTakeTurns(): boolean {
  // Of servers and workers each has a stream of its own: nobody counts their connections.
  return typeof document === 'object' && typeof BroadcastChannel === 'function' && !!globalThis.navigator?.locks;
}

/** How a turn ended: `over` where there is no more to come, `silent` where the page whose turn it is says nothing. */
type End = 'over' | 'silent' | 'taken';

/**
 * Has one page read for all: the one that holds the lock of that name. When it goes, the next one takes over; when it is silent
 * for too long, as a frozen page is, the lock is taken from it. Settles as `lead` does, or when it is ended.
 */
export async function takeTurns(turns: Turns): Promise<void> {
  const channel = new BroadcastChannel(turns.name);
  try {
    let end = await take(turns, channel, { ifAvailable: true });
    while (end !== 'over' && !turns.ended.aborted) {
      end = end === 'silent' ? await take(turns, channel, { steal: true }) : await wait(turns, channel);
    }
  } finally {
    channel.close();
  }
}

async function take({ name, ended, lead }: Turns, channel: BroadcastChannel, options: LockOptions): Promise<End> {
  const leading = linkedAbort(ended);
  let end: End = 'taken';
  try {
    await navigator.locks.request(name, options, async (lock) => {
      if (!lock) return;
      channel.onmessage = null;
      await lead((news) => channel.postMessage(news), leading.signal);
      end = 'over';
    });
  } catch (error) {
    // Another page has taken the lock away, or nobody waits for it any more.
    if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
  } finally {
    leading.abort();
  }
  return end;
}

/** Hears the page whose turn it is, until the own turn has come and ended. */
async function wait(turns: Turns, channel: BroadcastChannel): Promise<End> {
  const waiting = linkedAbort(turns.ended);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSilent = false;
  const beSilent = (): void => {
    isSilent = true;
    waiting.abort();
  };
  const heard = (isLost?: boolean): void => {
    clearTimeout(timer);
    // Not all pages at once.
    timer = setTimeout(beSilent, (isLost ? LOST_MS : SILENCE_MS) * (1 + Math.random() / 10));
  };
  const lead: Turns['lead'] = (post, signal) => {
    clearTimeout(timer);
    return turns.lead(post, signal);
  };
  channel.onmessage = ({ data }) => {
    const news = Object(data) as News;
    heard(news.lost);
    turns.hear(news);
  };
  heard();
  turns.follow();
  try {
    const end = await take({ ...turns, lead }, channel, { signal: waiting.signal });
    return isSilent ? 'silent' : end;
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}
