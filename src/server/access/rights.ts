import type { Actor, AgentEvent, AgentRecord, Instant } from '../../model/agent.js';
import { PhoneError, quote } from '../../model/errors.js';
import { LEASE_MS, leaseOf } from '../../model/presence.js';
import { REPORTS } from '../../model/schema/events.js';
import type { Identity } from './identity.js';

/** Events that a supervisor may send for other agents. */
const SUPERVISION: ReadonlySet<AgentEvent['type']> = new Set([
  'choose',
  'withdraw',
  'close',
  'sign-out',
  'call-presumed-ended',
]);

/** Events that telephony may report. */
const CALL_FACTS: ReadonlySet<AgentEvent['type']> = new Set(REPORTS);

/** Whether the record is this identity's own. */
export function isOwn({ id, roles }: Identity, agentId: string): boolean {
  return id === agentId && roles.includes('agent');
}

/** Whether the identity may read all records: supervisors and routers. */
export function mayReadAll({ roles }: Identity): boolean {
  return roles.includes('supervisor') || roles.includes('router');
}

export function mayReadAgent(identity: Identity, agentId: string): boolean {
  return isOwn(identity, agentId) || mayReadAll(identity);
}

export function mayReadAccount(identity: Identity): boolean {
  return mayReadAll(identity) || identity.roles.includes('agent') || savesAccountAs(identity) !== undefined;
}

/** The role in which the identity saves the account: `system` all of it, `admin` all but `forwardToPhone`. */
export function savesAccountAs({ roles }: Identity): 'system' | 'admin' | undefined {
  return (['system', 'admin'] as const).find((role) => roles.includes(role));
}

/** Whether the identity may erase agents: admins. */
export function mayErase({ roles }: Identity): boolean {
  return roles.includes('admin');
}

/** Whether the identity may report calls of any agent: telephony. */
export function mayReport({ roles }: Identity): boolean {
  return roles.includes('telephony');
}

/** As whom the identity may send the event for the agent; `undefined` if it may not. */
export function actorOf(identity: Identity, agentId: string, event: AgentEvent): Actor | undefined {
  const { roles } = identity;
  if (isOwn(identity, agentId)) return actor(identity, 'agent');
  if (roles.includes('supervisor') && SUPERVISION.has(event.type)) {
    // Only agents set their number, and only their own pages sign them in.
    const isForAgentAlone = event.type === 'choose' && (event.forwardTo !== undefined || event.page !== undefined);
    if (!isForAgentAlone) return actor(identity, 'supervisor');
  }
  if (roles.includes('telephony') && CALL_FACTS.has(event.type)) {
    if (!('carrier' in event) || event.carrier === 'elsewhere') return actor(identity, 'telephony');
  }
  return undefined;
}

/** The event with its author as the token names it, whatever the client says. */
export function attributed(event: AgentEvent, by: Actor): AgentEvent {
  switch (event.type) {
    case 'choose':
    case 'withdraw':
    case 'sign-out':
    case 'close':
      return { ...event, by };
    case 'call-presumed-ended':
      return event.by || by.role !== 'agent' ? { ...event, by } : event;
    default:
      return event;
  }
}

/** A check of the record that the right depends on: a supervisor cannot end a call that an open page of the agent carries. */
export function checkOf(event: AgentEvent, by: Actor): ((record: AgentRecord, now: Instant) => void) | undefined {
  if (event.type !== 'call-presumed-ended' || by.role !== 'supervisor') return undefined;
  const { callId } = event;
  return (record, now) => {
    const { carriers = [] } = record.calls.find(({ id }) => id === callId) ?? {};
    const isOpen = (page: string): boolean => {
      const lease = leaseOf(record, page) ?? 0;
      return lease > now && lease <= Math.max(now, record.at) + LEASE_MS;
    };
    if (!carriers.some(isOpen)) return;
    throw new PhoneError(
      'call-in-progress',
      `server: an open page of the agent carries the call ${quote(callId)}. The agent can end it there.`,
    );
  };
}

function actor({ id, name }: Identity, role: Actor['role']): Actor {
  return name === undefined ? { role, id } : { role, id, name };
}
