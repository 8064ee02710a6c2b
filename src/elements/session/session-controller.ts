import { ContextProvider } from '@lit/context';
import type { LitElement, ReactiveController } from 'lit';
import type { CallFeed } from '../../calls/call-feed.js';
import type { CallSource } from '../../calls/call-source.js';
import type { CallId } from '../../model/agent.js';
import { isPhoneError, PhoneError } from '../../model/errors.js';
import type { Conversation } from '../../model/view.js';
import { AgentSession } from '../../session/agent-session.js';
import { createAlarm, wallClock } from '../../platform/time.js';
import type { StatusStore } from '../../stores/status-store.js';
import { phoneContext, type PhoneScope } from './context.js';
import { defaultCalls, defaultStore } from './defaults.js';
import { PhoneErrorEvent, PhoneStatusRequestEvent, type PhoneStatusRequestDetail } from '../events.js';
import { languageOf } from '../text/language.js';
import { watchStrings } from '../text/string-registry.js';
import { stringsFor, type Strings } from '../text/strings.js';
import { ConversationClosing } from '../notes/conversation-closing.js';
import { StoreHints } from './store-hints.js';
import { ViewEvents } from './view-events.js';

/** How long a removed element keeps its session, in milliseconds; one that is only moved is back long before. */
const LEAVE_AFTER_MS = 1000;

/** How long the session waits for the first paint at most, in milliseconds: a frame that is not displayed has none. */
const FRAME_MS = 250;

/** The properties that a page sets on an element with a session. */
interface SessionHost extends LitElement {
  readonly agentId: string;
  readonly agentName: string;
  readonly manual: boolean;
  readonly store?: StatusStore | undefined;
  readonly calls?: CallSource | undefined;
  readonly strings?: Partial<Strings> | undefined;
}

/** The inputs that decide which session runs. */
interface Inputs {
  readonly agentId: string;
  readonly store: StatusStore | undefined;
  readonly calls: CallSource | undefined;
  /** The scope around the element, where it has no session of its own. */
  readonly outer: PhoneScope | undefined;
}

interface Running {
  readonly session: AgentSession;
  readonly closing: ConversationClosing;
  readonly unsubscribe: readonly (() => void)[];
  /** The default store, to be closed with the session; absent where the page gave one. */
  readonly ownStore: StatusStore | undefined;
}

const nothing: Inputs = { agentId: '', store: undefined, calls: undefined, outer: undefined };

/** Creates, starts and stops the session of an element, provides it to the elements inside, and fires its events. */
export class SessionController implements ReactiveController {
  /** The call source where the page sets none. */
  readonly feed = defaultCalls();
  /** The scope around the element, used instead of a session of its own. */
  outer: PhoneScope | undefined;
  readonly #host: SessionHost;
  readonly #provider: ContextProvider<typeof phoneContext, SessionHost>;
  readonly #stopTimer = createAlarm(() => this.#stopWhenIdle());
  readonly #startTimer = createAlarm(() => this.#startIfReady());
  #paintObserver: IntersectionObserver | undefined;
  #inputs = nothing;
  #strings: Partial<Strings> | undefined;
  #unwatchStrings = (): void => undefined;
  #scope: PhoneScope;
  #running: Running | undefined;
  /** Why there is no session, though there is an agent. */
  #problem: Error | undefined;
  /** Calls of the previous session that are to be fed to this one. */
  #callsToFeed: readonly Conversation[] = [];
  /** Conversations from before this instant, in this computer's clock, fire no events. */
  #eventsFrom = wallClock();
  #started = false;
  /** The agent has asked to sign in. */
  #asked = false;
  #hasReportedMissing = false;
  /** The strings may be others: the element was placed, or strings were registered. */
  #isUntranslated = true;
  /** The element was removed, and did not come back. */
  #gone = true;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#scope = this.#makeScope();
    this.#provider = new ContextProvider(host, { context: phoneContext, initialValue: this.#scope });
    host.addController(this);
    new StoreHints(host);
  }

  /** The scope of the elements inside. */
  get scope(): PhoneScope {
    return this.#scope;
  }

  hostConnected(): void {
    this.#gone = false;
    this.#stopTimer.set(undefined);
    this.#onStrings();
    this.#unwatchStrings = watchStrings(this.#onStrings);
  }

  hostDisconnected(): void {
    this.#unwatchStrings();
    this.#stopWaiting();
    this.#stopTimer.set(LEAVE_AFTER_MS);
  }

  /** By the update, properties that were set together are all there. */
  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    const { agentId, store, calls, strings } = this.#host;
    const inputs = { agentId: agentId ? String(agentId) : '', store, calls, outer: this.outer };
    const same = (Object.keys(inputs) as (keyof Inputs)[]).every((key) => inputs[key] === this.#inputs[key]);
    if (same && strings === this.#strings && !this.#isUntranslated) return;
    this.#isUntranslated = false;
    if (!same) this.#restart(inputs);
    this.#strings = strings;
    this.#provide();
  }

  /** Starts the session after the first paint, which the work of starting would delay. */
  hostUpdated(): void {
    if (this.#started || this.outer || !this.#host.isConnected) return;
    if (this.#host.ownerDocument.hidden) return void this.#host.updateComplete.then(() => this.#startIfReady());
    this.#startTimer.set(FRAME_MS);
    // Its callback runs once a newly observed element is painted for the first time, wherever it is.
    this.#paintObserver ??= new IntersectionObserver(() => this.#startIfReady());
    this.#paintObserver.observe(this.#host);
  }

  /** The session, once the element has read its properties; rejects with `missing-agent` without an agent. */
  async ready(): Promise<AgentSession> {
    await this.#host.updateComplete;
    const { session } = this.#scope;
    if (!session) throw this.#problem ?? this.#missing();
    return session;
  }

  readonly signIn = async (): Promise<void> => {
    if (this.outer) return this.outer.signIn();
    const session = await this.ready();
    this.#asked = true;
    this.#start();
    await session.signIn();
  };

  readonly closeConversation = async (callId: CallId): Promise<void> => {
    if (this.outer) return this.outer.closeConversation(callId);
    await this.ready();
    await this.#running?.closing.close(callId);
  };

  readonly request = (detail: PhoneStatusRequestDetail): boolean =>
    /** @internal */
    this.#host.dispatchEvent(new PhoneStatusRequestEvent(detail));

  readonly report = (error: unknown): void => {
    const code = isPhoneError(error) ? error.code : 'unavailable';
    const message = error instanceof Error ? error.message : String(error);
    /** @internal */
    this.#host.dispatchEvent(new PhoneErrorEvent({ code, message }));
  };

  readonly #onStrings = (): void => {
    this.#isUntranslated = true;
    this.#host.requestUpdate();
  };

  #makeScope(): PhoneScope {
    const { request, report, signIn, closeConversation } = this;
    const strings = stringsFor(this.#host.isConnected ? languageOf(this.#host) : '', this.#strings);
    const started = this.#started || !this.#host.manual;
    const { session } = this.#running ?? {};
    const { store } = this.#host;
    const problem = this.#problem;
    return { session, problem, store, feed: this.feed, strings, started, request, report, signIn, closeConversation };
  }

  #provide(): void {
    this.#scope = this.outer ?? this.#makeScope();
    this.#provider.setValue(this.#scope);
  }

  #missing(): PhoneError {
    return new PhoneError(
      'missing-agent',
      `<${this.#host.localName}> has no agent. Put it on the page and set agent-id.`,
    );
  }

  #restart(inputs: Inputs): void {
    const { agentId, calls } = this.#inputs;
    this.#callsToFeed = inputs.agentId === agentId && inputs.calls === calls ? this.#ownCalls : [];
    this.#stop();
    this.#inputs = inputs;
    this.#hasReportedMissing = false;
    this.#problem = undefined;
    if (inputs.outer || !inputs.agentId) return;
    try {
      this.#running = this.#run(inputs);
    } catch (error) {
      this.#problem = error as Error;
      this.report(error);
    }
  }

  #run({ agentId, store, calls = this.feed }: Inputs): Running {
    const ownStore = store ? undefined : defaultStore();
    const { agentName } = this.#host;
    const session = new AgentSession({
      agentId,
      ...(agentName ? { agentName } : {}),
      store: store ?? (ownStore as StatusStore),
      calls,
    });
    const closing = new ConversationClosing(this.#host, session, this.report);
    const events = new ViewEvents(this.#host, session, wallClock() - this.#eventsFrom);
    const changed = (): void => {
      events.compare();
      closing.handOver();
      if (this.#gone) this.#stopWhenIdle();
      else this.#host.requestUpdate();
    };
    return { session, closing, ownStore, unsubscribe: [session.subscribe(changed), session.watchErrors(this.report)] };
  }

  #stopWaiting(): void {
    this.#paintObserver?.disconnect();
    this.#startTimer.set(undefined);
  }

  #startIfReady(): void {
    this.#stopWaiting();
    if (!this.#host.isConnected || this.outer || (this.#host.manual && !this.#asked)) return;
    if (this.#running) this.#start();
    else if (!this.#hasReportedMissing && !this.#inputs.agentId) {
      this.#hasReportedMissing = true;
      this.report(this.#missing());
    }
  }

  #start(): void {
    if (this.#started || !this.#running) return;
    this.#started = true;
    this.#running.session.start();
    this.#feedCalls();
    if (this.#asked) this.#provide();
  }

  /** A feed lists no calls: where only the store has changed, the calls in progress are fed again. */
  #feedCalls(): void {
    const source = this.#inputs.calls ?? this.feed;
    if (!isFeed(source)) return;
    for (const call of this.#callsToFeed) {
      if (call.state === 'ringing') source.ringing(call);
      else source.started(call);
      if (call.state === 'held') source.held(call.id);
    }
    this.#callsToFeed = [];
  }

  /** The calls in progress that this page carries. */
  get #ownCalls(): readonly Conversation[] {
    const { conversations = [] } = this.#running?.session.view ?? {};
    return conversations.filter(({ here, state }) => here && state !== 'ended');
  }

  /** A call that this page carries would be lost with the session, which therefore stops after the call. */
  #stopWhenIdle(): void {
    this.#gone = true;
    if (this.#ownCalls.length > 0) return;
    this.#stop();
    this.#provide();
  }

  #stop(): void {
    const running = this.#running;
    this.#running = undefined;
    this.#started = this.#asked = false;
    this.#inputs = nothing;
    if (!running) return;
    this.#eventsFrom = wallClock();
    for (const unsubscribe of running.unsubscribe) unsubscribe();
    running.closing.stop();
    running.session
      .stop()
      .then(() => running.ownStore?.close())
      .catch(this.report);
  }
}

function isFeed(source: CallSource): source is CallFeed {
  return ['ringing', 'started', 'held'].every((name) => name in source);
}
