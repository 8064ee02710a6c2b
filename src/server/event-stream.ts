import type { StreamEvents } from '../stores/status-protocol.js';

/** So many bytes may wait in a connection before its stream holds back what it has to tell. */
const WAITING_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** A reader who has not taken the last words by then, in milliseconds, takes nothing any more. */
const LINGER_MS = 5_000;

/** One event as it goes over the line. */
export function encoded<Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name]): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Why a stream is ended by the server. */
export type EndReason = StreamEvents['end']['reason'];

/**
 * What one reader hears. What the reader is too slow for is held back, one state for each entry: the newest. So a stream
 * never holds more than there are entries, however slow its reader is.
 */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** When it last told something, and since when it has been waiting for its reader; by the server's clock. */
  toldAt: number;
  waitingSince: number | undefined;
  readonly #held = new Map<string, () => Uint8Array>();
  readonly #onEnd: () => void;
  readonly #clock: () => number;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isEnded = false;

  constructor({ clock, onEnd }: { readonly clock: () => number; readonly onEnd: () => void }) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.toldAt = clock();
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#flush(),
        cancel: () => this.#ended(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: WAITING_BYTES }),
    );
  }

  /** Tells the newest state of what has that key; `encode` is called when the reader takes it. */
  tell(key: string, encode: () => Uint8Array): void {
    if (this.#isEnded) return;
    this.#held.set(key, encode);
    this.#flush();
  }

  /** Tells the reason, and ends; a reader who does not even take that is cut off. */
  end(reason: EndReason): void {
    if (this.#isEnded) return;
    this.#controller.enqueue(encoded('end', { reason }));
    this.#controller.close();
    this.#ended();
    const timer: unknown = setTimeout(
      () => this.#controller.error(new Error('The reader of an event stream is too slow.')),
      LINGER_MS,
    );
    // No process has to live on for that; browsers' timers know no such thing.
    if (typeof timer === 'object') (timer as { unref?(): void } | null)?.unref?.();
  }

  /** The reader is gone. */
  drop(): void {
    if (this.#isEnded) return;
    this.#controller.close();
    this.#ended();
  }

  #flush(): void {
    for (const [key, encode] of this.#held) {
      if ((this.#controller.desiredSize ?? 0) <= 0) break;
      this.#held.delete(key);
      this.toldAt = this.#clock();
      this.#controller.enqueue(encode());
    }
    this.waitingSince = this.#held.size === 0 ? undefined : (this.waitingSince ?? this.#clock());
  }

  #ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#held.clear();
    this.#onEnd();
  }
}
