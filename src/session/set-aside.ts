import type { CallId } from '../model/agent.js';
import { callIdOf } from '../model/call-facts.js';
import { callKey } from '../model/conversation.js';
import type { PhoneError } from '../model/errors.js';
import type { Connection } from '../stores/status-store.js';
import { Backoff } from '../platform/backoff.js';
import { createAlarm, type Alarm } from '../platform/time.js';
import { isFact, type PendingEvent } from './pending-events.js';

/** A call whose fact was refused this often waits no longer for itself alone. */
const PATIENCE = 5;
/** How often a fact is tried that the place refuses while it takes others, in milliseconds. */
const OVERDUE_MS = 300_000;

/** A call with a fact that came back without a verdict. */
interface RefusedCall {
  count: number;
  /** The place has taken something else since. */
  areOthersTaken: boolean;
  /** It goes behind the facts of other calls. */
  isBehind: boolean;
  isWaiting: boolean;
  reason: PhoneError;
  readonly alarm: Alarm;
}

/** Who is told. */
export interface SetAsideOptions {
  /** Something is to be tried again. */
  work(): void;
  /** The facts of that call go behind those of others from now on. */
  overdue(callId: CallId, reason: PhoneError): void;
  /** Whether any of that kind waits: a wish may be given up, and a lease come to nothing. */
  hasKind(kind: 'wish' | 'lease'): boolean;
}

/**
 * What the place refused, while it may take others: it is kept, and tried again after 0.5 s growing to 30 s, earlier once the
 * place takes anything. Until then all of its kind wait (facts, leases, wishes about the status, wishes about calls), so that
 * they are saved in their order. A fact that was refused five times while other saves succeed, as by a web firewall, goes
 * behind the later facts of other calls, and is tried every 5 minutes.
 */
export class SetAside {
  readonly #options: SetAsideOptions;
  readonly #facts = new Backoff(() => this.#tryAll());
  readonly #leases = new Backoff(() => this.#options.work());
  readonly #wishes = new Backoff(() => this.#tryAll());
  readonly #calls = new Map<CallId, RefusedCall>();
  /** The calls that were refused since the last pause. */
  readonly #tried = new Set<CallId>();
  /** Which wishes were refused since then: those about a call, or those about the status. */
  readonly #triedWishes = new Set<boolean>();
  /** Whether one of them keeps the facts of all other calls waiting. */
  #areAllHeld = false;
  #trouble: Connection | undefined;

  constructor(options: SetAsideOptions) {
    this.#options = options;
  }

  /** Whether facts are refused now: all else goes before them. */
  get hasFacts(): boolean {
    return this.#facts.hasFailed;
  }

  /** How the place stands to what it refuses; the same object until that changes. */
  get trouble(): Connection | undefined {
    const { hasKind } = this.#options;
    const isWishRefused = this.#wishes.hasFailed && hasKind('wish');
    const isLeaseRefused = this.#leases.hasFailed && hasKind('lease');
    return isWishRefused || isLeaseRefused || this.#facts.hasFailed ? this.#trouble : undefined;
  }

  /** Whether the event is not to be tried now. */
  holds(item: PendingEvent): boolean {
    if (item.kind === 'lease') return this.#leases.isOn;
    if (!isFact(item)) return this.#wishes.isOn && this.#triedWishes.has('callId' in item.event);
    const key = keyOf(item);
    const call = this.#calls.get(key);
    if (call?.isBehind) return call.isWaiting;
    return this.#facts.isOn && (this.#areAllHeld || this.#tried.has(key));
  }

  /** Whether the facts of that call go behind those of others. */
  isBehind(callId: CallId): boolean {
    return this.#calls.get(callKey(callId))?.isBehind === true;
  }

  /** The place denied it: the right may come back. False: it is known that the place refuses some. */
  denied(item: PendingEvent, error: PhoneError): boolean {
    const isNews = this.trouble === undefined;
    this.#areAllHeld ||= isFact(item);
    this.#pause(item, error);
    return isNews;
  }

  /** It came back without a verdict. */
  lost(item: PendingEvent, reason: PhoneError): void {
    if (!isFact(item)) return this.#pause(item, reason);
    const key = keyOf(item);
    const call = this.#calls.get(key) ?? this.#refusedCall(reason);
    this.#calls.set(key, call);
    call.count++;
    call.reason = reason;
    if (call.count >= PATIENCE && call.areOthersTaken) return this.#putBehind(key, call);
    this.#tried.add(key);
    this.#areAllHeld ||= call.count < PATIENCE;
    this.#pause(item, reason);
  }

  /** It waits no more. */
  settled(item: PendingEvent): void {
    this.#pauseOf(item).reset();
    if (!isFact(item)) return;
    const key = keyOf(item);
    this.#calls.get(key)?.alarm.set(undefined);
    this.#calls.delete(key);
    this.#release();
  }

  /** The place has taken it: whatever it refused is worth another try. */
  taken(item: PendingEvent): void {
    this.settled(item);
    this.hurry();
    for (const call of this.#calls.values()) call.areOthersTaken = true;
  }

  /** The place may have changed its mind: what was refused is worth another try, unless the place asked for the pause. */
  hurry(): void {
    for (const pause of this.#all) pause.end();
    this.#release();
  }

  /** The place takes nothing at all: everything waits for that, in its order. */
  forget(): void {
    for (const [key, { isBehind }] of this.#calls) if (!isBehind) this.#calls.delete(key);
    for (const pause of this.#all) pause.reset();
    this.#release();
  }

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
    const due = (): void => {
      call.isWaiting = false;
      this.#options.work();
    };
    const alarm = createAlarm(due);
    const call = { count: 0, areOthersTaken: false, isBehind: false, isWaiting: false, reason, alarm };
    return call;
  }

  #putBehind(key: CallId, call: RefusedCall): void {
    const isNews = !call.isBehind;
    call.isBehind = call.isWaiting = true;
    call.alarm.set(OVERDUE_MS);
    if (!isNews) return;
    this.#facts.reset();
    this.#options.overdue(key, call.reason);
  }

  #tryAll(): void {
    this.#release();
    this.#options.work();
  }

  /** Unless the place asked for the pause, all may be tried again. */
  #release(): void {
    if (!this.#wishes.isOn) this.#triedWishes.clear();
    if (this.#facts.isOn) return;
    this.#tried.clear();
    this.#areAllHeld = false;
  }
}

function keyOf({ event }: PendingEvent): CallId {
  return callKey(callIdOf(event) ?? '');
}
