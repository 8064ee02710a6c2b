/** An entry of a store, by its shape. */
interface Entry<T> {
  readonly value: T;
  readonly revision: number;
}

const fresh = new WeakSet<object>();

/** An entry whose value a reader of the model has just made for one receiver, and nobody else holds. */
export function freshEntry<T>(value: T, revision: number): Entry<T> {
  const entry = Object.freeze({ value, revision });
  fresh.add(entry);
  return entry;
}

/**
 * Whether the entry was made by {@link freshEntry}. True once: its value then belongs to whoever asked, who need neither
 * check nor copy it.
 */
export function takeFresh(entry: object): boolean {
  return fresh.delete(entry);
}
