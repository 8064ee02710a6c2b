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
import { quiet, refuse } from './ignorable-promise.js';
import { checkOptions, type AgentSessionOptions } from './session-options.js';
import { SessionRun, stopped, type RunOptions } from './session-run.js';

/**
 * One agent in one page. It shows the agent's status, made from the store and the page's own calls, and saves what the agent
 * asks for.
 *
 * Its methods settle when their event is saved or refused; before the session is ready they wait. They reject with a
 * `PhoneError`: `unavailable` after five minutes or after `stop()`, `newer-version` if the page has to be reloaded, and with
 * what the model or the store refuses. You may ignore a returned promise: its rejection is never reported as unhandled.
 */
export class AgentSession {
  readonly agentId: string;
  readonly page: PageId;
  readonly actor: Actor;
  readonly store: StatusStore;
  readonly calls: CallSource | undefined;
  readonly #runOptions: RunOptions;
  readonly #listeners = new Listeners<AgentSession>();
  readonly #errorListeners = new Listeners<PhoneError>();
  readonly #alarm = createAlarm(() => this.#changed());
  #run: SessionRun;
  #isStarted = false;
  #leaving: Promise<void> | undefined;
  #view: AgentView | undefined;
  #text: string | undefined;
  /** When the view has to be drawn anew: at once, or when time next changes a fact that nothing announces, such as presence. */
  #staleAt: Instant = -Infinity;
  /** The moment that the view shows. If the clock is set back before it, the view is drawn anew. */
  #drawnAt: Instant = -Infinity;
  #notified: readonly unknown[];

  /** Throws `missing-agent` without an agent, `unavailable` without a store or if `calls` is not a call source. */
  constructor(options: AgentSessionOptions) {
    checkOptions(options);
    const { agentId, agentName, store, calls, actor, page = newPageId() } = options;
    bindMembers(this);
    this.agentId = agentId;
    this.store = store;
    this.calls = calls;
    this.actor = actor ?? { role: 'agent', id: agentId, ...(agentName ? { name: agentName } : {}) };
    this.page = page;
    this.#runOptions = {
      agentId,
      agentName,
      page,
      store,
      calls,
      isOwn: this.actor.role === 'agent' && this.actor.id === agentId,
      changed: (force) => this.#changed(force),
      report: (error) => this.#errorListeners.tell(error),
    };
    this.#run = new SessionRun(this.#runOptions);
    this.#notified = this.#state();
  }

  /** The agent as everyone sees it, with what this page has not saved yet. The same object until it changes; undefined until ready. */
  get view(): AgentView | undefined {
    const now = this.#run.now();
    if (now >= this.#staleAt || now < this.#drawnAt) this.#draw(now);
    return this.#view;
  }

  /** The facts behind the view, as they are now; undefined until ready. */
  get record(): AgentRecord | undefined {
    return this.#recordAt(this.#run.now());
  }

  /** The account's statuses and settings; undefined until ready. */
  get account(): Account | undefined {
    return this.#run.isReady ? this.#run.synced.account : undefined;
  }

  /** Whether a choice or a withdrawal is not saved yet. */
  get saving(): boolean {
    return this.#run.pending.has('choose', 'withdraw');
  }

  /** Whether the agent was erased: until {@link signIn}, this page neither saves nor keeps anything of the agent. */
  get isErased(): boolean {
    return this.#run.synced.isErased;
  }

  /** The connection to the store; offline while the store saves nothing. */
  get connection(): Connection {
    return this.#run.connection;
  }

  /** Calls the listener after every change of view, account, saving or connection. Returns a function that ends that. */
  subscribe(listener: (session: AgentSession) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Calls the listener with errors that no method's promise rejects with: refused facts, damaged documents. */
  watchErrors(listener: (error: PhoneError) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  /** Signs in, and follows the store and the calls. The session of another actor only follows the store. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    if (this.#leaving) return;
    if (this.#run.isStopped) this.#run = new SessionRun(this.#runOptions);
    this.#run.start();
    this.#changed();
  }

  /** Leaves the page, within about two seconds. Resolves once the store was told or could not be, and nothing runs any more. */
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

  /** Chooses a status. During a call or After Call Work it becomes the next one. */
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

  /** Withdraws the next status. */
  withdraw(): Promise<void> {
    return this.#ask({ type: 'withdraw', by: this.actor, at: this.#run.now() });
  }

  /** Closes the in-conversation widget of an ended call. Rejects with `call-in-progress` during the call. */
  closeConversation(callId: CallId): Promise<void> {
    return this.#ask({ type: 'close', callId, by: this.actor });
  }

  /** Extends After Call Work by what the account allows at once. Rejects with `not-supported` if no extension is left. */
  extend(callId: CallId): Promise<void> {
    return this.#whenReady(() => {
      const until = extensionEnd(this.#run.pending.optimisticRecord, String(callId)) ?? this.#run.now();
      return this.#ask({ type: 'extend', callId, until });
    });
  }

  /** Declares a call over whose hang-up was lost. */
  endCall(callId: CallId): Promise<void> {
    return this.#ask({ type: 'call-presumed-ended', callId, by: this.actor, at: this.#run.now() });
  }

  /** Signs the agent in by this page. Rejects with `not-supported` for another actor. */
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
   * Calls that number. Rejects with `invalid-number`, with `not-taking-calls` if the account's rule forbids it, with
   * `not-supported` if the source cannot dial, and with what the source rejects with.
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
    return (
      this.#isOwn && calls?.capabilities.has(control) === true && typeof Reflect.get(calls, control) === 'function'
    );
  }

  /** Uses a control on a call. `argument` is the digits to send or the number to transfer to. Rejects as `dial` does. */
  control(control: Exclude<Control, 'dial'>, callId: CallId, argument?: string): Promise<void> {
    if (!this.can(control)) return this.#cannot(control);
    const id = (this.#run.tracker as CallTracker).idOf(callId);
    const use = async (): Promise<void> => {
      const args = argument === undefined ? [] : [control === 'transfer' ? dialNumber(argument) : argument];
      await useControl(this.calls, control, [id, ...args]);
    };
    return quiet(use());
  }

  /** Whether the source reports the call as muted. */
  isMuted(callId: CallId): boolean {
    return this.#run.tracker?.isMuted(callId) ?? false;
  }

  get #isOwn(): boolean {
    return this.#runOptions.isOwn;
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
    if (!force && state.every((value, index) => value === this.#notified[index])) return;
    this.#notified = state;
    // A listener that changes something notifies all others by itself.
    this.#listeners.tell(this, () => this.#notified === state);
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
    // Only the caller knows: listeners are notified next, and the alarm is set to the deadline of this view.
    if (isByTime) this.#alarm.set(0);
  }

  #cannot(control: Control): Promise<void> {
    return refuse(
      `The call source ${quote(this.calls?.name ?? 'none')} does not offer ${control}. Use the phone itself.`,
    );
  }
}
