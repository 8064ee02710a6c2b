import { ACCOUNT_KEY, type Entry } from '../documents/entry.js';
import { SILENCE_MS } from '../status-protocol.js';
import { createParser, type StreamEvent } from './event-parser.js';
import { inTime } from './http-client.js';

/** The longest event that is accepted, in characters: the status server sends none that is longer. */
const LONGEST_EVENT = 8_000_000;

/** What a stream says, or what the page that leads says about it. */
export interface StreamUpdate {
  /** A stream was opened: it begins with all present entries. */
  readonly opened?: boolean;
  readonly entries?: readonly Entry[];
  /** Erased agents, with their last revisions. */
  readonly gone?: readonly Omit<Entry, 'document'>[];
  /** All present entries have come since it was opened. */
  readonly ready?: boolean;
  /** The generation of the server's store, as the stream named it with `ready`. */
  readonly generation?: string | undefined;
  /** The server's clock. */
  readonly now?: unknown;
  /** The server ends the stream. */
  readonly ended?: boolean;
  /** It was lost; whoever reads it tries again. */
  readonly lost?: boolean;
}

/**
 * Reads the stream until the server ends it; abort the signal afterwards. Rejects when the stream breaks, when it holds
 * anything but events, and when it is silent for `SILENCE_MS`, since a dead connection may look open.
 */
export async function readStream(
  body: ReadableStream<Uint8Array>,
  onUpdate: (update: StreamUpdate) => void,
  signal: AbortSignal,
): Promise<void> {
  const parse = createParser(LONGEST_EVENT);
  const reader = body.getReader();
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}));
  const next = async (): Promise<StreamUpdate> => {
    const { done, value } = await reader.read();
    return done ? { ended: true } : updateOf(parse(value));
  };
  let update: StreamUpdate;
  do {
    update = await inTime(next(), SILENCE_MS);
    onUpdate(update);
  } while (!update.ended);
}

function updateOf(events: readonly StreamEvent[]): StreamUpdate {
  const entries: Entry[] = [];
  const names = new Set(events.map(({ event }) => event));
  const gone: Entry[] = [];
  let now: unknown;
  let generation: string | undefined;
  for (const { event, data } of events) {
    const value: unknown = JSON.parse(data);
    if (event === 'account' || event === 'agent') {
      const entry = entryOf(value, event === 'account' ? ACCOUNT_KEY : undefined);
      if (entry) entries.push(entry);
    } else if (event === 'gone') {
      const erased = entryOf(value);
      if (erased) gone.push(erased);
    }
    if (event === 'ready' || event === 'beat') now = Object(value).now;
    if (event === 'ready') generation = Object(value).generation as string | undefined;
  }
  return { entries, gone, now, generation, ready: names.has('ready'), ended: names.has('end') };
}

/** The entry in what the server sent, under that key or its agent's id; `undefined` if it is not one. */
export function entryOf(sent: unknown, knownKey?: string): Entry | undefined {
  const { agentId, revision, value, document = value } = Object(sent) as Readonly<Record<string, unknown>>;
  const key = knownKey ?? agentId;
  if (typeof key !== 'string' || !Number.isSafeInteger(revision)) return undefined;
  return { key, revision: revision as number, document };
}
