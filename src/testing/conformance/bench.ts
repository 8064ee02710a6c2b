import { defaultAccount } from '../../model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord } from '../../model/agent.js';
import type { PhoneError } from '../../model/errors.js';
import { recordEvent } from '../../model/record-event.js';
import { delay } from '../../platform/time.js';
import type { Connection, StatusStore, Unwatch, Versioned, Watcher } from '../../stores/status-store.js';
import type { Restore, StatusStoreConformanceOptions } from './options.js';
import { expectThat } from './expect.js';

const POLL_MS = 5;

/** Where one case works: a place of its own, and its clients. */
export class Bench {
  readonly place = `p${Math.random().toString(36).slice(2, 12)}`;
  readonly #options: StatusStoreConformanceOptions;
  readonly #opened: StatusStore[] = [];
  readonly #cut: Restore[] = [];

  constructor(options: StatusStoreConformanceOptions) {
    this.#options = options;
  }

  /** Opens one more client, of the case's place or of another one. */
  async open(place: string = this.place): Promise<StatusStore> {
    return this.#remember(await this.#options.open(place));
  }

  /** Opens a client that may read but not write. */
  async openWithoutRights(): Promise<StatusStore> {
    const { openWithoutRights } = this.#options;
    expectThat(openWithoutRights !== undefined, 'The option openWithoutRights is missing.');
    return this.#remember(await openWithoutRights(this.place));
  }

  async damage(agentId: string | null, document: unknown): Promise<void> {
    await this.#options.damage?.(this.place, agentId, document);
  }

  /** Cuts the client off. Returns a function that restores the connection, which happens at the end of the case at the latest. */
  async disconnect(store: StatusStore): Promise<Restore> {
    const restore = await this.#options.disconnect?.(store, this.place);
    expectThat(restore !== undefined, 'The option disconnect returns no function that restores the connection.');
    const once: Restore = () => (this.#cut.includes(once) ? this.#drop(once, restore) : undefined);
    this.#cut.push(once);
    return once;
  }

  /** Waits until that is seen. */
  async until(what: string, isSeen: () => boolean | Promise<boolean>): Promise<void> {
    const patienceMs = this.#options.patienceMs ?? 5_000;
    for (let waited = 0; !(await isSeen()); waited += POLL_MS) {
      expectThat(waited < patienceMs, `After ${patienceMs} ms it is still not true that ${what}.`);
      await delay(POLL_MS);
    }
  }

  async clear(): Promise<void> {
    for (const restore of [...this.#cut]) await restore();
    await Promise.all(this.#opened.map((store) => store.close()));
  }

  #remember(store: StatusStore): StatusStore {
    this.#opened.push(store);
    return store;
  }

  #drop(once: Restore, restore: Restore): void | Promise<void> {
    this.#cut.splice(this.#cut.indexOf(once), 1);
    return restore();
  }
}

/** Applies an event to the agent's present record, or to a new one, and saves it. */
export async function record(store: StatusStore, agentId: string, event: AgentEvent): Promise<Versioned<AgentRecord>> {
  return recordOn(store, (await store.readAgent(agentId)) ?? agentId, event);
}

/** As `record`, for an entry that is known, or for the id of an agent who has none. */
export function recordOn(
  store: StatusStore,
  entry: Versioned<AgentRecord> | string,
  event: AgentEvent,
): Promise<Versioned<AgentRecord>> {
  const isNew = typeof entry === 'string';
  const before = isNew ? newAgentRecord(entry) : entry.value;
  const next = recordEvent(defaultAccount, before, event, store.now());
  return store.saveAgent(next, isNew ? null : entry.revision, event);
}

/** Opens a page of the agent. */
export function signIn(store: StatusStore, agentId: string, page = 'page-1'): Promise<Versioned<AgentRecord>> {
  return record(store, agentId, { type: 'sign-in', page });
}

/** What a watcher has received, in order. */
export interface Heard<T> extends Watcher<T> {
  readonly entries: Versioned<T>[];
  readonly errors: PhoneError[];
  /** How many entries had come before `ready`. */
  readyAfter: number | undefined;
  /** The generation of each `ready`. */
  readonly generations: unknown[];
  /** The agents who were erased. */
  readonly erased: string[];
}

/** Creates a watcher that records what it receives. */
export function hear<T>(): Heard<T> {
  const heard: Heard<T> = {
    entries: [],
    errors: [],
    readyAfter: undefined,
    generations: [],
    erased: [],
    next: (entry) => void heard.entries.push(entry),
    ready: (generation) => {
      heard.readyAfter = heard.entries.length;
      heard.generations.push(generation);
    },
    gone: (agentId) => void heard.erased.push(agentId),
    error: (error) => void heard.errors.push(error),
  };
  return heard;
}

/** Records the states of the connection, in order. */
export function hearConnection(store: StatusStore): { readonly heard: Connection[]; readonly unwatch: Unwatch } {
  const heard: Connection[] = [];
  return { heard, unwatch: store.watchConnection((connection) => void heard.push(connection)) };
}

/** Returns the latest revision of that agent that was received. */
export function lastOf(heard: Heard<AgentRecord>, agentId: string): number | undefined {
  return heard.entries.filter(({ value }) => value.agentId === agentId).at(-1)?.revision;
}
