import { linkedAbort } from '../../platform/abort.js';
import { openChannel } from '../../platform/channel.js';
import { hasLocks, requestLock } from '../../platform/locks.js';
import { startTimer } from '../../platform/time.js';
import { SILENCE_MS } from '../status-protocol.js';
import type { StreamUpdate } from './event-stream.js';

/** A page that reads a stream together with the other pages of this browser. */
export interface Candidate {
  /**
   * Reads the stream, for itself and for those who hear `post`, until the signal is aborted. When it returns, the election is
   * over for this page; when it rejects, another page leads.
   */
  lead(post: (update: StreamUpdate) => void, signal: AbortSignal, name: string): Promise<void>;
  /** Another page reads the stream, and its updates come from now on. */
  follow(): void;
  onUpdate(update: StreamUpdate): void;
}

/** Whether the pages of this browser can elect one that reads for all of them. */
export function canShareStreams(): boolean {
  // Servers and workers have a stream each: nobody limits their connections.
  return !!globalThis.document && hasLocks();
}

/**
 * Has one page read for all pages that give the same name: the one that holds the lock of that name. When it goes away, the
 * next one leads; when it is silent for too long, as a frozen page is, another one steals the lock. Settles as `lead` does, or
 * when the signal is aborted.
 */
export async function leadOrFollow(name: string, candidate: Candidate, ended: AbortSignal): Promise<void> {
  const channel = openChannel(name);
  let stopTimer = (): void => {};
  let isOver = false;
  const lead = async (options: LockOptions): Promise<void> => {
    const term = linkedAbort(ended);
    try {
      await requestLock(name, options, async (lock) => {
        if (!lock) return;
        stopTimer();
        channel.onmessage = null;
        await candidate.lead((update) => channel.postMessage(update), term.signal, name);
        isOver = true;
      });
    } catch (error) {
      // Another page has stolen the lock, or this one no longer waits for it.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
    } finally {
      term.abort();
    }
  };
  /** Follows until this page gets the lock; resolves with whether the leader has fallen silent instead. */
  const follow = async (): Promise<boolean> => {
    const waiting = linkedAbort(ended);
    let isSilent = false;
    const expectUpdate = (isLost?: boolean): void => {
      stopTimer();
      // A leader that has lost the stream says nothing while it waits to retry. The pages must not all give up at once.
      stopTimer = startTimer(SILENCE_MS * (isLost ? 4 : 1) * (1 + Math.random() / 10), () => {
        isSilent = true;
        waiting.abort();
      });
    };
    channel.onmessage = ({ data }) => {
      const update = Object(data) as StreamUpdate;
      expectUpdate(update.lost);
      candidate.onUpdate(update);
    };
    expectUpdate();
    candidate.follow();
    await lead({ signal: waiting.signal });
    waiting.abort();
    return isSilent;
  };
  try {
    await lead({ ifAvailable: true });
    while (!isOver && !ended.aborted) {
      const isLeaderSilent = await follow();
      if (isLeaderSilent) await lead({ steal: true });
    }
  } finally {
    stopTimer();
    channel.close();
  }
}
