import type { LitElement } from 'lit';
import { focusGroup } from '../controllers/focus-keeper.js';

/** Whether the focus is in what matches in a host, or on nothing: who has gone on to something else stays there. */
export function isAt({ ownerDocument, shadowRoot }: LitElement, selector: string): boolean {
  const { activeElement, body } = ownerDocument;
  const inside = shadowRoot?.activeElement;
  return inside ? inside.closest(selector) !== null : !activeElement || activeElement === body;
}

/** Keeps the focus where it is when rows are drawn in another order, or moves it to what is about to be drawn. */
export class FocusRestorer {
  readonly #host: LitElement;
  readonly #name: () => string;
  #kept: HTMLElement | null | undefined;
  #heir: string | undefined;
  #wanted: string | undefined;

  /** `name` names the group that takes the focus where nothing else can. */
  constructor(host: LitElement, name: () => string) {
    this.#host = host;
    this.#name = name;
  }

  /** What was pressed is about to go: the first element that matches gets its focus then. */
  bequeath(selector: string): void {
    this.#heir = selector;
  }

  /** After the next drawing the first element that matches has the focus. */
  move(selector: string): void {
    this.#wanted = selector;
    this.#host.requestUpdate();
  }

  /** Before the host is drawn. */
  keep(): void {
    this.#kept = this.#host.shadowRoot?.activeElement as HTMLElement | null | undefined;
  }

  /** After the host was drawn: what was moved gets the focus back; of what went by itself a group gets it, which takes no keys. */
  restore(): void {
    const host = this.#host;
    const root = host.shadowRoot;
    const { activeElement: now, body } = host.ownerDocument;
    // Who is elsewhere on the page by now stays there.
    const isAway = now !== null && now !== body && !host.matches(':focus-within');
    const focus = (selector: string): void => root?.querySelector<HTMLElement>(selector)?.focus();
    const had = isAway ? undefined : (this.#kept ?? this.#wanted);
    if (had !== undefined && this.#wanted !== undefined) focus(this.#wanted);
    else if (!isAway && this.#kept && !root?.activeElement) {
      this.#kept.focus();
      if (!root?.activeElement && this.#heir !== undefined) focus(this.#heir);
      this.#heir = undefined;
    }
    const active = root?.activeElement;
    if (had !== undefined && (!active || active.matches(':disabled'))) focusGroup(host, this.#name());
    this.#kept = this.#wanted = undefined;
  }
}
