import type { Call } from '../../model/agent.js';
import type { Status } from '../../model/status.js';
import type { AgentView } from '../../model/view.js';
import type { Strings } from '../strings.js';

/** A status by its name: a default one in the words of the page's language, a custom one as the admin wrote it. */
export function nameOf({ id, kind, name }: Status, strings: Strings): string {
  return (kind === 'default' && strings.statusNames[id]) || name || id;
}

/** Who is at the other end of a call. */
export function callerOf({ party }: Call, strings: Strings): string {
  return party.name || (party.number && isolated(party.number)) || strings.unknownCaller;
}

/** Why the agent is in the status shown, in a few words. Empty where the agent chose it. */
export function whyOf({ cause, by, status, conversations, route, agentId }: AgentView, strings: Strings): string {
  const who = by ? (by.name ?? by.id) : '';
  switch (cause) {
    case 'call': {
      const live = conversations.find(({ state }) => state === 'live' || state === 'held');
      const call = live ?? conversations.find(({ state }) => state === 'ended');
      if (!call) return '';
      return (status.id === 'busy' ? strings.onCall : strings.afterCall)(callerOf(call, strings));
    }
    case 'supervisor':
      return strings.bySupervisor(who);
    case 'missed-calls':
      return strings.byMissedCalls;
    case 'sign-in':
      return strings.bySignIn;
    case 'sign-out':
      return by && by.id !== agentId ? strings.bySignOutOf(who) : strings.bySignOut;
    case 'lease':
      return strings.byLease;
    case 'agent':
      return route?.to === 'phone' ? strings.forwardedTo(isolated(route.number)) : '';
  }
}

/** A number reads from left to right in whatever script is around it. */
function isolated(number: string): string {
  return `\u2066${number}\u2069`;
}
