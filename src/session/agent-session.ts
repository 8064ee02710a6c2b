import type { CallSource, Control } from '../calls/call-source.js';
import type { Account } from '../model/account.js';
import type { Actor, AgentEvent, AgentRecord, CallId, Instant, PageId } from '../model/agent.js';
import { extensionEnd, isCarriedBy } from '../model/conversation.js';
import { nextInstant, advanceTo } from '../model/elapse.js';
import { quote, type PhoneError } from '../model/errors.js';
import { dialNumber } from '../model/phone-number.js';
import type { StatusId } from '../model/status.js';
import { agentView, type AgentView, type Conversation } from '../model/view.js';
import { bindMembers } from '../platform/bind-members.js';
import type { Connection, StatusStore } from '../stores/status-store.js';
import { useControl } from './call-control.js';
import type { CallTracker } from './call-tracker.js';
import { withTimeout, createAlarm } from '../platform/time.js';
import { dialable } from './dialling.js';
import { GIVE_UP_MS } from './pending-events.js';
import { Listeners } from '../platform/listeners.js';
import { newPageId } from '../platform/page-id.js';
import { quiet, refuse } from './quiet.js';
import { checkOptions, type AgentSessionOptions } from './session-options.js';
import { SessionRun, stopped } from './session-run.js';

/**
 * One agent in one page: shows the status as the store and the page's own calls make it, and saves what the agent wants.
 *
 * Its methods settle when their event is saved or refused; before the session is ready they wait for it. They reject with a
 * `PhoneError`: `unavailable` when they were given up after five minutes or by `stop()`, `newer-version` where the page has
 * to be reloaded, and what the model or the store refuses. A promise that nobody looks at harms nobody.
 */
export class AgentSession {
  readonly agentId: string;
  readonly page: PageId;
  readonly actor: Actor;
  readonly store: StatusStore;
  readonly calls: CallSource | undefined;
  readonly #agentName: string | undefined;
  readonly #listeners = new Listeners<AgentSession>();
  readonly #errorListeners = new Listeners<PhoneError>();
  readonly #alarm = createAlarm(() => this.#changed());
  #run: SessionRun;
  #isStarted = false;
  #leaving: Promise<void> | undefined;
  #view: AgentView | undefined;
  #text: string | undefined;
  /** When the view is to be drawn anew: at once, or when time changes a fact next, such as presence, of which nobody is told. */
  #staleAt: Instant = -Infinity;
  /** The moment that the view shows: where the clock is set back before it, what has come later is undone. */
  #drawnAt: Instant = -Infinity;
  #told: readonly unknown[];

  /** Throws `missing-agent` without an agent, `unavailable` without a store or with `calls` that are no call source. */
  constructor(options: AgentSessionOptions) {
    checkOptions(options);
    const { agentId, agentName, store, calls, actor, page = newPageId() } = options;
    bindMembers(this);
    this.agentId = agentId;
    this.#agentName = agentName;
    this.store = store;
    this.calls = calls;
    this.actor = actor ?? { role: 'agent', id: agentId, ...(agentName ? { name: agentName } : {}) };
    this.page = page;
    this.#run = this.#newRun();
    this.#told = this.#state();
  }

  /** What everyone sees of the agent, what this page does included; undefined: not ready. The same object until it changes. */
  get view(): AgentView | undefined {
    const now = this.#run.now();
    if (now >= this.#staleAt || now < this.#drawnAt) this.#draw(now);
    return this.#view;
  }

  /** The facts behind the view, with what time has done to them by now. */
  get record(): AgentRecord | undefined {
    return this.#recordAt(this.#run.now());
  }

  /** The account's statuses and settings; undefined: not ready. */
  get account(): Account | undefined {
    return this.#run.isReady ? this.#run.synced.account : undefined;
  }

  /** Whether a choice or a withdrawal waits for the store. */
  get saving(): boolean {
    return this.#run.pending.has('choose', 'withdraw');
  }

  /** Whether the agent was erased: nothing is written, and no more is kept of the agent here, until {@link signIn}. */
  get isErased(): boolean {
    return this.#run.synced.isErased;
  }

  get connection(): Connection {
    return this.#run.connection;
  }

  /** Calls the listener after every change of view, account, saving or connection. Returns what ends that. */
  subscribe(listener: (session: AgentSession) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls the listener with what went wrong where no method's promise tells it: refused facts, damaged documents. */
  watchErrors(listener: (error: PhoneError) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  /** Signs in, and follows store and calls from now on; the session of another actor only follows the store. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    if (this.#leaving) return;
    if (this.#run.isStopped) this.#run = this.#newRun();
    this.#run.start();
    this.#changed();
  }

  /** Leaves the page. Settles when the store knows, or could not be told; then nothing of the session runs any more. */
  stop(): Promise<void> {
    this.#isStarted = false;
    if (this.#run.isStopped) return this.#leaving ?? Promise.resolve();
    this.#leaving = this.#run.stop().finally(() => {
      this.#leaving = undefined;
      this.#alarm.set(undefined);
      if (!this.#isStarted) return;
      this.#isStarted = false;
      this.start();
    });
    return this.#leaving;
  }

  /** Chooses a status, at this instant; during a call or After Call Work it becomes the next one. */
  choose(statusId: StatusId, { forwardTo }: { readonly forwardTo?: string } = {}): Promise<void> {
    return this.#ask({
      type: 'choose',
      statusId,
      by: this.actor,
      ...(forwardTo === undefined ? {} : { forwardTo }),
      ...(this.#isOwn ? { page: this.page } : {}),
      at: this.#run.now(),
    });
  }

  /** Drops what waits as next. */
  withdraw(): Promise<void> {
    return this.#ask({ type: 'withdraw', by: this.actor, at: this.#run.now() });
  }

  /** Closes the in-conversation widget of a call that is over. Rejects with `call-in-progress` while it goes on. */
  closeConversation(callId: CallId): Promise<void> {
    return this.#ask({ type: 'close', callId, by: this.actor });
  }

  /** Asks for as much more After Call Work as the account allows at once. Rejects with `not-supported` when none is left. */
  extend(callId: CallId): Promise<void> {
    return this.#whenReady(() => {
      const until = extensionEnd(this.#run.pending.optimisticRecord, String(callId)) ?? this.#run.now();
      return this.#ask({ type: 'extend', callId, until });
    });
  }

  /** The agent says that the call is over, where its hang-up was lost. */
  endCall(callId: CallId): Promise<void> {
    return this.#ask({ type: 'call-presumed-ended', callId, by: this.actor, at: this.#run.now() });
  }

  /** Signs the agent in by this page. Rejects with `not-supported` where another one acts. */
  signIn(): Promise<void> {
    if (!this.#isOwn)
      return refuse(`${quote(this.actor.id)} cannot sign in for ${quote(this.agentId)}. Only the agent can.`);
    return this.#ask({ type: 'sign-in', page: this.page });
  }

  /** Signs the agent out everywhere. Rejects with `call-in-progress` during a call, unless forced. */
  signOut({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    return this.#ask({ type: 'sign-out', by: this.actor, ...(force ? { force } : {}) });
  }

  /**
   * Calls that number. Rejects with `invalid-number`, with `not-taking-calls` where the account's rule forbids it, with
   * `not-supported` where the source cannot dial, and with what the source says.
   */
  dial(number: string): Promise<void> {
    if (!this.can('dial')) return this.#cannot('dial');
    return this.#whenReady(async () => {
      const now = this.#run.now();
      const { synced, pending } = this.#run;
      const dialled = dialable(number, { account: synced.account, record: pending.shownAt(now), now });
      await useControl(this.calls, 'dial', [dialled]);
    });
  }

  /** Whether the call source offers that control to this session. */
  can(control: Control): boolean {
    const { calls } = this;
    return this.#isOwn && calls?.capabilities.has(control) === true && typeof calls[control] === 'function';
  }

  /** Uses a control on a call; `argument` is the digits to send, or the number to transfer to. Rejects as `dial` does. */
  control(control: Exclude<Control, 'dial'>, callId: CallId, argument?: string): Promise<void> {
    if (!this.can(control)) return this.#cannot(control);
    const id = (this.#run.tracker as CallTracker).idOf(callId);
    const use = async (): Promise<void> => {
      const args = argument === undefined ? [] : [control === 'transfer' ? dialNumber(argument) : argument];
      await useControl(this.calls, control, [id, ...args]);
    };
    return quiet(use());
  }

  /** Whether the source said that the call is muted. */
  isMuted(callId: CallId): boolean {
    return this.#run.tracker?.isMuted(callId) ?? false;
  }

  get #isOwn(): boolean {
    return this.actor.role === 'agent' && this.actor.id === this.agentId;
  }

  #newRun(): SessionRun {
    return new SessionRun({
      agentId: this.agentId,
      agentName: this.#agentName,
      page: this.page,
      store: this.store,
      calls: this.calls,
      isOwn: this.#isOwn,
      changed: (force) => this.#changed(force),
      report: (error) => this.#errorListeners.tell(error),
    });
  }

  #ask(event: AgentEvent): Promise<void> {
    return quiet(this.#run.ask(event));
  }

  #whenReady(act: () => Promise<void>): Promise<void> {
    if (this.view) return quiet(act());
    const ready = new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#run.isStopped) reject(stopped());
        else if (!this.view) return;
        stop();
        resolve();
      };
      const stop = this.subscribe(look);
      look();
    });
    return quiet(withTimeout(ready, GIVE_UP_MS).then(act));
  }

  #changed(force = false): void {
    this.#staleAt = -Infinity;
    const deadline = this.view?.deadline;
    const isRunning = this.#isStarted && deadline !== undefined;
    this.#alarm.set(isRunning ? deadline - this.#run.clock() : undefined);
    const state = this.#state();
    if (!force && state.every((value, index) => value === this.#told[index])) return;
    this.#told = state;
    // A listener that changes something has told all others by itself.
    this.#listeners.tell(this, () => this.#told === state);
  }

  #state(): readonly unknown[] {
    return [this.view, this.account, this.saving, this.connection];
  }

  #recordAt(now: Instant): AgentRecord | undefined {
    const { isReady, synced, pending } = this.#run;
    return isReady ? advanceTo(synced.account, pending.shownAt(now), now) : undefined;
  }

  #draw(now: Instant): void {
    if (this.#run.isStopped) return;
    const record = this.#recordAt(now);
    const isByTime = this.#staleAt > -Infinity;
    this.#staleAt = record ? nextInstant(record) : Infinity;
    this.#drawnAt = now;
    if (!record) return void (this.#view = this.#text = undefined);
    const drawn = agentView(this.#run.synced.account, record, now);
    const isHere = ({ id, state }: Conversation): boolean => state !== 'ended' && isCarriedBy(record, id, this.page);
    const conversations = drawn.conversations.map((one) => (isHere(one) ? { ...one, here: true } : one));
    const view = { ...drawn, conversations };
    const text = JSON.stringify(view);
    if (text === this.#text) return;
    this.#view = view;
    this.#text = text;
    // Only who asked knows: all others are told next, and the alarm is set to the deadline of this view.
    if (isByTime) this.#alarm.set(0);
  }

  #cannot(control: Control): Promise<void> {
    return refuse(
      `The call source ${quote(this.calls?.name ?? 'none')} does not offer ${control}. Use the phone itself.`,
    );
  }
}
