import { property } from 'lit/decorators.js';
import type { CallFeed } from '../../calls/call-feed.js';
import type { CallSource } from '../../calls/call-source.js';
import type { CallId } from '../../model/agent.js';
import type { StatusId } from '../../model/status.js';
import type { AgentView } from '../../model/view.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { StatusStore } from '../../stores/status-store.js';
import { SessionController } from './session-controller.js';
import { PhoneElement } from '../phone-element.js';
import type { Strings } from '../text/strings.js';

/**
 * What the elements that own a session have in common: whose it is, where its state is kept, where its calls come
 * from, and the wishes that a page can raise. The session starts after the first update, as soon as that is painted.
 */
export abstract class SessionElement extends PhoneElement {
  /** The agent's id, as the account knows it. Another id leaves the session and starts another. */
  @property({ attribute: 'agent-id' }) agentId = '';
  /** The agent's name, for others to read. */
  @property({ attribute: 'agent-name' }) agentName = '';
  /** Does not start by itself: `signIn()` starts it. */
  @property({ type: Boolean }) manual = false;
  /** Where state is kept; without one, in this browser. */
  @property({ attribute: false }) store?: StatusStore | undefined;
  /** Where calls come from; without one, `feed`. */
  @property({ attribute: false }) calls?: CallSource | undefined;
  /** Words that replace those of the page's language; the others stay. */
  @property({ attribute: false }) strings?: Partial<Strings> | undefined;

  protected readonly controller = new SessionController(this);

  /**
   * A call feed for a page that already has a phone; always there, the source where `calls` is not set. Inside a provider,
   * the provider's.
   */
  get feed(): CallFeed {
    return this.controller.scope.feed;
  }

  /** The running session; absent before the first update and without an agent. */
  get session(): AgentSession | undefined {
    return this.controller.scope.session;
  }

  /** What everyone sees of the agent; absent while the session is not ready. */
  get view(): AgentView | undefined {
    return this.session?.view;
  }

  /** Chooses a status, with the number for Forward to Phone. Settles when it is saved or refused. */
  async choose(statusId: StatusId, options?: { forwardTo?: string }): Promise<void> {
    await (await this.controller.ready()).choose(statusId, options);
  }

  /** Drops the choice that waits for the end of the conversations. */
  async withdraw(): Promise<void> {
    await (await this.controller.ready()).withdraw();
  }

  /** Asks the page (`phone-conversation-close`), waits for it, and closes the conversation. */
  async closeConversation(callId: CallId): Promise<void> {
    await this.controller.closeConversation(callId);
  }

  /** Asks for more After Call Work. */
  async extend(callId: CallId): Promise<void> {
    await (await this.controller.ready()).extend(callId);
  }

  /** Says that the call is over, where the hang-up was lost. */
  async endCall(callId: CallId): Promise<void> {
    await (await this.controller.ready()).endCall(callId);
  }

  /** Signs the agent in; starts a session that is `manual`. */
  async signIn(): Promise<void> {
    await this.controller.signIn();
  }

  /** Signs the agent out in every page; during a call only with `force`. */
  async signOut(options?: { force?: boolean }): Promise<void> {
    await (await this.controller.ready()).signOut(options);
  }

  /** Starts an outbound call, where the source can. */
  async dial(number: string): Promise<void> {
    await (await this.controller.ready()).dial(number);
  }
}
