import type { AgentEvent, Instant, PageId } from '../model/agent.js';
import { wallClock } from '../platform/time.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../platform/storage.js';

/**
 * Outlasts a store that is out of reach for days. Kept for good, the facts could speak of another call one day: a source
 * may use an id again.
 */
const KEPT_MS = 7 * 86_400_000;

/** A call fact with its own instant, or what was wished after it. */
export type KeptFact = Extract<AgentEvent, { readonly callId: unknown } | { readonly call: unknown }> & {
  readonly at: Instant;
};

/** Call facts that the store has not taken yet, kept in this browser through reload and crash, in their order. */
export class Outbox {
  readonly #owner: readonly [store: string, agentId: string];

  constructor(storeName: string, agentId: string) {
    this.#owner = [storeName, agentId];
  }

  /** Keeps these facts of a page, in place of those kept before. Throws where the browser's storage is full. */
  keep(page: PageId, facts: readonly AgentEvent[]): void {
    const key = this.#key(page);
    if (facts.length > 0) writeLocal(key, JSON.stringify({ at: wallClock(), facts }));
    else removeLocal(key);
  }

  /** The facts kept of that page. */
  factsOf(page: PageId): readonly KeptFact[] {
    try {
      const { at, facts } = JSON.parse(readLocal(this.#key(page)) ?? '{}') as { at?: unknown; facts?: unknown };
      const isFresh = typeof at === 'number' && at > wallClock() - KEPT_MS;
      return isFresh && Array.isArray(facts) ? facts.filter(isCallFact) : [];
    } catch {
      // Storage is open to every script of the origin: what cannot be read counts as nothing.
      return [];
    }
  }

  /** The pages of this agent of which facts are kept. */
  pages(): readonly PageId[] {
    const prefix = localPrefix('facts', ...this.#owner);
    return localKeys(prefix).flatMap((key) => {
      try {
        const page: unknown = JSON.parse(`[${key.slice(prefix.length)}`)[0];
        return typeof page === 'string' ? page : [];
      } catch {
        return [];
      }
    });
  }

  /** Forgets the facts of all pages. */
  clear(): void {
    for (const page of this.pages()) this.keep(page, []);
  }

  #key(page: PageId): string {
    return localKey('facts', ...this.#owner, page);
  }
}

function isCallFact(event: unknown): event is KeptFact {
  const { type, at } = (event ?? {}) as { type?: unknown; at?: unknown };
  return typeof type === 'string' && /^(call-|close$)/.test(type) && Number.isFinite(at);
}
