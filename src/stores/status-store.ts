import type { Account } from '../model/account.js';
import type { Actor, AgentEvent, AgentRecord, Instant, PageId } from '../model/agent.js';
import type { PhoneError } from '../model/errors.js';
import type { StatusId } from '../model/status.js';
import type { StatusCause } from '../model/view.js';

/** A document with its revision, a number that grows with every save of that entry. */
export interface Versioned<T> {
  readonly value: T;
  readonly revision: number;
}

/**
 * How a client stands to its place.
 *
 * - `connecting`: the place has not answered yet; calls wait.
 * - `online`: calls work. With a `reason` (`unavailable`) they work for less than the store promises: `browserStore`, where
 *   the browser refuses to keep data, holds everything in this page's memory until it is closed.
 * - `offline`: calls reject with `unavailable`, as the `reason` does. The store tries by itself to come back, and each call
 *   tries as well.
 * - `closed`: the last that a watcher hears.
 */
export interface Connection {
  readonly state: 'connecting' | 'online' | 'offline' | 'closed';
  readonly reason?: PhoneError;
}

/**
 * Gets the present entries, then `ready`, then every later state in revision order per entry. Never called within the call
 * that causes it; one that throws harms nobody else.
 */
export interface Watcher<T> {
  next(entry: Versioned<T>): void;
  /**
   * All present entries have been told. `generation` is the place's, where it has one (promise 9). Another generation than last
   * time says: forget every entry that was told before, lower revisions may follow; the present entries come next, and then
   * `ready` again with the same generation. An entry that was not told by then is not there.
   */
  ready?(generation?: string): void;
  /** A damaged document (`damaged-data`, with `data.revision` and `data.agentId`), or a watch that cannot go on. */
  error?(error: PhoneError): void;
  /**
   * The agent was erased, by whomever; told once, and where the connection was lost meanwhile, after its return. Entries of another
   * generation that are forgotten are not erased.
   */
  gone?(agentId: string): void;
}

/** What a status was from an instant on, as a store's history keeps it: without the party of a call and without a number. */
export interface StatusChange {
  readonly agentId: string;
  readonly statusId: StatusId;
  readonly at: Instant;
  readonly cause: StatusCause;
  readonly by?: Actor;
}

/** An agent is kept for one call until then: nobody else is to be given that agent meanwhile. */
export interface Reservation {
  readonly agentId: string;
  readonly until: Instant;
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
 *     between may be skipped, the last never), own saves included; and `gone` within a second after an agent was erased.
 *  5. Two clients on one place see each other; entries of other accounts and neighbours by prefix are never seen.
 *  6. Values are copies: changing one afterwards changes nothing in the store.
 *  7. Any agent id is safe as a key: dots, spaces, slashes, wildcards, control characters (NUL too), emoji, 200 code points.
 *  8. After `close()` (may be called twice) calls fail with `closed` and no callback runs: what returns a promise rejects,
 *     a watch throws, `depart` does nothing.
 *  9. Loss and return of the connection are reported; after return every watcher is brought up to date. A watch begun while
 *     cut off is `ready` only after the return. A place has a generation, an id that is kept in it (in memory: made at its
 *     start). Revisions of one generation compare; another one begins anew, and whoever knew the old one forgets it. A place
 *     whose last revision is below one that was known (a restored backup, new disks) counts as another generation and is
 *     given a new id. A save whose basis was read in another generation is a `conflict`.
 * 10. A refused save is `denied`, an unreachable place is `unavailable`; neither loses what was to be saved.
 * 11. What it reads is checked: a damaged or hostile document is reported with its revision, skipped, and never
 *     crashes a page; the session keeps a copy and may save a fresh record over it.
 * 12. `now()` is the place's clock.
 * 13. `depart(agentId, page)` returns at once, for the moment in which a page is left: another client that runs sees
 *     that page's lease shortened within a second, one that starts later sees it then. Where it cannot be sent, the
 *     lease runs out. `close()` right after it does not take it back.
 * 14. A save names its event; a store that enforces rights computes the record from the event itself, and what it
 *     keeps is what every watcher sees.
 *
 * A store knows no rules: it keeps documents, checks them with `readAgentRecord` and `readAccount`, and shortens a lease with
 * `recordEvent`. The conformance suite in `phone-widget/testing` quotes the numbers.
 */
export interface StatusStore {
  /** Tells this store from others in messages and in the keys of what a browser keeps for it. */
  readonly name: string;
  /** Rejects with `unavailable`, `denied`, `closed` or `damaged-data`, as every call here. */
  readAccount(): Promise<Versioned<Account> | undefined>;
  watchAccount(watcher: Watcher<Account>): Unwatch;
  /**
   * `basedOn` is the revision that the account was read with; `null`: it must not exist yet. Rejects with `conflict`
   * (`data.present`: the present entry), and as above.
   */
  saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>>;
  /** An agent's id is what `checkAgentId` takes; another one is refused with `missing-agent`. */
  readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined>;
  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch;
  watchAgents(watcher: Watcher<AgentRecord>): Unwatch;
  /** `event` is what made the record out of the one at `basedOn` (promise 14). Rejects as `saveAccount` does. */
  saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>>;
  /**
   * Erases everything that is kept about the agent, and tells its watchers `gone`. A record that is made anew gets a revision
   * that the place has never given before.
   */
  removeAgent(agentId: string): Promise<void>;
  /**
   * Somebody was given that revision in that generation: where the place has never given it, it was set back (promise 9). For a
   * server, which forgets what it gave when it starts anew.
   */
  recall?(generation: string, revision: number): Promise<void>;
  /** What the agent's status was between two instants, oldest first, where the store keeps a history. */
  readHistory?(agentId: string, from: Instant, to: Instant): Promise<readonly StatusChange[]>;
  /** Keeps an agent for one call, where the store can; rejects with `conflict` where somebody else was faster. */
  reserve?(agentId: string, until: Instant, basedOn: number | null): Promise<Versioned<Reservation>>;
  watchReservations?(watcher: Watcher<Reservation>): Unwatch;
  /**
   * A page is left: to be called while the browser lets go of it, so nothing is waited for (promise 13). The lease is
   * shortened by the event `leave`: to 10 s, to 60 s while the page carries a live call.
   */
  depart(agentId: string, page: PageId): void;
  /** Tells the present state, soon after this call, and each later one. */
  watchConnection(watcher: (connection: Connection) => void): Unwatch;
  now(): Instant;
  close(): Promise<void>;
}
