import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { createAlarm, wallClock } from '../../session/clock.js';

const SECOND_MS = 1000;
const running = new Set<() => void>();
const alarm = createAlarm(tick);

/**
 * Redraws its element every second while `runs` is true and the page is visible. All elements of a page share one
 * timer, on the full second, so that their times move together.
 */
export class ClockController implements ReactiveController {
  readonly #tick: () => void;
  #runs = false;
  #connected = false;

  /** `tick` is what happens each second; left out, the element is drawn anew. */
  constructor(host: ReactiveControllerHost, tick: () => void = () => host.requestUpdate()) {
    this.#tick = () => tick();
    host.addController(this);
  }

  /** Whether there is a running time to show. */
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
    const wanted = this.#runs && this.#connected;
    if (wanted === running.has(this.#tick)) return;
    if (wanted) {
      running.add(this.#tick);
      if (running.size === 1) start();
    } else {
      running.delete(this.#tick);
      if (running.size === 0) stop();
    }
  }
}

function start(): void {
  document.addEventListener('visibilitychange', tick);
  schedule();
}

function stop(): void {
  document.removeEventListener('visibilitychange', tick);
  alarm.set(undefined);
}

function schedule(): void {
  alarm.set(document.hidden || running.size === 0 ? undefined : SECOND_MS - (wallClock() % SECOND_MS));
}

function tick(): void {
  for (const each of running) each();
  schedule();
}
