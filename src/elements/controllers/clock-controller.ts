import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { createAlarm, wallClock } from '../../platform/time.js';

const SECOND_MS = 1000;
/** The running clocks by document: an element may be in a window that is visible while that of its script is not. */
const running = new Map<Document, Set<() => void>>();
const alarm = createAlarm(tick);

/**
 * Updates its element every second while `runs` is true and the page is visible. All elements of a page share one timer,
 * on the full second, so that their times move together.
 */
export class ClockController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Node;
  readonly #tick: () => void;
  #runs = false;
  #connected = false;
  /** The document in which it runs; absent while it stands still. */
  #document: Document | undefined;

  /** `tick` runs each second. Default: an update of the element. */
  constructor(host: ReactiveControllerHost & Node, tick: () => void = () => host.requestUpdate()) {
    this.#host = host;
    this.#tick = () => tick();
    host.addController(this);
  }

  /** Whether the element shows a running time. */
  set runs(runs: boolean) {
    this.#runs = runs;
    this.#apply();
  }

  hostConnected(): void {
    this.#connected = true;
    this.#apply();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#apply();
  }

  #apply(): void {
    const wanted = this.#runs && this.#connected ? (this.#host.ownerDocument ?? undefined) : undefined;
    if (wanted === this.#document) return;
    if (this.#document) stop(this.#document, this.#tick);
    this.#document = wanted;
    if (wanted) start(wanted, this.#tick);
  }
}

function start(document: Document, each: () => void): void {
  const there = running.get(document);
  if (there) return void there.add(each);
  running.set(document, new Set([each]));
  document.addEventListener('visibilitychange', tick);
  schedule();
}

function stop(document: Document, each: () => void): void {
  const there = running.get(document);
  there?.delete(each);
  if (there?.size !== 0) return;
  running.delete(document);
  document.removeEventListener('visibilitychange', tick);
  schedule();
}

function schedule(): void {
  const isSeen = [...running.keys()].some(({ hidden }) => !hidden);
  alarm.set(isSeen ? SECOND_MS - (wallClock() % SECOND_MS) : undefined);
}

function tick(): void {
  for (const there of running.values()) for (const each of there) each();
  schedule();
}
