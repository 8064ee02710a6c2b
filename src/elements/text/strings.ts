import type { Control } from '../../calls/call-source.js';
import { isPhoneError, type PhoneErrorCode } from '../../model/errors.js';
import { ownStatuses } from '../../model/status.js';
import type { DialRefusal } from '../../session/dialling.js';
import { englishErrors, hasExtension, unknownError } from './error-words.js';
import { mergedStrings, notifyWatchers, registerIn, type Registry } from './string-registry.js';

const shipped = (word: 'name' | 'description', statuses = ownStatuses): Readonly<Record<string, string>> =>
  Object.fromEntries(statuses.map((status) => [status.id, status[word]]));

/** The labels of the controls' buttons. `sendDigits` is behind the keypad. */
type ControlLabels = Readonly<Record<Exclude<Control, 'sendDigits'>, string>>;

const texts = {
  /** The BCP 47 language of times, numbers and plurals. If you leave it out, the page's language is used. */
  lang: 'en',
  /**
   * Names of the built-in statuses by id. A status keeps its stored name if an admin renamed it, or if another status is
   * already shown by the name given here.
   */
  statusNames: shipped('name'),
  /** Descriptions of the default statuses by id. */
  statusDescriptions: shipped(
    'description',
    ownStatuses.filter(({ kind }) => kind === 'default'),
  ),
  /** The message for an error, by its code. */
  errors: englishErrors as Readonly<Partial<Record<PhoneErrorCode, string>>>,
  /** The message for any other error. */
  unknownError,
  /** A refused choice: the status, the reason (a sentence) and the present status. */
  notSaved: (status: string, why: string, now: string) =>
    `${status} was not saved: ${why} Your status is still ${now}.`,
  /** Any other refused action: its name, as on the button, and the reason (a sentence). */
  failed: (what: string, why: string) => `${what}: ${why}`,

  /** Names the whole widget. */
  widget: 'Phone',
  status: 'Status',
  statuses: 'Statuses',
  connecting: 'Connecting…',
  /** The choice has not reached the store yet. */
  unsaved: 'not saved yet',
  /** Said when a choice is saved after a while. */
  saved: 'saved',
  missingAgent: 'No agent is set for this widget.',
  signIn: 'Sign in',
  filter: 'Filter statuses',
  noMatch: 'No matching status',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  /** The store cannot be reached, so others may see the agent as Offline. */
  unreachable: 'No connection. Others may see you as Offline.',
  reconnected: 'Back online.',
  /** The browser does not let this site store data, so only this page knows status and calls. */
  notKept: 'Your status is kept only while this page is open.',
  missed: (who: string, time: string) => `Missed call from ${who}, ${time}`,

  /** Joins the parts of a sentence: name, reason, time. */
  sentence: (parts: readonly string[]) => parts.join(', '),
  bySupervisor: (name: string) => `set by the supervisor ${name}`,
  byMissedCalls: 'set after missed calls',
  bySignIn: 'set at sign-in',
  bySignOut: 'signed out',
  bySignOutOf: (name: string) => `signed out by ${name}`,
  byLease: 'no open page',
  onCall: (who: string) => `on a call with ${who}`,
  afterCall: (who: string) => `after the call with ${who}`,
  forwardedTo: (number: string) => `to ${number}`,
  overAllowance: (minutes: string) => `over the ${minutes} limit`,
  next: (status: string) => `Next: ${status}`,
  nextBy: (status: string, name: string) => `Next: ${status}, set by ${name}`,
  withdraw: 'Withdraw',
  /** The next status was dropped, by the agent or by a supervisor. */
  withdrawn: 'Next status withdrawn',
  withdrawnBy: (name: string) => `Next status withdrawn by ${name}`,

  forwardNumber: 'Phone number',
  forward: 'Forward calls',
  badNumber: 'Not a phone number. Include the country code, for example +49 30 901820.',

  dial: 'Call',
  dialNumber: 'Number to call',
  /** The account does not allow calls in this status. */
  callsNotAllowed: (status: string) => `Calls are not allowed in ${status}.`,
  /** Buttons that take the missing step and then dial; `sign-in` does not dial. */
  dialOffers: {
    'become-available': 'Become Available and call',
    'close-and-become-available': 'Done, become Available and call',
    'close-and-dial': 'Close and dial',
    'sign-in': 'Sign in',
  } satisfies Record<NonNullable<DialRefusal['offer']>, string>,
  /** The number has an extension, which cannot be dialled with it. */
  extension: 'Leave out the extension. Enter it on the keypad once the call is answered.',

  incoming: 'Incoming call',
  outgoing: 'Outgoing call',
  unknownCaller: 'Unknown caller',
  talking: 'On a call',
  /** Names the group of a call's buttons. */
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
  /** Another page or device of the agent carries the call. */
  notHere: 'In another tab or on another device',
  duration: 'Duration',
  notes: 'Notes',
  tags: 'Tags',
  addTag: 'Add a tag',
  removeTag: (tag: string) => `Remove ${tag}`,
  tagAdded: (tag: string) => `${tag} added`,
  tagRemoved: (tag: string) => `${tag} removed`,
  close: 'Close',
  closing: 'Closing…',
  /** Why a conversation was closed while the agent was still writing notes. */
  closedByLimit: 'Closed by the limit',
  closedBySupervisor: (name: string) => `Closed by the supervisor ${name}`,
  closedElsewhere: 'Closed in another tab or on another device',
  closedByAbsence: 'Closed after a long absence',
  closedUnanswered: 'Closed because nobody answered',
  closesIn: (time: string) => `Closes in ${time}`,
  extend: 'More time',
  extended: 'More time added',
  /** Said before After Call Work closes by itself. */
  canExtend: (count: number) => `you can add more time, ${String(count)} left`,
  extensionsLeft: (count: number) => `${String(count)} left`,
  callOver: 'The call is over',
  /** Asks for confirmation when the call could be hung up instead. */
  callOverHint: 'Only if the call has ended but still shows as live. Otherwise, hang up.',
  draftNotKept: 'Browser storage is full. Keep this page open or you will lose your notes.',
} satisfies ControlLabels & Readonly<Record<string, unknown>>;

/**
 * All texts of the elements in one language. Functions receive finished texts (names, times) and build the sentence.
 * Anything that a page does not replace stays English.
 */
export type Strings = Readonly<typeof texts> & ControlLabels;

/** The built-in English strings. The sentences of rare errors are loaded on demand. */
export const english = texts as Strings & { readonly errors: Readonly<Record<PhoneErrorCode, string>> };

const registry: Registry<Strings> = new Map();

/**
 * Registers the strings of a language, such as `de` or `pt-BR`, for all elements in that language, including those that
 * are on the page already. The `strings` property of an element takes precedence.
 */
export function registerStrings(lang: string, strings: Partial<Strings>): void {
  registerIn(registry, lang, strings);
}

/** The strings for a language: what the page replaced, else what is registered for it, else English. */
export function stringsFor(lang: string, replaced?: Partial<Strings> | null): Strings {
  const records = ['statusNames', 'statusDescriptions', 'errors'] as const;
  return mergedStrings<Strings>(english, { registry, lang, replaced, records });
}

let rare: Strings['errors'] | undefined;
let loading: Promise<void> | undefined;

/**
 * The message for an error. Empty while it is being loaded: the elements are updated when it is there, or when it could
 * not be loaded and the general one is used.
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
  notifyWatchers();
}
