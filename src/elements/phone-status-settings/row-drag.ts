import type { LitElement, ReactiveController } from 'lit';
import type { StatusId } from '../../model/status.js';
import { isComposing } from '../typing.js';
import { boxOf, windowOf } from '../geometry.js';

/** How close to an edge, in pixels, the table scrolls by itself. */
const EDGE = 48;

interface Drag {
  readonly id: StatusId;
  readonly handle: HTMLElement;
  readonly pointer: number;
  readonly ending: AbortController;
  x: number;
  y: number;
  row: HTMLElement | undefined;
  after: boolean;
}

/** Drags a row by its handle: with a mouse, a pen or a finger. */
export class RowDrag implements ReactiveController {
  readonly #host: LitElement;
  readonly #drop: (id: StatusId, before: StatusId | null) => void;
  #drag: Drag | undefined;

  /** `drop` is called with the status that the row was dropped in front of; null: at the end. */
  constructor(host: LitElement, drop: (id: StatusId, before: StatusId | null) => void) {
    this.#host = host;
    this.#drop = drop;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.cancel();
  }

  /** Starts with a press on a handle. */
  start(event: PointerEvent, handle: HTMLElement, id: StatusId): void {
    if (event.button !== 0 || this.#drag) return;
    const ending = new AbortController();
    const { signal } = ending;
    this.#drag = {
      ...{ id, handle, ending, pointer: event.pointerId },
      ...{ x: event.clientX, y: event.clientY, row: undefined, after: false },
    };
    handle.closest('[data-status]')?.toggleAttribute('data-dragged', true);
    const view = windowOf(handle);
    view.addEventListener('pointermove', this.#onMove, { signal });
    view.addEventListener('pointerup', this.#onUp, { signal });
    view.addEventListener('pointercancel', this.cancel, { signal });
    view.addEventListener('blur', this.cancel, { signal });
    view.addEventListener('keydown', this.#onKey, { signal, capture: true });
    this.#follow(0);
  }

  /** Ends without a change. */
  readonly cancel = (): void => {
    const drag = this.#drag;
    if (!drag) return;
    this.#drag = undefined;
    drag.ending.abort();
    this.#mark(drag, undefined);
    drag.handle.closest('[data-status]')?.removeAttribute('data-dragged');
  };

  readonly #onMove = ({ clientX, clientY, pointerId }: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.pointer !== pointerId) return;
    drag.x = clientX;
    drag.y = clientY;
    this.#point(drag);
  };

  readonly #onUp = ({ pointerId }: PointerEvent): void => {
    const drag = this.#drag;
    if (drag?.pointer !== pointerId) return;
    const { row, after, id } = drag;
    const next = (after ? row?.nextElementSibling : row) as HTMLElement | null | undefined;
    this.cancel();
    if (!row || row.dataset['status'] === id) return;
    this.#drop(id, next?.dataset['status'] ?? null);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault();
    this.cancel();
  };

  /** Marks where the row would be dropped: beside the pointer, never in front of Available, and nowhere outside the page. */
  #point(drag: Drag): void {
    const { left, right, top: start, bottom, width } = boxOf(this.#host);
    const isBeside = drag.x < left - EDGE || drag.x > right + EDGE || drag.y < start - EDGE || drag.y > bottom + EDGE;
    if (isBeside) return this.#mark(drag, undefined);
    const found = (this.#host.renderRoot as ShadowRoot).elementFromPoint(left + width / 2, drag.y);
    const row = found?.closest<HTMLElement>('[data-status]') ?? undefined;
    if (!row) return;
    const { top, height } = boxOf(row);
    drag.after = drag.y > top + height / 2 || row.dataset['status'] === 'available';
    this.#mark(drag, row);
  }

  #mark(drag: Drag, row: HTMLElement | undefined): void {
    if (drag.row !== row) drag.row?.removeAttribute('data-drop');
    drag.row = row;
    row?.setAttribute('data-drop', drag.after ? 'after' : 'before');
  }

  /** Scrolls further rows into view near the edge of the window. */
  #follow(frame: number): void {
    const drag = this.#drag;
    if (!drag) return;
    const view = windowOf(this.#host);
    if (frame % 6 === 0) {
      const up = drag.y < EDGE;
      const down = drag.y > view.innerHeight - EDGE;
      const next = up ? drag.row?.previousElementSibling : down ? drag.row?.nextElementSibling : undefined;
      next?.scrollIntoView({ block: 'nearest' });
      if (next) this.#point(drag);
    }
    view.requestAnimationFrame(() => this.#follow(frame + 1));
  }
}
