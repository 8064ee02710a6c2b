import type { AgentEvent, AgentRecord, CallEntry, Choice, Instant, PageId } from '../model/agent.js';
import { findCall } from '../model/conversation.js';

/**
 * The events that turn the present record back into the one that stood: the leases of the other pages, the choice, the calls
 * with their conversations, and the next status. They cannot restore earlier instants of choices, missed calls and ended
 * conversations; a store that enforces rights takes the author from the token.
 */
export function missingEvents(
  { stood, present }: { readonly stood: AgentRecord; readonly present: AgentRecord },
  page: PageId,
  at: Instant,
): readonly AgentEvent[] {
  const pages = Object.keys(stood.leases).filter((other) => !Object.hasOwn(present.leases, other));
  const calls = stood.calls.filter(({ id }) => !findCall(present, id));
  return [
    ...pages.map((other) => ({ type: 'renew', page: other }) as const),
    ...choiceEvents(stood.choice, present.choice, at),
    ...calls.flatMap((call) => callEvents(call, page)),
    ...choiceEvents(stood.next, present.next, at),
  ];
}

function choiceEvents(stood: Choice | null, present: Choice | null, at: Instant): AgentEvent[] {
  if (!stood || (stood.statusId === present?.statusId && stood.forwardTo === present.forwardTo)) return [];
  const { statusId, by, forwardTo } = stood;
  return [{ type: 'choose', statusId, by, at, ...(forwardTo === undefined ? {} : { forwardTo }) }];
}

function callEvents(entry: CallEntry, page: PageId): AgentEvent[] {
  const { id: callId, direction, party, state, carriers, rangAt, startedAt, reportedAt, endedAt, outcome } = entry;
  const call = { id: callId, direction, party };
  const type = state === 'ringing' ? 'call-ringing' : 'call-started';
  const at = (state === 'ringing' ? rangAt : startedAt) ?? reportedAt;
  const begun = (carriers.length > 0 ? carriers : [page]).map((carrier) => ({ type, call, carrier, at }) as const);
  if (state === 'held') return [...begun, { type: 'call-held', callId, carrier: carriers[0] ?? page, at: reportedAt }];
  if (state !== 'ended') return begun;
  const ended = { callId, at: endedAt ?? reportedAt };
  const end: AgentEvent = entry.presumed
    ? { type: 'call-presumed-ended', ...ended }
    : { type: 'call-ended', ...ended, ...(outcome ? { outcome } : {}) };
  return [...begun, end, ...extensions(entry)];
}

/** The granted extensions of After Call Work. */
function extensions({ id: callId, endedAt, closesAt, acwLimitSeconds, acwExtensionSeconds }: CallEntry): AgentEvent[] {
  if (endedAt === undefined || closesAt === undefined || !acwLimitSeconds || !acwExtensionSeconds) return [];
  const first = endedAt + (acwLimitSeconds + acwExtensionSeconds) * 1000;
  const count = Math.floor((closesAt - first) / (acwExtensionSeconds * 1000)) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    type: 'extend',
    callId,
    until: first + index * acwExtensionSeconds * 1000,
  }));
}
