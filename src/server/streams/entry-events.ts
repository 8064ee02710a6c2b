import { redactAgent, type Redaction } from '../access/redaction.js';
import type { Entry } from '../accounts/entry-cache.js';
import { encoded } from './event-stream.js';

/** Of how many entries the encoded events are kept, for the streams that send them a moment later. */
const KEPT_ENTRIES = 256;
/** The events of an entry, one for each way in which viewers see it: what many streams send alike is encoded once. */
const events = new Map<Entry, Map<string, Uint8Array>>();

/** The event of the account's entry. */
export function accountEvent(entry: Entry): Uint8Array {
  const { revision } = entry;
  const data = 'value' in entry ? { revision, value: entry.value } : { revision, damaged: true as const };
  return encodedOnce(entry, 'account', () => encoded('account', data));
}

/** The event of an agent's entry, as a viewer with that redaction sees it. */
export function agentEvent(agentId: string, entry: Entry, redaction: Redaction): Uint8Array {
  const variant = `${redaction.number} ${redaction.party}`;
  return encodedOnce(entry, variant, () => encoded('agent', redactAgent(agentId, entry, redaction)));
}

function encodedOnce(entry: Entry, variant: string, encode: () => Uint8Array): Uint8Array {
  const variants = events.get(entry) ?? new Map<string, Uint8Array>();
  const event = variants.get(variant) ?? encode();
  events.set(entry, variants.set(variant, event));
  for (const oldest of events.keys()) {
    if (events.size <= KEPT_ENTRIES) break;
    events.delete(oldest);
  }
  return event;
}
