import type { Instant } from '../model/agent.js';
import { advanceTo } from '../model/elapse.js';
import type { PhoneError } from '../model/errors.js';
import { keepPresent, leaseAt, LEASE_MS, RENEW_MS } from '../model/presence.js';
import { watchPage } from '../platform/page-lifecycle.js';
import { createAlarm } from '../platform/time.js';
import type { CallTracker } from './call-tracker.js';
import { missingEvents } from './missing-events.js';
import type { PageMonitor } from './page-monitor.js';
import type { PendingEvents } from './pending-events.js';
import type { SaveLoop } from './save-loop.js';
import type { RemoteChange, SessionContext } from './session-context.js';
import type { SyncedState } from './synced-state.js';

/** A lease that was renewed within this time, in milliseconds, needs no other renewal. */
const FRESH_MS = 5000;

/** What the lease is renewed by. */
interface PageLeaseParts {
  readonly synced: Pick<SyncedState, 'account' | 'agent' | 'record' | 'isErased' | 'hasStarted'>;
  readonly pending: Pick<PendingEvents, 'add' | 'drop' | 'has' | 'restoreRecord'>;
  readonly saves: Pick<SaveLoop, 'open' | 'resync' | 'retryNow' | 'trouble'>;
  readonly monitor: Pick<PageMonitor, 'start' | 'enter' | 'entered' | 'look' | 'leave' | 'stop'>;
  readonly tracker: Pick<CallTracker, 'renewLease' | 'resend' | 'resync'> | undefined;
}

type PageLeaseContext = Pick<SessionContext, 'agentId' | 'page' | 'store' | 'now' | 'report'>;

/** Keeps the agent present by this page: signs in, renews the lease, and gives it up when the page is left. */
export class PageLease {
  readonly #context: PageLeaseContext;
  readonly #synced: PageLeaseParts['synced'];
  readonly #pending: PageLeaseParts['pending'];
  readonly #saves: PageLeaseParts['saves'];
  readonly #monitor: PageLeaseParts['monitor'];
  readonly #tracker: PageLeaseParts['tracker'];
  readonly #beat = createAlarm(() => this.#renew());
  #unwatch!: () => void;
  #isAway = false;
  #isStopped = false;
  #beatAt: Instant = 0;
  /** The longest known lease of the page. */
  #leasedUntil: Instant = 0;

  constructor(context: PageLeaseContext, parts: PageLeaseParts) {
    this.#context = context;
    this.#synced = parts.synced;
    this.#pending = parts.pending;
    this.#saves = parts.saves;
    this.#monitor = parts.monitor;
    this.#tracker = parts.tracker;
  }

  /** Signs in, once the page holds its lock and has taken over what dead pages could not save. */
  async start(): Promise<void> {
    const { page } = this.#context;
    this.#pending.add({ type: 'sign-in', page }, 'lease');
    this.#unwatch = watchPage({
      active: () => this.#onActive(),
      restored: () => this.#onRestored(),
      left: () => this.#onLeft(),
    });
    await this.#monitor.start();
    if (this.#isStopped) return;
    this.#setBeat();
    this.#synced.hasStarted = true;
    this.#saves.open();
  }

  /** Looks for other pages of the agent after something changed. */
  look(): void {
    if (!this.#isGone) this.#monitor.look();
  }

  /**
   * Renews a lease that ran out, and reports the calls that go on. The page that saves a lost record first also restores
   * what the store did not take: a store that enforces rights makes another record out of the event.
   */
  onRemoteChange({ stored, shown, isLost }: RemoteChange): void {
    const { page } = this.#context;
    const isAbsent = this.#synced.agent?.revision === null;
    const now = this.#context.now();
    if (isLost && !isAbsent && !this.#isGone && this.#lease() > 0) {
      const stood = advanceTo(this.#synced.account, keepPresent(stored, page, now), now);
      this.#pending.restoreRecord(missingEvents({ stood, present: this.#synced.record }, page, now));
    }
    // A lease that was ended early, as by a sign-out, is not claimed back at once: two pages could do so in turn. If the
    // clock was set back, no known lease lasts longer than a new one.
    const known = Math.min(this.#leasedUntil, now + LEASE_MS);
    this.#leasedUntil = Math.max(isAbsent ? 0 : known, this.#lease());
    if (this.#isGone || this.#leasedUntil > now) return;
    const { isLapsed } = this;
    if (isLapsed) this.#pending.add({ type: 'renew', page }, 'lease');
    this.#tracker?.resend(isLapsed || isAbsent ? undefined : shown);
  }

  /** Before a wish: a page that was away from the store reads it first, and renews its lease. */
  beforeWish(): void {
    if (this.#isAsleep() || this.isLapsed) this.#saves.resync();
  }

  /** After the store was read anew: renews the lease if it ran out, and the calls before it. */
  async afterReconnect(): Promise<void> {
    await this.#monitor.entered();
    if (this.#isGone) return;
    if (this.#isFresh()) this.#pending.drop(({ event }) => event.type === 'renew');
    else this.#addRenewal();
    await this.#tracker?.resync();
    if (!this.#isGone) this.#setBeat();
  }

  /** Whether everybody else sees this page as gone, though nobody signed the agent out. */
  get isLapsed(): boolean {
    if (
      this.#synced.isErased ||
      !this.#synced.hasStarted ||
      this.#synced.record.signOut ||
      this.#pending.has('sign-in', 'renew')
    )
      return false;
    return this.#lease() <= this.#context.now();
  }

  /** Stops renewing. */
  pause(): void {
    this.#isStopped = true;
    this.#beat.set(undefined);
    this.#unwatch();
    this.#monitor.stop();
  }

  /** Ends the lease of the paused page: if its leaving is not saved yet, the store is told directly. */
  end(): void {
    if (this.#pending.has('leave')) this.#depart();
    this.#monitor.leave();
  }

  get #isGone(): boolean {
    return this.#isStopped || this.#isAway || this.#synced.isErased;
  }

  #onActive(): void {
    if (this.#isAway) return this.#onRestored();
    this.#renew();
    this.#saves.retryNow();
  }

  #renew(): void {
    const isAsleep = this.#isAsleep();
    this.#setBeat();
    if (this.#synced.isErased) return;
    // While the store is unreachable no renewals pile up: once it is back, it is read and the lease renewed.
    if (this.#saves.trouble && !isAsleep) return;
    if (isAsleep || this.isLapsed) this.#saves.resync();
    else if (this.#synced.record.signOut) this.#tracker?.renewLease();
    else if (!this.#isFresh()) this.#addRenewal();
  }

  #addRenewal(): void {
    if (!this.#pending.has('sign-in', 'renew')) this.#pending.add({ type: 'renew', page: this.#context.page }, 'lease');
  }

  #onRestored(): void {
    if (this.#isAway) {
      this.#isAway = false;
      this.#monitor.enter();
    }
    this.#setBeat();
    this.#saves.resync();
  }

  #onLeft(): void {
    this.#isAway = true;
    this.#beat.set(undefined);
    this.#pending.drop(({ event }) => event.type === 'renew');
    this.#depart();
    this.#monitor.leave();
  }

  /** Tells the store that the page is left. If that fails, the lease runs out. */
  #depart(): void {
    const { agentId, page, store, report } = this.#context;
    if (this.#synced.isErased) return;
    try {
      store.depart(agentId, page);
    } catch (error) {
      report(error as PhoneError);
    }
  }

  #setBeat(): void {
    this.#beatAt = this.#context.now();
    this.#beat.set(RENEW_MS);
  }

  /** Whether this page's timers were held back for longer than its lease lasts. */
  #isAsleep(): boolean {
    return this.#synced.hasStarted && this.#context.now() - this.#beatAt > LEASE_MS;
  }

  /** Whether there is nothing to renew: the lease is new, or the agent signed out. */
  #isFresh(): boolean {
    if (this.#synced.record.signOut) return true;
    return this.#lease() > this.#context.now() + LEASE_MS - FRESH_MS;
  }

  /** The end of the page's lease in the store; 0 without one. */
  #lease(): Instant {
    if (this.#synced.agent?.revision == null) return 0;
    return leaseAt(this.#synced.record, this.#context.page, this.#context.now()) ?? 0;
  }
}
