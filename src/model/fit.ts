import type { AgentRecord, CallEntry, Instant } from './agent.js';
import { closeCall, stopRinging } from './conversation.js';
import { leasesWithout } from './presence.js';

/** A record is at most this many bytes of JSON in UTF-8. */
export const RECORD_BYTES = 16_384;

/**
 * The record cut to its size: the oldest tombstones go first, then the oldest ended conversations close as `limit`; where
 * that is not enough, the oldest ringing calls go, then the leases of pages without a call that run out first, and at last
 * the oldest calls that go on.
 */
export function fitRecord(record: AgentRecord, now: Instant): AgentRecord {
  if (isSurelySmall(record)) return record;
  let next = record;
  for (let excess = excessOf(next); excess > 0; excess = excessOf(next)) {
    const smaller = withoutOldest(next, { excess, now });
    if (smaller === next) return next;
    next = smaller;
  }
  return next;
}

// What a record and one entry of its lists take without their texts, in bytes at most; a character takes six at most.
const FIXED_BYTES = 2500;
const ENTRY_BYTES = 300;

/** A bound that saves measuring the usual record. */
function isSurelySmall(record: AgentRecord): boolean {
  const { agentId, agentName = '', leases, calls, choice, next, signOut, tombstones, closings } = record;
  let entries = calls.length + tombstones.length + closings.length;
  let characters = agentId.length + agentName.length;
  const count = (text: string): void => {
    entries++;
    characters += text.length;
  };
  for (const page in leases) count(page);
  for (const { id, party, carriers } of calls) {
    characters += id.length + (party.name ?? '').length + (party.number ?? '').length;
    carriers.forEach(count);
  }
  for (const made of [choice, next, signOut]) characters += made ? made.by.id.length + (made.by.name ?? '').length : 0;
  for (const { id } of tombstones) characters += id.length;
  for (const { id } of closings) characters += id.length;
  return FIXED_BYTES + ENTRY_BYTES * entries + 6 * characters <= RECORD_BYTES;
}

interface Cut {
  readonly excess: number;
  readonly now: Instant;
}

function withoutOldest(record: AgentRecord, { excess, now }: Cut): AgentRecord {
  const { tombstones, closings, calls } = record;
  if (tombstones.length > 0) return { ...record, tombstones: tombstones.slice(enough(tombstones, excess)) };
  // A cut closes conversations, and says so in their closings: the newest of them stays.
  const old = closings.slice(0, -1);
  if (old.length > 0) return { ...record, closings: closings.slice(enough(old, excess)) };
  const oldest = (...states: readonly CallEntry['state'][]): readonly CallEntry[] => {
    const found = calls.filter(({ state }) => states.includes(state));
    return found.slice(0, enough(found, excess));
  };
  const close = (before: AgentRecord, { id }: CallEntry): AgentRecord => closeCall(before, id, 'limit', now);
  const ended = oldest('ended');
  if (ended.length > 0) return ended.reduce(close, record);
  const ringing = oldest('ringing');
  if (ringing.length > 0) return ringing.reduce((before, { id }) => stopRinging(before, id), record);
  const idle = Object.entries(record.leases)
    .filter(([page]) => !calls.some(({ carriers }) => carriers.includes(page)))
    .sort(([, one], [, other]) => one - other);
  if (idle.length === 0) return oldest('live', 'held').reduce(close, record);
  const pages = idle.slice(0, enough(idle, excess)).map(([page]) => page);
  return { ...record, leases: leasesWithout(record, pages) };
}

/** How many of the items make up for the excess. */
function enough(items: readonly unknown[], excess: number): number {
  let bytes = 0;
  return 1 + items.findIndex((item, index) => (bytes += bytesOf(item)) >= excess || index === items.length - 1);
}

function excessOf(record: AgentRecord): number {
  return bytesOf(record) - RECORD_BYTES;
}

function bytesOf(value: unknown): number {
  const json = JSON.stringify(value);
  let bytes = json.length;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
