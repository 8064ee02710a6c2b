import type { CallSource } from '../calls/call-source.js';
import { checkAgentId, type Actor, type PageId } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import type { StatusStore } from '../stores/status-store.js';

/** The agent, the store, the telephony and the actor of a session. */
export interface AgentSessionOptions {
  readonly agentId: string;
  readonly agentName?: string;
  readonly store: StatusStore;
  readonly calls?: CallSource;
  /** Who acts, if not the agent. Such a session holds no lease and reports no calls. */
  readonly actor?: Actor;
  /** The id of this page; a new one by default. */
  readonly page?: PageId;
}

/** Throws `missing-agent` without an agent, `unavailable` without a store or if `calls` is not a call source. */
export function checkOptions({ agentId, store, calls }: AgentSessionOptions): void {
  // A store may take a blank id, but in a page it is a mistake.
  if (checkAgentId(agentId).trim() === '') {
    throw new PhoneError('missing-agent', `A session needs an agent, not ${quote(agentId)}. Set agentId.`);
  }
  if (typeof store?.saveAgent !== 'function') throw wrong('store', store, 'browserStore() or another');
  // A framework may have replaced the set of capabilities by its own.
  const isSource = typeof calls?.subscribe === 'function' && typeof calls.capabilities?.has === 'function';
  if (calls != null && !isSource) throw wrong('call source', calls, 'createCallFeed(), another or none');
}

function wrong(what: string, value: unknown, instead: string): PhoneError {
  return new PhoneError('unavailable', `A session needs a ${what}, not ${quote(value)}. Pass ${instead}.`);
}
