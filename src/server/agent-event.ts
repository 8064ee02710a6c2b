import type { Actor, AgentEvent, Call } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/** Longer than any id that is kept; a call's longer id is kept as a hash. */
const ID_LENGTH = 1024;

const isText: Check = (value) => typeof value === 'string' && value !== '' && value.length <= ID_LENGTH;
const isFlag: Check = (value) => typeof value === 'boolean';
const isInstant: Check = (value) => Number.isFinite(value);
const isOutcome: Check = (value) =>
  ['answered', 'missed', 'declined', 'cancelled', 'failed', 'answered-elsewhere'].includes(value as string);
const isOptionalText: Check = (value) => value === undefined || typeof value === 'string';
const isCall: Check = (value) => {
  if (!isFields(value) || !isFields(value['party'])) return false;
  const { name, number } = value['party'];
  const isDirected = value['direction'] === 'inbound' || value['direction'] === 'outbound';
  return isDirected && isText(value['id']) && isOptionalText(name) && isOptionalText(number);
};

interface Shape {
  readonly needed: Readonly<Record<string, Check>>;
  readonly possible?: Readonly<Record<string, Check>>;
}

const onPage: Shape = { needed: { page: isText } };
const ofCall: Shape = { needed: { callId: isText }, possible: { at: isInstant } };
const report: Shape = { needed: { call: isCall }, possible: { carrier: isText, at: isInstant } };
const turn: Shape = { needed: { callId: isText }, possible: { carrier: isText, at: isInstant } };

/** What each event carries. Its author is not read: the server knows who asks. */
const shapes: Readonly<Record<AgentEvent['type'], Shape>> = {
  'sign-in': onPage,
  renew: onPage,
  leave: { needed: { page: isText }, possible: { at: isInstant } },
  'page-died': onPage,
  'sign-out': { needed: {}, possible: { force: isFlag } },
  choose: { needed: { statusId: isText }, possible: { forwardTo: isText, page: isText, at: isInstant } },
  withdraw: { needed: {}, possible: { at: isInstant } },
  'call-ringing': report,
  'call-started': report,
  'call-held': turn,
  'call-resumed': turn,
  'call-ended': { needed: { callId: isText }, possible: { outcome: isOutcome, at: isInstant } },
  'call-presumed-ended': ofCall,
  close: { needed: { callId: isText } },
  extend: { needed: { callId: isText, until: isInstant } },
};

const UNKNOWN: Actor = { role: 'system', id: '' };

/** The event that a request names, made of the fields that it has; its author is still missing. Throws `not-supported`. */
export function readEvent(value: unknown): AgentEvent {
  const type = isFields(value) ? value['type'] : undefined;
  if (!isFields(value) || typeof type !== 'string' || !Object.hasOwn(shapes, type)) {
    throw wrong(`${quote(type)} is no type of an event`);
  }
  const { needed, possible = {} } = shapes[type as AgentEvent['type']];
  const event: Record<string, unknown> = { type };
  for (const [name, check] of [...Object.entries(needed), ...Object.entries(possible)]) {
    const field = value[name];
    if (field === undefined && !Object.hasOwn(needed, name)) continue;
    if (!check(field)) throw wrong(`the ${name} of "${type}" is ${quote(field)}`);
    event[name] = name === 'call' ? cleanCall(field as Call) : field;
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
  throw wrong(`"${event.type}" is no fact about a call`);
}

function cleanCall({ id, direction, party: { name, number } }: Call): Call {
  const party = { ...(name === undefined ? {} : { name }), ...(number === undefined ? {} : { number }) };
  return { id, direction, party };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(what: string): PhoneError {
  return new PhoneError('not-supported', `server: ${what}. See the OpenAPI document for what an event carries.`);
}
