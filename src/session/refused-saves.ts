import type { CallId } from '../model/agent.js';
import { callKey } from '../model/conversation.js';
import type { PhoneError } from '../model/errors.js';
import { callKeyOf, isFact, type PendingEvent } from '../model/pending.js';
import type { Connection } from '../stores/status-store.js';
import { Backoff } from '../platform/backoff.js';
import { createAlarm, type Alarm } from '../platform/time.js';

/** After this many refusals a call's facts go behind those of other calls. */
const PATIENCE = 5;
/** How often an overdue fact is retried, in milliseconds. */
const OVERDUE_MS = 300_000;

/** A call with a fact that failed, or was refused without a reason. */
interface RefusedCall {
  count: number;
  /** The store has saved something else since. */
  areOthersSaved: boolean;
  /** Its facts go behind those of other calls. */
  isOverdue: boolean;
  isWaiting: boolean;
  reason: PhoneError;
  readonly alarm: Alarm;
}

/** Who is called when something is due. */
export interface RefusedSavesOptions {
  /** Something is to be retried. */
  retry(): void;
  /** The facts of that call go behind those of other calls from now on. */
  overdue(callId: CallId, reason: PhoneError): void;
  /** Whether an event of that kind is pending. */
  hasKind(kind: 'wish' | 'lease'): boolean;
}

/**
 * The events that the store refused while it may save others. They are kept and retried after 0.5 s, growing to 30 s, or
 * sooner if the store saves anything. Until then all events of that kind wait, so that they keep their order: facts, leases,
 * wishes about the status, and wishes about calls. A fact that was refused five times while other saves succeed, as by a web
 * firewall, goes behind the later facts of other calls and is retried every 5 minutes.
 */
export class RefusedSaves {
  readonly #options: RefusedSavesOptions;
  readonly #facts = new Backoff(() => this.#retryAll());
  readonly #leases = new Backoff(() => this.#options.retry());
  readonly #wishes = new Backoff(() => this.#retryAll());
  readonly #calls = new Map<CallId, RefusedCall>();
  /** The calls that were refused since the last pause. */
  readonly #tried = new Set<CallId>();
  /** Which wishes were refused since then: about a call (true) or about the status (false). */
  readonly #triedWishes = new Set<boolean>();
  /** Whether the facts of all calls wait. */
  #areAllHeld = false;
  #trouble: Connection | undefined;

  constructor(options: RefusedSavesOptions) {
    this.#options = options;
  }

  /** Whether facts are refused now: everything else goes first. */
  get refusesFacts(): boolean {
    return this.#facts.hasFailed;
  }

  /** The connection while something is refused; the same object until that changes. */
  get trouble(): Connection | undefined {
    const { hasKind } = this.#options;
    const isWishRefused = this.#wishes.hasFailed && hasKind('wish');
    const isLeaseRefused = this.#leases.hasFailed && hasKind('lease');
    return isWishRefused || isLeaseRefused || this.#facts.hasFailed ? this.#trouble : undefined;
  }

  /** Whether the event must wait. */
  holds(item: PendingEvent): boolean {
    if (item.kind === 'lease') return this.#leases.isOn;
    if (!isFact(item)) return this.#wishes.isOn && this.#triedWishes.has('callId' in item.event);
    const key = callKeyOf(item.event);
    const call = this.#calls.get(key);
    if (call?.isOverdue) return call.isWaiting;
    return this.#facts.isOn && (this.#areAllHeld || this.#tried.has(key));
  }

  /** Whether the facts of that call go behind those of other calls. */
  isOverdue(callId: CallId): boolean {
    return this.#calls.get(callKey(callId))?.isOverdue === true;
  }

  /** The store denied it, but the right may come back. Returns false if something else is refused already. */
  onDenied(item: PendingEvent, error: PhoneError): boolean {
    const isNew = this.trouble === undefined;
    this.#areAllHeld ||= isFact(item);
    this.#pause(item, error);
    return isNew;
  }

  /** Nobody knows whether the store saved it. */
  onFailed(item: PendingEvent, reason: PhoneError): void {
    if (!isFact(item)) return this.#pause(item, reason);
    const key = callKeyOf(item.event);
    const call = this.#calls.get(key) ?? this.#refusedCall(reason);
    this.#calls.set(key, call);
    call.count++;
    call.reason = reason;
    if (call.count >= PATIENCE && call.areOthersSaved) return this.#putLast(key, call);
    this.#tried.add(key);
    this.#areAllHeld ||= call.count < PATIENCE;
    this.#pause(item, reason);
  }

  /** It was saved or refused for good. */
  onSettled(item: PendingEvent): void {
    this.#pauseOf(item).reset();
    if (!isFact(item)) return;
    const key = callKeyOf(item.event);
    this.#calls.get(key)?.alarm.set(undefined);
    this.#calls.delete(key);
    this.#release();
  }

  /** The store saved it, so it may save what it refused. */
  onSaved(item: PendingEvent): void {
    this.onSettled(item);
    this.retryNow();
    for (const call of this.#calls.values()) call.areOthersSaved = true;
  }

  /** Ends the pauses, unless the store asked for them. */
  retryNow(): void {
    for (const pause of this.#all) pause.end();
    this.#release();
  }

  /** The store saves nothing at all: everything waits for it, in order. */
  reset(): void {
    for (const [key, { isOverdue }] of this.#calls) if (!isOverdue) this.#calls.delete(key);
    for (const pause of this.#all) pause.reset();
    this.#release();
  }

  /** Ends all pauses and alarms. */
  stop(): void {
    for (const pause of this.#all) pause.stop();
    for (const { alarm } of this.#calls.values()) alarm.set(undefined);
  }

  get #all(): readonly Backoff[] {
    return [this.#facts, this.#leases, this.#wishes];
  }

  #pauseOf(item: PendingEvent): Backoff {
    if (isFact(item)) return this.#facts;
    return item.kind === 'lease' ? this.#leases : this.#wishes;
  }

  #pause(item: PendingEvent, reason: PhoneError): void {
    if (item.kind === 'wish') this.#triedWishes.add('callId' in item.event);
    this.#pauseOf(item).after(reason);
    this.#trouble = { state: 'offline', reason };
  }

  #refusedCall(reason: PhoneError): RefusedCall {
    const alarm = createAlarm(() => {
      call.isWaiting = false;
      this.#options.retry();
    });
    const call = { count: 0, areOthersSaved: false, isOverdue: false, isWaiting: false, reason, alarm };
    return call;
  }

  #putLast(key: CallId, call: RefusedCall): void {
    const isNew = !call.isOverdue;
    call.isOverdue = call.isWaiting = true;
    call.alarm.set(OVERDUE_MS);
    if (!isNew) return;
    this.#facts.reset();
    this.#options.overdue(key, call.reason);
  }

  #retryAll(): void {
    this.#release();
    this.#options.retry();
  }

  /** Lets everything be retried, unless the store asked for the pause. */
  #release(): void {
    if (!this.#wishes.isOn) this.#triedWishes.clear();
    if (this.#facts.isOn) return;
    this.#tried.clear();
    this.#areAllHeld = false;
  }
}
