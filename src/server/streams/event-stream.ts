import { BEAT_MS, type StreamEvents } from '../../stores/status-protocol.js';
import { nextTurn } from './event-loop-turn.js';

/** So many bytes may wait in a connection before its stream holds back what it has to tell. */
const WAITING_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** A reader who has not taken the last words by then, in milliseconds, takes nothing any more. */
const LINGER_MS = 5_000;
/** Nothing waits in the server for longer, in milliseconds. */
const WAITING_MS = 90_000;
/**
 * A reader who takes nothing for so long, in milliseconds, is not there any more. What waits in a connection shows when the next
 * beat cannot be taken; streams are looked at twice a beat; and the last words are given time as well.
 */
const PATIENCE_MS = WAITING_MS - 1.5 * BEAT_MS - LINGER_MS;

/** One event as it goes over the line. */
export function encoded<Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name]): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Why a stream is ended by the server. */
export type EndReason = StreamEvents['end']['reason'];

/** A state to be told: what it is the state of, and what makes its event when the reader takes it. */
export type Telling = readonly [key: string, encode: () => Uint8Array];

/**
 * What one reader hears. What the reader is too slow for is held back, one state for each entry: the newest. So a stream
 * never holds more than there are entries, however slow its reader is.
 */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** When it last told something, by the server's clock. */
  toldAt: number;
  readonly #held = new Map<string, () => Uint8Array>();
  readonly #onEnd: () => void;
  readonly #clock: () => number;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** What is told before everything else, a piece at a time. */
  #present: Iterator<Telling> | undefined;
  #told = 0;
  #taken = 0;
  #takenAt: number;
  #isEnded = false;

  constructor({ clock, onEnd }: { readonly clock: () => number; readonly onEnd: () => void }) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.toldAt = this.#takenAt = clock();
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => (this.#present ? this.#tellPresent() : this.#flush()),
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

  /** Tells all of these, each round of pieces in a turn of its own, before what is told from now on. */
  tellAll(present: Iterable<Telling>): void {
    if (this.#isEnded) return;
    this.#present = present[Symbol.iterator]();
    void this.#tellPresent();
  }

  /** Whether the reader has taken nothing for too long, though something waits; to be asked now and then. */
  isStalled(now: number): boolean {
    const waiting = WAITING_BYTES - (this.#controller.desiredSize ?? 0);
    const taken = this.#told - waiting;
    if (waiting === 0 || taken > this.#taken) this.#takenAt = now;
    this.#taken = taken;
    return now - this.#takenAt >= PATIENCE_MS;
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

  async #tellPresent(): Promise<void> {
    await nextTurn();
    while (this.#present && this.#hasRoom) {
      const { done, value } = this.#present.next();
      if (done) this.#present = undefined;
      // What has changed since is told after all this.
      else if (!this.#held.has(value[0])) this.#send(value[1]);
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#present) return;
    for (const [key, encode] of this.#held) {
      if (!this.#hasRoom) break;
      this.#held.delete(key);
      this.#send(encode);
    }
  }

  get #hasRoom(): boolean {
    return !this.#isEnded && (this.#controller.desiredSize ?? 0) > 0;
  }

  #send(encode: () => Uint8Array): void {
    const bytes = encode();
    this.toldAt = this.#clock();
    this.#told += bytes.byteLength;
    this.#controller.enqueue(bytes);
  }

  #ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#present = undefined;
    this.#held.clear();
    this.#onEnd();
  }
}
