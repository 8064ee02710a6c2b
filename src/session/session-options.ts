import type { CallSource } from '../calls/call-source.js';
import { checkAgentId, type Actor, type PageId } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import type { StatusStore } from '../stores/status-store.js';

/** Whose session, on which store and telephony, and who acts. */
export interface AgentSessionOptions {
  readonly agentId: string;
  readonly agentName?: string;
  readonly store: StatusStore;
  readonly calls?: CallSource;
  /** Who acts, where it is not the agent: such a session holds no lease and reports no calls. */
  readonly actor?: Actor;
  /** The name of this page; a new one if left out. */
  readonly page?: PageId;
}

/** Throws `missing-agent` without an agent, `unavailable` without a store or with `calls` that are no call source. */
export function checkOptions({ agentId, store, calls }: AgentSessionOptions): void {
  // A blank id is a page's mistake, whatever a store may take.
  if (checkAgentId(agentId).trim() === '') {
    throw new PhoneError('missing-agent', `A session needs an agent, not ${quote(agentId)}. Set agentId.`);
  }
  if (typeof store?.saveAgent !== 'function') throw wrong('store', store, 'browserStore() or another');
  // The set of capabilities may be a framework's own.
  const isSource = typeof calls?.subscribe === 'function' && typeof calls.capabilities?.has === 'function';
  if (calls != null && !isSource) throw wrong('call source', calls, 'createCallFeed(), another or none');
}

function wrong(what: string, value: unknown, instead: string): PhoneError {
  return new PhoneError('unavailable', `A session needs a ${what}, not ${quote(value)}. Pass ${instead}.`);
}
