import type { AgentEvent, PageId } from '../model/agent.js';
import { PhoneError } from '../model/errors.js';
import type { KeptFact } from '../model/pending.js';
import { wallClock } from '../platform/time.js';
import { localKey, localKeys, localPrefix, readLocal, removeLocal, writeLocal } from '../platform/storage.js';
import type { SessionContext } from './session-context.js';

/**
 * How long facts are kept, in milliseconds: longer than a store is unreachable, but not for good, because a source may use a
 * call's id again.
 */
const KEPT_MS = 7 * 86_400_000;

type OutboxContext = Pick<SessionContext, 'agentId' | 'store' | 'report'>;

/** The call facts of one agent that the store has not saved yet, kept in this browser through reload and crash. */
export class Outbox {
  readonly #context: OutboxContext;

  constructor(context: OutboxContext) {
    this.#context = context;
  }

  /** Keeps the facts of a page, in place of those kept before. Reports it if the browser's storage is full. */
  keep(page: PageId, facts: readonly AgentEvent[]): void {
    const key = this.#key(page);
    if (facts.length === 0) return removeLocal(key);
    try {
      writeLocal(key, JSON.stringify({ at: wallClock(), facts }));
    } catch (cause) {
      const message = `The browser has no room for ${facts.length} call facts. Keep this page open until the store is back.`;
      this.#context.report(new PhoneError('unavailable', message, { cause }));
    }
  }

  /** The kept facts of that page, in order. */
  factsOf(page: PageId): readonly KeptFact[] {
    try {
      const { at, facts } = JSON.parse(readLocal(this.#key(page)) ?? '{}') as { at?: unknown; facts?: unknown };
      const isFresh = typeof at === 'number' && at > wallClock() - KEPT_MS;
      return isFresh && Array.isArray(facts) ? facts.filter(isCallFact) : [];
    } catch {
      // Every script of the origin can write there.
      return [];
    }
  }

  /** The pages of this agent that have kept facts. */
  pages(): readonly PageId[] {
    const prefix = localPrefix('facts', ...this.#owner());
    return localKeys(prefix).flatMap((key) => {
      try {
        const page: unknown = JSON.parse(`[${key.slice(prefix.length)}`)[0];
        return typeof page === 'string' ? page : [];
      } catch {
        return [];
      }
    });
  }

  /** Removes the facts of all pages. */
  clear(): void {
    for (const page of this.pages()) this.keep(page, []);
  }

  #owner(): readonly string[] {
    return [this.#context.store.name, this.#context.agentId];
  }

  #key(page: PageId): string {
    return localKey('facts', ...this.#owner(), page);
  }
}

function isCallFact(event: unknown): event is KeptFact {
  const { type, at } = (event ?? {}) as { type?: unknown; at?: unknown };
  return typeof type === 'string' && /^(call-|close$)/.test(type) && Number.isFinite(at);
}
