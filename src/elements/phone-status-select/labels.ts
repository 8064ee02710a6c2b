import type { Account } from '../../model/account.js';
import { trimText, type Call } from '../../model/agent.js';
import { numberKey } from '../../model/phone-number.js';
import { nameKey, ownStatuses, type Status } from '../../model/status.js';
import type { AgentView, NextStatus } from '../../model/view.js';
import { formatMinutes } from '../text/format.js';
import type { Strings } from '../text/strings.js';

const MINUTE_MS = 60_000;

/** The strings of statuses. */
export type StatusWords = Pick<Strings, 'statusNames' | 'statusDescriptions'>;

/**
 * The name of a status: that of a built-in one in the page's language, unless it was renamed or another status is shown by
 * that name; any other as the admin wrote it.
 */
export function nameOf({ id, name }: Status, { statusNames }: StatusWords, account: Account | undefined): string {
  const stored = name || id;
  const isShipped = ownStatuses.some((one) => one.id === id && one.name === name);
  return (isShipped && account ? namesIn(account, statusNames).get(id) : undefined) ?? stored;
}

/** The description of a default status in the page's language; any other as the admin wrote it. */
export function descriptionOf({ id, kind, description }: Status, { statusDescriptions }: StatusWords): string {
  return (kind === 'default' && statusDescriptions[id]) || description;
}

interface Named {
  readonly words: Strings['statusNames'];
  readonly names: ReadonlyMap<string, string>;
}
const known = new WeakMap<Account['statuses'], Named>();

/** The names of the page's language for statuses of the account, without those that are taken. */
function namesIn({ statuses }: Account, words: Strings['statusNames']): Named['names'] {
  const before = known.get(statuses);
  if (before?.words === words) return before.names;
  const names = new Map<string, string>();
  for (const { id, name } of ownStatuses) {
    const word = words[id];
    if (word && word !== name && statuses.some((status) => status.id === id && status.name === name))
      names.set(id, word);
  }
  // A status that gets its stored name back may take the name of another.
  for (let size = -1; size !== names.size && names.size > 0;) {
    size = names.size;
    const shown = statuses.map(({ id, name }) => nameKey(names.get(id) ?? name));
    const count = new Map<string, number>();
    for (const key of shown) count.set(key, (count.get(key) ?? 0) + 1);
    statuses.forEach(({ id }, index) => (count.get(shown[index] as string) === 1 ? 0 : names.delete(id)));
  }
  known.set(statuses, { words, names });
  return names;
}

/** The next status, and who set it if not the agent. */
export function nextText(
  { status, by, forwardTo }: NextStatus,
  strings: Strings,
  account: Account | undefined,
): string {
  const name = nameOf(status, strings, account);
  const whole = forwardTo ? `${name} ${strings.forwardedTo(isolated(forwardTo))}` : name;
  return by.role === 'agent' ? strings.next(whole) : strings.nextBy(whole, by.name ?? by.id);
}

/** Equal for next statuses that are shown alike. */
export function nextKey(next: NextStatus | undefined): string {
  return JSON.stringify(next && [next.status.id, next.by.role, next.by.id, next.forwardTo]);
}

/** Name and number as they are shown: without blank ones, as old records have them, or a name that repeats the number. */
export function partyOf({ party }: Call): Call['party'] {
  const name = trimText(party.name ?? '');
  const number = trimText(party.number ?? '');
  return { ...(name && partyKey(name) !== partyKey(number) ? { name } : {}), ...(number ? { number } : {}) };
}

/** Who is at the other end of a call. */
export function callerOf(call: Call, strings: Strings): string {
  const { name, number } = partyOf(call);
  return name ?? (number ? isolated(number) : strings.unknownCaller);
}

/** The key by which name and number are compared: as a number if it can be dialled, else as a name. */
function partyKey(text: string): string {
  try {
    return numberKey(text);
  } catch {
    return nameKey(text);
  }
}

/** The reason for the status shown. Empty if the agent chose it. */
export function whyOf({ cause, by, status, conversations, route, agentId }: AgentView, strings: Strings): string {
  const who = by ? (by.name ?? by.id) : '';
  switch (cause) {
    case 'call': {
      const live = conversations.find(({ state }) => state === 'live' || state === 'held');
      const call = live ?? conversations.find(({ state }) => state === 'ended');
      if (!call) return '';
      return (status.id === 'busy' ? strings.onCall : strings.afterCall)(callerOf(call, strings));
    }
    case 'supervisor':
      return strings.bySupervisor(who);
    case 'missed-calls':
      return strings.byMissedCalls;
    case 'sign-in':
      return strings.bySignIn;
    case 'sign-out':
      return by && by.id !== agentId ? strings.bySignOutOf(who) : strings.bySignOut;
    case 'lease':
      return strings.byLease;
    case 'agent':
      return route?.to === 'phone' ? strings.forwardedTo(isolated(route.number)) : '';
  }
}

/** The text that the allowance is used up. */
export function overAllowanceText(minutes: number, strings: Strings): string {
  return strings.overAllowance(formatMinutes(minutes * MINUTE_MS, strings.lang));
}

/** The line under the selector: a whole sentence for screen readers, of which `shown` is visible. */
interface WhyLine {
  readonly before: string;
  /** Empty where the selector shows everything. */
  readonly shown: string;
  readonly after: string;
}

/** Why the agent is in the status. `minutes`: whole minutes in it; `embedded`: the calls are shown beside it. */
export function whyLine(
  view: AgentView,
  { minutes, isOver, embedded }: { readonly minutes: number; readonly isOver: boolean; readonly embedded: boolean },
  { strings, account }: { readonly strings: Strings; readonly account: Account | undefined },
): WhyLine {
  const { status, cause, since } = view;
  const over = isOver ? overAllowanceText(status.allowanceMinutes, strings) : '';
  const why = strings.sentence([whyOf(view, strings), over].filter(Boolean));
  const time = since ? formatMinutes(minutes * MINUTE_MS, strings.lang) : '';
  const sentence = strings.sentence([nameOf(status, strings, account), why, time].filter(Boolean));
  const isSeen = !over && (cause === 'sign-in' || (cause === 'call' && embedded));
  if (!why || isSeen) return { before: sentence, shown: '', after: '' };
  const start = sentence.indexOf(why);
  return { before: sentence.slice(0, start), shown: why, after: sentence.slice(start + why.length) };
}

/** A number that reads from left to right in any script. */
function isolated(number: string): string {
  return `\u2066${number}\u2069`;
}
