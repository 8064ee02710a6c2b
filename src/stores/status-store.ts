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
 * The state of a client's connection to its place: where its store keeps documents.
 *
 * - `connecting`: the place has not replied yet; calls wait.
 * - `online`: calls work. With a `reason` (`unavailable`), the store keeps less than it promises: if the browser refuses to keep
 *   data, `browserStore` holds everything in the memory of this page.
 * - `offline`: calls reject with `unavailable`, for that `reason`. The store reconnects by itself, and each call tries as well.
 * - `closed`: the last state that a watcher gets.
 */
export interface Connection {
  readonly state: 'connecting' | 'online' | 'offline' | 'closed';
  readonly reason?: PhoneError;
}

/**
 * Gets the present entries, then `ready`, then every later state in revision order per entry. It is never called within the call
 * that causes it, and may throw: the error goes to the console.
 */
export interface Watcher<T> {
  next(entry: Versioned<T>): void;
  /**
   * All present entries have come. `generation` is the place's, if it has one (promise 9). If it has changed, forget every entry
   * that came before: lower revisions may follow. The present entries come next, and then `ready` again with the same
   * generation. An entry that has not come by then does not exist.
   */
  ready?(generation?: string): void;
  /** A document is damaged (`damaged-data`, with `data.revision` and `data.agentId`), or the watch cannot go on. */
  error?(error: PhoneError): void;
  /**
   * The agent was erased, by whichever client. It comes once; if the connection was lost, after its return. Entries that are
   * forgotten with their generation were not erased.
   */
  gone?(agentId: string): void;
}

/** A change of status in a store's history: without the party of a call, and without numbers. */
export interface StatusChange {
  readonly agentId: string;
  readonly statusId: StatusId;
  readonly at: Instant;
  readonly cause: StatusCause;
  readonly by?: Actor;
}

/** Reserves an agent for one call until that instant: no other call may go to the agent meanwhile. */
export interface Reservation {
  readonly agentId: string;
  readonly until: Instant;
}

/** Ends a watch; may be called twice. */
export type Unwatch = () => void;

/**
 * The plug for state: keeps the account and one record per agent, each with a revision. Its promises:
 *
 *  1. What was never written is absent. That is not an error.
 *  2. A save returns the entry as it now stands, with its revision.
 *  3. A save that is based on a stale revision fails with `conflict`, carries the present entry, and changes nothing.
 *  4. A watcher gets the present entries, then `ready`, then every later state in revision order per entry. Intermediate states
 *     may be skipped, the last one never. Own saves are included. After an agent was erased, `gone` follows within a second.
 *  5. Two clients of one place see each other. Entries of other accounts, or with a similar prefix, never appear.
 *  6. Values are copies: changing one afterwards changes nothing in the store.
 *  7. Every agent id is safe as a key: dots, spaces, slashes, wildcards, control characters (NUL too), emoji, 200 code points.
 *  8. After `close()`, calls fail with `closed` and no callback runs: what returns a promise rejects, a watch throws, `depart`
 *     does nothing. `close()` may be called twice.
 *  9. Loss and return of the connection are reported, and after the return every watcher is brought up to date. A watch that
 *     begins while cut off is `ready` only after the return. A place has a generation: an id that is kept in it (in memory, made
 *     at its start). Revisions of one generation compare. Another generation begins anew, and whoever knew the old one forgets
 *     it. If the last revision of a place is below one that was known (a restored backup, new disks), the place counts as
 *     another generation and is given a new id. A save whose basis was read in another generation is a `conflict`.
 * 10. A refused save is `denied` and an unreachable place is `unavailable`. Neither loses what was to be saved.
 * 11. Whatever is read is checked. A damaged or hostile document is reported with its revision and skipped, and never crashes a
 *     page. The session keeps a copy and may save a fresh record over it.
 * 12. `now()` is the clock of the place.
 * 13. `depart(agentId, page)` returns at once, for the moment in which a page is left. Another running client sees that page's
 *     lease shortened within a second; one that starts later sees it then. If the message cannot be sent, the lease runs out.
 *     Calling `close()` right afterwards does not take it back.
 * 14. A save names its event. A store that enforces rights computes the record from the event itself, and every watcher sees
 *     the record that it keeps.
 *
 * A store knows no rules: it keeps documents, checks them with `readAgentRecord` and `readAccount`, and shortens a lease with
 * `recordEvent`. The conformance suite in `phone-widget/testing` quotes the numbers.
 */
export interface StatusStore {
  /** Names this store in messages, and in the keys of what a browser keeps for it. */
  readonly name: string;
  /** Rejects with `unavailable`, `denied`, `closed` or `damaged-data`, as every call here does. */
  readAccount(): Promise<Versioned<Account> | undefined>;
  watchAccount(watcher: Watcher<Account>): Unwatch;
  /**
   * `basedOn` is the revision with which the account was read; `null` means that it must not exist yet. Rejects with `conflict`
   * (`data.present` is the present entry), and as above.
   */
  saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>>;
  /** Rejects with `missing-agent` if `checkAgentId` refuses the id. */
  readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined>;
  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch;
  watchAgents(watcher: Watcher<AgentRecord>): Unwatch;
  /** `event` led from the record at `basedOn` to this one (promise 14). Rejects as `saveAccount` does. */
  saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>>;
  /**
   * Erases everything about the agent, and calls `gone` on its watchers. A new record for the same id gets a revision that the
   * place has never given before.
   */
  removeAgent(agentId: string): Promise<void>;
  /**
   * A client was given that revision in that generation: if the place has never given it, it was set back (promise 9). For a
   * server, which forgets what it gave when it restarts.
   */
  recall?(generation: string, revision: number): Promise<void>;
  /** The changes of the agent's status between two instants, oldest first, if the store keeps a history. */
  readHistory?(agentId: string, from: Instant, to: Instant): Promise<readonly StatusChange[]>;
  /** Reserves an agent for one call, if the store can; rejects with `conflict` if another client was faster. */
  reserve?(agentId: string, until: Instant, basedOn: number | null): Promise<Versioned<Reservation>>;
  watchReservations?(watcher: Watcher<Reservation>): Unwatch;
  /**
   * Call this while a page is being left: it waits for nothing (promise 13). The event `leave` shortens the page's lease to 10 s,
   * or to 60 s while the page carries a live call.
   */
  depart(agentId: string, page: PageId): void;
  /** Calls the watcher with the present state, soon after this call, and with each later one. */
  watchConnection(watcher: (connection: Connection) => void): Unwatch;
  now(): Instant;
  close(): Promise<void>;
}
