/** The window in which an element is shown: it may have been moved to another one than that of its script. */
export function windowOf({ ownerDocument }: Element): Window & typeof globalThis {
  return ownerDocument.defaultView ?? window;
}

/** The CSS `zoom` in force in an element: a pixel of its styles is so many pixels of the window. */
export function zoomOf(element: Element): number {
  const known = zoomThatIsKnown(element);
  if (known) return known;
  let zoom = 1;
  for (let around: Element | null = element; around; around = parentOf(around)) {
    zoom *= Number(getComputedStyle(around).zoom) || 1;
  }
  return zoom;
}

/** Where an element is seen, in pixels of the window. */
export function boxOf(element: Element): DOMRect {
  const box = element.getBoundingClientRect();
  if (zoomThatIsKnown(element)) return box;
  // WebKit measures from the start of the page in the element's pixels, and takes off what is scrolled in the window's.
  const zoom = zoomOf(element);
  const { scrollX, scrollY } = windowOf(element);
  const [x, y] = [(box.x + scrollX) * zoom - scrollX, (box.y + scrollY) * zoom - scrollY];
  return new DOMRect(x, y, box.width * zoom, box.height * zoom);
}

function zoomThatIsKnown({ currentCSSZoom }: Partial<Element>): number | undefined {
  return currentCSSZoom;
}

/** As it is drawn: through slots, and out of shadow roots. */
function parentOf(element: Element): Element | null {
  return element.assignedSlot ?? element.parentElement ?? ((element.getRootNode() as Partial<ShadowRoot>).host || null);
}
