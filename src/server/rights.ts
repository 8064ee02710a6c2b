import type { Actor, AgentEvent } from '../model/agent.js';
import type { Identity } from './identity.js';

/** What a supervisor does for others. */
const SUPERVISION: ReadonlySet<AgentEvent['type']> = new Set(['choose', 'withdraw', 'close', 'sign-out']);

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
  return mayReadAll(identity) || identity.roles.includes('agent') || identity.roles.includes('admin');
}

/** Admins save the account, and erase what is kept about an agent. */
export function mayAdministrate({ roles }: Identity): boolean {
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
      return event.by ? { ...event, by } : event;
    default:
      return event;
  }
}

function actor({ id, name }: Identity, role: Actor['role']): Actor {
  return name === undefined ? { role, id } : { role, id, name };
}
