import { PhoneError } from '../../model/errors.js';
import type { Watcher } from '../status-store.js';
import { checked, type Check } from './checked.js';
import { ACCOUNT_KEY, type Entry } from './place.js';

/** One watcher and what it has been told. */
export interface Watch {
  /** What it watches; `undefined`: all agents. */
  readonly key: string | undefined;
  /** Whether that revision of that entry would be news. */
  wants(key: string, revision: number): boolean;
  /** Hands over what is news, in the order of revisions; damage goes to `error`, once. */
  tell(entries: readonly Entry[]): void;
  /** The agent was erased, whose last revision that was. */
  gone(key: string, revision: number): void;
  /** Begins to tell all present entries: to be called before they are read. */
  begin(): Telling;
  /** The place has another generation: all that was told is forgotten, and a telling under way counts for nothing. */
  restart(generation: string, before: string): void;
  /** It cannot go on for now: told once until something else is told. */
  fail(error: PhoneError): void;
  end(): void;
}

/** The telling of all present entries. */
export interface Telling {
  tell(entries: readonly Entry[]): void;
  /** They have all been told: what was known before, and is not among them, was erased. */
  ready(generation: string | undefined): void;
}

interface Told {
  readonly revision: number;
  /** The last telling that it was part of, or came after. */
  readonly telling: number;
  readonly isGone?: boolean;
}

/** Begins to keep account of what a watcher has been told; `given` hears of each entry that is handed over. */
export function createWatch<T>(
  { key, check }: { readonly key: string | undefined; readonly check: Check<T> },
  watcher: Watcher<T>,
  given: (key: string, revision: number) => void,
): Watch {
  const told = new Map<string, Told>();
  let state: 'starting' | 'ready' | 'ended' = 'starting';
  let telling = 0;
  let firstTelling = 0;
  let failed: string | undefined;
  const isWatched = (candidate: string): boolean =>
    state !== 'ended' && (key === undefined ? candidate !== ACCOUNT_KEY : candidate === key);
  const wants = (candidate: string, revision: number): boolean =>
    isWatched(candidate) && revision > (told.get(candidate)?.revision ?? -1);
  const tell = (entries: readonly Entry[]): void => {
    failed = undefined;
    for (const entry of entries) {
      if (!wants(entry.key, entry.revision)) continue;
      told.set(entry.key, { revision: entry.revision, telling });
      given(entry.key, entry.revision);
      const found = checked(entry, check);
      safely(() => (found instanceof PhoneError ? watcher.error?.(found) : watcher.next(found)));
    }
  };
  const gone = (agentId: string, revision: number): void => {
    const known = told.get(agentId);
    if (!isWatched(agentId) || known?.isGone || revision < (known?.revision ?? 0)) return;
    told.set(agentId, { revision, telling, isGone: true });
    safely(() => watcher.gone?.(agentId));
  };
  return {
    key,
    wants,
    tell,
    gone,
    begin() {
      const own = ++telling;
      const counts = (): boolean => own > firstTelling && state !== 'ended';
      return {
        tell(entries) {
          if (!counts()) return;
          tell(entries);
          for (const { key: found } of entries) {
            const known = told.get(found);
            if (known && known.telling < own) told.set(found, { ...known, telling: own });
          }
        },
        ready(generation) {
          if (!counts()) return;
          // Without a generation it may as well be another place.
          if (generation !== undefined) {
            for (const [known, { revision, telling: last }] of told) if (last < own) gone(known, revision);
          }
          if (state === 'ready') return;
          state = 'ready';
          safely(() => watcher.ready?.(generation));
        },
      };
    },
    restart(generation, before) {
      if (state === 'ended') return;
      firstTelling = telling;
      // It is to forget entries of a generation that it was never told.
      if (state === 'starting' && told.size > 0) safely(() => watcher.ready?.(before));
      const isTold = state === 'ready' || told.size > 0;
      told.clear();
      state = 'starting';
      if (isTold) safely(() => watcher.ready?.(generation));
    },
    fail(error) {
      if (state !== 'ended' && failed !== error.code) safely(() => watcher.error?.(error));
      failed = error.code;
    },
    end() {
      state = 'ended';
    },
  };
}

/** Runs what a host gave: its failure is the host's to see in the console, and harms nobody else. */
export function safely(run: () => void): void {
  try {
    run();
  } catch (error) {
    // eslint-disable-next-line no-console -- thrown on, it would end the watches that come after this one
    console.error('[phone-widget] store: a watcher threw.', error);
  }
}
