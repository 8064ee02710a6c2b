import type { PhoneErrorCode } from '../../model/errors.js';
import type { SETTINGS } from '../../model/schema/account.js';
import type { Status } from '../../model/status.js';
import { mergedStrings, registerIn, type Registry } from '../text/string-registry.js';

/** The settings that an admin can change: all but those of the vendor. */
export type AdminSetting = {
  [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends { readonly isVendors: true } ? never : Name;
}[keyof typeof SETTINGS];

/** The error codes that a change of an account never has. */
type AgentOnlyCode =
  | 'outdated'
  | 'invalid-number'
  | 'call-in-progress'
  | 'not-taking-calls'
  | 'missing-agent'
  | 'no-microphone'
  | 'call-failed'
  | 'call-over';

/** A setting's label, and its meaning in one line. */
export type SettingWords = readonly [label: string, meaning: string];

/** The texts of the emoji picker, by the names of `emoji-picker-element`. */
export type PickerWords = Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>;

const texts = {
  /** The BCP 47 language of the texts. If you leave it out, the page's language is used. */
  lang: 'en',
  /** The message for an error, by its code. For invalid input, English pages show the model's own message. */
  errors: {
    denied: 'You are not allowed to change this. Nothing was changed.',
    unavailable: 'No connection. Nothing was changed. Try again when you are back online.',
    closed: 'The connection was closed. Reload the page.',
    'newer-version': 'This page is out of date. Reload it to continue.',
    'damaged-data': 'The stored statuses are damaged, so nothing can be changed.',
    conflict: 'Too many people are saving right now. Try again.',
    'invalid-status': 'This status does not exist.',
    'invalid-name': 'This name cannot be used.',
    'invalid-emoji': 'Choose exactly one emoji.',
    'invalid-description': 'This description cannot be used.',
    'invalid-setting': 'This value is not allowed.',
    'duplicate-name': 'Another status already has this name.',
    'too-many-statuses': 'The account already has 1000 statuses. Rename a disabled one.',
    'status-in-use': 'A setting uses this status. Change that setting first.',
    'not-supported': 'This is not possible with this status.',
  } satisfies Record<Exclude<PhoneErrorCode, AgentOnlyCode>, string> as Readonly<
    Partial<Record<PhoneErrorCode, string>>
  >,
  /** The message for any other error. */
  unknownError: 'That did not work. Try again.',

  title: 'Agent Statuses',
  loading: 'Loading the statuses…',
  newStatus: 'New Agent Status',
  filter: 'Find a status',
  noMatch: 'No matching status',
  noCustom: 'No custom statuses yet. Agents can choose a new one as soon as you add it.',
  dismiss: 'Dismiss',
  undo: 'Undo',
  undone: 'Undone.',
  saving: 'Saving…',
  offline: 'No connection. You cannot save changes until it is back.',
  /** The browser does not let this site store data, so changes last only as long as this page. */
  notKept: 'This browser stores no data. Your changes last only while this page is open.',
  damaged:
    'The stored statuses and settings are damaged and cannot be read. Agents keep the last known ones. You can replace the damaged data with what this page shows, or with the default statuses if it shows none.',
  repair: 'Replace the damaged data',
  repaired: 'Saved. You can change statuses and settings again.',

  emoji: 'Emoji',
  name: 'Name',
  type: 'Type',
  description: 'Description',
  takesCalls: 'Available to take calls?',
  enabled: 'Enabled',
  actions: 'Actions',
  typeDefault: 'Default',
  typeCustom: 'Custom',
  yes: 'Yes',
  no: 'No',
  /** A default status cannot be disabled. */
  always: 'Always',
  /** Forward to Phone, if the account does not have it, and if it does. */
  onRequest: 'Enabled on request',
  switchedOn: 'On',
  allowed: (minutes: string) => `Allowed: ${minutes}`,
  edit: 'Edit',
  editOf: (name: string) => `Edit ${name}`,
  enabledOf: (name: string) => `${name} enabled`,
  move: (name: string) => `Move ${name}`,
  moveHint: 'Drag, or press the arrow keys, Home or End.',
  moveUp: 'Move up',
  moveDown: 'Move down',
  moved: (name: string, position: number, count: number) => `${name}: position ${String(position)} of ${String(count)}`,

  chooseEmoji: 'Choose an emoji',
  emojiHint: 'Choose, type or paste one emoji.',
  emojiMissing: 'Choose an emoji.',
  pickerLoading: 'Loading emoji…',
  pickerFailed: 'The emoji picker could not be loaded. Type or paste an emoji.',
  nameMissing: 'Give the status a name.',
  nameHint: (most: number) => `Shown to agents. 1 to ${String(most)} characters.`,
  descriptionHint: (most: number) => `Optional. Up to ${String(most)} characters.`,
  takesCallsHint: 'Calls are routed to agents in this status.',
  allowance: 'Allowance in minutes',
  allowanceHint: 'After this, the time in the status is marked. 0 means no limit.',
  defaultHint: 'You cannot change the name, emoji or description of a default status.',
  add: 'Add status',
  save: 'Save',
  /** The admin opens another form while one has unsaved input. */
  unsaved: 'Save or cancel what you are editing first.',
  cancel: 'Cancel',
  added: (name: string) => `${name} was added. Agents can choose it now.`,
  saved: (name: string) => `${name} was saved.`,
  switched: (name: string, enabled: boolean) =>
    enabled
      ? `${name} is enabled. Agents can choose it now.`
      : `${name} is disabled. Agents in this status stay in it until they choose another.`,

  /** What another admin did, while a form is open and when a change is saved. */
  meanwhile: (what: string) => `Changed by someone else: ${what}. What you typed is kept.`,
  others: (what: string) => `Changed by someone else: ${what}.`,
  newsAdded: (name: string) => `${name} added`,
  newsRemoved: (name: string) => `${name} removed`,
  newsSwitched: (name: string, enabled: boolean) => `${name} ${enabled ? 'enabled' : 'disabled'}`,
  newsField: (name: string, field: string, value: string) => `${field} of ${name}: ${value}`,
  newsOrder: 'order',
  newsSetting: (setting: string, value: string) => `${setting}: ${value}`,
  fields: {
    name: 'name',
    emoji: 'emoji',
    description: 'description',
    takesCalls: 'available to take calls',
    allowanceMinutes: 'allowance',
  } as Readonly<Partial<Record<keyof Status, string>>>,

  settings: 'Account settings',
  settingsHint: 'These apply to all agents from now on. Changes are saved as you make them.',
  settingSaved: (setting: string) => `Saved: ${setting}`,
  settingWords: {
    signInStatus: ['Status at sign-in', 'Agents get this at their first sign-in and after a long absence.'],
    absenceLimitMinutes: ['Long absence, in minutes', 'Agents who return sooner get their previous status back.'],
    acwLimitSeconds: ['After Call Work limit, in seconds', 'After this time, it closes by itself. 0 means no limit.'],
    acwExtensionSeconds: ['One extension, in seconds', 'How much time an extension adds. 0 means none.'],
    acwExtensions: ['Extensions per call', 'How many times an agent can extend. 0 means never.'],
    acwAfterUnansweredCall: ['After Call Work when nobody answers', 'Applies to outbound calls that nobody answers.'],
    missedCallLimit: ['Missed calls in a row', 'After this many, agents get the chosen status. 0 means never.'],
    missedCallStatus: ['Status after missed calls', 'Keeps calls away from agents who do not answer.'],
    callsNeedTakesCalls: ['Dial only in statuses that take calls', 'Outbound calls are refused in any other status.'],
    alwaysDial: [
      'Numbers that can always be dialled',
      'One per line, for example emergency numbers. Allowed in every status.',
    ],
  } satisfies Record<AdminSetting, SettingWords> as Readonly<Record<AdminSetting, SettingWords>>,
};

/**
 * All texts of the page *Agent Statuses* in one language. Functions receive finished texts and build the sentence.
 * Anything that a page does not replace stays English. The names of built-in statuses come from `Strings`.
 */
export type SettingsStrings = Readonly<typeof texts> & {
  /** Texts of the emoji picker that replace its English ones. */
  readonly picker?: PickerWords;
};

/** The built-in English texts. */
export const englishSettings = texts as SettingsStrings & {
  readonly errors: Readonly<Record<Exclude<PhoneErrorCode, AgentOnlyCode>, string>>;
};

const registry: Registry<SettingsStrings> = new Map();

/** Registers the strings of a language for all pages *Agent Statuses* in that language, as `registerStrings` does. */
export function registerSettingsStrings(lang: string, strings: Partial<SettingsStrings>): void {
  registerIn(registry, lang, strings);
}

/** The strings for a language: what the page replaced, else what is registered for it, else English. */
export function settingsStringsFor(lang: string, replaced?: Partial<SettingsStrings> | null): SettingsStrings {
  const records = ['errors', 'fields', 'settingWords'] as const;
  return mergedStrings<SettingsStrings>(englishSettings, { registry, lang, replaced, records });
}
