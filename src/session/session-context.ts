import type { AgentRecord, Instant, PageId } from '../model/agent.js';
import type { PhoneError } from '../model/errors.js';
import type { StatusStore } from '../stores/status-store.js';

/** What the parts of a session share. Each part names the members that it uses. */
export interface SessionContext {
  readonly agentId: string;
  readonly agentName: string | undefined;
  readonly page: PageId;
  readonly store: StatusStore;
  /** Whether the agent acts, and not somebody else. */
  readonly isOwn: boolean;
  /** This moment by the store's clock. */
  now(): Instant;
  /** The view may have changed. `force` notifies even if the snapshot is equal. */
  changed(force?: boolean): void;
  /** Hands the error to those who watch the session's errors. */
  report(error: PhoneError): void;
}

/** The record before the store told of another one: as it was stored, and as this page showed it. */
export interface RemoteChange {
  readonly stored: AgentRecord;
  readonly shown: AgentRecord;
  /** The store had lost it. */
  readonly isLost: boolean | undefined;
}
