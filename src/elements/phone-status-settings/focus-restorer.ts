import type { LitElement, ReactiveController } from 'lit';
import { focusGroup } from '../controllers/focus-keeper.js';

/** Whether the focus is in what matches in a host, or on nothing: one that has moved on to something else stays there. */
export function isAt({ ownerDocument, shadowRoot }: LitElement, selector: string): boolean {
  const { activeElement, body } = ownerDocument;
  const inside = shadowRoot?.activeElement;
  return inside ? inside.closest(selector) !== null : !activeElement || activeElement === body;
}

/** Keeps the focus where it is when rows are drawn in another order, or moves it to what is about to be drawn. */
export class FocusRestorer implements ReactiveController {
  readonly #host: LitElement;
  readonly #name: () => string;
  #kept: HTMLElement | null | undefined;
  #heir: string | undefined;
  #wanted: string | undefined;

  /** `name` names the group that takes the focus where nothing else can. */
  constructor(host: LitElement, name: () => string) {
    this.#host = host;
    this.#name = name;
    host.addController(this);
  }

  /** When the element that has the focus is removed, the first element that matches gets it. */
  moveOnRemoval(selector: string): void {
    this.#heir = selector;
  }

  /** Focuses the first element that matches after the next update. */
  move(selector: string): void {
    this.#wanted = selector;
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    this.#kept = this.#host.shadowRoot?.activeElement as HTMLElement | null | undefined;
  }

  /** Gives the focus back to an element that was moved. Where it was removed, a group gets it, which takes no keys. */
  hostUpdated(): void {
    const host = this.#host;
    const root = host.shadowRoot;
    const { activeElement: now, body } = host.ownerDocument;
    // A focus that is elsewhere on the page by now stays there.
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
