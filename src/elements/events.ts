import type { Call, CloseCause, Instant } from '../model/agent.js';
import type { PhoneErrorCode } from '../model/errors.js';
import type { Status, StatusId } from '../model/status.js';
import type { AgentView, Conversation } from '../model/view.js';

/** The status that the user asks for; `forwardTo` only with Forward to Phone. */
export interface PhoneStatusRequestDetail {
  readonly agentId: string;
  readonly statusId: StatusId;
  readonly forwardTo?: string;
}

/** The first view of a session. */
export interface PhoneReadyDetail {
  readonly view: AgentView;
}

/** The status shown has changed. */
export interface PhoneStatusChangeDetail {
  readonly agentId: string;
  readonly status: Status;
  readonly previous: Status;
  readonly cause: AgentView['cause'];
  readonly by: AgentView['by'];
  readonly since: Instant;
  readonly takesCalls: boolean;
  readonly route: AgentView['route'];
  /** False while a choice or a withdrawal made in this page waits for the store. */
  readonly saved: boolean;
}

/** The next status, which waits for the end of the conversations, before and after the change. */
export interface PhoneNextChangeDetail {
  readonly next: AgentView['next'];
  readonly previous: AgentView['next'];
}

/** A call of the agent, and its new state. */
export interface PhoneCallChangeDetail {
  readonly call: Call;
  readonly state: Conversation['state'];
}

/** The call that has started. */
export interface PhoneConversationOpenDetail {
  readonly call: Call;
}

/** A conversation that is being closed, or was closed, with its notes and tags. */
export interface PhoneConversationCloseDetail {
  readonly call: Call;
  readonly notes: string;
  readonly tags: readonly string[];
  /** Who or what closed it; `agent` if the event is cancelable. */
  readonly cause: CloseCause;
  /** Keeps the panel busy until the promise settles; if it rejects, the panel stays and shows the message. */
  readonly waitUntil: (promise: PromiseLike<unknown>) => void;
}

/** Something went wrong; `code` is stable, `message` says what happened and what to do. */
export interface PhoneErrorDetail {
  readonly code: PhoneErrorCode;
  readonly message: string;
}

/** The base of the phone elements' events: they bubble, cross shadow roots, and carry plain data. */
export abstract class PhoneEvent<Detail> extends CustomEvent<Detail> {
  constructor(type: string, detail: Detail, { cancelable = false } = {}) {
    super(type, { detail, cancelable, bubbles: true, composed: true });
  }
}

/** The session has its first view: from now on the elements show the agent's status. */
export class PhoneReadyEvent extends PhoneEvent<PhoneReadyDetail> {
  constructor(detail: PhoneReadyDetail) {
    super('phone-ready', detail);
  }
}

/** The user asks for a status. If the event is canceled, nothing is chosen. */
export class PhoneStatusRequestEvent extends PhoneEvent<PhoneStatusRequestDetail> {
  constructor(detail: PhoneStatusRequestDetail) {
    super('phone-status-request', detail, { cancelable: true });
  }
}

/** The status shown has changed, whoever or whatever changed it. */
export class PhoneStatusChangeEvent extends PhoneEvent<PhoneStatusChangeDetail> {
  constructor(detail: PhoneStatusChangeDetail) {
    super('phone-status-change', detail);
  }
}

/** The next status was set, replaced or withdrawn, or came into force. */
export class PhoneNextChangeEvent extends PhoneEvent<PhoneNextChangeDetail> {
  constructor(detail: PhoneNextChangeDetail) {
    super('phone-next-change', detail);
  }
}

/** The state of a call has changed. */
export class PhoneCallChangeEvent extends PhoneEvent<PhoneCallChangeDetail> {
  constructor(detail: PhoneCallChangeDetail) {
    super('phone-call-change', detail);
  }
}

/** A call has started. */
export class PhoneConversationOpenEvent extends PhoneEvent<PhoneConversationOpenDetail> {
  constructor(detail: PhoneConversationOpenDetail) {
    super('phone-conversation-open', detail);
  }
}

/** A conversation is being closed (cancelable) or was closed elsewhere or by a rule (not cancelable). */
export class PhoneConversationCloseEvent extends PhoneEvent<PhoneConversationCloseDetail> {
  constructor(detail: PhoneConversationCloseDetail, options: { cancelable?: boolean } = {}) {
    super('phone-conversation-close', detail, options);
  }
}

/** Something went wrong; the element keeps working. */
export class PhoneErrorEvent extends PhoneEvent<PhoneErrorDetail> {
  constructor(detail: PhoneErrorDetail) {
    super('phone-error', detail);
  }
}

/** The plain call of a conversation, for an event's detail. */
export function callOf({ id, direction, party }: Call): Call {
  return { id, direction, party };
}

/** The events of the phone elements by name; they also reach the document and the window. */
export interface PhoneEventMap {
  'phone-ready': PhoneReadyEvent;
  'phone-status-request': PhoneStatusRequestEvent;
  'phone-status-change': PhoneStatusChangeEvent;
  'phone-next-change': PhoneNextChangeEvent;
  'phone-call-change': PhoneCallChangeEvent;
  'phone-conversation-open': PhoneConversationOpenEvent;
  'phone-conversation-close': PhoneConversationCloseEvent;
  'phone-error': PhoneErrorEvent;
}

/* eslint-disable @typescript-eslint/no-empty-object-type -- the interfaces of the DOM are added to by naming them again */
declare global {
  interface HTMLElementEventMap extends PhoneEventMap {}
  interface DocumentEventMap extends PhoneEventMap {}
  interface WindowEventMap extends PhoneEventMap {}
}
