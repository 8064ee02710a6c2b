import { isPhoneError, type PhoneErrorCode } from '../model/errors.js';
import type { DialRefusal } from '../session/dialling.js';

/**
 * Every word that the elements say, in one language. Functions get finished texts (names, times) and build the
 * sentence; what a page does not replace stays English.
 */
export interface Strings {
  /** The BCP 47 language in which times, numbers and plurals are written; the page's own where it is left out. */
  readonly lang: string;
  /** Names of the default statuses by id; a custom status carries its own. */
  readonly statusNames: Readonly<Record<string, string>>;
  /** What the user reads where an error has this code; elsewhere the error's own message, which says more. */
  readonly errors: Readonly<Partial<Record<PhoneErrorCode, string>>>;

  /** Names the whole widget. */
  readonly widget: string;
  readonly status: string;
  readonly statuses: string;
  readonly connecting: string;
  /** A choice that the store has not taken yet. */
  readonly unsaved: string;
  readonly missingAgent: string;
  readonly signIn: string;
  readonly filter: string;
  readonly noMatch: string;
  readonly dismiss: string;
  readonly cancel: string;
  /** Others may see the agent as Offline, because the store is out of reach. */
  readonly unreachable: string;
  /** The browser lets this site keep nothing: status and calls are known to this page alone. */
  readonly notKept: string;
  readonly missed: (who: string, time: string) => string;

  /** Joins the parts of a sentence: name, reason, time. */
  readonly sentence: (parts: readonly string[]) => string;
  readonly bySupervisor: (name: string) => string;
  readonly byMissedCalls: string;
  readonly bySignIn: string;
  readonly bySignOut: string;
  readonly bySignOutOf: (name: string) => string;
  readonly byLease: string;
  readonly onCall: (who: string) => string;
  readonly afterCall: (who: string) => string;
  readonly forwardedTo: (number: string) => string;
  readonly overAllowance: (minutes: string) => string;
  readonly next: (status: string) => string;
  readonly nextBy: (status: string, name: string) => string;
  readonly withdraw: string;

  readonly forwardNumber: string;
  readonly forward: string;
  readonly badNumber: string;

  readonly dial: string;
  readonly dialNumber: string;
  /** A number is not dialled, because the account's rule forbids it in that status. */
  readonly callsNotAllowed: (status: string) => string;
  /** The buttons that do what is missing, and then dial; `sign-in` does not dial. */
  readonly dialOffers: Readonly<Record<NonNullable<DialRefusal['offer']>, string>>;
  /** A number with an extension, which cannot be dialled in one go. */
  readonly extension: string;

  readonly incoming: string;
  readonly outgoing: string;
  readonly unknownCaller: string;
  readonly talking: string;
  /** Names the group of a call's buttons. */
  readonly controls: string;
  readonly answer: string;
  readonly decline: string;
  readonly hangUp: string;
  readonly hold: string;
  readonly resume: string;
  readonly mute: string;
  readonly unmute: string;
  readonly keypad: string;
  readonly transfer: string;
  readonly transferTo: string;
  readonly onHold: string;
  readonly callEnded: string;
  /** The call is carried by another page or device of the agent. */
  readonly notHere: string;
  readonly duration: string;
  readonly notes: string;
  readonly tags: string;
  readonly addTag: string;
  readonly removeTag: (tag: string) => string;
  readonly tagAdded: (tag: string) => string;
  readonly tagRemoved: (tag: string) => string;
  readonly close: string;
  readonly closing: string;
  /** Why a conversation is over whose notes the agent is still writing. */
  readonly closedByLimit: string;
  readonly closedBySupervisor: (name: string) => string;
  readonly closedElsewhere: string;
  readonly closedByAbsence: string;
  readonly closedUnanswered: string;
  readonly closesIn: (time: string) => string;
  readonly extend: string;
  readonly extensionsLeft: (count: number) => string;
  readonly callOver: string;
  /** Asks once more, where the call could be hung up instead. */
  readonly callOverHint: string;
  readonly draftNotKept: string;
}

/** The strings that the product comes with. */
export const english: Strings = {
  lang: 'en',
  statusNames: {
    available: 'Available',
    busy: 'Busy',
    'after-call-work': 'After Call Work',
    'forward-to-phone': 'Forward to Phone',
    offline: 'Offline',
  },
  errors: {
    outdated: 'Somebody made a newer choice meanwhile.',
    'newer-version': 'This page is older than the data. Reload it to go on.',
    'damaged-data': 'Data was damaged and left out. If it was your status, choose it again.',
    'call-in-progress': 'Not possible while a call goes on.',
    'invalid-number': 'This cannot be dialled. Write digits, with + before a country code.',
    'not-taking-calls': 'You cannot call in this status.',
    'missing-agent': 'No agent is named.',
  },

  widget: 'Phone',
  status: 'Status',
  statuses: 'Statuses',
  connecting: 'Connecting…',
  unsaved: 'not saved yet',
  missingAgent: 'No agent: the page has not said whose status this is.',
  signIn: 'Sign in',
  filter: 'Filter statuses',
  noMatch: 'No status of that name',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  unreachable: 'No connection. Others may see you as Offline.',
  notKept: 'Your status is kept only while this page is open.',
  missed: (who, time) => `Missed call from ${who}, ${time}`,

  sentence: (parts) => parts.join(', '),
  bySupervisor: (name) => `set by the supervisor ${name}`,
  byMissedCalls: 'set after missed calls',
  bySignIn: 'set at sign-in',
  bySignOut: 'signed out',
  bySignOutOf: (name) => `signed out by ${name}`,
  byLease: 'no open page',
  onCall: (who) => `on a call with ${who}`,
  afterCall: (who) => `after the call with ${who}`,
  forwardedTo: (number) => `to ${number}`,
  overAllowance: (minutes) => `longer than the allowed ${minutes}`,
  next: (status) => `Next: ${status}`,
  nextBy: (status, name) => `Next: ${status}, set by ${name}`,
  withdraw: 'Withdraw',

  forwardNumber: 'Phone number',
  forward: 'Forward calls',
  badNumber: 'Not a phone number. Write it with its country code, such as +49 30 901820.',

  dial: 'Call',
  dialNumber: 'Number to call',
  callsNotAllowed: (status) => `Calls are not allowed in ${status}.`,
  dialOffers: {
    'become-available': 'Become Available and call',
    'close-and-become-available': 'Done, become Available and call',
    'close-and-dial': 'Close and dial',
    'sign-in': 'Sign in',
  },
  extension: 'Leave out the extension. Send it with the keypad once the call is answered.',

  incoming: 'Incoming call',
  outgoing: 'Outgoing call',
  unknownCaller: 'Unknown caller',
  talking: 'On a call',
  controls: 'Call controls',
  answer: 'Answer',
  decline: 'Decline',
  hangUp: 'Hang up',
  hold: 'Hold',
  resume: 'Resume',
  mute: 'Mute',
  unmute: 'Unmute',
  keypad: 'Keypad',
  transfer: 'Transfer',
  transferTo: 'Transfer to',
  onHold: 'On hold',
  callEnded: 'Call ended',
  notHere: 'In another tab or on another device',
  duration: 'Duration',
  notes: 'Notes',
  tags: 'Tags',
  addTag: 'Add a tag',
  removeTag: (tag) => `Remove ${tag}`,
  tagAdded: (tag) => `${tag} added`,
  tagRemoved: (tag) => `${tag} removed`,
  close: 'Close',
  closing: 'Closing…',
  closedByLimit: 'Closed by the limit',
  closedBySupervisor: (name) => `Closed by the supervisor ${name}`,
  closedElsewhere: 'Closed in another tab or on another device',
  closedByAbsence: 'Closed after a long absence',
  closedUnanswered: 'Closed because nobody answered',
  closesIn: (time) => `Closes in ${time}`,
  extend: 'More time',
  extensionsLeft: (count) => `${String(count)} left`,
  callOver: 'The call is over',
  callOverHint: 'Only if the call has ended and its end was not reported. Otherwise hang up.',
  draftNotKept: 'This browser has no room left: the text is safe only while this page is open.',
};

/** The words that a page registers, by language. */
export type Registry<T> = Map<string, Partial<T>>;

const registry: Registry<Strings> = new Map();
const watchers = new Set<() => void>();

/**
 * Registers the strings of a language, such as `de` or `pt-BR`, for all elements in that language, those that are on the
 * page already too. A `strings` property of an element wins over it.
 */
export function registerStrings(lang: string, strings: Partial<Strings>): void {
  registerIn(registry, lang, strings);
}

/** Registers words of a language, and tells who shows words. */
export function registerIn<T>(words: Registry<T>, lang: string, strings: Partial<T>): void {
  words.set(lang.toLowerCase(), strings);
  for (const changed of watchers) changed();
}

/** The words registered for a language, else for it in whatever region. */
export function registeredIn<T>(words: Registry<T>, lang: string): Partial<T> {
  const key = lang.toLowerCase();
  return words.get(key) ?? words.get(key.split('-')[0] ?? '') ?? {};
}

/** Calls `changed` whenever words are registered. Returns what ends that. */
export function watchStrings(changed: () => void): () => void {
  watchers.add(changed);
  return () => void watchers.delete(changed);
}

/** The strings for a language: what the page replaced, else what is registered for it, else English. */
export function stringsFor(lang: string, replaced?: Partial<Strings> | null): Strings {
  const registered = registeredIn(registry, lang);
  return {
    ...english,
    lang: lang || english.lang,
    ...registered,
    ...replaced,
    statusNames: { ...english.statusNames, ...registered.statusNames, ...replaced?.statusNames },
    errors: { ...english.errors, ...registered.errors, ...replaced?.errors },
  };
}

/** What the user reads of an error: the product's own in the page's language, anybody else's as they say it. */
export function errorText(error: unknown, strings: Strings): string {
  if (hasExtension(error)) return strings.extension;
  const known = isPhoneError(error) ? strings.errors[error.code] : undefined;
  return known ?? messageOf(error);
}

/** Whether a number was refused because it has an extension. */
export function hasExtension(error: unknown): boolean {
  return (
    isPhoneError(error, 'invalid-number') && (error.data as { reason?: string } | undefined)?.reason === 'extension'
  );
}

/** The error's own message, as a developer reads it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace('[phone-widget] ', '') : String(error);
}

/** The language in force at an element: the nearest `lang` around it, through shadow roots, else the browser's. */
export function languageOf(element: Element): string {
  for (let node: Node | null = element; node; node = node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null) {
    const lang = (node as Partial<Element>).getAttribute?.('lang');
    if (lang) return lang;
  }
  return navigator.language;
}
