/** Stands in for the browser's storage where there is none or it is forbidden: it lasts as long as the page. */
const memory = new Map<string, string>();

/** What this browser keeps under that key; null: nothing. */
export function readLocal(key: string): string | null {
  return memory.get(key) ?? storage()?.getItem(key) ?? null;
}

/**
 * Keeps a text in this browser, at once; where storage is forbidden, as long as the page lasts. Throws what the browser
 * throws where storage is full; the text then lasts as long as the page.
 */
export function writeLocal(key: string, text: string): void {
  memory.set(key, text);
  const area = storage();
  if (!area) return;
  area.setItem(key, text);
  memory.delete(key);
}

/** Forgets what this browser keeps under that key. */
export function removeLocal(key: string): void {
  memory.delete(key);
  storage()?.removeItem(key);
}

/** All keys that begin like this. */
export function localKeys(prefix: string): readonly string[] {
  const area = storage();
  const keys = new Set(memory.keys());
  for (let index = 0; area && index < area.length; index++) keys.add(area.key(index) ?? '');
  return [...keys].filter((key) => key.startsWith(prefix));
}

/**
 * Hears what other pages of this browser write under keys that begin like this; `text` is `null` where one was removed.
 * Returns a function that ends it.
 */
export function watchLocal(prefix: string, listener: (key: string, text: string | null) => void): () => void {
  const watch = new AbortController();
  const onStorage = ({ key, newValue }: StorageEvent): void => {
    if (key?.startsWith(prefix)) listener(key, newValue);
  };
  globalThis.addEventListener?.('storage', onStorage, { signal: watch.signal });
  return () => watch.abort();
}

function storage(): Storage | undefined {
  try {
    const area = globalThis.localStorage;
    // Reading is what throws in a frame without an origin of its own, or with storage switched off.
    area.getItem('');
    return area;
  } catch {
    return undefined;
  }
}

/** A key of this product: what it is for, and whose it is. Keys of one owner begin alike, with more parts to come. */
export function localKey(kind: string, ...parts: readonly string[]): string {
  return `phone-widget:${kind}:${JSON.stringify(parts)}`;
}

/** What all keys begin with that have these parts and more. */
export function localPrefix(kind: string, ...parts: readonly string[]): string {
  // The key with an empty part at its end, up to that.
  return localKey(kind, ...parts, '').slice(0, -'""]'.length);
}
