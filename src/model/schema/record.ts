import {
  count,
  flag,
  instant,
  lenient,
  list,
  map,
  name,
  nullable,
  oneOf,
  optional,
  shape,
  someOf,
  text,
  type Kind,
  type TypeOfShape,
} from './field-kinds.js';
import { CALL_STATES, DIRECTIONS, type CHOICE_CAUSES, type CLOSE_CAUSES, type OUTCOMES, type ROLES } from './unions.js';

export const ACTOR = { role: someOf<typeof ROLES>(), id: text, name: optional(text) };

/** Who did something. */
export interface Actor extends TypeOfShape<typeof ACTOR> {}

export const actor: Kind<Actor> = shape(ACTOR);

export const PARTY = { name: optional(text), number: optional(text) };

export const CALL = { id: name, direction: oneOf(DIRECTIONS), party: shape(PARTY) };

/** One call as telephony names it. */
export interface Call extends TypeOfShape<typeof CALL> {}

export const CHOICE = {
  statusId: text,
  /** The instant of the click. */
  at: instant,
  by: actor,
  cause: someOf<typeof CHOICE_CAUSES>(),
  forwardTo: optional(text),
};

/** A status that somebody, or a rule, chose for the agent. */
export interface Choice extends TypeOfShape<typeof CHOICE> {}

const choice: Kind<Choice> = shape(CHOICE);

export const CALL_ENTRY = {
  ...CALL,
  state: oneOf(CALL_STATES),
  /** The pages that carry the call, and perhaps `elsewhere`. */
  carriers: list(name),
  /** The last instant at which a source reported this call. */
  reportedAt: instant,
  rangAt: optional(instant),
  startedAt: optional(instant),
  endedAt: optional(instant),
  outcome: optional(someOf<typeof OUTCOMES>()),
  /** The end was presumed, not reported: a source that reports the call again takes it back. */
  presumed: optional(flag),
  /** The settings in force when the call started; absent if there is no limit. */
  acwLimitSeconds: optional(count),
  acwExtensionSeconds: optional(count),
  extensionsLeft: optional(count),
  /** When After Call Work ends by itself. */
  closesAt: optional(instant),
};

/** One call of the agent, from its first ring until its in-conversation widget is closed. */
export interface CallEntry extends TypeOfShape<typeof CALL_ENTRY> {}

const callEntry: Kind<CallEntry> = shape(CALL_ENTRY);

const TOMBSTONE = {
  id: name,
  at: instant,
  /** The agent said so, not a source: a new fact from a source takes it back. */
  declared: optional(flag),
};

/** A call that is over for good, or that the agent declared over. */
export interface Tombstone extends TypeOfShape<typeof TOMBSTONE> {}

const CLOSING = {
  id: name,
  at: instant,
  cause: lenient(someOf<typeof CLOSE_CAUSES>()),
  /** Who closed it for the agent. */
  by: optional(actor),
  /** The call, if its end was only presumed and time closed the conversation: an older report still takes that back. */
  call: optional(callEntry),
};

/** A conversation that was closed lately, and why. */
export interface Closing extends TypeOfShape<typeof CLOSING> {}

const deed = shape({ at: instant, by: actor });

/** What a store keeps of an agent, apart from the record's {@link Past}. A new field also gets its default in `factsOf`. */
export const RECORD = {
  /** The version of the format, and the oldest one that may still write the record. */
  version: count,
  writableBy: count,
  agentId: name,
  agentName: optional(text),
  /** The record's last instant. */
  at: instant,
  /** The limit on absence that was in force when a page was last there. */
  absenceLimitMinutes: nullable(count),
  /** When the last lease ran out, or, before the first sign-in, when Forward to Phone was chosen. */
  absentSince: nullable(instant),
  /** The absence went beyond the limit; the next sign-in ends it. */
  absentTooLong: flag,
  signOut: nullable(deed),
  signedIn: flag,
  closings: list<Closing>(shape(CLOSING)),
  tombstones: list<Tombstone>(shape(TOMBSTONE)),
  /** The last change seen: the status shown, and since when. */
  shown: shape({ statusId: name, since: instant }),
  missedCalls: count,
  /** The instant of the newest wish: what was clicked before it is outdated. */
  wishAt: instant,
  next: nullable(choice),
  /** Who dropped what waited, at the instant of the newest wish, unless the agent did. An older one means nothing. */
  withdrawn: optional(deed),
  choice: nullable(choice),
  /** When each open page's lease runs out. */
  leases: map(instant),
  /** Oldest first. */
  calls: list(callEntry),
};

const PAGE_GONE = { type: oneOf(['leave', 'page-died']), page: name, at: instant };

const PAGE_HELD = {
  type: oneOf(['renew']),
  page: name,
  at: instant,
  until: instant,
  /** The settings in force then. */
  settings: shape({ signInStatus: name, absenceLimitMinutes: count }),
};

/** What became of a page: it held a lease from `at` until `until`, or was left, or died, at that instant. */
export type PageNote = TypeOfShape<typeof PAGE_GONE> | TypeOfShape<typeof PAGE_HELD>;

export const pageNotes: readonly Kind<PageNote>[] = [shape(PAGE_GONE), shape(PAGE_HELD)];

/**
 * The record as the last event that was no page's left it, if time or pages have changed it since: a fact that had to
 * wait is applied to that, and what came after it happens once more.
 */
export interface Past {
  /** The record's last instant: a record of another one was written by a version that does not know this. */
  readonly of: number;
  /** The facts that were otherwise. */
  readonly facts: Partial<AgentRecord>;
  /** What pages did since, oldest first. */
  readonly pages: readonly PageNote[];
}

/**
 * The facts of one agent, as a store keeps them. A host reads `agentId`, `agentName` and `leases`; everything else is
 * read through `agentView`.
 */
export interface AgentRecord extends TypeOfShape<typeof RECORD> {
  readonly past?: Past;
}
