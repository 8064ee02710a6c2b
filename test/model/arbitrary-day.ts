import fc from 'fast-check';
import { addStatus, defaultAccount, updateSettings, updateStatus, type Account } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord, type Instant } from '../../src/model/agent.js';
import { isPhoneError, type PhoneErrorCode } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import type { AccountSettings } from '../../src/model/settings.js';
import { ana, START, sue } from '../support/model.js';

const SECOND = 1000;
const HOUR = 3_600_000;

/** One step of a day: time passes, then something happens; instants are told relative to then. */
export type Step =
  | { readonly wait: number; readonly event: AgentEvent; readonly back?: number; readonly ahead?: number }
  | { readonly wait: number; readonly settings: Partial<AccountSettings> }
  | { readonly wait: number; readonly lunch: boolean };

/** An account with Forward to Phone and one more status that takes calls. */
export const account: Account = updateSettings(
  addStatus(defaultAccount, { name: 'Hotline', emoji: '🎧', takesCalls: true }),
  { forwardToPhone: true, acwLimitSeconds: 40, acwExtensionSeconds: 30, acwExtensions: 2, missedCallLimit: 2 },
);

const page = fc.constantFrom('p', 'q');
const callId = fc.constantFrom('c1', 'c1', 'c2', 'c3');
const carrier = fc.constantFrom('p', 'q', 'p', 'q', 'elsewhere');
const actor = fc.constantFrom(ana, ana, sue);
const call = fc.record({
  id: callId,
  direction: fc.constantFrom('inbound' as const, 'outbound' as const),
  party: fc.constant({}),
});
const outcome = fc.constantFrom(
  ...(['answered', 'missed', 'declined', 'cancelled', 'failed', 'answered-elsewhere'] as const),
);
const statusId = fc.constantFrom('available', 'break', 'lunch', 'offline', 'busy', 'custom-1', 'custom-9');
const number = fc.constantFrom('+4915112345678', '+33612345678', '0151');

const event: fc.Arbitrary<AgentEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('sign-in' as const), page }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('renew' as const), page }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('leave' as const, 'page-died' as const), page }) },
  {
    weight: 1,
    arbitrary: fc.record(
      { type: fc.constant('sign-out' as const), by: actor, force: fc.boolean() },
      { requiredKeys: ['type'] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant('choose' as const), statusId, by: actor, page },
      { requiredKeys: ['type', 'statusId', 'by'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('choose' as const),
      statusId: fc.constant('forward-to-phone'),
      by: actor,
      forwardTo: number,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('withdraw' as const), by: actor }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('call-ringing' as const), call, carrier }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('call-started' as const), call, carrier }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('call-held' as const, 'call-resumed' as const), callId, carrier }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant('call-ended' as const), callId, outcome },
      { requiredKeys: ['type', 'callId'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { type: fc.constant('call-presumed-ended' as const), callId, by: fc.constant(ana) },
      { requiredKeys: ['type', 'callId'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { type: fc.constant('close' as const), callId, by: actor },
      { requiredKeys: ['type', 'callId'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('extend' as const), callId, until: fc.constant(0) }) },
);

const wait = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 16, arbitrary: fc.integer({ min: 0, max: 15 * SECOND }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 200 * SECOND }) },
  { weight: 1, arbitrary: fc.constantFrom(10 * SECOND, 40 * SECOND, 60 * SECOND, 120 * SECOND, 150 * SECOND) },
  { weight: 1, arbitrary: fc.constantFrom(HOUR / 2, HOUR, 9 * HOUR, 13 * HOUR) },
);
/** How long ago an event happened that becomes known now; below zero: a clock that is ahead. */
const back = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -5 * SECOND, max: 15 * SECOND }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 * SECOND }) },
);
const ahead = fc.integer({ min: 0, max: 80 * SECOND });

const settings = fc.record(
  {
    acwLimitSeconds: fc.constantFrom(0, 20, 100),
    acwExtensionSeconds: fc.constantFrom(0, 50),
    acwExtensions: fc.constantFrom(0, 1),
    acwAfterUnansweredCall: fc.boolean(),
    missedCallLimit: fc.constantFrom(0, 1, 3),
    missedCallStatus: fc.constantFrom('break', 'meeting'),
    signInStatus: fc.constantFrom('available', 'custom-1'),
    absenceLimitMinutes: fc.constantFrom(1, 20, 480),
  },
  { requiredKeys: [] },
);

/** Something happens. */
export const happening: fc.Arbitrary<Step> = fc.record(
  { wait, event, back, ahead },
  { requiredKeys: ['wait', 'event'] },
);
/** The admin changes the account's rules. */
export const change: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ wait, settings }),
  fc.record({ wait, lunch: fc.boolean() }),
);
/** A day of one agent, with several pages, carriers, calls, a supervisor and changes of the account. */
export const day: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof({ weight: 12, arbitrary: happening }, { weight: 1, arbitrary: change }),
  { maxLength: 24, size: 'max' },
);

const TIMED = /^(call-|choose|withdraw|leave)/;

/** The event with the instants that the step gives it. */
export function eventAt(step: Extract<Step, { event: AgentEvent }>, now: Instant): AgentEvent {
  if (step.event.type === 'extend') return { ...step.event, until: now + (step.ahead ?? 0) };
  if (step.back === undefined || !TIMED.test(step.event.type)) return step.event;
  return { ...step.event, at: now - step.back } as AgentEvent;
}

/** The account after the step. */
export function accountAfter(before: Account, step: Step): Account {
  if ('settings' in step) return updateSettings(before, step.settings);
  return 'lunch' in step ? updateStatus(before, 'lunch', { enabled: step.lunch }) : before;
}

/** How the agent stands after a step. */
export interface Moment {
  readonly account: Account;
  readonly before: AgentRecord;
  readonly record: AgentRecord;
  readonly now: Instant;
  /** Undefined where the account changed. */
  readonly event: AgentEvent | undefined;
  readonly refusal: PhoneErrorCode | undefined;
}

/** Lives the day, from moment to moment. */
export function* live(steps: readonly Step[]): Generator<Moment> {
  let rules = account;
  let record = newAgentRecord('ana', 'Ana');
  let now = START;
  for (const step of steps) {
    now += step.wait;
    rules = accountAfter(rules, step);
    const before = record;
    const told = 'event' in step ? eventAt(step, now) : undefined;
    let refusal: PhoneErrorCode | undefined;
    try {
      if (told) record = recordEvent(rules, before, told, now);
    } catch (error) {
      if (!isPhoneError(error)) throw error;
      refusal = error.code;
    }
    yield { account: rules, before, record, now, event: told, refusal };
  }
}
