import { checkAgentId } from '../../model/agent.js';
import { quote } from '../../model/errors.js';
import { agentOfPath, agentPath } from '../../stores/status-protocol.js';
import { refusal, type Refusal } from './problems.js';

/** The agent that a segment of a path names. Throws a refusal where it names none. */
export function agentIdOf(segment: string): string {
  const agentId = agentOfPath(segment);
  if (agentId === undefined) throw noSuchAgent(segment);
  return checkAgentId(agentId);
}

/** No agent is at that segment of a path; how one is named is told by an example. */
export function noSuchAgent(segment: string): Refusal {
  const detail = `Name an agent by ~ and the base64url, without padding, of the id. ${exampleOf(segment)}`;
  return refusal(404, detail, { code: 'missing-agent' });
}

/** How an agent is named whose id, or whose path with padding, was given. */
function exampleOf(name: string): string {
  const unpadded = name.replace(/=+$/, '');
  if (name !== unpadded && unpadded.length < 50 && agentOfPath(unpadded) !== undefined)
    return `Write ${quote(unpadded)}.`;
  // What is too long to be quoted would be cut.
  const agentId = name.startsWith('~') || name.length > 30 ? 'ana' : name;
  return `The agent ${quote(agentId)} is ${quote(agentPath(agentId))}.`;
}
