import type { Instant, PageId } from '../model/agent.js';
import { advanceTo } from '../model/elapse.js';
import { leaseAt, LEASE_MS, RENEW_MS } from '../model/presence.js';
import { withTimeout, createAlarm } from '../platform/time.js';
import { watchPage } from '../platform/page-lifecycle.js';
import { hasLocks, holdLock, ifFree, type Release } from '../platform/locks.js';
import { missingEvents } from './missing-events.js';
import type { Before, SessionRun } from './session-run.js';
import { clearDeparture, lockOf, noteDeparture, PageMonitor } from './page-monitor.js';

/** A lock that cannot be had by then, in milliseconds, is not waited for. */
const LOCK_MS = 1000;
/** A lease that was renewed so lately, in milliseconds, needs no other renewal. */
const FRESH_MS = 5000;

/** The pages of this JavaScript realm that run: without locks nothing else tells which do. */
const running = new Set<PageId>();

/** Keeps the agent present by this page: its lease, its lock, its leaving, and the end of those that died. */
export class PageLease {
  readonly #run: SessionRun;
  readonly #siblings: PageMonitor;
  readonly #beat = createAlarm(() => this.#renew());
  #unwatch!: () => void;
  #locked!: Promise<Release>;
  #isAway = false;
  #isStopped = false;
  #beatAt: Instant = 0;
  /** The longest lease that the page was seen to hold. */
  #leasedUntil: Instant = 0;

  constructor(run: SessionRun) {
    this.#run = run;
    this.#siblings = new PageMonitor(run, (page) => this.#adopt(page));
  }

  /** Signs in, once the page holds its lock and has taken over what dead pages could not save. */
  async start(): Promise<void> {
    const { page, pending, saves, outbox } = this.#run;
    running.add(page);
    clearDeparture(page);
    pending.add({ type: 'sign-in', page }, 'lease');
    this.#adopt(page);
    this.#unwatch = watchPage({
      active: () => this.#seen(),
      restored: () => this.#restored(),
      left: () => this.#left(),
    });
    await this.#lock();
    const orphans = outbox.pages().filter((one) => one !== page && (hasLocks() || !running.has(one)));
    await Promise.all(orphans.map((one) => this.#adoptDead(one)));
    if (this.#isStopped) return;
    this.#set();
    saves.open();
  }

  /** Looks at the agent's pages after something was heard. */
  look(): void {
    if (!this.#isGone && hasLocks()) this.#siblings.look();
  }

  /**
   * Where the page's lease ran out, or the place has lost the record, it says at once that it is there, and what calls go on.
   * The page that saves a lost record first brings back what the place did not take over: one that enforces rights makes
   * another record out of the event.
   */
  onRemoteChange({ stored, shown, isLost }: Before): void {
    const { page, synced, pending, tracker } = this.#run;
    const isAbsent = synced.agent?.revision === null;
    const now = this.#run.now();
    if (isLost && !isAbsent && !this.#isGone && this.#lease() > 0) {
      const stood = advanceTo(synced.account, this.#run.withOwnLease(stored, now), now);
      pending.restoreRecord(missingEvents({ stood, present: synced.record }, page, now));
    }
    // A lease that was ended before its time, as by a sign-out, is not claimed back at once: two pages could do so in turn.
    // None lasts longer from now on: the clock was set back.
    const known = Math.min(this.#leasedUntil, now + LEASE_MS);
    this.#leasedUntil = Math.max(isAbsent ? 0 : known, this.#lease());
    if (this.#isGone || this.#leasedUntil > now) return;
    const { isLapsed } = this;
    if (isLapsed) pending.add({ type: 'renew', page }, 'lease');
    tracker?.resend(isLapsed || isAbsent ? undefined : shown);
  }

  /** Before a wish: where the page was away from the store, it first looks what is there, and says that it is back. */
  beforeWish(): void {
    if (this.#isAsleep() || this.isLapsed) this.#run.saves.refresh();
  }

  /** The store was read anew: what lapsed meanwhile is renewed, calls first. */
  async afterReconnect(): Promise<void> {
    const { page, pending, tracker } = this.#run;
    await this.#bound(this.#locked);
    if (this.#isGone) return;
    if (this.#isFresh()) pending.drop(({ event }) => event.type === 'renew');
    else if (!pending.has('sign-in', 'renew')) pending.add({ type: 'renew', page }, 'lease');
    await tracker?.resync();
    if (!this.#isGone) this.#set();
  }

  /** Whether all others see this page as gone, though nobody signed the agent out. */
  get isLapsed(): boolean {
    const { synced, saves, pending, isErased } = this.#run;
    if (isErased || !saves.isOpen || synced.record.signOut || pending.has('sign-in', 'renew')) return false;
    return this.#lease() <= this.#run.now();
  }

  /** From now on nothing is renewed. */
  pause(): void {
    this.#isStopped = true;
    this.#beat.set(undefined);
    this.#unwatch();
    this.#siblings.stop();
  }

  /** The page has left, or will be missed: nobody is to think that it died. */
  release(): void {
    const { page } = this.#run;
    noteDeparture(page);
    running.delete(page);
    this.#unlock();
  }

  get #isGone(): boolean {
    return this.#isStopped || this.#isAway || this.#run.isErased;
  }

  #seen(): void {
    if (this.#isAway) return this.#restored();
    this.#renew();
    this.#run.saves.hurry();
  }

  #renew(): void {
    const { page, synced, pending, saves, tracker } = this.#run;
    const isAsleep = this.#isAsleep();
    this.#set();
    if (this.#run.isErased) return;
    // While the store cannot be reached nothing piles up: it is read anew first, and then all is renewed that lapsed.
    if (saves.trouble && !isAsleep) return;
    if (isAsleep || this.isLapsed) saves.refresh();
    else if (synced.record.signOut) tracker?.renew();
    else if (!this.#isFresh() && !pending.has('sign-in', 'renew')) pending.add({ type: 'renew', page }, 'lease');
  }

  #restored(): void {
    if (this.#isAway) {
      this.#isAway = false;
      clearDeparture(this.#run.page);
      void this.#lock();
    }
    this.#set();
    this.#run.saves.refresh();
  }

  #left(): void {
    const { page, pending } = this.#run;
    this.#isAway = true;
    this.#beat.set(undefined);
    pending.drop(({ event }) => event.type === 'renew');
    this.#siblings.stop();
    noteDeparture(page);
    this.#run.depart();
    this.#unlock();
  }

  #set(): void {
    this.#beatAt = this.#run.now();
    this.#beat.set(RENEW_MS);
  }

  /** Whether this page's timers were held back for longer than its lease lasts. */
  #isAsleep(): boolean {
    return this.#run.saves.isOpen && this.#run.now() - this.#beatAt > LEASE_MS;
  }

  /** Whether there is nothing to renew: the lease is new, or there is none to have. */
  #isFresh(): boolean {
    if (this.#run.synced.record.signOut) return true;
    return this.#lease() > this.#run.now() + LEASE_MS - FRESH_MS;
  }

  #lease(): Instant {
    const { synced, page } = this.#run;
    if (synced.agent?.revision == null) return 0;
    return leaseAt(synced.record, page, this.#run.now()) ?? 0;
  }

  #adopt(page: PageId): void {
    const { page: own, pending, outbox } = this.#run;
    const facts = outbox.factsOf(page);
    if (facts.length > 0) pending.enqueueKept(facts);
    if (page !== own) outbox.keep(page, []);
  }

  /** A page that still holds its lock may be on its way out: its facts are taken over as soon as it is gone. */
  async #adoptDead(page: PageId): Promise<void> {
    if (!hasLocks()) return this.#adopt(page);
    this.#siblings.await(page);
    await ifFree(lockOf(page), () => this.#adopt(page));
  }

  #lock(): Promise<unknown> {
    this.#locked = holdLock(lockOf(this.#run.page));
    return this.#bound(this.#locked);
  }

  #unlock(): void {
    void this.#locked.then((release) => release());
  }

  #bound(lock: Promise<unknown>): Promise<unknown> {
    return withTimeout(lock, LOCK_MS).catch(() => undefined);
  }
}
