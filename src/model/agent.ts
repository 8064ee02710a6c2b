import { PhoneError, quote } from './errors.js';
import { RECORD, type AgentRecord } from './schema/record.js';
import type { CLOSE_CAUSES, OUTCOMES } from './schema/unions.js';

export type { AgentEvent, CallReport, ChooseEvent } from './schema/events.js';
export type {
  Actor,
  AgentRecord,
  Call,
  CallEntry,
  Choice,
  Closing,
  PageNote,
  Past,
  Tombstone,
} from './schema/record.js';

/** Names one open page of an agent; a page that is loaded again is a new page. At most 128 characters are kept. */
export type PageId = string;
/** Names one call, unique for a day. Ids over 128 characters are kept as a hash. */
export type CallId = string;
/** Milliseconds since the epoch, in the store's clock. */
export type Instant = number;
/** What carries a call: the page that reported it, or something beyond the agent's pages. */
export type Carrier = PageId | 'elsewhere';
/** How a call came to its end. */
export type Outcome = (typeof OUTCOMES)[number];
/** Why a conversation was closed: by whom, by a limit, or because nobody was there or nobody answered. */
export type CloseCause = (typeof CLOSE_CAUSES)[number];

/** Numbers below this count seconds, not milliseconds. */
export const FIRST_INSTANT: Instant = 1_000_000_000_000;

/** A record, or one of its parts, that an event or time is changing: its fields are replaced one by one, never what they hold. */
export type Draft<Facts = AgentRecord> = { -readonly [Name in keyof Facts]: Facts[Name] };

/** The version of the record's format that this code writes. */
export const RECORD_VERSION = 1;

const NAMED: readonly string[] = [
  'calls',
  'leases',
  'choice',
  'next',
  'wishAt',
  'missedCalls',
  'tombstones',
  'closings',
  'signedIn',
  'signOut',
  'absentSince',
  'absentTooLong',
  'absenceLimitMinutes',
  'shown',
];
const FIXED: readonly string[] = ['agentId', 'agentName', 'at', 'version', 'writableBy'];

/** The fields of a record that events and time change. */
export const FACTS = Object.keys(RECORD).filter((name) => !FIXED.includes(name)) as readonly (keyof typeof RECORD)[];

/** The record of an agent to whom nothing has happened yet. */
export function newAgentRecord(agentId: string, agentName?: string): AgentRecord {
  return factsOf(agentName ? { agentId, agentName: cutText(agentName) } : { agentId });
}

/** A copy of the record without its past, to be changed. */
export function draftOf(record: AgentRecord): Draft {
  const draft = factsOf(record);
  if (!hasUnknown(record)) return draft;
  const whole = { ...draft, ...record };
  delete whole.past;
  return whole;
}

/** Whether the record has fields of a newer version. */
export function hasUnknown(record: AgentRecord): boolean {
  let count = (record.agentName === undefined ? 0 : -1) + (record.past === undefined ? 0 : -1);
  if (record.withdrawn !== undefined) count--;
  for (const _ in record) count++;
  return count > REQUIRED_COUNT;
}

/** Whether all that events and time change is the same in both records. */
// Engines compare named fields about fifteen times faster than those of a list, and half of all events change nothing.
export function haveSameFacts(one: AgentRecord, other: AgentRecord): boolean {
  return (
    one.calls === other.calls &&
    one.leases === other.leases &&
    one.choice === other.choice &&
    one.next === other.next &&
    one.wishAt === other.wishAt &&
    one.missedCalls === other.missedCalls &&
    one.tombstones === other.tombstones &&
    one.closings === other.closings &&
    one.signedIn === other.signedIn &&
    one.signOut === other.signOut &&
    one.absentSince === other.absentSince &&
    one.absentTooLong === other.absentTooLong &&
    one.absenceLimitMinutes === other.absenceLimitMinutes &&
    one.shown === other.shown &&
    haveSame(OTHER_FACTS, one, other)
  );
}

/** The facts that are not named above. */
const OTHER_FACTS = FACTS.filter((name) => !NAMED.includes(name));

function haveSame(names: readonly (keyof AgentRecord)[], one: AgentRecord, other: AgentRecord): boolean {
  return names.every((name) => one[name] === other[name]);
}

/** The known fields of the record; those that it lacks get their default. */
// Engines copy objects of one shape about seven times faster than a loop does: every required field is named, always in the
// same order. An optional field that is not named here is copied as an unknown one is. `null` stands for nothing, since it
// survives JSON.
function factsOf(record: Partial<AgentRecord> & Pick<AgentRecord, 'agentId'>): Draft {
  const draft: Draft = {
    version: record.version ?? RECORD_VERSION,
    writableBy: record.writableBy ?? RECORD_VERSION,
    agentId: record.agentId,
    at: record.at ?? 0,
    absenceLimitMinutes: record.absenceLimitMinutes ?? null,
    absentSince: record.absentSince ?? null,
    absentTooLong: record.absentTooLong ?? false,
    signOut: record.signOut ?? null,
    signedIn: record.signedIn ?? false,
    closings: record.closings ?? [],
    tombstones: record.tombstones ?? [],
    shown: record.shown ?? { statusId: 'offline', since: 0 },
    missedCalls: record.missedCalls ?? 0,
    wishAt: record.wishAt ?? 0,
    next: record.next ?? null,
    choice: record.choice ?? null,
    leases: record.leases ?? {},
    calls: record.calls ?? [],
  };
  if (record.agentName !== undefined) draft.agentName = record.agentName;
  if (record.withdrawn !== undefined) draft.withdrawn = record.withdrawn;
  return draft;
}

const REQUIRED_COUNT = Object.keys(newAgentRecord('')).length;

/** Whether the value is a text that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Texts from outside are cut at this many characters. */
const TEXT_LENGTH = 200;

/** Blanks, control characters, and what Unicode does not show: direction marks, joiners, fillers, variation selectors. */
const UNSEEN = /^[\s\p{Cc}\p{DI}\u2800]*$/u;

/** The text without blanks at its ends, zero-width ones included; empty if nothing of it can be seen. */
export function trimText(text: string): string {
  return UNSEEN.test(text) ? '' : text.replace(/^[\s\u200B\u2060\u2800]+|[\s\u200B\u2060\u2800]+$/g, '');
}

/** The text cut at 200 characters, never within a surrogate pair. */
export function cutText(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  const cut = text.slice(0, TEXT_LENGTH);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** The longest id of an agent, in code points. */
const AGENT_ID_LENGTH = 200;

/** Returns the agent's id unchanged: any text of 1 to 200 code points. Throws `missing-agent` for anything else. */
export function checkAgentId(agentId: unknown): string {
  if (typeof agentId === 'string' && agentId && [...agentId].length <= AGENT_ID_LENGTH) return agentId;
  throw new PhoneError('missing-agent', `${quote(agentId)} is not an agent id. Give a string of 1 to 200 characters.`);
}
