import {
  flag,
  instant,
  name,
  oneOf,
  optional,
  past,
  shape,
  type Kind,
  type Shape,
  type TypeOfShape,
} from './field-kinds.js';
import { actor, CALL, type Call } from './record.js';
import { OUTCOMES } from './unions.js';

const call: Kind<Call> = shape(CALL);

/** The instant at which it happened, if that is not when it becomes known. */
const at = optional(past);

/** A call fact also says who carries the call. `presentUntil`: the page has been there since, until then, and so has its lease. */
const carried = { carrier: optional(name), at, presentUntil: optional(past) };

const report = { call, ...carried };

/**
 * What happens to an agent: wishes, which the rules may refuse, and facts, which they never do. The facts that telephony
 * reports begin with `call-`.
 */
export const EVENTS = {
  'sign-in': { page: name },
  renew: { page: name },
  leave: { page: name, at },
  'page-died': { page: name },
  'sign-out': { by: optional(actor), force: optional(flag) },
  choose: {
    statusId: name,
    by: actor,
    /** For Forward to Phone only: `+`, then 7 to 15 digits, the first not 0. */
    forwardTo: optional(name),
    page: optional(name),
    at,
  },
  withdraw: { by: actor, at },
  'call-ringing': report,
  'call-started': report,
  'call-held': { callId: name, ...carried },
  'call-resumed': { callId: name, ...carried },
  'call-ended': { callId: name, outcome: optional(oneOf(OUTCOMES)), at },
  /** With an author: the word of the agent or a supervisor. Without one: what a page presumes. */
  'call-presumed-ended': { callId: name, by: optional(actor), at },
  close: { callId: name, by: optional(actor) },
  extend: { callId: name, until: instant },
} satisfies Readonly<Record<string, Shape>>;

/** The types of events. */
export type EventType = keyof typeof EVENTS;

/** The events of these types. */
export type EventOf<Type extends EventType> = {
  [T in Type]: { readonly type: T } & TypeOfShape<(typeof EVENTS)[T]>;
}[Type];

/** A status is chosen, at the instant of the click. */
export interface ChooseEvent extends TypeOfShape<(typeof EVENTS)['choose']> {
  readonly type: 'choose';
}

/** A call rings or has started. */
export interface CallReport extends TypeOfShape<typeof report> {
  readonly type: 'call-ringing' | 'call-started';
}

/** What happens to an agent: wishes (which the rules may refuse) and facts (which they never do). */
export type AgentEvent = ChooseEvent | CallReport | EventOf<Exclude<EventType, 'choose' | CallReport['type']>>;

type ReportType = Exclude<Extract<EventType, `call-${string}`>, 'call-presumed-ended'>;

/** The events that telephony reports: all that begin with `call-`, but for the one that only somebody's word makes. */
export const REPORTS = (Object.keys(EVENTS) as EventType[]).filter(isReport);

function isReport(type: EventType): type is ReportType {
  return type.startsWith('call-') && type !== 'call-presumed-ended';
}

/** What a call source reports of a call by its short word: `started` for `call-started`. */
export type ReportWord = ReportType extends `call-${infer Word}` ? Word : never;

/** What a call source reports that no record keeps. */
export const UNRECORDED = ['muted', 'unmuted'] as const;
