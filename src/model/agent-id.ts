import { PhoneError, quote } from './errors.js';

/** How long an agent's id may be, in code points: an emoji is one or more of them, never half of one. */
const AGENT_ID_LENGTH = 200;

/** Answers the agent's id as it is: any text of 1 to 200 code points. Throws `missing-agent` for anything else. */
export function checkAgentId(agentId: unknown): string {
  if (typeof agentId === 'string' && agentId && [...agentId].length <= AGENT_ID_LENGTH) return agentId;
  throw new PhoneError('missing-agent', `${quote(agentId)} is no agent id. Give a text of 1 to 200 characters.`);
}
