import type { LitElement, ReactiveController } from 'lit';
import { wallClock } from '../../platform/time.js';

const SECOND_MS = 1000;
/** The hints that were given. */
const given = new Set<string>();

/** Warns a developer in the console, once per page, of ways to set a store that cannot work. */
export class StoreHints implements ReactiveController {
  readonly #host: LitElement & { readonly store?: unknown };
  #store: unknown;
  #replacedAt: readonly number[] = [];

  constructor(host: LitElement & { readonly store?: unknown }) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate(): void {
    const { store } = this.#host;
    for (const name of ['store', 'calls']) {
      if (!this.#host.hasAttribute(name)) continue;
      this.#hint(
        `the attribute ${name} has no effect. Set the property: element.${name} = …, in Vue :${name}.prop="…".`,
      );
    }
    if (store === this.#store) return;
    const now = wallClock();
    if (this.#store) this.#replacedAt = [...this.#replacedAt, now].filter((at) => at > now - SECOND_MS);
    this.#store = store;
    if (this.#replacedAt.length <= 2) return;
    this.#hint('its store is replaced again and again, and everything restarts each time. Create the store once.');
  }

  #hint(text: string): void {
    const hint = `[phone-widget] <${this.#host.localName}>: ${text}`;
    if (given.has(hint)) return;
    given.add(hint);
    // eslint-disable-next-line no-console -- a mistake in the page's code, which only its developer can mend
    console.warn(hint);
  }
}
