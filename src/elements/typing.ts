/** The events of a field into which something is typed; those of keys are looked at one by one. */
const EVENTS =
  'keydown keypress keyup input beforeinput textInput change copy cut paste compositionstart compositionupdate compositionend';
const EDITS = /^(Enter|Backspace|Delete|Arrow\w+)$/;

/** The keys that are down and were typed: they may move the focus before they are released. */
const held = new Set<string>();

/** Whether a key belongs to an input method. Safari sends the key that ends a composition after its end, with this code. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether a key types text in a field, also with AltGr, which Windows reports as Ctrl and Alt, or with a Mac's Option. */
export function typesText(event: KeyboardEvent): boolean {
  const { key, ctrlKey, altKey, metaKey } = event;
  // The names of all other keys are ASCII, and longer.
  if (metaKey || !/^.$|[^ -~]/u.test(key)) return false;
  if (event.getModifierState('AltGraph') || !(ctrlKey || altKey)) return true;
  if (ctrlKey) return altKey && /[^\w ]/.test(key);
  return /[^ -~]/.test(key) || navigator.userAgent.includes('Mac OS X');
}

/**
 * Stops at a shadow root what is typed inside it: outside, the target would be the element, which the shortcuts of a page
 * do not take for a field. An element marked `data-typed` counts as a field.
 */
export function containTyping(root: ShadowRoot): void {
  for (const type of EVENTS.split(' ')) root.addEventListener(type, onTyped);
}

function onTyped(event: Event): void {
  const path = event.composedPath() as Element[];
  // The path when the event was fired: the field may be gone since.
  const inside = path.slice(0, path.indexOf(event.currentTarget as Element)).filter(({ nodeType }) => nodeType === 1);
  // The content of a slot belongs to the page.
  if (inside.some(({ localName }) => localName === 'slot')) return;
  const isTyped = event.type.startsWith('key')
    ? isTypedKey(event as KeyboardEvent, inside)
    : inside[0]?.matches('input, textarea, select');
  if (isTyped) event.stopPropagation();
}

function isTypedKey(event: KeyboardEvent, inside: readonly Element[]): boolean {
  const { type, key } = event;
  const name = event.code || key;
  const isIn = (selector: string): boolean => inside.some((element) => element.matches(selector));
  const text = isComposing(event) || key === 'Dead' || typesText(event);
  const isTyped =
    (type === 'keyup' && held.has(name)) ||
    (isIn('input:not([type=checkbox]), textarea, select, [data-typed]')
      ? text || EDITS.test(key)
      : text && key !== ' ' && isIn('[role=combobox]:not([aria-disabled])'));
  if (type === 'keydown' && isTyped) held.add(name);
  else if (type !== 'keypress') held.delete(name);
  return isTyped;
}
