import { FIRST_INSTANT, type Actor, type AgentEvent, type Call } from '../../model/agent.js';
import { PhoneError, quote } from '../../model/errors.js';

type Fields = Readonly<Record<string, unknown>>;

/** Longer than any id that is kept; a call's longer id is kept as a hash. */
const ID_LENGTH = 1024;

/** What a field has to be, in words; `undefined` where it is. */
type Want = (value: unknown) => string | undefined;

const want =
  (words: string, check: (value: unknown) => boolean): Want =>
  (value) =>
    check(value) ? undefined : words;

const isText = want(`a string of 1 to ${ID_LENGTH} characters`, (value) => {
  return typeof value === 'string' && value !== '' && value.length <= ID_LENGTH;
});
const isFlag = want('true or false', (value) => typeof value === 'boolean');
const isInstant = want('in milliseconds since the epoch', Number.isFinite);
const isPast: Want = (value) =>
  isInstant(value) ?? ((value as number) < FIRST_INSTANT ? 'in milliseconds since the epoch, not seconds' : undefined);
const isOneOf = (...values: readonly string[]): Want =>
  want(`one of ${values.join(', ')}`, (value) => values.includes(value as string));
const isOutcome = isOneOf('answered', 'missed', 'declined', 'cancelled', 'failed', 'answered-elsewhere');
const isOptionalText = want('a string', (value) => value === undefined || typeof value === 'string');

/** What each field of a call has to be. */
const callFields: Readonly<Record<string, Want>> = {
  id: isText,
  direction: isOneOf('inbound', 'outbound'),
  party: want('an object', isFields),
};
const partyFields: Readonly<Record<string, Want>> = { name: isOptionalText, number: isOptionalText };

interface Shape {
  readonly needed: Readonly<Record<string, Want>>;
  readonly possible?: Readonly<Record<string, Want>>;
}

const onPage: Shape = { needed: { page: isText } };
const ofCall: Shape = { needed: { callId: isText }, possible: { at: isPast } };
const carried = { carrier: isText, at: isPast, presentUntil: isPast };
const report: Shape = { needed: { call: want('an object', isFields) }, possible: carried };
const turn: Shape = { needed: { callId: isText }, possible: carried };

/** What each event carries. Its author is not read: the server knows who asks. */
const shapes: Readonly<Record<AgentEvent['type'], Shape>> = {
  'sign-in': onPage,
  renew: onPage,
  leave: { needed: { page: isText }, possible: { at: isPast } },
  'page-died': onPage,
  'sign-out': { needed: {}, possible: { force: isFlag } },
  choose: { needed: { statusId: isText }, possible: { forwardTo: isText, page: isText, at: isPast } },
  withdraw: { needed: {}, possible: { at: isPast } },
  'call-ringing': report,
  'call-started': report,
  'call-held': turn,
  'call-resumed': turn,
  'call-ended': { needed: { callId: isText }, possible: { outcome: isOutcome, at: isPast } },
  'call-presumed-ended': ofCall,
  close: { needed: { callId: isText } },
  extend: { needed: { callId: isText, until: isInstant } },
};

const UNKNOWN: Actor = { role: 'system', id: '' };

/** The event that a request names, made of the fields that it has; its author is still missing. Throws `not-supported`. */
export function readEvent(value: unknown): AgentEvent {
  const type = isFields(value) ? value['type'] : undefined;
  if (!isFields(value) || typeof type !== 'string' || !Object.hasOwn(shapes, type)) {
    throw wrong(`${quote(type)} is not an event type`);
  }
  const { needed, possible = {} } = shapes[type as AgentEvent['type']];
  const event: Record<string, unknown> = { type };
  for (const [name, check] of [...Object.entries(needed), ...Object.entries(possible)]) {
    const field = value[name];
    if (field === undefined && !Object.hasOwn(needed, name)) continue;
    mustFit(`the ${name} of "${type}"`, field, check);
    event[name] = name === 'call' ? readCall(field as Fields) : field;
  }
  // An end without an author is what a page presumes; with one it is the agent's word. Whose it is says the token.
  if (type === 'call-presumed-ended' && value['by'] !== undefined) event['by'] = UNKNOWN;
  return event as AgentEvent;
}

/** What telephony reports, as an event: by a call source's word (`started`) or the event's own (`call-started`). */
export function readFact(value: unknown): AgentEvent | undefined {
  const type = isFields(value) ? value['type'] : undefined;
  if (type === 'muted' || type === 'unmuted') return undefined;
  const isShort = typeof type === 'string' && Object.hasOwn(shapes, `call-${type}`);
  const event = readEvent(isShort ? { ...(value as Fields), type: `call-${type}` } : value);
  if (event.type.startsWith('call-')) return event;
  throw wrong(`"${event.type}" is not a fact about a call`);
}

function readCall(value: Fields): Call {
  for (const [name, check] of Object.entries(callFields)) mustFit(`the ${name} of the call`, value[name], check);
  const { id, direction, party } = value as unknown as Call;
  const told = party as Fields;
  for (const [name, check] of Object.entries(partyFields)) mustFit(`the ${name} of the party`, told[name], check);
  const { name, number } = party;
  return {
    id,
    direction,
    party: { ...(name === undefined ? {} : { name }), ...(number === undefined ? {} : { number }) },
  };
}

function mustFit(what: string, value: unknown, check: Want): void {
  const wants = check(value);
  if (wants !== undefined) throw wrong(`${what} is ${quote(value)}. It must be ${wants}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(what: string): PhoneError {
  return new PhoneError('not-supported', `server: ${what}. openapi.json says what an event carries.`);
}
