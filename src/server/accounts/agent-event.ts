import { FIRST_INSTANT, type Actor, type AgentEvent } from '../../model/agent.js';
import { PhoneError, quote } from '../../model/errors.js';
import { EVENTS, UNRECORDED } from '../../model/schema/events.js';
import { fits, isFields, type Fields } from '../../model/schema/field-check.js';
import type { Kind, Shape } from '../../model/schema/field-kinds.js';
import { ACTOR } from '../../model/schema/record.js';
import { NAME_LENGTH } from '../openapi/schema.js';

const UNKNOWN: Actor = { role: 'system', id: '' };

/** The event in a request, made of its known fields; its author is still missing. Throws `not-supported`. */
export function readEvent(value: unknown): AgentEvent {
  const type = isFields(value) ? value['type'] : undefined;
  if (!isFields(value) || typeof type !== 'string' || !Object.hasOwn(EVENTS, type)) {
    throw wrong(`${quote(type)} is not an event type`);
  }
  const event: Record<string, unknown> = {
    type,
    ...readFields(EVENTS[type as AgentEvent['type']], value, `"${type}"`),
  };
  // An end without an author is what a page presumes; with one it is the agent's word. The token says whose.
  if (type === 'call-presumed-ended' && value['by'] !== undefined) event['by'] = UNKNOWN;
  return event as AgentEvent;
}

/** What telephony reports, as an event: by a call source's word (`started`) or the event's own (`call-started`). */
export function readFact(value: unknown): AgentEvent | undefined {
  const type = isFields(value) ? value['type'] : undefined;
  if (UNRECORDED.includes(type as never)) return undefined;
  const isShort = typeof type === 'string' && Object.hasOwn(EVENTS, `call-${type}`);
  const event = readEvent(isShort ? { ...(value as Fields), type: `call-${type}` } : value);
  if (event.type.startsWith('call-')) return event;
  throw wrong(`"${event.type}" is not a fact about a call`);
}

/** The known fields of an object, checked. An actor is left out: the server knows who asks. */
function readFields(shape: Shape, value: Fields, whole: string): Fields {
  const read: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(shape)) {
    const needed = kind.is === 'optional' ? kind.of : kind;
    const isActor = needed.is === 'shape' && needed.fields === ACTOR;
    if (isActor || (kind !== needed && value[name] === undefined)) continue;
    const wanted = wantedInstead(needed, value[name]);
    if (wanted !== undefined) {
      throw wrong(`the ${name} of ${whole} is ${quote(value[name])}. It must be ${wanted}`);
    }
    read[name] = needed.is === 'shape' ? readFields(needed.fields, value[name] as Fields, `the ${name}`) : value[name];
  }
  return read;
}

const WORDS: Readonly<Record<Exclude<Kind['is'], 'union' | 'optional' | 'nullable' | 'lenient'>, string>> = {
  string: 'a string',
  name: `a string of 1 to ${NAME_LENGTH} characters`,
  boolean: 'true or false',
  count: 'a whole number from 0',
  instant: 'in milliseconds since the epoch',
  past: 'in milliseconds since the epoch',
  list: 'a list',
  map: 'an object',
  shape: 'an object',
};

/** In words, what the value has to be; `undefined` if it is. The fields of an object are checked one by one. */
function wantedInstead(kind: Kind, value: unknown): string | undefined {
  if (kind.is === 'shape' ? isFields(value) : fits(kind, value)) {
    if (kind.is === 'past' && (value as number) < FIRST_INSTANT) return `${WORDS.past}, not seconds`;
    if (kind.is !== 'name' || (value as string).length <= NAME_LENGTH) return undefined;
  }
  return wordsOf(kind);
}

function wordsOf(kind: Kind): string {
  if (kind.is === 'union') return `one of ${kind.values.join(', ')}`;
  return kind.is === 'nullable' || kind.is === 'optional' || kind.is === 'lenient' ? wordsOf(kind.of) : WORDS[kind.is];
}

function wrong(what: string): PhoneError {
  return new PhoneError('not-supported', `server: ${what}. openapi.json says what an event carries.`);
}
