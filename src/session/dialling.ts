import type { Account } from '../model/account.js';
import type { AgentRecord, CallId, Instant } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import { dialNumber, numberKey } from '../model/phone-number.js';
import type { Status } from '../model/status.js';
import { agentView } from '../model/view.js';

/** The rules, the agent's record and the moment of a call. */
interface Dialling {
  readonly account: Account;
  readonly record: AgentRecord;
  readonly now: Instant;
}

/** The data of `not-taking-calls`: why a number was not dialled, and what would help. */
export interface DialRefusal {
  /** The status in which calls are not allowed. */
  readonly status: Status;
  /** Absent if nothing helps, as during a call. */
  readonly offer?: 'become-available' | 'close-and-become-available' | 'close-and-dial' | 'sign-in';
  /** The conversations that are open in After Call Work. */
  readonly callIds?: readonly CallId[];
}

/**
 * The number as it can be dialled. Throws `invalid-number` if it is not a number, and `not-taking-calls` with a
 * {@link DialRefusal} if the account's rule forbids the call in the status before the present calls.
 */
export function dialable(number: unknown, { account, record, now }: Dialling): string {
  const dialled = dialNumber(number);
  const { callsNeedTakesCalls, alwaysDial } = account.settings;
  if (!callsNeedTakesCalls || alwaysDial.some((one) => numberKey(one) === numberKey(dialled))) return dialled;
  const { status, cause, conversations, present } = agentView(account, record, now);
  const isAfterCall = status.id === 'after-call-work' && cause === 'call';
  // Closing helps if the status after After Call Work allows calls.
  const choice = (isAfterCall ? record.next : undefined) ?? record.choice;
  const before = agentView(account, { ...record, choice, calls: [] }, now);
  if (before.takesCalls && !isAfterCall) return dialled;
  const refusal: DialRefusal = before.takesCalls
    ? { status, offer: 'close-and-dial' }
    : { status: before.status, ...(isAfterCall ? { offer: 'close-and-become-available' } : offerOf(cause, present)) };
  const callIds = conversations.filter(({ state }) => state === 'ended').map(({ id }) => id);
  throw new PhoneError(
    'not-taking-calls',
    `${quote(dialled)} was not dialled: calls are not allowed in ${quote(refusal.status.name)}. Choose another status.`,
    { data: isAfterCall ? { ...refusal, callIds } : refusal },
  );
}

/** What helps if no conversation is open. */
function offerOf(cause: string, isPresent: boolean): Pick<DialRefusal, 'offer'> {
  if (cause === 'call') return {};
  return { offer: isPresent ? 'become-available' : 'sign-in' };
}
