import { createParser } from 'eventsource-parser';
import type { Entry } from '../place/place.js';
import { ACCOUNT_KEY } from '../place/place.js';
import { SILENCE_MS } from '../status-protocol.js';
import { unavailable } from './refusals.js';

/** An event of more characters than this is none of the status server's. */
const LONGEST_EVENT = 8_000_000;

/** What a stream, or the page that reads it for others, has to tell. */
export interface News {
  /** A stream was opened, and tells all anew. */
  readonly opened?: boolean;
  readonly entries?: readonly Entry[];
  /** All present entries have been told since it was opened. */
  readonly ready?: boolean;
  /** The server's clock. */
  readonly now?: number;
  /** It was lost; whoever reads it tries again. */
  readonly lost?: boolean;
}

/**
 * Tells what comes, until the stream is ended, by the server or by the signal. Rejects where it breaks, where it is silent for
 * too long, and where it holds anything but events.
 */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  tell: (news: News) => void,
  signal: AbortSignal,
): Promise<void> {
  let heard: { entries: Entry[]; ready?: boolean; now?: number; ended?: boolean } = { entries: [] };
  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent({ event, data }) {
      const said = Object(JSON.parse(data)) as Record<string, unknown>;
      if (event === 'account' || event === 'agent') {
        const entry = entryOf(event === 'account' ? ACCOUNT_KEY : said['agentId'], said);
        if (entry) heard.entries.push(entry);
      } else if (event === 'ready' || event === 'beat') {
        heard.now = Number(said['now']);
        heard.ready ||= event === 'ready';
      } else if (event === 'end') heard.ended = true;
    },
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(untold);
  signal.addEventListener('abort', cancel);
  try {
    while (!heard.ended) {
      heard = { entries: [] };
      const { done, value } = await spoken(reader);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      tell(heard);
    }
  } finally {
    cancel();
  }
}

/** An entry as it was sent, under that key; `undefined` where it is none. */
export function entryOf(key: unknown, { revision, value, document }: Record<string, unknown>): Entry | undefined {
  if (typeof key !== 'string' || !Number.isSafeInteger(revision)) return undefined;
  return { key, revision: Number(revision), document: value ?? document };
}

/** The next piece; a stream without one for so long is lost, though its connection may still look open. */
function spoken(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable('its stream is silent')), SILENCE_MS);
    reader
      .read()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Nothing is to be read any more. */
function untold(): void {}
