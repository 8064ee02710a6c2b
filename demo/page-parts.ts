/** The element of that id; the page is broken without it. */
export function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element #${id}.`);
  return element;
}

/** A new element with a text in it. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  text = '',
  className = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** What an error says to its reader, without the product's mark in front. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace('[phone-widget] ', '') : String(error);
}

/**
 * One row of switches: `read` says what is on, `write` is called with what the user switched, and the words beside each
 * switch say its state.
 */
export function bindSwitches<Name extends string>(
  row: HTMLElement,
  words: Readonly<Record<Name, readonly [off: string, on: string]>>,
  {
    read,
    write,
  }: { read: () => Readonly<Record<Name, boolean>>; write: (name: Name, on: boolean) => void | Promise<void> },
): () => void {
  const show = (): void => {
    const state = read();
    for (const box of row.querySelectorAll('input')) {
      const name = box.name as Name;
      box.checked = state[name];
      const label = box.parentElement?.querySelector('output');
      if (label) label.textContent = words[name][Number(box.checked) as 0 | 1];
    }
  };
  row.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) void Promise.resolve(write(target.name as Name, target.checked)).then(show);
  });
  show();
  return show;
}
