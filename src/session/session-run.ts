import type { CallSource } from '../calls/call-source.js';
import type { AgentEvent, Instant } from '../model/agent.js';
import { instantAfter } from '../model/elapse.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import { withTimeout, wallClock } from '../platform/time.js';
import type { Connection } from '../stores/status-store.js';
import { CallTracker } from './call-tracker.js';
import { Outbox } from './outbox.js';
import { PageLease } from './page-lease.js';
import { PageMonitor } from './page-monitor.js';
import { PendingEvents } from './pending-events.js';
import { SaveLoop } from './save-loop.js';
import type { SessionContext } from './session-context.js';
import { SyncedState } from './synced-state.js';

/** Whose run it is, on which store and telephony, and who is called. */
export interface RunOptions extends Omit<SessionContext, 'now'> {
  readonly calls: CallSource | undefined;
  /** Whether the agent acts, and not somebody else. */
  readonly isOwn: boolean;
}

/** How long leaving waits for the store, in milliseconds. */
const STOP_MS = 2000;

/** One run of a session, from its start until it is stopped. It builds the parts, and passes on what each tells. */
export class SessionRun {
  readonly synced: SyncedState;
  readonly pending: PendingEvents;
  readonly tracker: CallTracker | undefined;
  readonly #options: RunOptions;
  readonly #outbox: Outbox;
  readonly #saves: SaveLoop;
  readonly #monitor: PageMonitor | undefined;
  readonly #lease: PageLease | undefined;
  readonly #stops: (() => void)[] = [];
  #isStopped = false;
  #isStarted = false;
  #hasClockFailed = false;
  #isInRemoteChange = false;
  #connection: Connection = { state: 'connecting' };
  #wasOffline = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const { agentId, page, store, calls, isOwn } = options;
    const now = (): Instant => this.now();
    const changed = (force?: boolean): void => this.#changed(force);
    const context: SessionContext = { ...options, now, changed };
    const outbox = (this.#outbox = new Outbox(store.name, agentId));
    const synced = (this.synced = this.#newSyncedState(context));
    const ownPage = isOwn ? page : undefined;
    const keepFacts = (facts: readonly AgentEvent[]): void => this.#keepFacts(facts);
    const pending = (this.pending = new PendingEvents({ ownPage, synced, now, changed, keepFacts }));
    const saves = (this.#saves = new SaveLoop(context, {
      synced,
      pending,
      isLapsed: () => this.#lease?.isLapsed === true,
      afterReconnect: () => this.#lease?.afterReconnect(),
      resyncCalls: () => void this.tracker?.resync(),
    }));
    if (!isOwn) return;
    const tracker = calls && new CallTracker(calls, context, { synced, pending });
    const monitor = new PageMonitor({ page, synced, pending, outbox });
    const depart = (): void => this.#depart();
    this.tracker = tracker;
    this.#monitor = monitor;
    this.#lease = new PageLease({ page, now, depart }, { synced, pending, saves, monitor, tracker });
  }

  /** The store's clock; this computer's clock where that fails. */
  clock(): Instant {
    try {
      const now = this.#options.store.now();
      if (Number.isFinite(now)) return now;
    } catch (error) {
      this.#onClockFailure(error);
    }
    return wallClock();
  }

  /** This moment by the store's clock, not before the record's last change unless a wrong clock dated that. */
  now(): Instant {
    return instantAfter(this.synced.record, this.clock());
  }

  /** Whether the run was stopped; it is never started again. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether there is something to show: what the store has told, or a call. */
  get isReady(): boolean {
    return this.synced.isKnown || this.pending.hasKind('fact');
  }

  /** The connection to the store; offline if the store saves nothing, whatever it says. */
  get connection(): Connection {
    const { state } = this.#connection;
    if (state === 'offline' || state === 'closed') return this.#connection;
    return this.#saves.trouble ?? this.#saves.refusal ?? this.#connection;
  }

  /** Watches the store, signs in and tracks the calls. */
  start(): void {
    const { store, report } = this.#options;
    this.#isStarted = true;
    try {
      this.#stops.push(store.watchConnection((connection) => this.#onConnection(connection)));
      this.#stops.push(this.synced.watch());
    } catch (error) {
      report(error as PhoneError);
    }
    if (this.#lease) void this.#lease.start();
    else this.#saves.open();
    this.tracker?.start();
  }

  /** Saves the wish. Rejects with the reason for which it was refused or given up. */
  ask(event: AgentEvent): Promise<void> {
    const { synced, pending } = this;
    const saves = this.#saves;
    if (synced.forbidden) return Promise.reject(synced.forbidden);
    if (this.#isStopped) return Promise.reject(stopped());
    const { isErased } = synced;
    if (isErased && event.type !== 'sign-in') return Promise.reject(this.#erased());
    synced.isErased = false;
    this.#lease?.beforeWish();
    // What the rules refuse on the shown record is refused at once, even if the store does not answer.
    const refusal = synced.isKnown && !saves.isStale ? pending.refusal(event) : undefined;
    if (refusal) return Promise.reject(refusal);
    const promise = pending.ask(event);
    if ('callId' in event && saves.isOverdue(event.callId)) pending.keepWishes(event.callId);
    saves.retryNow();
    if (isErased) void this.tracker?.resync();
    return promise;
  }

  /** Leaves: saves what it can within two seconds, and refuses the wishes. Call facts are kept for the next run. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    // Never at once: a listener that hears of the end may start the session again.
    await (this.#isStarted ? this.#leave() : Promise.resolve());
    this.pending.refuse(stopped());
    this.#connection = { state: 'closed' };
    this.#options.changed();
  }

  async #leave(): Promise<void> {
    const { pending } = this;
    this.tracker?.stop();
    if (this.#lease) {
      this.#lease.pause();
      pending.drop(({ kind }) => kind === 'lease');
      pending.add({ type: 'leave', page: this.#options.page, at: this.now() }, 'lease');
    }
    await withTimeout(this.#saves.idle(), STOP_MS).catch(() => {});
    this.#saves.close();
    if (pending.has('leave')) this.#depart();
    this.#monitor?.leave();
    for (const stop of this.#stops) stop();
  }

  /** Tells the store that the page is left. If that fails, the lease runs out. */
  #depart(): void {
    if (this.synced.isErased) return;
    const { store, agentId, page, report } = this.#options;
    try {
      store.depart(agentId, page);
    } catch (error) {
      report(error as PhoneError);
    }
  }

  #newSyncedState(context: SessionContext): SyncedState {
    return new SyncedState(context, {
      changed: context.changed,
      beforeRemoteChange: (before) => {
        const { optimisticRecord: shown } = this.pending;
        return () => {
          // What the page answers is queued before anybody hears of the change.
          this.#isInRemoteChange = true;
          this.#lease?.onRemoteChange({ ...before, shown });
          this.#isInRemoteChange = false;
        };
      },
      watched: (isWritable) => this.#saves.onWatched(isWritable),
      forbidden: (reason) => this.#onForbidden(reason),
      erased: () => this.#onErased(),
    });
  }

  /** Removes what this page and this browser still keep of the agent. */
  #onErased(): void {
    const { synced, pending } = this;
    if (this.#options.isOwn) {
      synced.isErased = true;
      pending.clear(this.#erased());
      this.#outbox.clear();
    }
    synced.erase();
  }

  #erased(): PhoneError {
    const { agentId } = this.#options;
    return new PhoneError('missing-agent', `The agent ${quote(agentId)} was erased. Sign in to start again.`);
  }

  #changed(force?: boolean): void {
    if (this.#isInRemoteChange) return;
    this.#saves.runUnlessPaused();
    this.#lease?.look();
    this.#options.changed(force);
  }

  /** Refuses what is pending. Call facts stay. */
  #onForbidden(reason: PhoneError): void {
    this.pending.drop(({ kind }) => kind !== 'fact' && kind !== 'wish');
    this.pending.refuse(reason);
    this.#options.report(reason);
  }

  #keepFacts(facts: readonly AgentEvent[]): void {
    const { page, report } = this.#options;
    try {
      this.#outbox.keep(page, facts);
    } catch (cause) {
      const message = `The browser has no room for ${facts.length} call facts. Keep this page open until the store is back.`;
      report(new PhoneError('unavailable', message, { cause }));
    }
  }

  #onClockFailure(cause: unknown): void {
    // Before the start nobody listens yet.
    if (!this.#isStarted || this.#hasClockFailed) return;
    this.#hasClockFailed = true;
    const message = `The store's clock failed: ${String(cause)}. This computer's clock is used instead.`;
    this.#options.report(isPhoneError(cause) ? cause : new PhoneError('unavailable', message, { cause }));
  }

  #onConnection(connection: Connection): void {
    const { state, reason } = connection;
    const known = this.#connection.reason;
    this.#connection = connection;
    if (state === 'online') {
      // The store works, but not as it should: in memory only.
      if (reason && reason.message !== known?.message) this.#options.report(reason);
      if (this.#wasOffline) this.#saves.resync();
      else this.#saves.retryNow();
    }
    this.#wasOffline = state === 'offline' || (this.#wasOffline && state !== 'online');
    this.#options.changed();
  }
}

/** The error of a wish that a stopped session has not saved. */
export function stopped(): PhoneError {
  return new PhoneError('unavailable', 'The session stopped before this was saved. Start it and try again.');
}
