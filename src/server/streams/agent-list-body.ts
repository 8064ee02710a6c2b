import { startTimer } from '../../platform/time.js';
import { nextTurn } from './event-loop-turn.js';

/** About how many characters a piece of a list has. */
const PIECE_LENGTH = 64 * 1024;
/** How long a reader may take for a piece, in milliseconds. */
const READ_MS = 10_000;

const encoder = new TextEncoder();

/** What a list is made of. */
interface AgentListOptions {
  /** The JSON of each agent, made when it is asked for. */
  readonly agents: Iterable<string>;
  /** Aborted when the reader has gone. */
  readonly signal: AbortSignal;
  /** Called once, when the list has ended in whatever way. */
  readonly onEnd: () => void;
}

/**
 * The body of `GET agents`: made piece by piece as its reader takes them, each in its own turn of the event loop. It breaks off
 * if the reader takes nothing for 10 seconds.
 */
export function agentListBody(options: AgentListOptions): ReadableStream<Uint8Array> {
  const list = new AgentList(options);
  return new ReadableStream<Uint8Array>({
    start: (controller) => list.start(controller),
    pull: () => list.sendNext(),
    cancel: () => list.end(),
  });
}

class AgentList {
  readonly #rest: Iterator<string>;
  readonly #options: AgentListOptions;
  readonly #onAbort = (): void => this.#breakOff('The reader of a list has gone.');
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #separator = '{"agents":[';
  #stopTimer = (): void => undefined;
  #isEnded = false;

  constructor(options: AgentListOptions) {
    this.#options = options;
    this.#rest = options.agents[Symbol.iterator]();
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { signal } = this.#options;
    this.#controller = controller;
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) this.#onAbort();
    else this.#send();
  }

  /** Called when the reader has taken the last piece. */
  async sendNext(): Promise<void> {
    this.#stopTimer();
    await nextTurn();
    if (!this.#isEnded) this.#send();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#stopTimer();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#options.onEnd();
  }

  #breakOff(why: string): void {
    this.#controller.error(new Error(why));
    this.end();
  }

  #send(): void {
    try {
      const { text, isLast } = this.#piece();
      this.#controller.enqueue(encoder.encode(text));
      if (isLast) {
        this.#controller.close();
        this.end();
      } else {
        this.#stopTimer = startTimer(READ_MS, () => this.#breakOff('The reader of a list is too slow.'));
      }
    } catch (error) {
      this.end();
      throw error;
    }
  }

  #piece(): { readonly text: string; readonly isLast: boolean } {
    let text = '';
    while (text.length < PIECE_LENGTH) {
      const { done, value } = this.#rest.next();
      if (done) return { text: `${text}${this.#separator === ',' ? '' : this.#separator}]}`, isLast: true };
      text += this.#separator + value;
      this.#separator = ',';
    }
    return { text, isLast: false };
  }
}
