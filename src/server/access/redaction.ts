import type { AgentRecord, Choice } from '../../model/agent.js';
import type { StreamedAgent, StreamedEntry } from '../../stores/status-protocol.js';
import type { Entry } from '../accounts/entry-cache.js';
import type { Identity } from './identity.js';
import { isOwn } from './rights.js';

/** How much of an agent's record a viewer sees. */
export interface Redaction {
  /** Whether the number for Forward to Phone is shown in full. */
  readonly number: boolean;
  /** Whether the other party of a call is shown. */
  readonly party: boolean;
}

/** Decides whether a viewer sees the other parties of an agent's calls. */
interface PartyRule {
  showsParty(viewer: Identity, agentId: string): boolean;
}

/** Nothing is hidden, as in the account. */
export const WHOLE: Redaction = { number: true, party: true };

/** How much of the agent's record the viewer sees: agents all of their own, routers the number, others what the rule allows. */
export function redactionFor(viewer: Identity, agentId: string, rule: PartyRule): Redaction {
  if (isOwn(viewer, agentId)) return WHOLE;
  return { number: viewer.roles.includes('router'), party: rule.showsParty(viewer, agentId) };
}

/** The agent's entry with its id, as lists and streams tell it. */
export function redactAgent(agentId: string, entry: Entry, redaction: Redaction): StreamedAgent {
  return { agentId, ...redactEntry(entry, redaction) };
}

/** The entry without what the viewer may not see. A damaged document is shown only where nothing is hidden. */
export function redactEntry(entry: Entry, redaction: Redaction): StreamedEntry {
  const { revision } = entry;
  if ('value' in entry) return { revision, value: redactRecord(entry.value as AgentRecord, redaction) };
  const isShown = redaction.number && redaction.party && entry.document !== undefined;
  return { revision, damaged: true, ...(isShown ? { document: entry.document } : {}) };
}

/** The record without what the viewer may not see. */
function redactRecord(record: AgentRecord, { number, party }: Redaction): AgentRecord {
  if (number && party) return record;
  // The past repeats what is hidden. Only who saves facts needs it: the agent's own pages and the server.
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

/** The number with all but its last two digits masked. */
function masked(number: string): string {
  return `+${'•'.repeat(Math.max(0, number.length - 3))}${number.slice(-2)}`;
}
