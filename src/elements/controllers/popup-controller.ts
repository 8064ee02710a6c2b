import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { boxOf, windowOf, zoomOf } from '../geometry.js';

const GAP = 4;
const MARGIN = 8;
/** With this much room below, in pixels, the popup goes there even if there is more above. */
const ENOUGH = 320;
/** The least width, in `em`. */
const LEAST_WIDTH = 17;

/** Shows an element in the top layer beside its anchor and inside the viewport, and keeps it there when the anchor moves. */
export class PopupController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #close: () => void;
  readonly #leastWidth: number;
  #open: AbortController | undefined;

  /** `close` is called for a press outside the host; `leastWidth` is in `em` of the anchor. */
  constructor(host: ReactiveControllerHost & HTMLElement, close: () => void, leastWidth = LEAST_WIDTH) {
    this.#host = host;
    this.#close = close;
    this.#leastWidth = leastWidth;
    host.addController(this);
  }

  /** Shows a popup that was just drawn; it leaves the top layer when it is no longer drawn. */
  show(popup: HTMLElement, anchor: HTMLElement): void {
    if (this.#open) return;
    this.#open = new AbortController();
    const { signal } = this.#open;
    const follow = (): void => place(popup, anchor, this.#leastWidth);
    const press = (event: Event): void => {
      if (!event.composedPath().includes(this.#host)) this.#close();
    };
    const view = windowOf(anchor);
    view.addEventListener('scroll', follow, { signal, capture: true, passive: true });
    view.addEventListener('resize', follow, { signal });
    view.visualViewport?.addEventListener('resize', follow, { signal });
    view.addEventListener('pointerdown', press, { signal, capture: true });
    place(popup, anchor, this.#leastWidth);
    popup.showPopover();
  }

  /** Stops following the anchor; called when the popup is no longer drawn. */
  hide(): void {
    this.#open?.abort();
    this.#open = undefined;
  }

  hostDisconnected(): void {
    this.hide();
    this.#close();
  }
}

/** Computes in pixels of the window, and writes in the popup's own. */
function place(popup: HTMLElement, anchor: HTMLElement, leastWidth: number): void {
  const { document, visualViewport, innerHeight, getComputedStyle } = windowOf(anchor);
  const zoom = zoomOf(anchor);
  const { top, bottom, left, right, width } = boxOf(anchor);
  const { clientWidth } = document.documentElement;
  const viewHeight = visualViewport?.height ?? innerHeight;
  const below = viewHeight - bottom - GAP - MARGIN;
  const above = top - GAP - MARGIN;
  const goesBelow = below >= ENOUGH || below >= above;
  const room = Math.max(0, Math.min(goesBelow ? below : above, viewHeight - 2 * MARGIN));
  const { fontSize, direction } = getComputedStyle(anchor);
  const wide = Math.min(Math.max(width, leastWidth * parseFloat(fontSize) * zoom), clientWidth - 2 * MARGIN);
  const start = direction === 'rtl' ? right - wide : left;
  const px = (length: number): string => `${length / zoom}px`;
  const { style } = popup;
  style.width = px(wide);
  style.maxHeight = px(room);
  style.left = px(Math.max(MARGIN, Math.min(start, clientWidth - MARGIN - wide)));
  style.top = goesBelow ? px(Math.max(MARGIN, bottom + GAP)) : 'auto';
  style.bottom = goesBelow ? 'auto' : px(Math.max(MARGIN, innerHeight - top + GAP));
}
