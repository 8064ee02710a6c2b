import { createContext } from '@lit/context';
import type { CallFeed } from '../../calls/call-feed.js';
import type { CallId } from '../../model/agent.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { StatusStore } from '../../stores/status-store.js';
import type { PhoneStatusRequestDetail } from '../events.js';
import type { Strings } from '../text/strings.js';

/** What a provider or widget provides to the phone elements inside it; a new object whenever session or strings change. */
export interface PhoneScope {
  /** Absent without an agent, or where it could not be created. */
  readonly session: AgentSession | undefined;
  /** Why the session could not be created: any thrown value. */
  readonly problem?: unknown;
  /** The store that the page set; absent where state is kept in this browser. */
  readonly store: StatusStore | undefined;
  /** The call source where the page sets none. */
  readonly feed: CallFeed;
  readonly strings: Strings;
  /** False while the session waits for the agent to sign in (`manual`). */
  readonly started: boolean;
  /** Fires `phone-status-request`; false where the page prevents it. */
  request(detail: PhoneStatusRequestDetail): boolean;
  /** Fires `phone-error` for any thrown value. */
  report(error: unknown): void;
  /** Signs the agent in, and starts a `manual` session. */
  signIn(): Promise<void>;
  /**
   * Fires `phone-conversation-close`, waits for what the page has to do, and closes the conversation. Resolves without
   * closing where the page prevents it; rejects with the reason of the page's promise, the session or the store.
   */
  closeConversation(callId: CallId): Promise<void>;
}

/** The context in which phone elements find their session, also across copies of this module. */
export const phoneContext = createContext<PhoneScope>(Symbol.for('phone-widget scope'));
