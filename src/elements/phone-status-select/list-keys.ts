/** As the ARIA authoring guide has it. */
const PAGE = 10;
const TYPE_AHEAD_MS = 700;

/** Where a key moves the active option of an open list; undefined for a key that moves nothing. */
export function movedBy(key: string, active: number, count: number): number | undefined {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + PAGE,
    PageUp: active - PAGE,
    Home: 0,
    End: count - 1,
  };
  const target = to[key];
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target));
}

/** Text as it is compared: without case, width and accents. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Finds an option by what is typed in quick succession; one letter again and again goes through its options. */
export class TypeAhead {
  #typed = '';
  #at = 0;

  /** What was typed is forgotten. */
  reset(): void {
    this.#typed = '';
  }

  /** The index of the option meant, or -1. `at` is the time of the key, in milliseconds. */
  find(names: readonly string[], key: string, { active, at }: { active: number; at: number }): number {
    const typed = at - this.#at > TYPE_AHEAD_MS ? '' : this.#typed;
    this.#typed = typed + folded(key);
    this.#at = at;
    const same = [...this.#typed].every((letter) => letter === this.#typed[0]);
    const wanted = same ? (this.#typed[0] ?? '') : this.#typed;
    const from = active + (same ? 1 : 0);
    for (let step = 0; step < names.length; step++) {
      const index = (from + step) % names.length;
      if (folded(names[index] ?? '').startsWith(wanted)) return index;
    }
    return -1;
  }
}
