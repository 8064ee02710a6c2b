import { isChoosable, noStatus, type Account } from './account.js';
import { isName, type Actor, type Choice, type ChooseEvent, type Draft, type Instant } from './agent.js';
import { isForward, isOpen } from './conversation.js';
import { PhoneError, quote } from './errors.js';
import { hasLease, sanitizedActor, signIn, type Instants } from './presence.js';

/** Chooses a status: at once, or as next while a conversation is open. */
export function choose(account: Account, draft: Draft, event: ChooseEvent, instants: Instants): void {
  const { statusId, page } = event;
  const { at } = instants;
  const by = sanitizedActor(event.by);
  if (typeof statusId !== 'string' || !isChoosable(account, statusId)) throw noStatus(statusId);
  const choice: Draft<Choice> = { statusId, at, by, cause: by.role === 'agent' ? 'agent' : 'supervisor' };
  if (isForward(choice)) choice.forwardTo = checkNumber(event.forwardTo);
  if (at < draft.wishAt) throw outdated(`The choice of ${quote(statusId)}`);
  if (draft.signOut && by.role === 'agent' && isName(page)) signIn(account, draft, page, instants);
  draft.missedCalls = 0;
  setChoice(account, draft, choice);
}

/** Drops the next status. */
export function withdraw(draft: Draft, by: Actor, at: Instant): void {
  if (!draft.next) return;
  if (at < draft.wishAt) throw outdated('The withdrawal');
  draft.next = null;
  draft.wishAt = at;
  noteWithdrawal(draft, sanitizedActor(by));
}

function noteWithdrawal(draft: Draft, by: Actor): void {
  if (by.role !== 'agent') draft.withdrawn = { at: draft.wishAt, by };
}

function outdated(wish: string): PhoneError {
  return new PhoneError('outdated', `${wish} is older than the stored choice. Check the current status and try again.`);
}

/** Sets the choice, or lets it wait as next. Choosing the current status drops the next one. */
export function setChoice(account: Account, draft: Draft, choice: Choice): void {
  const stands = isSame(draft.choice, choice);
  if (draft.calls.some(isOpen)) {
    const next = stands ? null : choice;
    if (isSame(draft.next, next)) return;
    draft.next = next;
  } else {
    if (stands) return;
    draft.choice = choice;
    // Forward to Phone may be chosen before the first sign-in: absence then counts from now.
    if (isForward(choice) && draft.absentSince === null && !hasLease(draft)) {
      draft.absentSince = choice.at;
      draft.absenceLimitMinutes = account.settings.absenceLimitMinutes;
    }
  }
  draft.wishAt = Math.max(choice.at, draft.wishAt);
  if (stands) noteWithdrawal(draft, choice.by);
}

function isSame(one: Choice | null, other: Choice | null): boolean {
  return one?.statusId === other?.statusId && one?.forwardTo === other?.forwardTo;
}

function checkNumber(forwardTo: unknown): string {
  if (typeof forwardTo === 'string' && /^\+[1-9]\d{6,14}$/.test(forwardTo)) return forwardTo;
  throw new PhoneError(
    'invalid-number',
    `${quote(forwardTo)} is not a number that calls can be forwarded to. Use + and 7 to 15 digits, the first not 0.`,
  );
}
