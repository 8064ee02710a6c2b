/** What a field tells of what is typed into it. */
const FIELD_EVENTS = ['input', 'beforeinput', 'textInput', 'change', 'copy', 'cut', 'paste'];
const COMPOSITION_EVENTS = ['compositionstart', 'compositionupdate', 'compositionend'];
const KEY_EVENTS = ['keydown', 'keypress', 'keyup'];
const EDITS = /^(Enter|Backspace|Delete|Arrow\w+)$/;

/** The keys that are down and were typed: what they did may have moved the focus before they are up. */
const held = new Set<string>();

/** Whether a key is an input method's. Safari sends the key that ends a composition after its end, with this code. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether a key types text in a field: with AltGr, which Windows reports as Ctrl and Alt, and with a Mac's Option too. */
export function typesText(event: KeyboardEvent): boolean {
  const { key, ctrlKey, altKey, metaKey } = event;
  // The names of the other keys are ASCII, and longer.
  if (metaKey || !/^.$|[^ -~]/u.test(key)) return false;
  if (event.getModifierState('AltGraph') || !(ctrlKey || altKey)) return true;
  if (ctrlKey) return altKey && /[^\w ]/.test(key);
  return /[^ -~]/.test(key) || navigator.userAgent.includes('Mac OS X');
}

/**
 * Ends at a shadow root what is typed inside it: outside, the target would be the element, which looks like no field to the
 * shortcuts of a page. An element marked `data-typed` is a field as a whole.
 */
export function containTyping(root: ShadowRoot): void {
  for (const type of [...FIELD_EVENTS, ...COMPOSITION_EVENTS, ...KEY_EVENTS]) root.addEventListener(type, onTyped);
}

function onTyped(event: Event): void {
  const path = event.composedPath() as Element[];
  // As it was when the event came: what was done since may have taken the field away.
  const inside = path.slice(0, path.indexOf(event.currentTarget as Element)).filter(({ nodeType }) => nodeType === 1);
  // What a page puts into a slot is the page's.
  if (inside.some(({ localName }) => localName === 'slot')) return;
  const isTyped = KEY_EVENTS.includes(event.type)
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
