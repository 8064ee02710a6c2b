import type { AgentRecord, CallEntry, Instant } from './agent.js';
import { closeCall, stopRinging } from './conversation.js';
import { leasesWithout } from './presence.js';

/** A record is at most this many bytes of JSON in UTF-8. */
export const RECORD_BYTES = 16_384;

/**
 * The record cut to its size: the oldest tombstones go first, then the oldest ended conversations close as `limit`; where
 * that is not enough, the oldest ringing calls go, then the oldest that go on, and at last the leases that run out first.
 */
export function fitRecord(record: AgentRecord, now: Instant): AgentRecord {
  if (isSurelySmall(record)) return record;
  let next = record;
  while (bytesOf(next) > RECORD_BYTES) {
    const smaller = withoutOldest(next, now);
    if (smaller === next) return next;
    next = smaller;
  }
  return next;
}

// What a record and one entry of its lists take without their texts, in bytes at most; a character takes six at most.
const FIXED_BYTES = 2500;
const ENTRY_BYTES = 300;

/** A bound that saves measuring the usual record. */
function isSurelySmall({
  agentId,
  agentName = '',
  leases,
  calls,
  choice,
  next,
  signOut,
  tombstones,
  closings,
}: AgentRecord): boolean {
  let entries = calls.length;
  let characters = agentId.length + agentName.length;
  for (const page in leases) {
    entries++;
    characters += page.length;
  }
  for (const { id, party } of calls) characters += id.length + (party.name ?? '').length + (party.number ?? '').length;
  for (const made of [choice, next, signOut]) characters += made ? made.by.id.length + (made.by.name ?? '').length : 0;
  for (const list of [tombstones, closings]) {
    entries += list.length;
    for (const { id } of list) characters += id.length;
  }
  return FIXED_BYTES + ENTRY_BYTES * entries + 6 * characters <= RECORD_BYTES;
}

function withoutOldest(record: AgentRecord, now: Instant): AgentRecord {
  if (record.tombstones.length > 0) return { ...record, tombstones: record.tombstones.slice(1) };
  if (record.closings.length > 1) return { ...record, closings: record.closings.slice(1) };
  const oldest = (...states: readonly CallEntry['state'][]): CallEntry | undefined =>
    record.calls.find(({ state }) => states.includes(state));
  const call = oldest('ended') ?? oldest('ringing') ?? oldest('live', 'held');
  if (!call) return withoutShortestLease(record);
  return call.state === 'ringing' ? stopRinging(record, call.id) : closeCall(record, call.id, 'limit', now);
}

function withoutShortestLease(record: AgentRecord): AgentRecord {
  const [shortest] = Object.keys(record.leases).sort((one, other) => record.leases[one]! - record.leases[other]!);
  if (shortest === undefined) return record;
  return { ...record, leases: leasesWithout(record, [shortest]) };
}

function bytesOf(record: AgentRecord): number {
  const json = JSON.stringify(record);
  let bytes = json.length;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
