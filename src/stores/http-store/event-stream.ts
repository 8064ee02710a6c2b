import { ACCOUNT_KEY, type Entry } from '../documents/backend.js';
import { SILENCE_MS } from '../status-protocol.js';
import { createParser, type StreamEvent } from './event-parser.js';
import { inTime } from './http-client.js';

/** An event of more characters than this is none of the status server's. */
const LONGEST_EVENT = 8_000_000;

/** What a stream, or the page that reads it for others, has to tell. */
export interface News {
  /** A stream was opened, and tells all anew. */
  readonly opened?: boolean;
  readonly entries?: readonly Entry[];
  /** Agents who were erased, with their last revisions. */
  readonly gone?: readonly Omit<Entry, 'document'>[];
  /** All present entries have been told since it was opened. */
  readonly ready?: boolean;
  /** The place's, as the stream has told it with `ready`. */
  readonly generation?: string | undefined;
  /** The server's clock. */
  readonly now?: unknown;
  /** The server ends the stream. */
  readonly ended?: boolean;
  /** It was lost; whoever reads it tries again. */
  readonly lost?: boolean;
}

/**
 * Tells what comes, until the server ends the stream; the signal has to be aborted afterwards. Rejects where it breaks, where
 * it is silent for too long, though its connection may still look open, and where it holds anything but events.
 */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  tell: (news: News) => void,
  signal: AbortSignal,
): Promise<void> {
  const parse = createParser(LONGEST_EVENT);
  const reader = body.getReader();
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}));
  const next = async (): Promise<News> => {
    const { done, value } = await reader.read();
    return done ? { ended: true } : newsOf(parse(value));
  };
  let news: News;
  do {
    news = await inTime(next(), SILENCE_MS);
    tell(news);
  } while (!news.ended);
}

function newsOf(events: readonly StreamEvent[]): News {
  const entries: Entry[] = [];
  const names = new Set(events.map(({ event }) => event));
  const gone: Entry[] = [];
  let now: unknown;
  let generation: string | undefined;
  for (const { event, data } of events) {
    const said: unknown = JSON.parse(data);
    if (event === 'account' || event === 'agent') {
      const entry = entryOf(said, event === 'account' ? ACCOUNT_KEY : undefined);
      if (entry) entries.push(entry);
    } else if (event === 'gone') {
      const erased = entryOf(said);
      if (erased) gone.push(erased);
    }
    if (event === 'ready' || event === 'beat') now = Object(said).now;
    if (event === 'ready') generation = Object(said).generation as string | undefined;
  }
  return { entries, gone, now, generation, ready: names.has('ready'), ended: names.has('end') };
}

/** An entry as it was sent, under that key or its agent's; `undefined` where it is none. */
export function entryOf(said: unknown, known?: string): Entry | undefined {
  const { agentId, revision, value, document = value } = Object(said) as Readonly<Record<string, unknown>>;
  const key = known ?? agentId;
  if (typeof key !== 'string' || !Number.isSafeInteger(revision)) return undefined;
  return { key, revision: revision as number, document };
}
