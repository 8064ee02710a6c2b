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
import { stringsFor, watchStrings, type Strings } from '../text/strings.js';
import { ConversationClosing } from '../notes/conversation-closing.js';
import { StoreHints } from './store-hints.js';
import { ViewEvents } from './view-events.js';

/** An element that is only moved in the document is back long before this. */
const LEAVE_AFTER_MS = 1000;

/** A page that is not drawn, as in a frame that is not displayed, has no next frame: it is waited for no longer than this. */
const FRAME_MS = 250;

/** What an element that owns a session is told by its page. */
export interface SessionHost extends LitElement {
  readonly agentId: string;
  readonly agentName: string;
  readonly manual: boolean;
  readonly store?: StatusStore | undefined;
  readonly calls?: CallSource | undefined;
  readonly strings?: Partial<Strings> | undefined;
}

/** What decides which session runs. */
interface Inputs {
  readonly agentId: string;
  readonly store: StatusStore | undefined;
  readonly calls: CallSource | undefined;
  /** The scope around the element, where it uses that one and owns no session. */
  readonly outer: PhoneScope | undefined;
}

interface Running {
  readonly session: AgentSession;
  readonly closing: ConversationClosing;
  readonly unsubscribe: readonly (() => void)[];
  /** The store, where it is the element's own: to be closed with the session. */
  readonly ownStore: StatusStore | undefined;
}

const nothing: Inputs = { agentId: '', store: undefined, calls: undefined, outer: undefined };

/** Makes, starts and leaves the session of an element, hands it to the elements inside, and fires its events. */
export class SessionController implements ReactiveController {
  /** The source where the page gives none. */
  readonly feed = defaultCalls();
  /** The scope around the element, to be used instead of a session of its own. */
  outer: PhoneScope | undefined;
  readonly #host: SessionHost;
  readonly #provider: ContextProvider<typeof phoneContext, SessionHost>;
  readonly #departure = createAlarm(() => this.#depart());
  readonly #beginning = createAlarm(() => this.#begin());
  #painting: IntersectionObserver | undefined;
  #inputs = nothing;
  #strings: Partial<Strings> | undefined;
  #unwatchStrings = (): void => undefined;
  #scope: PhoneScope;
  #running: Running | undefined;
  /** Why there is no session, though there is an agent. */
  #problem: Error | undefined;
  /** Calls of the session before, to be told to this one. */
  #goingOn: readonly Conversation[] = [];
  /** What happened after this, in this computer's clock, is news. */
  #newsFrom = wallClock();
  #started = false;
  #asked = false;
  #complained = false;
  /** The element was put where it is, which decides on the language, or that has other words. */
  #isPlaced = true;
  /** The element was removed, and is not coming back. */
  #gone = true;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#scope = this.#makeScope();
    this.#provider = new ContextProvider(host, { context: phoneContext, initialValue: this.#scope });
    host.addController(this);
    new StoreHints(host);
  }

  /** What the elements inside are handed. */
  get scope(): PhoneScope {
    return this.#scope;
  }

  hostConnected(): void {
    this.#gone = false;
    this.#departure.set(undefined);
    this.#reword();
    this.#unwatchStrings = watchStrings(this.#reword);
  }

  hostDisconnected(): void {
    this.#unwatchStrings();
    this.#endWaiting();
    this.#departure.set(LEAVE_AFTER_MS);
  }

  /** Before the element is drawn: properties that were set at once are all there. */
  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    const { agentId, store, calls, strings } = this.#host;
    const inputs = { agentId: agentId ? String(agentId) : '', store, calls, outer: this.outer };
    const same = (Object.keys(inputs) as (keyof Inputs)[]).every((key) => inputs[key] === this.#inputs[key]);
    if (same && strings === this.#strings && !this.#isPlaced) return;
    this.#isPlaced = false;
    if (!same) this.#restart(inputs);
    this.#strings = strings;
    this.#hand();
  }

  /** What is drawn now is painted first: the work of starting would keep it, and all of the page, waiting. */
  hostUpdated(): void {
    if (this.#started || this.outer || !this.#host.isConnected) return;
    if (this.#host.ownerDocument.hidden) return void this.#host.updateComplete.then(() => this.#begin());
    this.#beginning.set(FRAME_MS);
    // It tells of what it newly observes once that is painted for the first time, wherever it stands.
    this.#painting ??= new IntersectionObserver(() => this.#begin());
    this.#painting.observe(this.#host);
  }

  /** The session once the element has taken its properties; rejects with `missing-agent` where it has none. */
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

  readonly #reword = (): void => {
    this.#isPlaced = true;
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

  #hand(): void {
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
    this.#goingOn = inputs.agentId === agentId && inputs.calls === calls ? this.#carried : [];
    this.#leave();
    this.#inputs = inputs;
    this.#complained = false;
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
    const events = new ViewEvents(this.#host, session, wallClock() - this.#newsFrom);
    const changed = (): void => {
      events.compare();
      closing.handOn();
      if (this.#gone) this.#depart();
      else this.#host.requestUpdate();
    };
    return { session, closing, ownStore, unsubscribe: [session.subscribe(changed), session.watchErrors(this.report)] };
  }

  #endWaiting(): void {
    this.#painting?.disconnect();
    this.#beginning.set(undefined);
  }

  #begin(): void {
    this.#endWaiting();
    if (!this.#host.isConnected || this.outer || (this.#host.manual && !this.#asked)) return;
    if (this.#running) this.#start();
    else if (!this.#complained && !this.#inputs.agentId) {
      this.#complained = true;
      this.report(this.#missing());
    }
  }

  #start(): void {
    if (this.#started || !this.#running) return;
    this.#started = true;
    this.#running.session.start();
    this.#tellAgain();
    if (this.#asked) this.#hand();
  }

  /** A feed lists no calls: where only the store has changed, the calls that go on are fed anew. */
  #tellAgain(): void {
    const source = this.#inputs.calls ?? this.feed;
    if (!isFeed(source)) return;
    for (const call of this.#goingOn) {
      if (call.state === 'ringing') source.ringing(call);
      else source.started(call);
      if (call.state === 'held') source.held(call.id);
    }
    this.#goingOn = [];
  }

  /** The calls that go on, and that end with this page. */
  get #carried(): readonly Conversation[] {
    const { conversations = [] } = this.#running?.session.view ?? {};
    return conversations.filter(({ here, state }) => here && state !== 'ended');
  }

  /** A call that this page carries would be lost with the session: it is left when the call has ended. */
  #depart(): void {
    this.#gone = true;
    if (this.#carried.length > 0) return;
    this.#leave();
    this.#hand();
  }

  #leave(): void {
    const running = this.#running;
    this.#running = undefined;
    this.#started = this.#asked = false;
    this.#inputs = nothing;
    if (!running) return;
    this.#newsFrom = wallClock();
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
