import type { AgentRecord, Choice } from '../../model/agent.js';
import type { Identity } from './identity.js';
import { isOwn } from './rights.js';

/** How much of an agent's record somebody sees. */
export interface Redaction {
  /** The number for Forward to Phone. */
  readonly number: boolean;
  /** Who is at the other end of a call. */
  readonly party: boolean;
}

/** The agent sees all of the own record, the router the number, and everybody else what the host allows. */
export function redactionFor(viewer: Identity, agentId: string, showsParty: () => boolean): Redaction {
  if (isOwn(viewer, agentId)) return { number: true, party: true };
  return { number: viewer.roles.includes('router'), party: showsParty() };
}

/** The record as it is seen so. */
export function redactRecord(record: AgentRecord, { number, party }: Redaction): AgentRecord {
  if (number && party) return record;
  // What the record was before holds the same once more: only who saves facts needs that, and the agent and the server do.
  const { past: _past, ...present } = record;
  const { choice, next, calls, closings } = record;
  return {
    ...present,
    choice: number ? choice : withoutNumber(choice),
    next: number ? next : withoutNumber(next),
    calls: party ? calls : calls.map((call) => ({ ...call, party: {} })),
    closings: party ? closings : closings.map(({ call: _call, ...closing }) => closing),
  };
}

function withoutNumber(choice: Choice | null): Choice | null {
  return choice?.forwardTo === undefined ? choice : { ...choice, forwardTo: masked(choice.forwardTo) };
}

/** All but the last two digits. */
function masked(number: string): string {
  return `+${'•'.repeat(Math.max(0, number.length - 3))}${number.slice(-2)}`;
}
