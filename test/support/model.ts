import { defaultAccount, updateSettings, type Account } from '../../src/model/account.js';
import {
  newAgentRecord,
  type Actor,
  type AgentEvent,
  type AgentRecord,
  type Call,
  type CallId,
  type Carrier,
  type Instant,
  type Outcome,
  type PageId,
} from '../../src/model/agent.js';
import { PhoneError, type PhoneErrorCode } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import type { AccountSettings } from '../../src/model/settings.js';
import { agentView, type AgentView } from '../../src/model/view.js';

/** The instant at which every day of these tests begins. */
export const START: Instant = Date.UTC(2027, 2, 1, 9);
export const MINUTE = 60;
export const HOUR = 3600;

export const ana: Actor = { role: 'agent', id: 'ana', name: 'Ana' };
export const sue: Actor = { role: 'supervisor', id: 'sue', name: 'Sue' };
export const NUMBER = '+4915112345678';

/** That many seconds after the day began. */
export const instant = (seconds: number): Instant => START + seconds * 1000;

const stamp = (seconds: number | undefined): { at?: Instant } =>
  seconds === undefined ? {} : { at: instant(seconds) };

export const signIn = (page: PageId = 'a'): AgentEvent => ({ type: 'sign-in', page });
export const renew = (page: PageId = 'a'): AgentEvent => ({ type: 'renew', page });
export const leave = (page: PageId = 'a', at?: number): AgentEvent => ({ type: 'leave', page, ...stamp(at) });
export const died = (page: PageId = 'a'): AgentEvent => ({ type: 'page-died', page });
export const signOut = (how: { by?: Actor; force?: boolean } = {}): AgentEvent => ({ type: 'sign-out', ...how });

interface Wish {
  readonly by?: Actor;
  readonly forwardTo?: string;
  readonly page?: PageId;
  /** Seconds. */
  readonly at?: number;
}
export const choose = (statusId: string, { at, ...wish }: Wish = {}): AgentEvent => ({
  type: 'choose',
  statusId,
  by: ana,
  ...wish,
  ...stamp(at),
});
export const forward = (wish: Wish = {}): AgentEvent => choose('forward-to-phone', { forwardTo: NUMBER, ...wish });
export const withdraw = (by: Actor = ana, at?: number): AgentEvent => ({ type: 'withdraw', by, ...stamp(at) });

interface Report {
  readonly direction?: Call['direction'];
  readonly party?: Call['party'];
  /** Seconds. */
  readonly at?: number;
}
const report =
  (type: 'call-ringing' | 'call-started') =>
  (id: CallId = 'c', carrier: Carrier = 'a', { direction = 'inbound', party = {}, at }: Report = {}): AgentEvent => ({
    type,
    call: { id, direction, party },
    carrier,
    ...stamp(at),
  });
export const ringing = report('call-ringing');
export const started = report('call-started');
export const dialled = (id: CallId = 'c', carrier: Carrier = 'a'): AgentEvent =>
  started(id, carrier, { direction: 'outbound' });

const carriedOn =
  (type: 'call-held' | 'call-resumed') =>
  (callId: CallId = 'c', carrier: Carrier = 'a', at?: number): AgentEvent => ({ type, callId, carrier, ...stamp(at) });
export const held = carriedOn('call-held');
export const resumed = carriedOn('call-resumed');

export const ended = (callId: CallId = 'c', outcome?: Outcome, at?: number): AgentEvent => ({
  type: 'call-ended',
  callId,
  ...(outcome ? { outcome } : {}),
  ...stamp(at),
});
/** A reconciliation finds the call gone. */
export const missing = (callId: CallId = 'c', at?: number): AgentEvent => ({
  type: 'call-presumed-ended',
  callId,
  ...stamp(at),
});
/** The agent says that the call is over. */
export const declaredOver = (callId: CallId = 'c', at?: number): AgentEvent => ({
  type: 'call-presumed-ended',
  callId,
  by: ana,
  ...stamp(at),
});
export const close = (callId: CallId = 'c', by?: Actor): AgentEvent => ({
  type: 'close',
  callId,
  ...(by ? { by } : {}),
});
export const extend = (callId: CallId, until: number): AgentEvent => ({
  type: 'extend',
  callId,
  until: instant(until),
});

/** What a view says, short: instants in seconds of the day, conversations as `id:state`. */
export interface Sight {
  readonly status: string;
  readonly since: number;
  readonly cause: AgentView['cause'];
  readonly by: string | undefined;
  readonly next: string | undefined;
  readonly present: boolean;
  readonly takesCalls: boolean;
  readonly route: string | null;
  readonly conversations: readonly string[];
  readonly deadline: number | undefined;
}

const secondsOf = (at: Instant): number => (at - START) / 1000;

export function sightOf(view: AgentView): Sight {
  return {
    status: view.status.id,
    since: secondsOf(view.since),
    cause: view.cause,
    by: view.by?.id,
    next: view.next?.status.id,
    present: view.present,
    takesCalls: view.takesCalls,
    route: view.route && (view.route.to === 'phone' ? view.route.number : view.route.to),
    conversations: view.conversations.map(({ id, state }) => `${id}:${state}`),
    deadline: view.deadline === undefined ? undefined : secondsOf(view.deadline),
  };
}

/** One agent's day: events at seconds of the day, and what everyone sees. */
export class Day {
  record: AgentRecord;
  account: Account;
  now: Instant = START;

  constructor(settings: Partial<AccountSettings> = {}, account: Account = defaultAccount) {
    this.account = updateSettings(account, settings);
    this.record = newAgentRecord('ana', 'Ana');
  }

  /** The clock stands at that second, and the events happen then, one after the other. */
  at(seconds: number, ...events: readonly AgentEvent[]): this {
    this.now = instant(seconds);
    for (const event of events) this.record = recordEvent(this.account, this.record, event, this.now);
    return this;
  }

  /** The account's settings change. */
  set(settings: Partial<AccountSettings>): this {
    this.account = updateSettings(this.account, settings);
    return this;
  }

  get view(): AgentView {
    return agentView(this.account, this.record, this.now);
  }

  get sight(): Sight {
    return sightOf(this.view);
  }

  get status(): string {
    return this.view.status.id;
  }

  /** The code with which the event is refused now; undefined where it is not. */
  refusal(event: AgentEvent): PhoneErrorCode | undefined {
    return codeOf(() => recordEvent(this.account, this.record, event, this.now));
  }

  /** Whether the event changes nothing at all: the very same record comes back. */
  ignores(event: AgentEvent): boolean {
    return recordEvent(this.account, this.record, event, this.now) === this.record;
  }
}

/** The code of the `PhoneError` that is thrown; undefined where nothing is. Any other error is thrown on. */
export function codeOf(act: () => unknown): PhoneErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof PhoneError) return error.code;
    throw error;
  }
}
