/** An entry of a store, by its shape. */
interface Entry<T> {
  readonly value: T;
  readonly revision: number;
}

const fresh = new WeakMap<object, unknown>();

/** An entry whose value a reader of the model has just made for one receiver, and nobody else holds. */
export function freshEntry<T>(value: T, revision: number): Entry<T> {
  const entry = { value, revision };
  fresh.set(entry, value);
  return entry;
}

/**
 * Whether the entry was made by {@link freshEntry} and still has its value. True once: the value then belongs to the
 * receiver, who need neither check nor copy it.
 */
export function takeFresh(entry: object, value: unknown): boolean {
  const isFresh = fresh.has(entry) && fresh.get(entry) === value;
  fresh.delete(entry);
  return isFresh;
}
