import type { Account } from '../model/account.js';
import type { AgentRecord, Instant } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import { agentView } from '../model/view.js';

/** A call that is about to be made: by whom, under which rules, and when. */
export interface Dialling {
  readonly account: Account;
  readonly record: AgentRecord;
  readonly now: Instant;
}

/**
 * The number as it can be dialled, without spaces, dashes, dots, slashes and brackets. Throws `invalid-number` where nothing
 * is left that can be, and `not-taking-calls` where the account's rule refuses it: judged on the status that stood before
 * the present calls. In After Call Work its data is `{offer: 'close-and-dial', callIds}` where closing helps.
 */
export function dialable(number: unknown, { account, record, now }: Dialling): string {
  const dialled = typeof number === 'string' ? number.normalize('NFKC').replace(/[\s\p{Pd}./()[\]]/gu, '') : '';
  if (!/^\+?[\d*#]{1,32}$/.test(dialled)) {
    throw new PhoneError(
      'invalid-number',
      `${quote(number)} cannot be dialled. Write digits, with + before a country's code.`,
    );
  }
  const { callsNeedTakesCalls, alwaysDial } = account.settings;
  if (!callsNeedTakesCalls || alwaysDial.some((one) => digitsOf(one) === digitsOf(dialled))) return dialled;
  const { status, cause, conversations } = agentView(account, record, now);
  const isAfterCall = status.id === 'after-call-work' && cause === 'call';
  // In After Call Work the status that closing would bring back decides whether closing helps.
  const choice = (isAfterCall ? record.next : undefined) ?? record.choice;
  const before = agentView(account, { ...record, choice, calls: [] }, now);
  if (!before.takesCalls) {
    const name = quote(before.status.name);
    throw new PhoneError(
      'not-taking-calls',
      `${quote(dialled)} was not dialled: ${name} takes no calls. Choose another status.`,
    );
  }
  if (!isAfterCall) return dialled;
  const callIds = conversations.filter(({ state }) => state === 'ended').map(({ id }) => id);
  throw new PhoneError(
    'not-taking-calls',
    `${quote(dialled)} was not dialled: a conversation is open. Close it, and dial again.`,
    {
      data: { offer: 'close-and-dial', callIds },
    },
  );
}

function digitsOf(number: string): string {
  return number.replace(/[^\d*#]/g, '');
}
