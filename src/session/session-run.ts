import type { CallSource } from '../calls/call-source.js';
import type { AgentEvent, Instant, PageId } from '../model/agent.js';
import { PhoneError } from '../model/errors.js';
import type { Connection, StatusStore } from '../stores/status-store.js';
import { CallReports } from './call-reports.js';
import { bounded, wallClock } from './clock.js';
import { Confirmed } from './confirmed.js';
import { EventQueue } from './event-queue.js';
import { Outbox } from './outbox.js';
import { PagePresence } from './page-presence.js';
import { SaveLane } from './save-lane.js';

/** Who runs, on what, and who is told. */
export interface RunOptions {
  readonly agentId: string;
  readonly agentName: string | undefined;
  readonly page: PageId;
  readonly store: StatusStore;
  readonly calls: CallSource | undefined;
  /** Whether the agent sits before this page. */
  readonly isOwn: boolean;
  changed(): void;
  /** A call was muted or unmuted. */
  muted(): void;
  report(error: PhoneError): void;
}

/** Leaving waits so long for the store, in milliseconds. */
const STOP_MS = 2000;

/** One run of a session, from its start until it is stopped; what it is asked for before it starts waits. */
export class SessionRun {
  readonly confirmed: Confirmed;
  readonly queue: EventQueue;
  readonly lane: SaveLane;
  readonly reports: CallReports | undefined;
  readonly presence: PagePresence | undefined;
  readonly #options: RunOptions;
  readonly #stops: (() => void)[] = [];
  #connection: Connection = { state: 'connecting' };
  #broken: Connection | undefined;
  #reason: string | undefined;
  #wasOffline = false;
  #newer: PhoneError | undefined;
  #isStopped = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const { agentId, agentName, page, store, calls, isOwn, report } = options;
    const now = (): Instant => this.now();
    const changed = (): void => this.#changed();
    const outbox = new Outbox(store.name, agentId);
    const keep = (facts: readonly AgentEvent[]): void => {
      try {
        outbox.keep(page, facts);
      } catch (cause) {
        const message = `The browser has no room for ${facts.length} call facts. Keep this page open until the store is back.`;
        report(new PhoneError('unavailable', message, { cause }));
      }
    };
    const forbidden = (error: PhoneError): void => this.#forbid(error);
    const confirmed = new Confirmed({ store, agentId, agentName, changed, forbidden, report });
    const queue = new EventQueue({ confirmed, page: isOwn ? page : undefined, now, changed, keep });
    const returned = async (): Promise<void> => this.presence?.returned();
    const isLapsed = (): boolean => this.presence?.isLapsed ?? false;
    const lane = new SaveLane({ store, confirmed, queue, agentName, now, changed, report, returned, isLapsed });
    [this.confirmed, this.queue, this.lane] = [confirmed, queue, lane];
    if (!isOwn) return;
    const { muted } = options;
    if (calls) this.reports = new CallReports({ source: calls, page, confirmed, queue, now, changed: muted, report });
    this.presence = new PagePresence({
      agentId,
      page,
      store,
      confirmed,
      queue,
      lane,
      outbox,
      reports: this.reports,
      now,
    });
  }

  /** The store's clock. */
  clock(): Instant {
    const now = this.#options.store.now();
    return Number.isFinite(now) ? now : wallClock();
  }

  /** This moment by the store's clock, which is never before what is known to have happened. */
  now(): Instant {
    return Math.max(this.clock(), this.confirmed.record.at);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether there is anything to show: what the store has told, or a call. */
  get isReady(): boolean {
    return this.confirmed.isKnown || this.queue.hasFacts;
  }

  /** How the store stands; one that takes no saves is offline, whatever it says. */
  get connection(): Connection {
    const reason = this.lane.trouble;
    const { state } = this.#connection;
    if (!reason || state === 'offline' || state === 'closed') return this.#connection;
    if (this.#broken?.reason !== reason)
      this.#broken = { state: reason.code === 'closed' ? 'closed' : 'offline', reason };
    return this.#broken as Connection;
  }

  start(): void {
    const { store, report } = this.#options;
    try {
      this.#stops.push(store.watchConnection((connection) => this.#connected(connection)));
      this.#stops.push(this.confirmed.watch());
    } catch (error) {
      report(error as PhoneError);
    }
    if (this.presence) void this.presence.start();
    else this.lane.open();
    this.reports?.start();
  }

  /** Saves the wish. Rejects with the reason for which it was refused or given up. */
  ask(event: AgentEvent): Promise<void> {
    if (this.#newer) return Promise.reject(this.#newer);
    if (this.#isStopped) return Promise.reject(stopped());
    this.presence?.attend();
    // What is refused on the state that is shown is refused at once, even where the store does not answer.
    const refusal = this.confirmed.isKnown && !this.lane.isStale ? this.queue.refusal(event) : undefined;
    if (refusal) return Promise.reject(refusal);
    const promise = this.queue.ask(event);
    this.lane.work();
    return promise;
  }

  /** Leaves: saves what it can in a moment, and gives up the wishes that wait. Call facts are kept for the next run. */
  async stop(): Promise<void> {
    const { agentId, page, store } = this.#options;
    const { presence, queue, lane } = this;
    this.#isStopped = true;
    this.reports?.stop();
    presence?.pause();
    if (presence) {
      queue.drop(({ kind }) => kind === 'lease');
      queue.add({ type: 'leave', page, at: this.now() }, 'lease');
    }
    await bounded(lane.idle(), { limitMs: STOP_MS, late: stopped }).catch(() => {});
    lane.close();
    if (queue.has('leave')) store.depart(agentId, page);
    presence?.release();
    for (const stop of this.#stops.splice(0)) stop();
    queue.refuse(stopped());
    this.#connection = { state: 'closed' };
    this.#options.changed();
  }

  #changed(): void {
    const isFree = this.#newer && !this.confirmed.isForbidden;
    if (isFree) this.#newer = undefined;
    if (isFree) this.lane.work();
    else this.lane.nudge();
    this.presence?.look();
    this.#options.changed();
  }

  #connected(connection: Connection): void {
    const { state, reason } = connection;
    this.#connection = connection;
    // A store that works all the same, though not as it should: in memory only.
    if (state === 'online' && reason && reason.message !== this.#reason) this.#options.report(reason);
    this.#reason = reason?.message;
    if (state === 'offline') this.#wasOffline = true;
    if (state === 'online') {
      if (this.#wasOffline) this.lane.refresh();
      else this.lane.work();
      this.#wasOffline = false;
    }
    this.#options.changed();
  }

  #forbid(error: PhoneError): void {
    this.#newer = error;
    this.queue.drop(({ kind }) => kind !== 'fact' && kind !== 'wish');
    this.queue.refuse(error);
    this.#options.report(error);
  }
}

function stopped(): PhoneError {
  return new PhoneError('unavailable', 'The session was stopped before the store took this. Start it, and try again.');
}
