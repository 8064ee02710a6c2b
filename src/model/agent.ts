import { PhoneError, quote } from './errors.js';
import type { StatusId } from './status.js';

/** Names one open page of an agent; a page that is loaded again is a new page. At most 128 characters are kept. */
export type PageId = string;
/** Names one call, unique for a day. Ids over 128 characters are kept as a hash. */
export type CallId = string;
/** Milliseconds since the epoch, in the store's clock. */
export type Instant = number;

/** What is told as an instant and lies below this counts seconds, not milliseconds. */
export const FIRST_INSTANT: Instant = 1_000_000_000_000;

/** Who did something. */
export interface Actor {
  readonly role: 'agent' | 'supervisor' | 'admin' | 'telephony' | 'router' | 'system';
  readonly id: string;
  readonly name?: string;
}

/** One call as telephony names it. */
export interface Call {
  readonly id: CallId;
  readonly direction: 'inbound' | 'outbound';
  readonly party: { readonly name?: string; readonly number?: string };
}

/** How a call came to its end. */
export type Outcome = 'answered' | 'missed' | 'declined' | 'cancelled' | 'failed' | 'answered-elsewhere';

/** What carries a call: the page that reported it, or something beyond the agent's pages. */
export type Carrier = PageId | 'elsewhere';

/** Why a conversation was closed: by whom, by a limit, or because nobody was there or nobody answered. */
export type CloseCause = 'agent' | 'supervisor' | 'limit' | 'absence' | 'unanswered';

/** What happens to an agent: wishes (which the rules may refuse) and facts (which they never do). */
export type AgentEvent =
  | { readonly type: 'sign-in'; readonly page: PageId }
  | { readonly type: 'renew'; readonly page: PageId }
  | { readonly type: 'leave'; readonly page: PageId; readonly at?: Instant }
  | { readonly type: 'page-died'; readonly page: PageId }
  | { readonly type: 'sign-out'; readonly by?: Actor; readonly force?: boolean }
  | ChooseEvent
  | { readonly type: 'withdraw'; readonly by: Actor; readonly at?: Instant }
  | CallReport
  | {
      readonly type: 'call-held' | 'call-resumed';
      readonly callId: CallId;
      readonly carrier?: Carrier;
      readonly at?: Instant;
      readonly presentUntil?: Instant;
    }
  | { readonly type: 'call-ended'; readonly callId: CallId; readonly outcome?: Outcome; readonly at?: Instant }
  | { readonly type: 'call-presumed-ended'; readonly callId: CallId; readonly by?: Actor; readonly at?: Instant }
  | { readonly type: 'close'; readonly callId: CallId; readonly by?: Actor }
  | { readonly type: 'extend'; readonly callId: CallId; readonly until: Instant };

/** A status is chosen, at the instant of the click. */
export interface ChooseEvent {
  readonly type: 'choose';
  readonly statusId: StatusId;
  readonly by: Actor;
  /** For Forward to Phone alone: `+`, then 7 to 15 digits, the first not 0. */
  readonly forwardTo?: string;
  readonly page?: PageId;
  readonly at?: Instant;
}

/** A call rings or has started. */
export interface CallReport {
  readonly type: 'call-ringing' | 'call-started';
  readonly call: Call;
  readonly carrier?: Carrier;
  readonly at?: Instant;
  /** The page that reports it has been there since, until then: its lease counts from there. */
  readonly presentUntil?: Instant;
}

/** A status that somebody, or a rule, chose for the agent. */
export interface Choice {
  readonly statusId: StatusId;
  /** The instant of the click. */
  readonly at: Instant;
  readonly by: Actor;
  readonly cause: 'agent' | 'supervisor' | 'sign-in' | 'missed-calls';
  readonly forwardTo?: string;
}

/** One call of the agent, from its first ring until its in-conversation widget is closed. */
export interface CallEntry extends Call {
  readonly state: 'ringing' | 'live' | 'held' | 'ended';
  /** The pages that carry the call, and perhaps `elsewhere`. */
  readonly carriers: readonly Carrier[];
  /** The last instant at which a source reported this call. */
  readonly reportedAt: Instant;
  readonly rangAt?: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly outcome?: Outcome;
  /** The end was presumed, not reported: a source that reports the call again takes it back. */
  readonly presumed?: boolean;
  /** The settings in force when the call started; absent where there is no limit. */
  readonly acwLimitSeconds?: number;
  readonly acwExtensionSeconds?: number;
  readonly extensionsLeft?: number;
  /** When After Call Work ends by itself. */
  readonly closesAt?: Instant;
}

/** A call that is over for good (`reported`), or that the agent declared over. */
export interface Tombstone {
  readonly id: CallId;
  readonly at: Instant;
  /** The agent's word, not a report: a new fact from the source takes it back. */
  readonly declared?: boolean;
}

/** A conversation that was closed lately, and why. */
export interface Closing {
  readonly id: CallId;
  readonly at: Instant;
  readonly cause: CloseCause;
  /** Who closed it for the agent. */
  readonly by?: Actor;
  /** The call, where its end was only presumed and time closed the conversation: an older report still takes that back. */
  readonly call?: CallEntry;
}

/** What became of a page: it held a lease from `at` until `until`, or was left, or died, at that instant. */
export type PageNote =
  | { readonly type: 'leave' | 'page-died'; readonly page: PageId; readonly at: Instant }
  | {
      readonly type: 'renew';
      readonly page: PageId;
      readonly at: Instant;
      readonly until: Instant;
      /** The settings in force then. */
      readonly settings: { readonly signInStatus: StatusId; readonly absenceLimitMinutes: number };
    };

/**
 * The record as the last event that was no page's left it, where time or pages have changed it since: a fact that had to
 * wait is applied to that, and what came after it happens once more.
 */
export interface Past {
  /** The record's last instant: a record of another one was written by a version that does not know this. */
  readonly of: Instant;
  /** The facts that were otherwise. */
  readonly facts: Partial<AgentRecord>;
  /** What pages did since, oldest first. */
  readonly pages: readonly PageNote[];
}

/**
 * The facts of one agent, as a store keeps them. A host reads `agentId`, `agentName` and `leases`; everything else is
 * read through `agentView`.
 */
export interface AgentRecord {
  readonly agentId: string;
  readonly agentName?: string;
  /** When each open page's lease runs out. */
  readonly leases: Readonly<Record<PageId, Instant>>;
  /** The version of the format, and the oldest one that may still write the record. */
  readonly version: number;
  readonly writableBy: number;
  /** The record's last instant. */
  readonly at: Instant;
  readonly signedIn: boolean;
  readonly signOut: { readonly at: Instant; readonly by: Actor } | null;
  /** Who dropped what waited at the instant of the newest wish, where it was not the agent; one of before says nothing. */
  readonly withdrawn?: { readonly at: Instant; readonly by: Actor };
  /** When the last lease ran out, or, before the first sign-in, when Forward to Phone was chosen. */
  readonly absentSince: Instant | null;
  /** The absence went beyond the limit; the next sign-in ends it. */
  readonly absentTooLong: boolean;
  /** The limit on absence that was in force when a page was last there. */
  readonly absenceLimitMinutes: number | null;
  readonly choice: Choice | null;
  readonly next: Choice | null;
  /** The instant of the newest wish: what was clicked before it is outdated. */
  readonly wishAt: Instant;
  readonly missedCalls: number;
  /** Oldest first. */
  readonly calls: readonly CallEntry[];
  readonly tombstones: readonly Tombstone[];
  readonly closings: readonly Closing[];
  /** The last change seen: the status shown, and since when. */
  readonly shown: { readonly statusId: StatusId; readonly since: Instant };
  readonly past?: Past;
}

/** What an event, or time, is changing: its fields are replaced one by one, never what they hold. */
export type Draft<Facts = AgentRecord> = { -readonly [Name in keyof Facts]: Facts[Name] };

/** The version of the record's format that this code writes. */
export const RECORD_VERSION = 1;

/** The record of an agent to whom nothing has happened yet. */
export function newAgentRecord(agentId: string, agentName?: string): AgentRecord {
  return factsOf(agentName ? { agentId, agentName: cutText(agentName) } : { agentId });
}

/** A copy of the record as it stands, to be changed. */
// Engines copy records of one known shape several times faster than whatever there is; fields of a newer version are rare.
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
  return count > FACT_COUNT;
}

/** The facts that this version knows; where nothing is said of one, its default. */
// Every fact is named from the start, always in the same order, and null survives JSON.
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

const FACT_COUNT = Object.keys(newAgentRecord('')).length;

/** Whether the value can name something: a text that is not empty. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Texts from outside are kept up to this many characters. */
export const TEXT_LENGTH = 200;

/** Blanks, controls, and what Unicode leaves unseen: marks of direction, joiners, fillers, variation selectors. */
const UNSEEN = /^[\s\p{Cc}\p{DI}\u2800]*$/u;

/** The text without blanks at its ends, those that have no width included; empty where nothing of it would be seen. */
export function trimText(text: string): string {
  return UNSEEN.test(text) ? '' : text.replace(/^[\s\u200B\u2060\u2800]+|[\s\u200B\u2060\u2800]+$/g, '');
}

/** The text cut at 200 characters, never within a surrogate pair. */
export function cutText(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  const cut = text.slice(0, TEXT_LENGTH);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/** How long an agent's id may be, in code points: an emoji is one or more of them, never half of one. */
const AGENT_ID_LENGTH = 200;

/** Answers the agent's id as it is: any text of 1 to 200 code points. Throws `missing-agent` for anything else. */
export function checkAgentId(agentId: unknown): string {
  if (typeof agentId === 'string' && agentId && [...agentId].length <= AGENT_ID_LENGTH) return agentId;
  throw new PhoneError('missing-agent', `${quote(agentId)} is not an agent id. Give a string of 1 to 200 characters.`);
}
