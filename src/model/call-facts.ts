import type { Account } from './account.js';
import type { AgentEvent, AgentRecord, Call, CallEntry, CallId, Carrier, Instant, Outcome } from './agent.js';
import { cutText } from './agent.js';
import { setChoice } from './choice.js';
import {
  callKey,
  closeUnanswered,
  endCall,
  findCall,
  insertCall,
  isOverForGood,
  replaceCall,
  RING_MS,
  stopRinging,
  tombstoneOf,
  withTombstone,
} from './conversation.js';
import { loseCall } from './elapse.js';
import { isLive, LEASE_MS, leaseOf, setLease, signIn, type Instants } from './presence.js';

const OUTCOMES: readonly unknown[] = ['answered', 'missed', 'declined', 'cancelled', 'failed', 'answered-elsewhere'];

/** What a source, or the agent, says of a call; never refused, and the same object if it means nothing. */
export function recordCallFact(
  account: Account,
  record: AgentRecord,
  event: AgentEvent,
  { at, now }: Instants,
): AgentRecord {
  const callId = callIdOf(event);
  if (callId === undefined) return record;
  const call = 'call' in event ? readCall(event.call) : undefined;
  const known = findCall(record, callId);
  const isLate = known !== undefined && 'at' in event && event.at! < known.reportedAt;
  const fact: Fact = { account, record, known, now, at, isLate };
  switch (event.type) {
    case 'call-ringing':
      return call ? ring(fact, call, carrierOf(event)) : record;
    case 'call-started':
      return call ? start(fact, call, carrierOf(event)) : record;
    case 'call-held':
      return carryOn(fact, 'held', carrierOf(event));
    case 'call-resumed':
      return carryOn(fact, 'live', carrierOf(event));
    case 'call-ended':
      return end(fact, callKey(callId), OUTCOMES.includes(event.outcome) ? event.outcome : undefined);
    case 'call-presumed-ended':
      return presumeEnd(fact, event.by !== undefined);
    default:
      return record;
  }
}

/** The id of the call that the event speaks of, where it speaks of one. */
export function callIdOf(event: AgentEvent): CallId | undefined {
  const id: unknown = 'call' in event ? event.call?.id : 'callId' in event ? event.callId : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

interface Fact extends Instants {
  readonly account: Account;
  readonly record: AgentRecord;
  /** The record's entry of that call. */
  readonly known: CallEntry | undefined;
  /** Told after something newer of that call: it carries the call, but is no news of it. */
  readonly isLate: boolean;
}

function ring(fact: Fact, call: Call, carrier: Carrier): AgentRecord {
  const { account, record, known, at, now } = fact;
  if (known ? known.state !== 'ringing' : isOverForGood(record, call.id, now) || isDeclaredLater(fact, call.id))
    return record;
  if (!known && at + RING_MS <= now) return record;
  const reported = keepReporter(account, record, carrier, { at, now });
  if (known) return carry(reported, known, { carrier, at });
  return insertCall(reported, { ...call, state: 'ringing', carriers: [carrier], rangAt: at, reportedAt: at });
}

function start(fact: Fact, call: Call, carrier: Carrier): AgentRecord {
  const { account, record, known, at, now } = fact;
  if (known && isLive(known)) return carry(keepReporter(account, record, carrier, fact), known, { carrier, at });
  if (known?.state === 'ended') return takeBack(fact, 'live', carrier);
  if (isOverForGood(record, call.id, now) || isDeclaredLater(fact, call.id)) return record;
  const { acwLimitSeconds, acwExtensionSeconds, acwExtensions } = account.settings;
  const limits = acwLimitSeconds > 0 ? { acwLimitSeconds, acwExtensionSeconds, extensionsLeft: acwExtensions } : {};
  const started: CallEntry = {
    ...(known ?? call),
    ...limits,
    state: 'live',
    carriers: [carrier],
    startedAt: at,
    reportedAt: at,
  };
  const reported = forgetWord(keepReporter(account, record, carrier, fact), call.id);
  const next = known ? replaceCall(reported, started) : insertCall(reported, started);
  return started.direction === 'inbound' && next.missedCalls > 0 ? { ...next, missedCalls: 0 } : next;
}

function carryOn(fact: Fact, state: 'live' | 'held', carrier: Carrier): AgentRecord {
  const { account, record, known, at, isLate } = fact;
  if (known?.state === 'ended') return takeBack(fact, state, carrier);
  if (!known || !isLive(known)) return record;
  return carry(keepReporter(account, record, carrier, fact), known, isLate ? { carrier, at } : { carrier, at, state });
}

/** A presumed end is taken back: only who reports from then on carries the call. */
function takeBack(fact: Fact, state: 'live' | 'held', carrier: Carrier): AgentRecord {
  const { account, record, at } = fact;
  const known = fact.known!;
  const isNews = at > known.reportedAt || at >= known.endedAt!;
  if (!known.presumed || !isNews || isDeclaredLater(fact, known.id)) return record;
  const { endedAt: _ended, outcome: _outcome, presumed: _presumed, closesAt: _closesAt, ...open } = known;
  const back: CallEntry = { ...open, state, carriers: [carrier], reportedAt: at, startedAt: known.startedAt ?? at };
  return replaceCall(forgetWord(keepReporter(account, record, carrier, fact), known.id), back);
}

function end(fact: Fact, id: CallId, outcome: Outcome | undefined): AgentRecord {
  const { account, record, known, at, now } = fact;
  if (outcome === 'answered-elsewhere') return known?.state === 'ringing' ? stopRinging(record, id) : record;
  if (known?.state === 'ended' && !known.presumed) return record;
  if (isOverForGood(record, id, now)) return record;
  const tombstones = withTombstone(record, { id, at }, now);
  const over = tombstones === record.tombstones ? record : { ...record, tombstones };
  if (!known) return over;
  if (known.state === 'ringing') return countMissed(account, stopRinging(over, id), { known, outcome, at });
  if (isLive(known)) return endCall(account, over, known, { at, outcome, presumed: false });
  const endedAt = Math.min(at, known.endedAt ?? at);
  const reported: CallEntry = { ...known, endedAt, presumed: false, ...(outcome ? { outcome } : {}) };
  return closeUnanswered(account, replaceCall(over, reported), reported, at);
}

function presumeEnd({ account, record, known, at, now }: Fact, declared: boolean): AgentRecord {
  if (!known || known.state === 'ended') return record;
  const ended = loseCall(account, record, known, at);
  if (!declared) return ended;
  return { ...ended, tombstones: withTombstone(ended, { id: known.id, at, declared }, now) };
}

interface Missed {
  readonly known: CallEntry;
  readonly outcome: Outcome | undefined;
  readonly at: Instant;
}

function countMissed(account: Account, record: AgentRecord, { known, outcome, at }: Missed): AgentRecord {
  if (known.direction !== 'inbound' || (outcome !== undefined && outcome !== 'missed')) return record;
  const { missedCallLimit, missedCallStatus } = account.settings;
  const missedCalls = record.missedCalls + 1;
  if (missedCallLimit === 0 || missedCalls < missedCallLimit) return { ...record, missedCalls };
  const counted = { ...record, missedCalls: 0 };
  // What the agent has wished since is newer than the rule's choice.
  if (at < record.wishAt) return counted;
  const by = { role: 'system', id: 'missed-calls' } as const;
  return setChoice(account, counted, { statusId: missedCallStatus, at, by, cause: 'missed-calls' });
}

/** A fact that is taken renews its page's lease; where the agent was not signed in and not signed out, it signs in. */
function keepReporter(account: Account, record: AgentRecord, carrier: Carrier, { at, now }: Instants): AgentRecord {
  if (carrier === 'elsewhere') return record;
  const until = at + LEASE_MS;
  const extends_ = until > (leaseOf(record, carrier) ?? -Infinity);
  const leased = extends_ ? setLease(account, record, carrier, until) : record;
  return record.signedIn || record.signOut || until <= now ? leased : signIn(account, leased, carrier, { at, now: at });
}

interface Carrying {
  readonly carrier: Carrier;
  readonly at: Instant;
  readonly state?: 'live' | 'held';
}

function carry(
  record: AgentRecord,
  call: CallEntry,
  { carrier, at, state = call.state as 'live' }: Carrying,
): AgentRecord {
  const carried = call.carriers.includes(carrier);
  if (carried && at === call.reportedAt && state === call.state) return record;
  const carriers = carried ? call.carriers : [...call.carriers, carrier];
  return replaceCall(record, { ...call, carriers, state, reportedAt: at });
}

/** Whether the agent declared the call over after that instant: an older fact does not take the word back. */
function isDeclaredLater({ record, at }: Fact, callId: CallId): boolean {
  const word = tombstoneOf(record, callId);
  return word?.declared === true && word.at > at;
}

function forgetWord(record: AgentRecord, callId: CallId): AgentRecord {
  const word = tombstoneOf(record, callId);
  return word ? { ...record, tombstones: record.tombstones.filter((one) => one !== word) } : record;
}

function carrierOf(event: { readonly carrier?: Carrier }): Carrier {
  return typeof event.carrier === 'string' && event.carrier !== '' ? event.carrier : 'elsewhere';
}

/** The call as the record keeps it. */
function readCall({ id, direction, party }: Call): Call {
  const { name, number } = party ?? {};
  return {
    id: callKey(id),
    direction: direction === 'outbound' ? 'outbound' : 'inbound',
    party: {
      ...(typeof name === 'string' ? { name: cutText(name) } : {}),
      ...(typeof number === 'string' ? { number: cutText(number) } : {}),
    },
  };
}
