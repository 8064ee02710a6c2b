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
import { SaveLoop, type SavingPage } from './save-loop.js';
import type { RemoteChange, SessionContext } from './session-context.js';
import { SyncedState, type SyncedStateEvents } from './synced-state.js';

/** Whose run it is, on which store and telephony, and who is called. */
export interface RunOptions extends Omit<SessionContext, 'now'> {
  readonly calls: CallSource | undefined;
}

/** How long leaving waits for the store, in milliseconds. */
const STOP_MS = 2000;

/** One run of a session, from its start until it is stopped. It builds the parts, and passes on what each tells. */
export class SessionRun implements SyncedStateEvents, SavingPage {
  readonly synced: SyncedState;
  readonly pending: PendingEvents;
  readonly tracker: CallTracker | undefined;
  readonly lease: PageLease | undefined;
  readonly #options: RunOptions;
  readonly #outbox: Outbox;
  readonly #saves: SaveLoop;
  readonly #stops: (() => void)[] = [];
  #isStopped = false;
  #isStarted = false;
  #hasClockFailed = false;
  #isInRemoteChange = false;
  #connection: Connection = { state: 'connecting' };
  #wasOffline = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const { calls, isOwn } = options;
    const context = { ...options, now: () => this.now(), changed: (force?: boolean) => this.changed(force) };
    const outbox = (this.#outbox = new Outbox(context));
    const synced = (this.synced = new SyncedState(context, this));
    const pending = (this.pending = new PendingEvents(context, { synced, outbox }));
    const saves = (this.#saves = new SaveLoop(context, { synced, pending, page: this }));
    if (!isOwn) return;
    const tracker = (this.tracker = calls && new CallTracker(calls, context, pending));
    const monitor = new PageMonitor(context, { synced, pending, outbox });
    this.lease = new PageLease(context, { synced, pending, saves, monitor, tracker });
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
    if (this.lease) void this.lease.start();
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
    this.lease?.beforeWish();
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
    if (this.lease) {
      this.lease.pause();
      pending.drop(({ kind }) => kind === 'lease');
      pending.add({ type: 'leave', page: this.#options.page, at: this.now() }, 'lease');
    }
    await withTimeout(this.#saves.idle(), STOP_MS).catch(() => {});
    this.#saves.close();
    this.lease?.end();
    for (const stop of this.#stops) stop();
  }

  beforeRemoteChange(before: Omit<RemoteChange, 'shown'>): () => void {
    const { optimisticRecord: shown } = this.pending;
    return () => {
      // What the page answers is queued before anybody hears of the change.
      this.#isInRemoteChange = true;
      this.lease?.onRemoteChange({ ...before, shown });
      this.#isInRemoteChange = false;
    };
  }

  watched(isWritable: boolean): void {
    this.#saves.onWatched(isWritable);
  }

  /** Removes what this page and this browser still keep of the agent. */
  erased(): void {
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

  changed(force?: boolean): void {
    if (this.#isInRemoteChange) return;
    this.#saves.runUnlessPaused();
    this.lease?.look();
    this.#options.changed(force);
  }

  /** Refuses what is pending. Call facts stay. */
  forbidden(reason: PhoneError): void {
    this.pending.drop(({ kind }) => kind !== 'fact' && kind !== 'wish');
    this.pending.refuse(reason);
    this.#options.report(reason);
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
