import type { CallSource } from '../calls/call-source.js';
import type { AgentEvent, AgentRecord, Instant, PageId } from '../model/agent.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import { instantAfter } from '../model/elapse.js';
import { keepPresent } from '../model/presence.js';
import type { Connection, StatusStore } from '../stores/status-store.js';
import { CallTracker } from './call-tracker.js';
import { withTimeout, wallClock } from '../platform/time.js';
import { SyncedState } from './synced-state.js';
import { PendingEvents } from './pending-events.js';
import { Outbox } from './outbox.js';
import { PageLease } from './page-lease.js';
import { SaveLoop } from './save-loop.js';

/** Who runs, on what, and who is told. */
export interface RunOptions {
  readonly agentId: string;
  readonly agentName: string | undefined;
  readonly page: PageId;
  readonly store: StatusStore;
  readonly calls: CallSource | undefined;
  /** Whether the agent sits before this page. */
  readonly isOwn: boolean;
  /** Something may look otherwise; `isSure`: it does, in what only this page knows. */
  changed(isSure?: boolean): void;
  report(error: PhoneError): void;
}

/** The record before the store told another one: as it was stored, and as this page saw it. */
export interface Before {
  readonly stored: AgentRecord;
  readonly shown: AgentRecord;
  /** The place had lost it. */
  readonly isLost: boolean | undefined;
}

/** Leaving waits so long for the store, in milliseconds. */
const STOP_MS = 2000;

/** One run of a session, from its start until it is stopped: its parts, and what they share. */
export class SessionRun {
  readonly agentId: string;
  readonly agentName: string | undefined;
  readonly page: PageId;
  readonly store: StatusStore;
  readonly isOwn: boolean;
  readonly report: (error: PhoneError) => void;
  readonly outbox: Outbox;
  readonly synced: SyncedState;
  readonly pending: PendingEvents;
  readonly saves: SaveLoop;
  readonly tracker: CallTracker | undefined;
  readonly lease: PageLease | undefined;
  isStopped = false;
  /** The agent was erased: nothing is written until somebody signs in here. */
  isErased = false;
  #isStarted = false;
  #isClockToldBroken = false;
  #isHearing = false;
  readonly #changed: (isSure?: boolean) => void;
  readonly #stops: (() => void)[] = [];
  #connection: Connection = { state: 'connecting' };
  #wasOffline = false;

  constructor({ agentId, agentName, page, store, calls, isOwn, changed, report }: RunOptions) {
    this.agentId = agentId;
    this.agentName = agentName;
    this.page = page;
    this.store = store;
    this.isOwn = isOwn;
    this.#changed = changed;
    this.report = report;
    this.outbox = new Outbox(store.name, agentId);
    this.synced = new SyncedState(this);
    this.pending = new PendingEvents(this);
    this.saves = new SaveLoop(this);
    if (!isOwn) return;
    if (calls) this.tracker = new CallTracker(this, calls);
    this.lease = new PageLease(this);
  }

  /** The store's clock. */
  clock(): Instant {
    try {
      const now = this.store.now();
      if (Number.isFinite(now)) return now;
    } catch (error) {
      this.#clockFailed(error);
    }
    return wallClock();
  }

  /** This moment by the store's clock; not before what is known to have happened, unless a wrong clock told that. */
  now(): Instant {
    return instantAfter(this.synced.record, this.clock());
  }

  /** The record as it looks in this page, whose own lease counts as live: its calls go on, whatever the store has heard. */
  withOwnLease(record: AgentRecord, now = this.now()): AgentRecord {
    return this.isOwn ? keepPresent(record, this.page, now) : record;
  }

  /** Whether there is anything to show: what the store has told, or a call. */
  get isReady(): boolean {
    return this.synced.isKnown || this.pending.hasFacts;
  }

  /** How the store stands; one that takes no saves is offline, whatever it says. */
  get connection(): Connection {
    const { state } = this.#connection;
    if (state === 'offline' || state === 'closed') return this.#connection;
    return this.saves.trouble ?? this.saves.refusal ?? this.#connection;
  }

  start(): void {
    this.#isStarted = true;
    try {
      this.#stops.push(this.store.watchConnection((connection) => this.#connected(connection)));
      this.#stops.push(this.synced.watch());
    } catch (error) {
      this.report(error as PhoneError);
    }
    if (this.lease) void this.lease.start();
    else this.saves.open();
    this.tracker?.start();
  }

  /** Saves the wish. Rejects with the reason for which it was refused or given up. */
  ask(event: AgentEvent): Promise<void> {
    const { synced, saves, pending } = this;
    if (synced.forbidden) return Promise.reject(synced.forbidden);
    if (this.isStopped) return Promise.reject(stopped());
    const isFirst = this.isErased;
    if (isFirst && event.type !== 'sign-in') return Promise.reject(this.#erased());
    this.isErased = false;
    this.lease?.beforeWish();
    // What is refused on the state that is shown is refused at once, even where the store does not answer.
    const refusal = synced.isKnown && !saves.isStale ? pending.refusal(event) : undefined;
    if (refusal) return Promise.reject(refusal);
    const promise = pending.ask(event);
    if ('callId' in event && saves.isOverdue(event.callId)) pending.keepWishes(event.callId);
    saves.hurry();
    if (isFirst) void this.tracker?.resync();
    return promise;
  }

  /** Leaves: saves what it can in a moment, and gives up the wishes that wait. Call facts are kept for the next run. */
  async stop(): Promise<void> {
    this.isStopped = true;
    // Never at once: who is told of the end may start the session again.
    await (this.#isStarted ? this.#leave() : Promise.resolve());
    this.pending.refuse(stopped());
    this.#connection = { state: 'closed' };
    this.#changed();
  }

  async #leave(): Promise<void> {
    const { page, lease, pending, saves } = this;
    this.tracker?.stop();
    if (lease) {
      lease.pause();
      pending.drop(({ kind }) => kind === 'lease');
      pending.add({ type: 'leave', page, at: this.now() }, 'lease');
    }
    await withTimeout(saves.idle(), STOP_MS).catch(() => {});
    saves.close();
    if (pending.has('leave')) this.depart();
    lease?.release();
    for (const stop of this.#stops) stop();
  }

  /** Tells the store in the moment in which the page is left; where that fails, the lease runs out. */
  depart(): void {
    if (this.isErased) return;
    try {
      this.store.depart(this.agentId, this.page);
    } catch (error) {
      this.report(error as PhoneError);
    }
  }

  /** The agent was erased: what this page and this browser still keep goes with it. */
  erase(): void {
    if (this.isOwn) {
      this.isErased = true;
      this.pending.clear(this.#erased());
      this.outbox.clear();
    }
    this.synced.erase();
  }

  #erased(): PhoneError {
    return new PhoneError('missing-agent', `The agent ${quote(this.agentId)} was erased. Sign in to start again.`);
  }

  /** The store tells another record: what the page says to that is queued before anybody is told of either. */
  onRemoteChange(before: Before): void {
    this.#isHearing = true;
    this.lease?.onRemoteChange(before);
    this.#isHearing = false;
  }

  /** Something was heard or queued. */
  changed(isSure?: boolean): void {
    if (this.#isHearing) return;
    this.saves.nudge();
    this.lease?.look();
    this.#changed(isSure);
  }

  /** The record may not be written any more: what waits is refused, call facts excepted. */
  forbid(reason: PhoneError): void {
    this.pending.drop(({ kind }) => kind !== 'fact' && kind !== 'wish');
    this.pending.refuse(reason);
    this.report(reason);
  }

  /** Keeps the call facts that wait. */
  keep(facts: readonly AgentEvent[]): void {
    try {
      this.outbox.keep(this.page, facts);
    } catch (cause) {
      const message = `The browser has no room for ${facts.length} call facts. Keep this page open until the store is back.`;
      this.report(new PhoneError('unavailable', message, { cause }));
    }
  }

  #clockFailed(cause: unknown): void {
    // Before the start nobody listens yet.
    if (!this.#isStarted || this.#isClockToldBroken) return;
    this.#isClockToldBroken = true;
    const message = `The store's clock failed: ${String(cause)}. This computer's clock is used instead.`;
    this.report(isPhoneError(cause) ? cause : new PhoneError('unavailable', message, { cause }));
  }

  #connected(connection: Connection): void {
    const { state, reason } = connection;
    const known = this.#connection.reason;
    this.#connection = connection;
    if (state === 'online') {
      // A store that works all the same, though not as it should: in memory only.
      if (reason && reason.message !== known?.message) this.report(reason);
      if (this.#wasOffline) this.saves.refresh();
      else this.saves.hurry();
    }
    this.#wasOffline = state === 'offline' || (this.#wasOffline && state !== 'online');
    this.#changed();
  }
}

/** Why a session that was left does nothing. */
export function stopped(): PhoneError {
  return new PhoneError('unavailable', 'The session stopped before this was saved. Start it and try again.');
}
