import { cutText, type AgentEvent, type AgentRecord, type CallId, type Instant } from '../model/agent.js';
import { findCall } from '../model/conversation.js';
import { isPhoneError, PhoneError, quote, retryAfterOf } from '../model/errors.js';
import { recordEvent } from '../model/record-event.js';
import type { Connection } from '../stores/status-store.js';
import { Backoff } from '../platform/backoff.js';
import { withTimeout } from '../platform/time.js';
import type { Base } from './synced-state.js';
import { isFact, type PendingEvent } from './pending-events.js';
import type { SessionRun } from './session-run.js';
import { SetAside } from './set-aside.js';

/** A store that has not answered by then, in milliseconds, counts as unreachable. */
const ANSWER_MS = 30_000;
/** A watch that has not told anything by then is helped by a read. */
const FIRST_WORD_MS = 5000;
/** So many conflicts in a row are met without waiting. */
const CONFLICTS_AT_ONCE = 5;

/** Saves what is queued, one after another: each is applied to the newest entry, and on a conflict to the present one. */
export class SaveLoop {
  readonly #run: SessionRun;
  readonly #pause = new Backoff(() => this.work());
  readonly #aside: SetAside;
  readonly #closing = new AbortController();
  #isOpen = false;
  #isWorking = false;
  #isStale = false;
  #trouble: Connection | undefined;
  #conflicts = 0;
  /** A fact was refused for good: the source is asked for its calls once something is saved. */
  #isFactLost = false;
  /** Of a lease, told once. */
  #toldRefusal: string | undefined;
  #idle: (() => void)[] = [];

  constructor(run: SessionRun) {
    this.#run = run;
    this.#aside = new SetAside({
      work: () => this.work(),
      hasKind: (kind) => run.pending.hasKind(kind),
      overdue: (callId, cause) => {
        const message = `The facts of the call ${quote(callId)} are refused, while others are saved. They are kept and retried every 5 minutes.`;
        run.pending.keepWishes(callId);
        run.report(new PhoneError('unavailable', message, { cause }));
      },
    });
  }

  /** How the store stands to what it refuses, while it may take others; the same object until that changes. */
  get refusal(): Connection | undefined {
    return this.#aside.trouble;
  }

  /** How the store stands where nothing can be saved now, with the reason; the same object until that changes. */
  get trouble(): Connection | undefined {
    return this.#trouble;
  }

  /** Whether the store is to be read anew before anything counts. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** From now on it saves. */
  open(): void {
    this.#isOpen = true;
    this.work();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The store tells something: where it refused to, it does no longer. */
  heard(): void {
    if (isPhoneError(this.#trouble?.reason, 'denied')) this.work();
  }

  /** Whether what concerns that call waits behind all else. */
  isOverdue(callId: CallId): boolean {
    return this.#aside.isBehind(callId);
  }

  /** Reads the store anew before anything else is saved. */
  refresh(): void {
    this.#isStale = true;
    // The return may be what its own read has found out: that is no reason to try at once what was refused.
    if (!this.#isWorking) this.hurry();
  }

  /** Goes on at once, also with what was refused: there is news of the page or its network. */
  hurry(): void {
    this.#aside.hurry();
    this.work();
  }

  /** Goes on with what there is to do, unless it waits for the store to return. */
  nudge(): void {
    if (!this.#trouble) this.work();
  }

  /** Goes on at once with what there is to do. */
  work(): void {
    if (this.#isWorking || !this.#hasWork()) return;
    this.#isWorking = true;
    this.#pause.end();
    void this.#saveAll();
  }

  /** Settles once there is nothing to do, or nothing that can be done now. */
  idle(): Promise<void> {
    return this.#isWorking ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  /** Nothing is saved any more, and late answers count for nothing. */
  close(): void {
    this.#pause.stop();
    this.#aside.stop();
    this.#closing.abort();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** While facts are refused, all else goes before them. */
  get #next(): PendingEvent | undefined {
    const { pending } = this.#run;
    const holds = (item: PendingEvent): boolean => this.#aside.holds(item);
    const other = this.#aside.hasFacts ? pending.next((item) => isFact(item) || holds(item)) : undefined;
    return other ?? pending.next(holds);
  }

  #hasWork(): boolean {
    const { synced } = this.#run;
    if (!this.#isOpen || this.#isClosed || this.#pause.isAsked || synced.forbidden) return false;
    return this.#isStale || this.#next !== undefined;
  }

  async #saveAll(): Promise<void> {
    try {
      while (this.#hasWork()) await this.#step();
      if (!this.#pause.isAsked) this.#recover();
    } catch (error) {
      this.#fail(error);
    }
    this.#isWorking = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #step(): Promise<void> {
    const { synced, pending } = this.#run;
    if (this.#isStale) return this.#readAnew();
    if (!synced.isComplete) return this.#firstWord();
    const base = synced.agent as Base;
    if (base.revision === null) pending.startOver();
    const item = this.#next as PendingEvent;
    const event = pending.stamped(item, base.value);
    let next: AgentRecord;
    try {
      next = item.isReplay && isOldNews(event, base.value) ? base.value : this.#apply(event, base.value);
    } catch (error) {
      return this.#refuse(item, error as PhoneError);
    }
    // A record that was lost is saved even where the event adds nothing to it.
    if (next === base.value && !base.isLost) {
      this.#aside.settled(item);
      pending.remove(item);
    } else await this.#save(item, event, { base, next });
  }

  async #save(item: PendingEvent, event: AgentEvent, { base, next }: { base: Base; next: AgentRecord }): Promise<void> {
    const { store, synced, pending } = this.#run;
    try {
      pending.current = item;
      const saved = await this.#answer(store.saveAgent(next, base.revision, event));
      // The agent was erased meanwhile.
      if (pending.current !== item) return;
      if (!saved) throw silent();
      synced.takeAgent(saved);
    } catch (error) {
      if (pending.current !== item) return;
      pending.current = undefined;
      return this.#saveFailed(item, base, error);
    }
    if (item.kind !== 'wish') this.#toldRefusal = undefined;
    this.#aside.taken(item);
    pending.remove(item);
    this.#conflicts = 0;
    this.#recover();
    if (!this.#isFactLost) return;
    this.#isFactLost = false;
    void this.#run.tracker?.resync();
  }

  #saveFailed(item: PendingEvent, base: Base, error: unknown): void {
    if (this.#isClosed) return;
    const { synced } = this.#run;
    if (synced.takeError(error, base.revision)) {
      this.#isStale ||= this.#run.lease?.isLapsed === true;
      if (++this.#conflicts <= CONFLICTS_AT_ONCE) return;
      // What a store calls damaged again and again is what it was given.
      if (!isPhoneError(error, 'damaged-data')) throw error;
    }
    if (isPhoneError(error, 'closed', 'conflict')) throw error;
    if (isPhoneError(error) && error.code !== 'unavailable') return this.#refuse(item, error);
    this.#conflicts = 0;
    this.#aside.lost(item, isPhoneError(error) ? error : silent(error));
    // It may have arrived all the same.
    this.#isStale = true;
    if (retryAfterOf(error) > 0) this.#pause.after(error);
  }

  #refuse(item: PendingEvent, error: PhoneError): void {
    this.#conflicts = 0;
    // A right may come back, as with a new token: what the phone said is not lost meanwhile, nor is the agent.
    if (item.kind !== 'wish' && isPhoneError(error, 'denied')) {
      if (this.#aside.denied(item, error)) this.#run.report(error);
      return;
    }
    this.#aside.settled(item);
    this.#run.pending.remove(item, error);
    if (item.kind === 'wish') return;
    this.#isFactLost ||= item.kind === 'fact';
    const isTold = item.kind === 'lease' && this.#toldRefusal === error.code;
    if (item.kind === 'lease') this.#toldRefusal = error.code;
    if (!isTold) this.#run.report(error);
  }

  async #readAnew(): Promise<void> {
    this.#isStale = false;
    await this.#answer(this.#run.synced.read());
    await this.#run.lease?.afterReconnect();
  }

  async #firstWord(): Promise<void> {
    const { synced } = this.#run;
    try {
      await this.#answer(synced.complete, FIRST_WORD_MS);
    } catch {
      // The watch is silent; a read may still be answered.
      if (!this.#isClosed) await this.#answer(synced.read());
    }
  }

  #answer<T>(promise: Promise<T>, limitMs = ANSWER_MS): Promise<T> {
    return withTimeout(promise, limitMs, this.#closing.signal);
  }

  #recover(): void {
    this.#pause.reset();
    if (!this.#trouble) return;
    this.#trouble = undefined;
    this.#run.changed();
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    const reason = isPhoneError(error) ? error : silent(error);
    const isClosed = reason.code === 'closed';
    this.#conflicts = 0;
    this.#trouble = reason.code === 'conflict' ? undefined : { state: isClosed ? 'closed' : 'offline', reason };
    if (isClosed) {
      this.close();
      this.#run.pending.refuse(reason);
    } else {
      // The save may have arrived all the same.
      this.#isStale = true;
      this.#aside.forget();
      this.#pause.after(error);
    }
    this.#run.changed();
  }

  #apply(event: AgentEvent, record: AgentRecord): AgentRecord {
    const { synced, agentName } = this.#run;
    const next = recordEvent(synced.account, record, event, this.#run.now());
    const isNamed = next !== record && event.type === 'sign-in' && agentName;
    return isNamed ? { ...next, agentName: cutText(agentName) } : next;
  }
}

/** Whether a fact that was kept says nothing any more: it was saved, though nobody heard so, or was overtaken. */
function isOldNews(event: AgentEvent, record: AgentRecord): boolean {
  switch (event.type) {
    case 'call-held':
    case 'call-resumed':
      return isHeard(findCall(record, event.callId)?.reportedAt, event, 1);
    case 'call-started': {
      const call = findCall(record, event.call.id);
      return call?.startedAt !== undefined && isHeard(call.reportedAt, event, 0);
    }
    default:
      return false;
  }
}

/** Whether the call was heard of that much, in milliseconds, after the fact. */
function isHeard(heardAt: Instant | undefined, { at }: { readonly at?: Instant }, laterMs: number): boolean {
  return heardAt !== undefined && heardAt >= (at as Instant) + laterMs;
}

function silent(cause?: unknown): PhoneError {
  return new PhoneError('unavailable', 'The store does not answer. Changes are saved when it does.', {
    cause,
  });
}
