import type { Account } from './account.js';
import type { AgentEvent, Call, CallEntry, CallId, Carrier, Draft, Instant, Outcome } from './agent.js';
import { cutText, isName, trimText } from './agent.js';
import { setChoice } from './choice.js';
import {
  addTombstone,
  callKey,
  closedSince,
  closeUnanswered,
  endCall,
  findCall,
  insertCall,
  isForGood,
  isOpen,
  removeCall,
  reopenCall,
  replaceCall,
  tombstoneOf,
} from './conversation.js';
import { loseCall } from './elapse.js';
import { OUTCOMES } from './schema/unions.js';
import { extendLease, isLive, LEASE_MS, signIn, type Instants } from './presence.js';

type CallFact = Extract<AgentEvent, { readonly type: `call-${string}` }>;

/** Reports of one call by several pages within this time, in milliseconds, count once. */
const ECHO_MS = 1000;

/** Applies a fact about a call, from a source or from the agent. It is never refused; a meaningless one changes nothing. */
export function recordCallFact(account: Account, draft: Draft, event: CallFact, { at, now }: Instants): void {
  const callId = callIdOf(event);
  if (callId === undefined) return;
  const told = 'presentUntil' in event ? Number(event.presentUntil) : NaN;
  const presentUntil = told > at ? Math.min(told, now) : at;
  const known = findCall(draft, callId);
  const isLate = known !== undefined && 'at' in event && Number.isFinite(event.at) && event.at! < known.reportedAt;
  const fact: Fact = {
    account,
    draft,
    id: callKey(callId),
    known,
    carrier: carrierOf(event),
    at,
    presentUntil,
    isLate,
  };
  switch (event.type) {
    case 'call-ringing':
      return ring(fact, event.call);
    case 'call-started':
      return start(fact, event.call);
    case 'call-held':
      return carryOn(fact, 'held');
    case 'call-resumed':
      return carryOn(fact, 'live');
    case 'call-ended':
      return end(
        fact,
        OUTCOMES.find((one) => one === event.outcome),
      );
    case 'call-presumed-ended':
      return presumeEnd(fact, event.by !== undefined);
    default:
      return event satisfies never;
  }
}

/** The id of the event's call, if it has one. */
export function callIdOf(event: AgentEvent): CallId | undefined {
  const id: unknown = 'call' in event ? event.call?.id : 'callId' in event ? event.callId : undefined;
  return isName(id) ? id : undefined;
}

interface Fact {
  readonly at: Instant;
  readonly presentUntil: Instant;
  readonly account: Account;
  readonly draft: Draft;
  /** The call's id as the record keeps it. */
  readonly id: CallId;
  /** The record's entry of that call. */
  readonly known: CallEntry | undefined;
  readonly carrier: Carrier;
  /** Something newer about the call is known: the fact says who carries it, and nothing else. */
  readonly isLate: boolean;
}

function ring(fact: Fact, call: Call | undefined): void {
  const { draft, known, at } = fact;
  if (!call) return;
  if (known?.state === 'ringing') return carry(fact, known, 'ringing');
  if (known || isOver(fact)) return;
  keepReporter(fact);
  const ringing = entryOf(fact, call);
  ringing.rangAt = at;
  insertCall(draft, ringing);
}

function start(fact: Fact, call: Call | undefined): void {
  const { account, draft, id, known, carrier, at } = fact;
  if (!call) return;
  if (known ? isOpen(known) : closedSince(draft, id, at))
    return carryOn(fact, known?.state === 'held' ? 'held' : 'live');
  if (isOver(fact)) return;
  const { acwLimitSeconds, acwExtensionSeconds, acwExtensions } = account.settings;
  const limits = acwLimitSeconds > 0 ? { acwLimitSeconds, acwExtensionSeconds, extensionsLeft: acwExtensions } : {};
  const rung = known ?? entryOf(fact, call);
  const started = { ...rung, state: 'live', carriers: [carrier], reportedAt: at, startedAt: at, ...limits } as const;
  keepReporter(fact);
  forgetEnd(fact);
  if (known) replaceCall(draft, started);
  else insertCall(draft, started);
  if (started.direction === 'inbound') draft.missedCalls = 0;
}

function carryOn(fact: Fact, state: 'live' | 'held'): void {
  const { draft, id, at, isLate } = fact;
  const known = fact.known ?? closedSince(draft, id, at);
  if (known?.state === 'ended') takeBack(fact, known, state);
  else if (known && isLive(known)) carry(fact, known, isLate ? known.state : state);
}

/** Adds the page that reports the call to its carriers. */
function carry(fact: Fact, known: CallEntry, state: CallEntry['state']): void {
  const { draft, carrier, at } = fact;
  keepReporter(fact);
  const carried = known.carriers.includes(carrier);
  // All pages report a call on another device at about the same moment; one report is enough.
  const echo = carrier === 'elsewhere' ? ECHO_MS : 0;
  if (carried && state === known.state && at - known.reportedAt <= echo) return;
  const carriers = carried ? known.carriers : [...known.carriers, carrier];
  replaceCall(draft, { ...known, carriers, state, reportedAt: at });
}

/** Takes back a presumed end. Only pages that report the call from now on carry it. */
function takeBack(fact: Fact, known: CallEntry, state: 'live' | 'held'): void {
  const { draft, carrier, at } = fact;
  const isNews = at > known.reportedAt || at >= known.endedAt!;
  if (!known.presumed || !isNews || isOver(fact)) return;
  const { endedAt: _ended, outcome: _outcome, presumed: _presumed, closesAt: _closesAt, ...open } = known;
  keepReporter(fact);
  forgetEnd(fact);
  reopenCall(draft, { ...open, state, carriers: [carrier], reportedAt: at, startedAt: known.startedAt ?? at });
}

function end(fact: Fact, outcome: Outcome | undefined): void {
  const { account, draft, id, known, at } = fact;
  if (outcome === 'answered-elsewhere') {
    if (known?.state === 'ringing') removeCall(draft, id);
    return;
  }
  if ((known?.state === 'ended' && !known.presumed) || isForGood(tombstoneOf(draft, id), at)) return;
  addTombstone(draft, { id, at });
  if (!known) return;
  if (known.state === 'ringing') {
    removeCall(draft, id);
    if (known.direction === 'inbound' && (outcome ?? 'missed') === 'missed') countMissed(fact);
  } else if (known.state === 'ended') {
    const reported: Draft<CallEntry> = { ...known, endedAt: Math.min(at, known.endedAt ?? at), presumed: false };
    if (outcome) reported.outcome = outcome;
    replaceCall(draft, reported);
    closeUnanswered(account, draft, reported, at);
  } else endCall(account, draft, known, { at, outcome, presumed: false });
}

function presumeEnd({ account, draft, id, known, at }: Fact, declared: boolean): void {
  if (!known || known.state === 'ended') return;
  loseCall(account, draft, known, at);
  if (declared) addTombstone(draft, { id, at, declared });
}

function countMissed({ account, draft, at }: Fact): void {
  const { missedCallLimit, missedCallStatus } = account.settings;
  // A choice restarts the count, also for earlier calls that are reported after it.
  if ([draft.choice, draft.next].some((choice) => choice && at < choice.at)) return;
  draft.missedCalls++;
  if (missedCallLimit === 0 || draft.missedCalls < missedCallLimit) return;
  draft.missedCalls = 0;
  // A later wish of the agent takes precedence over the rule.
  if (at < draft.wishAt) return;
  const by = { role: 'system', id: 'missed-calls' } as const;
  setChoice(account, draft, { statusId: missedCallStatus, at, by, cause: 'missed-calls' });
}

/** A fact renews its page's lease. If the agent never signed in, it signs the agent in. */
function keepReporter({ account, draft, carrier, at, presentUntil }: Fact): void {
  if (carrier === 'elsewhere') return;
  extendLease(account, draft, carrier, presentUntil + LEASE_MS);
  if (!draft.signedIn && !draft.signOut) signIn(account, draft, carrier, { at, now: presentUntil });
}

/** Whether the call is over for good, or the agent said so after that instant: an older fact does not take that back. */
function isOver({ draft, id, at }: Fact): boolean {
  const end = tombstoneOf(draft, id);
  return end?.declared ? end.at > at : isForGood(end, at);
}

/** Forgets the end of a call that goes on. */
function forgetEnd({ draft, id }: Fact): void {
  if (tombstoneOf(draft, id)) draft.tombstones = draft.tombstones.filter((one) => one.id !== id);
}

function carrierOf(event: AgentEvent): Carrier {
  const carrier = 'carrier' in event && event.carrier;
  return isName(carrier) ? carrier : 'elsewhere';
}

/** Creates the record's entry of a new call. */
function entryOf({ id, carrier, at }: Fact, { direction, party }: Call): Draft<CallEntry> {
  const kept: Draft<Call['party']> = {};
  for (const key of ['name', 'number'] as const) {
    const text: unknown = party?.[key];
    if (typeof text === 'string' && trimText(text)) kept[key] = cutText(trimText(text));
  }
  return {
    id,
    direction: direction === 'outbound' ? 'outbound' : 'inbound',
    party: kept,
    state: 'ringing',
    carriers: [carrier],
    reportedAt: at,
  };
}
