import type { LitElement } from 'lit';

/** Keeps the focus where it is when rows are drawn in another order, or moves it to what is about to be drawn. */
export class FocusKeeper {
  readonly #host: LitElement;
  #kept: HTMLElement | undefined;
  #wanted: string | undefined;

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** After the next drawing the first element that matches has the focus. */
  move(selector: string): void {
    this.#wanted = selector;
    this.#host.requestUpdate();
  }

  /** Before the host is drawn. */
  keep(): void {
    const active = this.#host.shadowRoot?.activeElement;
    this.#kept = active instanceof HTMLElement ? active : undefined;
  }

  /** After the host was drawn: an element that was moved has lost it; one that is gone leaves it to the page's first button. */
  restore(): void {
    const root = this.#host.shadowRoot;
    if (this.#wanted !== undefined) {
      root?.querySelector<HTMLElement>(this.#wanted)?.focus();
      this.#wanted = undefined;
    } else if (this.#kept && !root?.activeElement) {
      (this.#kept.isConnected ? this.#kept : root?.querySelector<HTMLElement>('#new'))?.focus();
    }
    this.#kept = undefined;
  }
}
