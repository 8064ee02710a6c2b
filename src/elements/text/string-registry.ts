/** The strings that a page has registered, by language. */
export type Registry<T> = Map<string, Partial<T>>;

const watchers = new Set<() => void>();

/** Registers strings of a language, and updates the elements that show some. */
export function registerIn<T>(registry: Registry<T>, lang: string, strings: Partial<T>): void {
  registry.set(lang.toLowerCase(), strings);
  notifyWatchers();
}

/** Updates the elements that show strings. */
export function notifyWatchers(): void {
  for (const changed of watchers) changed();
}

/** Calls `changed` whenever strings were registered or loaded. Returns a function that ends that. */
export function watchStrings(changed: () => void): () => void {
  watchers.add(changed);
  return () => void watchers.delete(changed);
}

/** What the strings for a language are made of. */
interface StringsOptions<T> {
  readonly registry: Registry<T>;
  readonly lang: string;
  /** What the page replaced at the element. */
  readonly replaced: Partial<T> | null | undefined;
  /** The keys of records, which are merged entry by entry. */
  readonly records: readonly (keyof T)[];
}

/** The strings for a language: what the page replaced, else those registered for it in this or any region, else English. */
export function mergedStrings<T extends { readonly lang: string }>(english: T, options: StringsOptions<T>): T {
  const { registry, lang, replaced, records } = options;
  const key = lang.toLowerCase();
  const registered: Partial<T> = registry.get(key) ?? registry.get(key.split('-')[0] as string) ?? {};
  const merged = { ...english, lang: lang || english.lang, ...registered, ...replaced };
  for (const name of records) merged[name] = { ...english[name], ...registered[name], ...replaced?.[name] };
  return merged;
}
