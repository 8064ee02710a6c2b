/** The window in which an element is shown, which need not be that of its script. */
export function windowOf({ ownerDocument }: Element): Window & typeof globalThis {
  return ownerDocument.defaultView ?? window;
}

/** The CSS `zoom` in force in an element: how many pixels of the window a pixel of its styles is. */
export function zoomOf(element: Element): number {
  const known = (element as Partial<Element>).currentCSSZoom;
  if (known) return known;
  let zoom = 1;
  for (let around: Element | null = element; around; around = parentOf(around)) {
    zoom *= Number(getComputedStyle(around).zoom) || 1;
  }
  return zoom;
}

/** The box of an element, in pixels of the window. */
export function boxOf(element: Element): DOMRect {
  const box = element.getBoundingClientRect();
  if ((element as Partial<Element>).currentCSSZoom) return box;
  // WebKit measures from the start of the page in the element's pixels, and subtracts the scroll offset in the window's.
  const zoom = zoomOf(element);
  const { scrollX, scrollY } = windowOf(element);
  const [x, y] = [(box.x + scrollX) * zoom - scrollX, (box.y + scrollY) * zoom - scrollY];
  return new DOMRect(x, y, box.width * zoom, box.height * zoom);
}

/** The parent in the drawn tree: through slots, and out of shadow roots. */
function parentOf(element: Element): Element | null {
  return element.assignedSlot ?? element.parentElement ?? ((element.getRootNode() as Partial<ShadowRoot>).host || null);
}
