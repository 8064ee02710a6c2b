import { createContext } from '@lit/context';
import type { CallFeed } from '../../calls/call-feed.js';
import type { CallId } from '../../model/agent.js';
import type { AgentSession } from '../../session/agent-session.js';
import type { StatusStore } from '../../stores/status-store.js';
import type { PhoneStatusRequestDetail } from '../events.js';
import type { Strings } from '../text/strings.js';

/** What a provider or widget hands to the phone elements inside it; a new object whenever session or strings change. */
export interface PhoneScope {
  /** Absent where no agent is named, or where it could not be made. */
  readonly session: AgentSession | undefined;
  /** Why it could not be made: any thrown value. */
  readonly problem?: unknown;
  /** The store that the page gave; absent where state is kept in this browser. */
  readonly store: StatusStore | undefined;
  /** The source of the session where the page gives none. */
  readonly feed: CallFeed;
  readonly strings: Strings;
  /** False while the session waits for the agent to sign in (`manual`). */
  readonly started: boolean;
  /** Tells the page that the user asks for a status; false where the page forbids it. */
  request(detail: PhoneStatusRequestDetail): boolean;
  /** Tells the page that something went wrong; any thrown value will do. */
  report(error: unknown): void;
  /** Signs the agent in, and starts a session that waits for it. */
  signIn(): Promise<void>;
  /**
   * Asks the page, waits for what it has to do, and closes the conversation. Resolves without closing where the page
   * forbids it; rejects with what the page's promise, the session or the store rejected with.
   */
  closeConversation(callId: CallId): Promise<void>;
}

/** The context through which phone elements find their session, those of another copy of this module too. */
export const phoneContext = createContext<PhoneScope>(Symbol.for('phone-widget scope'));
