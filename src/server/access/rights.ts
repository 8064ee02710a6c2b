import type { Actor, AgentEvent, AgentRecord, Instant } from '../../model/agent.js';
import { PhoneError, quote } from '../../model/errors.js';
import { LEASE_MS, leaseOf } from '../../model/presence.js';
import type { Identity } from './identity.js';

/** What a supervisor does for others. */
const SUPERVISION: ReadonlySet<AgentEvent['type']> = new Set([
  'choose',
  'withdraw',
  'close',
  'sign-out',
  'call-presumed-ended',
]);

/** What telephony reports. */
const CALL_FACTS: ReadonlySet<AgentEvent['type']> = new Set([
  'call-ringing',
  'call-started',
  'call-held',
  'call-resumed',
  'call-ended',
]);

/** Whether the record is this identity's own. */
export function isOwn({ id, roles }: Identity, agentId: string): boolean {
  return id === agentId && roles.includes('agent');
}

/** Supervisors and routers read everything. */
export function mayReadAll({ roles }: Identity): boolean {
  return roles.includes('supervisor') || roles.includes('router');
}

export function mayReadAgent(identity: Identity, agentId: string): boolean {
  return isOwn(identity, agentId) || mayReadAll(identity);
}

export function mayReadAccount(identity: Identity): boolean {
  return mayReadAll(identity) || identity.roles.includes('agent') || savesAccountAs(identity) !== undefined;
}

/** As what the identity saves the account: the system whole, an admin all but `forwardToPhone`. */
export function savesAccountAs({ roles }: Identity): 'system' | 'admin' | undefined {
  return (['system', 'admin'] as const).find((role) => roles.includes(role));
}

/** Admins erase what is kept about an agent. */
export function mayErase({ roles }: Identity): boolean {
  return roles.includes('admin');
}

/** Telephony reports calls, of any agent. */
export function mayReport({ roles }: Identity): boolean {
  return roles.includes('telephony');
}

/** As whom the identity may do that to the agent's record; `undefined`: it may not. */
export function actorOf(identity: Identity, agentId: string, event: AgentEvent): Actor | undefined {
  const { roles } = identity;
  if (isOwn(identity, agentId)) return actor(identity, 'agent');
  if (roles.includes('supervisor') && SUPERVISION.has(event.type)) {
    // Only the agent sets a number, and only the agent's pages sign in.
    const isForAgentAlone = event.type === 'choose' && (event.forwardTo !== undefined || event.page !== undefined);
    if (!isForAgentAlone) return actor(identity, 'supervisor');
  }
  if (roles.includes('telephony') && CALL_FACTS.has(event.type)) {
    if (!('carrier' in event) || event.carrier === 'elsewhere') return actor(identity, 'telephony');
  }
  return undefined;
}

/** The event with its author: nobody says by themselves who they are. */
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

/** What the right depends on in the record: a supervisor ends no call that an open page of the agent carries. */
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
