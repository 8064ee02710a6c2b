import { isChoosable, type Account } from './account.js';
import type { AgentRecord, Choice, ChooseEvent, Instant } from './agent.js';
import { isForward, isOpen } from './conversation.js';
import { PhoneError, quote } from './errors.js';
import { hasLease, keptActor, signIn, type Instants } from './presence.js';

/** A status is chosen: at once, or as next while a conversation is open. */
export function choose(account: Account, record: AgentRecord, event: ChooseEvent, { at, now }: Instants): AgentRecord {
  const { statusId, page } = event;
  const by = keptActor(event.by);
  if (typeof statusId !== 'string' || !isChoosable(account, statusId)) {
    throw new PhoneError('invalid-status', `The status ${quote(statusId)} cannot be chosen. Choose one of the list.`);
  }
  const choice: Choice = {
    statusId,
    at,
    by,
    cause: by.role === 'agent' ? 'agent' : 'supervisor',
    ...numberOf(event),
  };
  if (at < record.wishAt) {
    throw new PhoneError(
      'outdated',
      `A newer choice than ${quote(statusId)} is stored already. Look at it, and choose again.`,
    );
  }
  const returns = record.signOut && by.role === 'agent' && typeof page === 'string' && page !== '';
  const present = returns ? signIn(account, record, page, { at, now }) : record;
  return setChoice(account, present.missedCalls === 0 ? present : { ...present, missedCalls: 0 }, choice);
}

/** What waits as next is dropped. */
export function withdraw(record: AgentRecord, at: Instant): AgentRecord {
  if (!record.next) return record;
  if (at < record.wishAt) {
    throw new PhoneError(
      'outdated',
      'A newer choice than the withdrawn one waits already. Look at it, and withdraw it.',
    );
  }
  return { ...record, next: null, wishAt: at };
}

/** The choice stands, waits, or changes nothing; choosing what stands leaves nothing waiting. */
export function setChoice(account: Account, record: AgentRecord, choice: Choice): AgentRecord {
  const wishAt = Math.max(choice.at, record.wishAt);
  const stands = isSame(record.choice, choice);
  if (record.calls.some(isOpen)) {
    if (stands) return record.next ? { ...record, next: null, wishAt } : record;
    return isSame(record.next, choice) ? record : { ...record, next: choice, wishAt };
  }
  if (stands) return record;
  const chosen = { ...record, choice, wishAt };
  // Forward to Phone may come before the first page: then its absence is counted from here.
  if (!isForward(choice) || record.absentSince !== null || hasLease(record)) return chosen;
  return { ...chosen, absentSince: choice.at, absenceLimitMinutes: account.settings.absenceLimitMinutes };
}

function isSame(one: Choice | null, other: Choice): boolean {
  return one?.statusId === other.statusId && one.forwardTo === other.forwardTo;
}

function numberOf({ statusId, forwardTo }: ChooseEvent): { forwardTo?: string } {
  if (!isForward({ statusId } as Choice)) return {};
  if (typeof forwardTo === 'string' && /^\+[1-9]\d{6,14}$/.test(forwardTo)) return { forwardTo };
  throw new PhoneError(
    'invalid-number',
    `${quote(forwardTo)} is not a number to forward to. Write + and 7 to 15 digits, the first not 0.`,
  );
}
