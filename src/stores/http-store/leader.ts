import { SILENCE_MS } from '../status-protocol.js';
import type { News } from './event-stream.js';
import { linkedAbort } from '../../platform/abort.js';

/** A page's part in reading a stream together with the other pages of this browser. */
export interface Turns {
  /** Reads the stream, for itself and for those who hear `post`, until the signal; rejecting hands it over to another page. */
  lead(post: (news: News) => void, signal: AbortSignal, name: string): Promise<void>;
  /** Another page reads the stream, and is heard from now on. */
  follow(): void;
  hear(news: News): void;
}

/** Whether this browser tells its pages of each other. */
export function canTakeTurns(): boolean {
  // Of servers and workers each has a stream of its own: nobody counts their connections.
  return !!globalThis.document && !!navigator.locks;
}

/**
 * Has one page read for all that give the same name: the one that holds the lock of that name. When it goes, the next one takes
 * over; when it is silent for too long, as a frozen page is, the lock is taken from it. Settles as `lead` does, or when it is
 * ended.
 */
export async function takeTurns(name: string, turns: Turns, ended: AbortSignal): Promise<void> {
  const channel = new BroadcastChannel(name);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const take = async (options: LockOptions): Promise<void> => {
    const turn = linkedAbort(ended);
    try {
      await navigator.locks.request(name, options, async (lock) => {
        if (!lock) return;
        clearTimeout(timer);
        channel.onmessage = null;
        await turns.lead((news) => channel.postMessage(news), turn.signal, name);
        isOver = true;
      });
    } catch (error) {
      // Another page has taken the lock away, or nobody waits for it any more.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    } finally {
      turn.abort();
    }
  };
  try {
    await take({ ifAvailable: true });
    while (!isOver && !ended.aborted) {
      const waiting = linkedAbort(ended);
      let isSilent = false;
      const giveUp = (): void => {
        isSilent = true;
        waiting.abort();
      };
      const heard = (isLost?: boolean): void => {
        clearTimeout(timer);
        // Who has lost the stream says nothing while it waits to try again. Not all pages give up at once.
        timer = setTimeout(giveUp, SILENCE_MS * (isLost ? 4 : 1) * (1 + Math.random() / 10));
      };
      channel.onmessage = ({ data }) => {
        const news = Object(data) as News;
        heard(news.lost);
        turns.hear(news);
      };
      heard();
      turns.follow();
      await take({ signal: waiting.signal });
      waiting.abort();
      if (isSilent) await take({ steal: true });
    }
  } finally {
    clearTimeout(timer);
    channel.close();
  }
}
