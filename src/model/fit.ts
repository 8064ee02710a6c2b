import type { AgentRecord, Instant } from './agent.js';
import { closeCall, stopRinging } from './conversation.js';

/** A record is at most this many bytes of JSON in UTF-8. */
export const RECORD_BYTES = 16_384;

/**
 * The record cut to its size: the oldest tombstones go first, then the oldest ended conversations close as `limit`; where
 * only calls that go on are left, the oldest of them go, and at last the leases that run out first.
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

// Ids have at most 128 characters and texts 200, at most six bytes each; the bound saves measuring the usual record.
function isSurelySmall(record: AgentRecord): boolean {
  let leases = 0;
  for (const page in record.leases) leases += 20 + 6 * page.length;
  return leases < 2000 && record.calls.length <= 1 && record.tombstones.length + record.closings.length <= 4;
}

function withoutOldest(record: AgentRecord, now: Instant): AgentRecord {
  if (record.tombstones.length > 0) return { ...record, tombstones: record.tombstones.slice(1) };
  if (record.closings.length > 1) return { ...record, closings: record.closings.slice(1) };
  const call = record.calls.find(({ state }) => state === 'ended') ?? record.calls[0];
  if (!call) return withoutShortestLease(record);
  return call.state === 'ringing' ? stopRinging(record, call.id) : closeCall(record, call.id, 'limit', now);
}

function withoutShortestLease(record: AgentRecord): AgentRecord {
  const [shortest] = Object.keys(record.leases).sort((one, other) => record.leases[one]! - record.leases[other]!);
  if (shortest === undefined) return record;
  const leases = { ...record.leases };
  delete leases[shortest];
  return { ...record, leases };
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
