import { isPhoneError, type PhoneErrorCode } from '../../model/errors.js';
import { ownStatuses } from '../../model/status.js';
import type { DialRefusal } from '../../session/dialling.js';
import { englishErrors, hasExtension, unknownError } from './error-words.js';

/**
 * All texts of the elements in one language. Functions receive finished texts (names, times) and build the sentence.
 * Anything that a page does not replace stays English.
 */
export interface Strings {
  /** The BCP 47 language of times, numbers and plurals. If you leave it out, the page's language is used. */
  readonly lang: string;
  /**
   * Names of the built-in statuses by id. A status keeps its stored name if an admin renamed it, or if another status is
   * already shown by the name given here.
   */
  readonly statusNames: Readonly<Record<string, string>>;
  /** Descriptions of the default statuses by id. */
  readonly statusDescriptions: Readonly<Record<string, string>>;
  /** The message for an error, by its code. */
  readonly errors: Readonly<Partial<Record<PhoneErrorCode, string>>>;
  /** The message for any other error. */
  readonly unknownError: string;
  /** A refused choice: the status, the reason (a sentence) and the present status. */
  readonly notSaved: (status: string, why: string, now: string) => string;
  /** Any other refused action: its name, as on the button, and the reason (a sentence). */
  readonly failed: (what: string, why: string) => string;

  /** Names the whole widget. */
  readonly widget: string;
  readonly status: string;
  readonly statuses: string;
  readonly connecting: string;
  /** The choice has not reached the store yet. */
  readonly unsaved: string;
  /** Said when a choice is saved after a while. */
  readonly saved: string;
  readonly missingAgent: string;
  readonly signIn: string;
  readonly filter: string;
  readonly noMatch: string;
  readonly dismiss: string;
  readonly cancel: string;
  /** The store cannot be reached, so others may see the agent as Offline. */
  readonly unreachable: string;
  readonly reconnected: string;
  /** The browser does not let this site store data, so only this page knows status and calls. */
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
  /** The next status was dropped, by the agent or by a supervisor. */
  readonly withdrawn: string;
  readonly withdrawnBy: (name: string) => string;

  readonly forwardNumber: string;
  readonly forward: string;
  readonly badNumber: string;

  readonly dial: string;
  readonly dialNumber: string;
  /** The account does not allow calls in this status. */
  readonly callsNotAllowed: (status: string) => string;
  /** Buttons that take the missing step and then dial; `sign-in` does not dial. */
  readonly dialOffers: Readonly<Record<NonNullable<DialRefusal['offer']>, string>>;
  /** The number has an extension, which cannot be dialled with it. */
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
  readonly resumed: string;
  readonly muted: string;
  readonly unmuted: string;
  readonly callEnded: string;
  /** Another page or device of the agent carries the call. */
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
  /** Why a conversation was closed while the agent was still writing notes. */
  readonly closedByLimit: string;
  readonly closedBySupervisor: (name: string) => string;
  readonly closedElsewhere: string;
  readonly closedByAbsence: string;
  readonly closedUnanswered: string;
  readonly closesIn: (time: string) => string;
  readonly extend: string;
  readonly extended: string;
  /** Said before After Call Work closes by itself. */
  readonly canExtend: (count: number) => string;
  readonly extensionsLeft: (count: number) => string;
  readonly callOver: string;
  /** Asks for confirmation when the call could be hung up instead. */
  readonly callOverHint: string;
  readonly draftNotKept: string;
}

const shipped = (word: 'name' | 'description', statuses = ownStatuses): Readonly<Record<string, string>> =>
  Object.fromEntries(statuses.map((status) => [status.id, status[word]]));

/** The built-in English strings. The sentences of rare errors are loaded on demand. */
export const english: Strings & { readonly errors: Readonly<Record<PhoneErrorCode, string>> } = {
  lang: 'en',
  statusNames: shipped('name'),
  statusDescriptions: shipped(
    'description',
    ownStatuses.filter(({ kind }) => kind === 'default'),
  ),
  errors: englishErrors,
  unknownError,
  notSaved: (status, why, now) => `${status} was not saved: ${why} Your status is still ${now}.`,
  failed: (what, why) => `${what}: ${why}`,

  widget: 'Phone',
  status: 'Status',
  statuses: 'Statuses',
  connecting: 'Connecting…',
  unsaved: 'not saved yet',
  saved: 'saved',
  missingAgent: 'No agent is set for this widget.',
  signIn: 'Sign in',
  filter: 'Filter statuses',
  noMatch: 'No matching status',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  unreachable: 'No connection. Others may see you as Offline.',
  reconnected: 'Back online.',
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
  overAllowance: (minutes) => `over the ${minutes} limit`,
  next: (status) => `Next: ${status}`,
  nextBy: (status, name) => `Next: ${status}, set by ${name}`,
  withdraw: 'Withdraw',
  withdrawn: 'Next status withdrawn',
  withdrawnBy: (name) => `Next status withdrawn by ${name}`,

  forwardNumber: 'Phone number',
  forward: 'Forward calls',
  badNumber: 'Not a phone number. Include the country code, for example +49 30 901820.',

  dial: 'Call',
  dialNumber: 'Number to call',
  callsNotAllowed: (status) => `Calls are not allowed in ${status}.`,
  dialOffers: {
    'become-available': 'Become Available and call',
    'close-and-become-available': 'Done, become Available and call',
    'close-and-dial': 'Close and dial',
    'sign-in': 'Sign in',
  },
  extension: 'Leave out the extension. Enter it on the keypad once the call is answered.',

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
  resumed: 'Resumed',
  muted: 'Muted',
  unmuted: 'Unmuted',
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
  extended: 'More time added',
  canExtend: (count) => `you can add more time, ${String(count)} left`,
  extensionsLeft: (count) => `${String(count)} left`,
  callOver: 'The call is over',
  callOverHint: 'Only if the call has ended but still shows as live. Otherwise, hang up.',
  draftNotKept: 'Browser storage is full. Keep this page open or you will lose your notes.',
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
  tellWatchers();
}

function tellWatchers(): void {
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
  const merged = <K extends 'statusNames' | 'statusDescriptions' | 'errors'>(name: K): Strings[K] => ({
    ...english[name],
    ...registered[name],
    ...replaced?.[name],
  });
  const [statusNames, statusDescriptions] = [merged('statusNames'), merged('statusDescriptions')];
  const words = { ...english, lang: lang || english.lang, ...registered, ...replaced };
  return { ...words, statusNames, statusDescriptions, errors: merged('errors') };
}

let rare: Strings['errors'] | undefined;
let loading: Promise<void> | undefined;

/**
 * What the user reads of an error. Empty while its sentence is being loaded: the elements are drawn anew when it is there,
 * or when it could not be loaded and the general one does.
 */
export function errorText(error: unknown, strings: Strings): string {
  if (hasExtension(error)) return strings.extension;
  const code = isPhoneError(error) && error.code;
  const text = code ? strings.errors[code] : strings.unknownError;
  if (!code || text !== english.unknownError) return text ?? strings.unknownError;
  loading ??= loadRare();
  return rare ? (rare[code] ?? strings.unknownError) : '';
}

async function loadRare(): Promise<void> {
  const none = { rareErrors: {} as Strings['errors'] };
  rare = (await import('./rare-errors.js').catch(() => none)).rareErrors;
  tellWatchers();
}
