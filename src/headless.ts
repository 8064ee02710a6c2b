export {
  addStatus,
  choosableStatuses,
  defaultAccount,
  moveStatus,
  STATUS_LIMIT,
  statusOf,
  updateSettings,
  updateStatus,
  type Account,
  type NewStatus,
  type StatusEdit,
} from './model/account.js';
export {
  newAgentRecord,
  type Actor,
  type AgentEvent,
  type AgentRecord,
  type Call,
  type CallEntry,
  type CallId,
  type CallReport,
  type Carrier,
  type Choice,
  type ChooseEvent,
  type CloseCause,
  type Closing,
  type Instant,
  type Outcome,
  type PageId,
  type Tombstone,
} from './model/agent.js';
export { checkAgentId } from './model/agent.js';
export { isWritable, readAccount, readAgentRecord } from './model/codec.js';
export { isPhoneError, PhoneError, type PhoneErrorCode, type PhoneErrorOptions } from './model/errors.js';
export { recordEvent } from './model/record-event.js';
export type { AccountSettings } from './model/settings.js';
export { DESCRIPTION_LENGTH, NAME_LENGTH, type Status, type StatusId } from './model/status.js';
export {
  agentView,
  callRoute,
  type AgentView,
  type Conversation,
  type NextStatus,
  type Route,
  type StatusCause,
} from './model/view.js';
export { AgentSession } from './session/agent-session.js';
export type { AgentSessionOptions } from './session/session-options.js';
export { browserStore } from './stores/browser-store.js';
export { memoryStore } from './stores/memory-store.js';
export type {
  Connection,
  Reservation,
  StatusChange,
  StatusStore,
  Unwatch,
  Versioned,
  Watcher,
} from './stores/status-store.js';
export { createCallFeed, type CallFeed, type CallFeedOptions, type FeedControls } from './calls/call-feed.js';
export type { CallFact, CallSource, Control, ListedCall } from './calls/call-source.js';
