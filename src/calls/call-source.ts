import { FIRST_INSTANT, trimText, type Call, type CallId, type Instant, type Outcome } from '../model/agent.js';
import type { ReportWord } from '../model/schema/events.js';
import { DIRECTIONS, ONGOING, OUTCOMES, type CONTROLS } from '../model/schema/unions.js';
import type { Connection } from '../stores/status-store.js';

/**
 * What telephony reports about a call. `at` is in milliseconds since the epoch by this computer's clock, and may be left out if
 * the fact is reported as it happens; the session converts it to the store's clock.
 */
export type CallFact =
  | { readonly type: 'ringing' | 'started'; readonly call: Call; readonly at?: Instant }
  | { readonly type: 'held' | 'resumed' | 'muted' | 'unmuted'; readonly callId: CallId; readonly at?: Instant }
  | { readonly type: 'ended'; readonly callId: CallId; readonly outcome?: Outcome; readonly at?: Instant };

/** Something that an agent can do to a call, if the source supports it. */
export type Control = (typeof CONTROLS)[number];

/** A call as its source lists it. */
export interface ListedCall {
  readonly call: Call;
  readonly state: (typeof ONGOING)[number];
}

/**
 * The plug for telephony. It reports facts, and offers the controls that its `capabilities` name. A control rejects with the
 * reason for its failure; only facts say what happens to a call.
 */
export interface CallSource {
  readonly name: string;
  /** `page`: the calls end with this page. `elsewhere`: they go on without it. */
  readonly carries: 'page' | 'elsewhere';
  readonly capabilities: ReadonlySet<Control>;
  subscribe(listener: (fact: CallFact) => void): () => void;
  watchConnection?(watcher: (connection: Connection) => void): () => void;
  /** All present calls; the session asks after a load and after every reconnect. */
  calls?(): Promise<readonly ListedCall[]>;
  close?(): Promise<void>;
  /** Starts an outbound call; resolves with its id. */
  dial?(number: string): Promise<CallId>;
  answer?(id: CallId): Promise<void>;
  decline?(id: CallId): Promise<void>;
  hangUp?(id: CallId): Promise<void>;
  hold?(id: CallId): Promise<void>;
  resume?(id: CallId): Promise<void>;
  mute?(id: CallId): Promise<void>;
  unmute?(id: CallId): Promise<void>;
  /** Sends tones; `digits` consists of `0-9*#`. */
  sendDigits?(id: CallId, digits: string): Promise<void>;
  transfer?(id: CallId, number: string): Promise<void>;
}

/** A source's methods for the controls; each control has one. */
export type ControlMethods = Pick<CallSource, Control>;

/** Names the flaw of an instant that counts seconds. */
export const IN_SECONDS = '`at` in seconds, not milliseconds,';

/** Reports a flaw in what a source said, with the bad value. */
type Complain = (flaw: string, value: unknown) => void;

const checked = new WeakSet<object>();

/** Freezes a checked fact: whoever reads it next neither checks nor copies it again. */
export function frozenFact(fact: CallFact): CallFact {
  checked.add(Object.freeze(fact));
  return fact;
}

/**
 * Returns a fact of a source as a checked copy, or the fact itself if it comes from {@link frozenFact}. Complains about each
 * flaw. Returns nothing if the fact cannot be used; a bad outcome, instant or party is left out.
 */
export function readCallFact(value: unknown, complain: Complain): CallFact | undefined {
  const fields = fieldsOf(value);
  if (checked.has(fields)) return value as CallFact;
  const { type, call, callId, at, outcome } = fields;
  const isInstant = Number.isFinite(at) && (at as Instant) >= FIRST_INSTANT;
  if (at !== undefined && !isInstant) complain(Number.isFinite(at) ? IN_SECONDS : '`at`', at);
  const when = isInstant ? { at } : {};
  if (typeof type !== 'string' || !Object.hasOwn(NAMED_BY, type)) return void complain('`type`', type);
  if (NAMED_BY[type as CallFact['type']] === 'call') {
    const read = readCall(call, complain);
    return read && ({ type, call: read, ...when } as CallFact);
  }
  if (!isId(callId)) return void complain('`callId`', callId);
  const isOutcome = (OUTCOMES as readonly unknown[]).includes(outcome);
  if (outcome !== undefined && !isOutcome) complain('`outcome`', outcome);
  return { type, callId, ...(isOutcome ? { outcome } : {}), ...when } as CallFact;
}

/** How each fact names its call: with all that is known about it, or by its id. */
const NAMED_BY: Readonly<Record<CallFact['type'] | ReportWord, 'call' | 'callId'>> = {
  ringing: 'call',
  started: 'call',
  held: 'callId',
  resumed: 'callId',
  muted: 'callId',
  unmuted: 'callId',
  ended: 'callId',
};

/** Returns a listed call as a checked copy; complains and returns nothing if it cannot be used. */
export function readListedCall(value: unknown, complain: Complain): ListedCall | undefined {
  const { call, state } = fieldsOf(value);
  const read = readCall(call, complain);
  if ((ONGOING as readonly unknown[]).includes(state)) return read && ({ call: read, state } as ListedCall);
  return void complain('`state`', state);
}

function readCall(value: unknown, complain: Complain): Call | undefined {
  const { id, direction: given, party } = fieldsOf(value);
  const direction = DIRECTIONS.find((one) => one === given);
  if (!isId(id)) return void complain('call `id`', id);
  if (!direction) return void complain('`direction`', given);
  const kept: { name?: string; number?: string } = {};
  for (const key of ['name', 'number'] as const) {
    const text = fieldsOf(party)[key];
    if (text != null && typeof text !== 'string') complain(`party's \`${key}\``, text);
    else if (text && trimText(text)) kept[key] = trimText(text);
  }
  return Object.freeze({ id, direction, party: Object.freeze(kept) });
}

function isId(value: unknown): value is CallId {
  return typeof value === 'string' && value !== '';
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
