import { checkAgentId } from '../../model/agent.js';
import { quote } from '../../model/errors.js';
import { agentOfPath, agentPath } from '../../stores/status-protocol.js';
import { refusal, type Refusal } from './problems.js';

/** The agent that a path's segment names. Throws a refusal (404) if it names none, `missing-agent` for an invalid id. */
export function agentIdOf(segment: string): string {
  const agentId = agentOfPath(segment);
  if (agentId === undefined) throw noSuchAgent(segment);
  return checkAgentId(agentId);
}

/** The refusal of a path's segment that names no agent, with an example of one that does. */
export function noSuchAgent(segment: string): Refusal {
  const detail = `Name an agent by ~ and the base64url, without padding, of the id. ${exampleOf(segment)}`;
  return refusal(404, detail, { code: 'missing-agent' });
}

/** An example from what was sent: a plain id, or a segment with padding. */
function exampleOf(name: string): string {
  const unpadded = name.replace(/=+$/, '');
  if (name !== unpadded && unpadded.length < 50 && agentOfPath(unpadded) !== undefined)
    return `Write ${quote(unpadded)}.`;
  // A longer id would be cut in the quotation.
  const agentId = name.startsWith('~') || name.length > 30 ? 'ana' : name;
  return `The agent ${quote(agentId)} is ${quote(agentPath(agentId))}.`;
}
