/** Replaces the browser's storage if it is missing, forbidden or full: it lasts as long as the page. */
const memory = new Map<string, string>();

/** Returns what this browser keeps under that key; `null` if it keeps nothing. */
export function readLocal(key: string): string | null {
  return memory.get(key) ?? storage()?.getItem(key) ?? null;
}

/**
 * Keeps a text in this browser, at once. If storage is forbidden or full, the text lasts as long as the page; if it is full, the
 * browser's error is thrown as well.
 */
export function writeLocal(key: string, text: string): void {
  memory.set(key, text);
  const area = storage();
  if (!area) return;
  area.setItem(key, text);
  memory.delete(key);
}

/** Removes what this browser keeps under that key. */
export function removeLocal(key: string): void {
  memory.delete(key);
  storage()?.removeItem(key);
}

/** Returns all keys with that prefix. */
export function localKeys(prefix: string): readonly string[] {
  const area = storage();
  const keys = new Set(memory.keys());
  for (let index = 0; area && index < area.length; index++) keys.add(area.key(index) ?? '');
  return [...keys].filter((key) => key.startsWith(prefix));
}

/**
 * Calls the listener when another page of this browser writes under a key with that prefix; `text` is `null` if it was removed.
 * Returns a function that ends it.
 */
export function watchLocal(prefix: string, listener: (key: string, text: string | null) => void): () => void {
  const watch = new AbortController();
  const onStorage = ({ key, newValue }: StorageEvent): void => {
    if (key?.startsWith(prefix)) listener(key, newValue);
  };
  addEventListener('storage', onStorage, { signal: watch.signal });
  return () => watch.abort();
}

function storage(): Storage | undefined {
  try {
    const area = globalThis.localStorage;
    // Reading throws in a frame without an origin of its own, and with storage switched off.
    area.getItem('');
    return area;
  } catch {
    return undefined;
  }
}

/** Returns a key of this product: its kind, and its owner in one or more parts. Keys with the same first parts share a prefix. */
export function localKey(kind: string, ...parts: readonly string[]): string {
  return `phone-widget:${kind}:${JSON.stringify(parts)}`;
}

/** Returns the prefix of all keys of that kind with these parts and more. */
export function localPrefix(kind: string, ...parts: readonly string[]): string {
  // A key with one more, empty part, without the end of that part.
  return localKey(kind, ...parts, '').slice(0, -'""]'.length);
}
