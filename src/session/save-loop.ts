import { cutText, type AgentEvent, type AgentRecord, type CallId } from '../model/agent.js';
import { isPhoneError, PhoneError, quote, retryAfterOf } from '../model/errors.js';
import { isFact, isOldNews, type PendingEvent } from '../model/pending.js';
import { recordEvent } from '../model/record-event.js';
import type { Connection } from '../stores/status-store.js';
import { Backoff } from '../platform/backoff.js';
import { withTimeout } from '../platform/time.js';
import type { PendingEvents } from './pending-events.js';
import type { SessionContext } from './session-context.js';
import { RefusedSaves } from './refused-saves.js';
import type { Base, SyncedState } from './synced-state.js';

/** A store that has not answered within this time, in milliseconds, counts as unreachable. */
const ANSWER_MS = 30_000;
/** If the watch has told nothing within this time, in milliseconds, the store is read. */
const FIRST_ENTRIES_MS = 5000;
/** How many conflicts in a row are retried at once. */
const CONFLICTS_AT_ONCE = 5;

/** The page's own parts; neither is there where somebody else acts. */
export interface SavingPage {
  readonly lease: { readonly isLapsed: boolean; afterReconnect(): Promise<void> } | undefined;
  readonly tracker: { resync(): Promise<void> } | undefined;
}

/** What the loop saves, on what, and what it tells the page. */
interface SaveLoopParts {
  readonly synced: Pick<
    SyncedState,
    'account' | 'agent' | 'forbidden' | 'isComplete' | 'complete' | 'read' | 'takeAgent' | 'takeError'
  >;
  readonly pending: Pick<
    PendingEvents,
    'next' | 'hasKind' | 'saving' | 'stamped' | 'remove' | 'refuse' | 'restart' | 'keepWishes'
  >;
  readonly page: SavingPage;
}

type SaveLoopContext = Pick<SessionContext, 'agentName' | 'store' | 'now' | 'changed' | 'report'>;

/** Saves pending events one after another, each applied to the newest entry; after a conflict, to the present one. */
export class SaveLoop {
  readonly #context: SaveLoopContext;
  readonly #synced: SaveLoopParts['synced'];
  readonly #pending: SaveLoopParts['pending'];
  readonly #page: SavingPage;
  readonly #pause = new Backoff(() => this.run());
  readonly #aside: RefusedSaves;
  readonly #closing = new AbortController();
  #isOpen = false;
  #isRunning = false;
  #isStale = false;
  #trouble: Connection | undefined;
  #conflicts = 0;
  /** A fact was refused for good: the calls are reported again once something is saved. */
  #isFactLost = false;
  /** The last code for which a lease was refused: each is reported once. */
  #reportedCode: string | undefined;
  #idle: (() => void)[] = [];

  constructor(context: SaveLoopContext, parts: SaveLoopParts) {
    this.#context = context;
    this.#synced = parts.synced;
    this.#pending = parts.pending;
    this.#page = parts.page;
    this.#aside = new RefusedSaves({
      retry: () => this.run(),
      hasKind: (kind) => parts.pending.hasKind(kind),
      overdue: (callId, cause) => {
        const message = `The facts of the call ${quote(callId)} are refused, while others are saved. They are kept and retried every 5 minutes.`;
        parts.pending.keepWishes(callId);
        context.report(new PhoneError('unavailable', message, { cause }));
      },
    });
  }

  /** The connection while the store refuses some events and may save others; the same object until that changes. */
  get refusal(): Connection | undefined {
    return this.#aside.trouble;
  }

  /** The connection while nothing can be saved, with the reason; the same object until that changes. */
  get trouble(): Connection | undefined {
    return this.#trouble;
  }

  /** Whether the store has to be read before the next save: the known record may be out of date. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** Starts saving. */
  open(): void {
    this.#isOpen = true;
    this.run();
  }

  /** Called when the watch told of the agent: a store that denied everything no longer does. */
  onWatched(isWritable: boolean): void {
    if (isWritable || isPhoneError(this.#trouble?.reason, 'denied')) this.run();
  }

  /** Whether the facts of that call were refused for long, and wait behind those of other calls. */
  isOverdue(callId: CallId): boolean {
    return this.#aside.isOverdue(callId);
  }

  /** Reads the store before the next save. */
  resync(): void {
    this.#isStale = true;
    // The loop's own read may have brought the connection back: no reason to retry at once what was refused.
    if (!this.#isRunning) this.retryNow();
  }

  /** Saves at once, and retries what was refused: the page or its network may be back. */
  retryNow(): void {
    this.#aside.retryNow();
    this.run();
  }

  /** Saves what is pending, unless it waits for an unreachable store. */
  runUnlessPaused(): void {
    if (!this.#trouble) this.run();
  }

  /** Saves what is pending, at once. */
  run(): void {
    if (this.#isRunning || !this.#hasWork()) return;
    this.#isRunning = true;
    this.#pause.end();
    void this.#saveAll();
  }

  /** Resolves once nothing is pending, or nothing can be saved now. */
  idle(): Promise<void> {
    return this.#isRunning ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  /** Stops saving. Late answers are ignored. */
  close(): void {
    this.#pause.stop();
    this.#aside.stop();
    this.#closing.abort();
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** While facts are refused, everything else goes first. */
  get #next(): PendingEvent | undefined {
    const holds = (item: PendingEvent): boolean => this.#aside.holds(item);
    const other = this.#aside.refusesFacts ? this.#pending.next((item) => isFact(item) || holds(item)) : undefined;
    return other ?? this.#pending.next(holds);
  }

  #hasWork(): boolean {
    if (!this.#isOpen || this.#isClosed || this.#pause.isAsked || this.#synced.forbidden) return false;
    return this.#isStale || this.#next !== undefined;
  }

  async #saveAll(): Promise<void> {
    try {
      while (this.#hasWork()) await this.#step();
      if (!this.#pause.isAsked) this.#recover();
    } catch (error) {
      this.#fail(error);
    }
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #step(): Promise<void> {
    if (this.#isStale) return this.#readAnew();
    if (!this.#synced.isComplete) return this.#awaitFirstEntries();
    const base = this.#synced.agent as Base;
    if (base.revision === null) this.#pending.restart();
    const item = this.#next as PendingEvent;
    const event = this.#pending.stamped(item, base.value);
    let next: AgentRecord;
    try {
      next = item.isReplay && isOldNews(event, base.value) ? base.value : this.#apply(event, base.value);
    } catch (error) {
      return this.#refuse(item, error as PhoneError);
    }
    // A lost record is saved even if the event changes nothing.
    if (next === base.value && !base.isLost) {
      this.#aside.onSettled(item);
      this.#pending.remove(item);
    } else await this.#save(item, event, { base, next });
  }

  async #save(item: PendingEvent, event: AgentEvent, { base, next }: { base: Base; next: AgentRecord }): Promise<void> {
    try {
      this.#pending.saving = item;
      const saved = await this.#answer(this.#context.store.saveAgent(next, base.revision, event));
      // The agent was erased while the store saved.
      if (this.#pending.saving !== item) return;
      if (!saved) throw silent();
      this.#synced.takeAgent(saved);
    } catch (error) {
      if (this.#pending.saving !== item) return;
      this.#pending.saving = undefined;
      return this.#saveFailed(item, base, error);
    }
    if (item.kind !== 'wish') this.#reportedCode = undefined;
    this.#aside.onSaved(item);
    this.#pending.remove(item);
    this.#conflicts = 0;
    this.#recover();
    if (!this.#isFactLost) return;
    this.#isFactLost = false;
    void this.#page.tracker?.resync();
  }

  #saveFailed(item: PendingEvent, base: Base, error: unknown): void {
    if (this.#isClosed) return;
    if (this.#synced.takeError(error, base.revision)) {
      this.#isStale ||= this.#page.lease?.isLapsed === true;
      if (++this.#conflicts <= CONFLICTS_AT_ONCE) return;
      // Damage that comes back with every save is in what is saved.
      if (!isPhoneError(error, 'damaged-data')) throw error;
    }
    if (isPhoneError(error, 'closed', 'conflict')) throw error;
    if (isPhoneError(error) && error.code !== 'unavailable') return this.#refuse(item, error);
    this.#conflicts = 0;
    this.#aside.onFailed(item, isPhoneError(error) ? error : silent(error));
    // The save may have arrived nevertheless.
    this.#isStale = true;
    if (retryAfterOf(error) > 0) this.#pause.after(error);
  }

  #refuse(item: PendingEvent, error: PhoneError): void {
    this.#conflicts = 0;
    // The right may come back, as with a new token. Until then facts and leases are kept.
    if (item.kind !== 'wish' && isPhoneError(error, 'denied')) {
      if (this.#aside.onDenied(item, error)) this.#context.report(error);
      return;
    }
    this.#aside.onSettled(item);
    this.#pending.remove(item, error);
    if (item.kind === 'wish') return;
    this.#isFactLost ||= item.kind === 'fact';
    const isReported = item.kind === 'lease' && this.#reportedCode === error.code;
    if (item.kind === 'lease') this.#reportedCode = error.code;
    if (!isReported) this.#context.report(error);
  }

  async #readAnew(): Promise<void> {
    this.#isStale = false;
    await this.#answer(this.#synced.read());
    await this.#page.lease?.afterReconnect();
  }

  async #awaitFirstEntries(): Promise<void> {
    try {
      await this.#answer(this.#synced.complete, FIRST_ENTRIES_MS);
    } catch {
      // The watch is silent, but a read may be answered.
      if (!this.#isClosed) await this.#answer(this.#synced.read());
    }
  }

  #answer<T>(promise: Promise<T>, limitMs = ANSWER_MS): Promise<T> {
    return withTimeout(promise, limitMs, { signal: this.#closing.signal });
  }

  #recover(): void {
    this.#pause.reset();
    if (!this.#trouble) return;
    this.#trouble = undefined;
    this.#context.changed();
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    const reason = isPhoneError(error) ? error : silent(error);
    const isClosed = reason.code === 'closed';
    this.#conflicts = 0;
    this.#trouble = reason.code === 'conflict' ? undefined : { state: isClosed ? 'closed' : 'offline', reason };
    if (isClosed) {
      this.close();
      this.#pending.refuse(reason);
    } else {
      // The save may have arrived nevertheless.
      this.#isStale = true;
      this.#aside.reset();
      this.#pause.after(error);
    }
    this.#context.changed();
  }

  #apply(event: AgentEvent, record: AgentRecord): AgentRecord {
    const { agentName } = this.#context;
    const next = recordEvent(this.#synced.account, record, event, this.#context.now());
    const isNamed = next !== record && event.type === 'sign-in' && agentName;
    return isNamed ? { ...next, agentName: cutText(agentName) } : next;
  }
}

function silent(cause?: unknown): PhoneError {
  return new PhoneError('unavailable', 'The store does not answer. Changes are saved when it does.', {
    cause,
  });
}
