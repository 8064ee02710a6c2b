import type { LitElement, ReactiveController } from 'lit';
import type { AgentView } from '../../model/view.js';
import { announceOverAllowance } from '../controllers/announcements.js';
import { ClockController } from '../controllers/clock-controller.js';
import type { ScopeController } from '../session/scope-controller.js';
import { formatClock } from '../text/format.js';

const MINUTE_MS = 60_000;

/** The running time in the status. It is written every second past the template, which is drawn anew once a minute. */
export class StatusTime implements ReactiveController {
  /** The view that is drawn: name, reason and time alike. The session's own may change as soon as its clock jumps. */
  view: AgentView | undefined;
  /** Whole minutes in the status, as they are drawn. */
  minutes = 0;
  readonly #host: LitElement;
  readonly #scope: ScopeController;
  readonly #clock: ClockController;

  constructor(host: LitElement, scope: ScopeController) {
    this.#host = host;
    this.#scope = scope;
    this.#clock = new ClockController(host, () => this.hostUpdated());
    host.addController(this);
  }

  /** Whether the allowance of the status is used up. */
  get isOver(): boolean {
    const allowance = this.view?.status.allowanceMinutes;
    return Boolean(allowance && this.minutes >= allowance);
  }

  hostUpdate(): void {
    const { view, session, strings } = this.#scope;
    this.view = view;
    this.minutes = this.#wholeMinutes;
    this.#clock.runs = Boolean(view?.since);
    if (session && this.#host.hasUpdated && this.isOver) announceOverAllowance(session, strings);
  }

  hostUpdated(): void {
    const { view, strings } = this.#scope;
    if (view !== this.view) return this.#host.requestUpdate();
    const text = view?.since ? formatClock(this.#elapsed, strings.lang) : '';
    const time = this.#host.renderRoot.querySelector('#time');
    if (time && time.textContent !== text) time.textContent = text;
    if (this.#wholeMinutes !== this.minutes) this.#host.requestUpdate();
  }

  get #elapsed(): number {
    const { session } = this.#scope;
    const since = this.view?.since;
    return since && session ? Math.max(0, session.store.now() - since) : 0;
  }

  get #wholeMinutes(): number {
    return Math.floor(this.#elapsed / MINUTE_MS);
  }
}
