import type { Call, CloseCause, Instant } from '../model/agent.js';
import type { PhoneErrorCode } from '../model/errors.js';
import type { Status, StatusId } from '../model/status.js';
import type { AgentView, Conversation } from '../model/view.js';

/** What the user asks for; `forwardTo` for Forward to Phone alone. */
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

/** The choice that waits for the end of the conversations was set, replaced, withdrawn, or came into force. */
export interface PhoneNextChangeDetail {
  readonly next: AgentView['next'];
  readonly previous: AgentView['next'];
}

/** A call of the agent rings, goes on, is held, or has ended. */
export interface PhoneCallChangeDetail {
  readonly call: Call;
  readonly state: Conversation['state'];
}

/** A call has started: its in-conversation widget is open. */
export interface PhoneConversationOpenDetail {
  readonly call: Call;
}

/** A conversation is being closed, or was closed, with what the agent wrote. */
export interface PhoneConversationCloseDetail {
  readonly call: Call;
  readonly notes: string;
  readonly tags: readonly string[];
  /** Who or what closed it; `agent` where the event is cancelable. */
  readonly cause: CloseCause;
  /** Keeps the panel, busy, until the promise settles; where it is rejected the panel stays, with the message. */
  readonly waitUntil: (promise: PromiseLike<unknown>) => void;
}

/** Something went wrong; `code` is stable, `message` says what happened and what to do. */
export interface PhoneErrorDetail {
  readonly code: PhoneErrorCode;
  readonly message: string;
}

/** What all events of the phone elements share: they bubble, cross shadow roots, and carry plain data. */
export abstract class PhoneEvent<Detail> extends CustomEvent<Detail> {
  constructor(type: string, detail: Detail, { cancelable = false } = {}) {
    super(type, { detail, cancelable, bubbles: true, composed: true });
  }
}

/** The session has its first view: what the elements show is true from now on. */
export class PhoneReadyEvent extends PhoneEvent<PhoneReadyDetail> {
  constructor(detail: PhoneReadyDetail) {
    super('phone-ready', detail);
  }
}

/** A gesture of the user asks for a status; cancel it and nothing is chosen. */
export class PhoneStatusRequestEvent extends PhoneEvent<PhoneStatusRequestDetail> {
  constructor(detail: PhoneStatusRequestDetail) {
    super('phone-status-request', detail, { cancelable: true });
  }
}

/** The status shown has changed, by itself or by whomever. */
export class PhoneStatusChangeEvent extends PhoneEvent<PhoneStatusChangeDetail> {
  constructor(detail: PhoneStatusChangeDetail) {
    super('phone-status-change', detail);
  }
}

/** The waiting choice has changed. */
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

/** Something went wrong, and the element goes on. */
export class PhoneErrorEvent extends PhoneEvent<PhoneErrorDetail> {
  constructor(detail: PhoneErrorDetail) {
    super('phone-error', detail);
  }
}

/** The plain call out of a conversation, for an event's detail. */
export function callOf({ id, direction, party }: Call): Call {
  return { id, direction, party };
}

/** The events of the phone elements by name; they reach the document and the window too. */
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
