import type { Account } from '../model/account.js';
import type { AgentEvent, AgentRecord, Instant, PageId } from '../model/agent.js';
import type { PhoneError } from '../model/errors.js';

/** A document with its revision, a number that grows with every save of that entry. */
export interface Versioned<T> {
  readonly value: T;
  readonly revision: number;
}

/** How a client stands to its place. */
export interface Connection {
  readonly state: 'connecting' | 'online' | 'offline' | 'closed';
  readonly reason?: PhoneError;
}

/** Gets the present entries, then `ready`, then every later state in revision order per entry. */
export interface Watcher<T> {
  next(entry: Versioned<T>): void;
  ready?(): void;
  /** A damaged document (`damaged-data`, with `data.revision`), or a watch that cannot go on. */
  error?(error: PhoneError): void;
}

/** Ends a watch; may be called twice. */
export type Unwatch = () => void;

/**
 * The plug for state: one account document and one record per agent, each with a revision. Its promises:
 *
 *  1. What was never written is absent, not an error.
 *  2. A save returns the entry as it now stands, with its revision.
 *  3. A save based on a stale revision fails with `conflict`, carries the present entry, and changes nothing.
 *  4. A watcher gets the present entries, then `ready`, then every later state in revision order per entry (states in
 *     between may be skipped, the last never), own saves included.
 *  5. Two clients on one place see each other; entries of other accounts and neighbours by prefix are never seen.
 *  6. Values are copies: changing one afterwards changes nothing in the store.
 *  7. Any agent id is safe as a key: dots, spaces, slashes, wildcards, emoji, 200 characters.
 *  8. After `close()` (may be called twice) calls fail with `closed` and no callback runs.
 *  9. Loss and return of the connection are reported; after return every watcher is brought up to date.
 * 10. A refused save is `denied`, an unreachable place is `unavailable`; neither loses what was to be saved.
 * 11. What it reads is checked: a damaged or hostile document is reported with its revision, skipped, and never
 *     crashes a page; the session keeps a copy and may save a fresh record over it.
 * 12. `now()` is the place's clock.
 * 13. `depart(agentId, page)` returns at once, for the moment in which a page is left: another client that runs sees
 *     that page's lease shortened within a second, one that starts later sees it then. Where it cannot be sent, the
 *     lease runs out.
 * 14. A save names its event; a store that enforces rights computes the record from the event itself, and what it
 *     keeps is what every watcher sees.
 *
 * A store knows no rules: it keeps documents. The conformance suite in `phone-widget/testing` quotes the numbers.
 */
export interface StatusStore {
  /** Tells this store from others in messages and in the keys of what a browser keeps for it. */
  readonly name: string;
  readAccount(): Promise<Versioned<Account> | undefined>;
  watchAccount(watcher: Watcher<Account>): Unwatch;
  /** `basedOn` is the revision that the account was read with; `null`: it must not exist yet. */
  saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>>;
  readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined>;
  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch;
  watchAgents(watcher: Watcher<AgentRecord>): Unwatch;
  /** `event` is what made the record out of the one at `basedOn` (promise 14). */
  saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>>;
  /** Erases everything that is kept about the agent. */
  removeAgent(agentId: string): Promise<void>;
  depart(agentId: string, page: PageId): void;
  watchConnection(watcher: (connection: Connection) => void): Unwatch;
  now(): Instant;
  close(): Promise<void>;
}
