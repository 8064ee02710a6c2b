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
  /** All present entries have been told. */
  ready(): void;
  /** It cannot go on for now: told once until something else is told. */
  fail(error: PhoneError): void;
  end(): void;
}

/** Begins to keep account of what a watcher has been told. */
export function createWatch<T>(key: string | undefined, check: Check<T>, watcher: Watcher<T>): Watch {
  const told = new Map<string, number>();
  let state: 'starting' | 'ready' | 'ended' = 'starting';
  let failed: string | undefined;
  const wants = (candidate: string, revision: number): boolean =>
    state !== 'ended' &&
    (key === undefined ? candidate !== ACCOUNT_KEY : candidate === key) &&
    revision > (told.get(candidate) ?? -1);
  return {
    key,
    wants,
    tell(entries) {
      failed = undefined;
      for (const entry of entries) {
        if (!wants(entry.key, entry.revision)) continue;
        told.set(entry.key, entry.revision);
        const found = checked(entry, check);
        safely(() => (found instanceof PhoneError ? watcher.error?.(found) : watcher.next(found)));
      }
    },
    ready() {
      if (state !== 'starting') return;
      state = 'ready';
      safely(() => watcher.ready?.());
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
