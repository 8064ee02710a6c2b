import { statusOf, type Account } from './account.js';
import {
  draftOf,
  type Actor,
  type AgentRecord,
  type Call,
  type CallEntry,
  type Choice,
  type Draft,
  type Instant,
  type Outcome,
} from './agent.js';
import { accountOf, recordOf } from './codec.js';
import { decidedStatusId, nextInstant, passInstant, advanceTo } from './elapse.js';
import { isPresent } from './presence.js';
import { FORWARD, type Status } from './status.js';
import { CheckedBrand } from './checked-brand.js';

/** One call of the agent as everyone sees it. */
export interface Conversation extends Call {
  readonly state: 'ringing' | 'live' | 'held' | 'ended';
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  /** When After Call Work ends by itself. */
  readonly closesAt?: Instant;
  /** How many times the agent can still ask for more time. */
  readonly extensionsLeft?: number;
  readonly outcome?: Outcome;
  /** Whether the session's own page carries the call; set by a session. */
  readonly here?: boolean;
}

/** The choice that waits until the last conversation is closed. */
export interface NextStatus {
  readonly status: Status;
  readonly by: Actor;
  readonly at: Instant;
  readonly forwardTo?: string;
}

/** Where a call for the agent goes; null means nowhere. */
export type Route = { readonly to: 'widget' } | { readonly to: 'phone'; readonly number: string } | null;

/** Why an agent is in a status. */
export type StatusCause = 'agent' | 'call' | 'supervisor' | 'sign-in' | 'sign-out' | 'lease' | 'missed-calls';

/** What everyone sees of an agent at one moment. */
export interface AgentView {
  readonly agentId: string;
  readonly agentName?: string;
  readonly status: Status;
  /** The instant at which the status shown last changed; 0 for an agent who never signed in. */
  readonly since: Instant;
  readonly cause: StatusCause;
  readonly by?: Actor;
  readonly next?: NextStatus;
  /** Whether the agent has an open page. */
  readonly present: boolean;
  readonly takesCalls: boolean;
  readonly route: Route;
  /** Oldest first, ringing ones included. */
  readonly conversations: readonly Conversation[];
  /** When the status, next, route or conversations next change by themselves. */
  readonly deadline?: Instant;
}

/**
 * Returns what everyone sees of the agent at that moment, for any record, account and time. A `now` before the record's last
 * instant counts as that instant.
 */
export function agentView(account: Account, record: AgentRecord, now: Instant): AgentView {
  const rules = accountOf(account);
  const settled = advanceTo(rules, recordOf(record), now);
  const { agentId, agentName, shown, next, calls } = settled;
  const status = statusOf(rules, shown.statusId);
  const deadline = CheckedBrand.deadline(settled, rules, () => findDeadline(rules, settled));
  const { cause, by } = causeOf(rules, settled);
  const view: Draft<AgentView> = {
    agentId,
    status,
    since: shown.since,
    cause,
    present: isPresent(settled),
    takesCalls: status.takesCalls,
    route: routeOf(settled, status),
    conversations: calls.length > 0 ? calls.map(conversationOf) : NONE,
  };
  if (agentName) view.agentName = agentName;
  if (by) view.by = by;
  if (next) view.next = nextOf(rules, next);
  if (deadline < Infinity) view.deadline = deadline;
  return view;
}

/** Where a call for the agent goes now; null means nowhere. */
export function callRoute(view: AgentView): Route {
  return view.route;
}

const NONE: readonly Conversation[] = [];

function causeOf(account: Account, record: AgentRecord): { cause: StatusCause; by?: Actor } {
  const { choice, signOut } = record;
  switch (decidedStatusId(account, record)) {
    case 'offline':
      return signOut ? { cause: 'sign-out', by: signOut.by } : { cause: 'lease' };
    case undefined:
      return choice ? { cause: choice.cause, by: choice.by } : { cause: 'sign-in' };
    default:
      return { cause: 'call' };
  }
}

function nextOf(account: Account, { statusId, by, at, forwardTo }: Choice): NextStatus {
  return { status: statusOf(account, statusId), by, at, ...(forwardTo ? { forwardTo } : {}) };
}

function routeOf(record: AgentRecord, status: Status): Route {
  if (!status.takesCalls || record.calls.some(({ state }) => state === 'ringing')) return null;
  if (status.id !== FORWARD) return { to: 'widget' };
  const number = record.choice?.forwardTo;
  return number ? { to: 'phone', number } : null;
}

function conversationOf(call: CallEntry): Conversation {
  const { id, direction, party, state, startedAt, endedAt, closesAt, extensionsLeft, outcome } = call;
  const conversation: Draft<Conversation> = { id, direction, party, state };
  if (startedAt !== undefined) conversation.startedAt = startedAt;
  if (endedAt !== undefined) conversation.endedAt = endedAt;
  if (closesAt !== undefined) conversation.closesAt = closesAt;
  if (extensionsLeft !== undefined) conversation.extensionsLeft = extensionsLeft;
  if (outcome !== undefined) conversation.outcome = outcome;
  return conversation;
}

function findDeadline(account: Account, record: AgentRecord): Instant {
  const later = draftOf(record);
  for (let due = nextInstant(later); due < Infinity; due = nextInstant(later)) {
    passInstant(account, later, due);
    if (differs(record, later)) return due;
  }
  return Infinity;
}

function differs(one: AgentRecord, other: AgentRecord): boolean {
  const { statusId } = one.shown;
  return (
    statusId !== other.shown.statusId ||
    (statusId === FORWARD && one.choice?.forwardTo !== other.choice?.forwardTo) ||
    one.next !== other.next ||
    one.calls.length !== other.calls.length ||
    one.calls.some(({ id, state }, index) => id !== other.calls[index]!.id || state !== other.calls[index]!.state)
  );
}
