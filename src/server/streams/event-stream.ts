import { BEAT_MS, type StreamEvents } from '../../stores/status-protocol.js';
import { nextTurn } from './event-loop-turn.js';

/** How many bytes may wait in a connection before its stream holds states back. */
const BUFFER_BYTES = 64 * 1024;
/** How long a reader has for the last event, in milliseconds. */
const LINGER_MS = 5_000;
/** How long anything may wait in the server, in milliseconds. */
const WAITING_MS = 90_000;
/**
 * How long a reader may take nothing, in milliseconds. Bytes that wait in a connection show only when the next beat cannot be
 * taken, streams are looked at twice a beat, and the last event needs time as well.
 */
const STALLED_MS = WAITING_MS - 1.5 * BEAT_MS - LINGER_MS;

const encoder = new TextEncoder();

/** An event as Server-Sent Events write it. */
export function encoded<Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name]): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Why the server ends a stream. */
export type EndReason = StreamEvents['end']['reason'];

/** A state to send: the key of its entry, and a function that encodes the event when the reader takes it. */
export type StateToSend = readonly [key: string, encode: () => Uint8Array];

/**
 * The event stream of one reader. States that a slow reader has no room for are held back: only the newest of each entry, so
 * that a stream never holds more states than there are entries.
 */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** When it last sent something, by the server's clock. */
  sentAt: number;
  readonly #held = new Map<string, () => Uint8Array>();
  readonly #onEnd: () => void;
  readonly #clock: () => number;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** The present states, which are sent piece by piece before all others. */
  #present: Iterator<StateToSend> | undefined;
  #sentBytes = 0;
  #takenBytes = 0;
  #takenAt: number;
  #isEnded = false;

  constructor({ clock, onEnd }: { readonly clock: () => number; readonly onEnd: () => void }) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.sentAt = this.#takenAt = clock();
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => (this.#present ? this.#sendPresent() : this.#flush()),
        cancel: () => this.#ended(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
    );
  }

  /** Sends the newest state of the entry with that key. `encode` is called when the reader takes it. */
  send(key: string, encode: () => Uint8Array): void {
    if (this.#isEnded) return;
    this.#held.set(key, encode);
    this.#flush();
  }

  /** Sends the present states, in pieces, each in its own turn of the event loop, before any state that is sent from now on. */
  sendAll(present: Iterable<StateToSend>): void {
    if (this.#isEnded) return;
    this.#present = present[Symbol.iterator]();
    void this.#sendPresent();
  }

  /** Whether the reader has taken nothing for too long, though bytes are waiting. Has to be called regularly. */
  isStalled(now: number): boolean {
    const waiting = BUFFER_BYTES - (this.#controller.desiredSize ?? 0);
    const taken = this.#sentBytes - waiting;
    if (waiting === 0 || taken > this.#takenBytes) this.#takenAt = now;
    this.#takenBytes = taken;
    return now - this.#takenAt >= STALLED_MS;
  }

  /** Sends the reason, and ends. A reader who does not take even that is cut off after 5 seconds. */
  end(reason: EndReason): void {
    if (this.#isEnded) return;
    this.#controller.enqueue(encoded('end', { reason }));
    this.#controller.close();
    this.#ended();
    const timer: unknown = setTimeout(
      () => this.#controller.error(new Error('The reader of an event stream is too slow.')),
      LINGER_MS,
    );
    // The process may end before that. Timers of browsers have no `unref`.
    if (typeof timer === 'object') (timer as { unref?(): void } | null)?.unref?.();
  }

  /** Ends without a word: the reader has gone. */
  drop(): void {
    if (this.#isEnded) return;
    this.#controller.close();
    this.#ended();
  }

  async #sendPresent(): Promise<void> {
    await nextTurn();
    while (this.#present && this.#hasRoom) {
      const { done, value } = this.#present.next();
      if (done) this.#present = undefined;
      // A newer state of the same entry is sent after all present ones.
      else if (!this.#held.has(value[0])) this.#enqueue(value[1]);
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#present) return;
    for (const [key, encode] of this.#held) {
      if (!this.#hasRoom) break;
      this.#held.delete(key);
      this.#enqueue(encode);
    }
  }

  get #hasRoom(): boolean {
    return !this.#isEnded && (this.#controller.desiredSize ?? 0) > 0;
  }

  #enqueue(encode: () => Uint8Array): void {
    const bytes = encode();
    this.sentAt = this.#clock();
    this.#sentBytes += bytes.byteLength;
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
