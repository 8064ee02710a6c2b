import { nextTurn } from './event-loop-turn.js';

/** A list is sent in pieces of about so many characters. */
const PIECE = 64 * 1024;
/** A reader who takes nothing for so long, in milliseconds, gives way to the next. */
const PATIENCE_MS = 10_000;

const encoder = new TextEncoder();

/** What a list is made of. */
export interface AgentListOptions {
  /** The JSON of each agent, made when it is asked for. */
  readonly agents: Iterable<string>;
  /** Ends the list: its reader has gone. */
  readonly signal: AbortSignal;
  /** Called once, when nothing more is to be told. */
  readonly onEnd: () => void;
}

/**
 * The body of `GET agents`: made piece by piece as its reader takes them, each in a turn of its own. It breaks off where the
 * reader takes nothing for ten seconds.
 */
export function agentListBody(options: AgentListOptions): ReadableStream<Uint8Array> {
  const list = new AgentList(options);
  return new ReadableStream<Uint8Array>({
    start: (controller) => list.start(controller),
    pull: () => list.tellNext(),
    cancel: () => list.end(),
  });
}

class AgentList {
  readonly #rest: Iterator<string>;
  readonly #options: AgentListOptions;
  readonly #leave = (): void => this.#breakOff('The reader of a list has gone.');
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #before = '{"agents":[';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isEnded = false;

  constructor(options: AgentListOptions) {
    this.#options = options;
    this.#rest = options.agents[Symbol.iterator]();
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { signal } = this.#options;
    this.#controller = controller;
    signal.addEventListener('abort', this.#leave);
    if (signal.aborted) this.#leave();
    else this.#tell();
  }

  /** The reader has taken the last piece. */
  async tellNext(): Promise<void> {
    clearTimeout(this.#timer);
    await nextTurn();
    if (!this.#isEnded) this.#tell();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#options.signal.removeEventListener('abort', this.#leave);
    this.#options.onEnd();
  }

  #breakOff(why: string): void {
    this.#controller.error(new Error(why));
    this.end();
  }

  #tell(): void {
    try {
      const { text, isLast } = this.#piece();
      this.#controller.enqueue(encoder.encode(text));
      if (isLast) {
        this.#controller.close();
        this.end();
      } else {
        this.#timer = setTimeout(() => this.#breakOff('The reader of a list is too slow.'), PATIENCE_MS);
      }
    } catch (error) {
      this.end();
      throw error;
    }
  }

  #piece(): { readonly text: string; readonly isLast: boolean } {
    let text = '';
    while (text.length < PIECE) {
      const { done, value } = this.#rest.next();
      if (done) return { text: `${text}${this.#before === ',' ? '' : this.#before}]}`, isLast: true };
      text += this.#before + value;
      this.#before = ',';
    }
    return { text, isLast: false };
  }
}
