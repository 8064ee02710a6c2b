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
 * The base of the elements with a session: the agent, the store, the call source, and what a page can do with the session.
 * The session starts once the first update is painted.
 */
export abstract class SessionElement extends PhoneElement {
  /** The agent's id in the account. Another id stops the session and starts another. */
  @property({ attribute: 'agent-id' }) agentId = '';
  /** The agent's name, as others see it. */
  @property({ attribute: 'agent-name' }) agentName = '';
  /** The session does not start by itself, but with `signIn()`. */
  @property({ type: Boolean }) manual = false;
  /** The store of the agent's state. Default: this browser. */
  @property({ attribute: false }) store?: StatusStore | undefined;
  /** The source of calls. Default: `feed`. */
  @property({ attribute: false }) calls?: CallSource | undefined;
  /** Strings that replace those of the page's language; the others stay. */
  @property({ attribute: false }) strings?: Partial<Strings> | undefined;

  protected readonly controller = new SessionController(this);

  /**
   * A call feed for a page that already has a phone: the call source where `calls` is not set. Always present; inside a
   * provider it is the provider's.
   */
  get feed(): CallFeed {
    return this.controller.scope.feed;
  }

  /** The running session; absent before the first update and without an agent. */
  get session(): AgentSession | undefined {
    return this.controller.scope.session;
  }

  /** The view of the agent, as everyone sees it; absent until the session is ready. */
  get view(): AgentView | undefined {
    return this.session?.view;
  }

  /** Chooses a status; `forwardTo` is the number of Forward to Phone. Settles when the choice is saved or refused. */
  async choose(statusId: StatusId, options?: { forwardTo?: string }): Promise<void> {
    await (await this.controller.ready()).choose(statusId, options);
  }

  /** Withdraws the next status, which waits for the end of the conversations. */
  async withdraw(): Promise<void> {
    await (await this.controller.ready()).withdraw();
  }

  /** Fires `phone-conversation-close`, waits for what the page has to do, and closes the conversation. */
  async closeConversation(callId: CallId): Promise<void> {
    await this.controller.closeConversation(callId);
  }

  /** Extends After Call Work. */
  async extend(callId: CallId): Promise<void> {
    await (await this.controller.ready()).extend(callId);
  }

  /** Ends a call whose hang-up was lost. */
  async endCall(callId: CallId): Promise<void> {
    await (await this.controller.ready()).endCall(callId);
  }

  /** Signs the agent in, and starts a `manual` session. */
  async signIn(): Promise<void> {
    await this.controller.signIn();
  }

  /** Signs the agent out on every page; during a call only with `force`. */
  async signOut(options?: { force?: boolean }): Promise<void> {
    await (await this.controller.ready()).signOut(options);
  }

  /** Starts an outbound call, where the call source can. */
  async dial(number: string): Promise<void> {
    await (await this.controller.ready()).dial(number);
  }
}
