import type { LitElement, ReactiveController } from 'lit';

/** A group that can be focused and handles no keys. */
const GROUP = '[role="group"][tabindex="-1"]';

/** Moves the focus to a group where the element that had it was removed or disabled, so that it is not lost to the page. */
export class FocusKeeper implements ReactiveController {
  readonly #host: LitElement;
  readonly #name: () => string;
  #focused: Element | null | undefined;

  /** `name`: the label of the group. */
  constructor(host: LitElement, name: () => string) {
    this.#host = host;
    this.#name = name;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#focused = this.#host.shadowRoot?.activeElement;
  }

  hostUpdated(): void {
    const focused = this.#focused;
    const { activeElement, body } = this.#host.ownerDocument;
    const isLost =
      !activeElement || activeElement === body || this.#host.shadowRoot?.activeElement?.matches(':disabled');
    if (focused && isLost) focusGroup(this.#host, this.#name());
  }
}

/** Focuses the nearest group in or around an element: that of a widget, else one that is created for it. */
export function focusGroup(host: LitElement, name: string): void {
  const root = host.renderRoot as ShadowRoot;
  let group = root.querySelector<HTMLElement>(GROUP) ?? host.closest<HTMLElement>(GROUP);
  if (!group) {
    group = host.ownerDocument.createElement('div');
    group.className = 'sr';
    group.setAttribute('role', 'group');
    group.tabIndex = -1;
    // In front of everything: the next Tab moves to the first thing in the element.
    root.prepend(group);
  }
  group.setAttribute('aria-label', name);
  group.focus({ preventScroll: true });
}
