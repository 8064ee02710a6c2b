import type { PhoneErrorCode } from '../../model/errors.js';
import type { AccountSettings } from '../../model/settings.js';
import type { Status } from '../../model/status.js';
import { registeredIn, registerIn, type Registry } from '../text/strings.js';

/** The settings that an admin changes; Forward to Phone is the vendor's. */
export type AdminSetting = Exclude<keyof AccountSettings, 'forwardToPhone'>;

/** The codes that no change of an account has. */
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

/** The words inside the emoji picker, as `emoji-picker-element` names them. */
export type PickerWords = Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>;

/**
 * All texts of the page *Agent Statuses* in one language. Functions receive finished texts and build the sentence.
 * Anything that a page does not replace stays English. The names of built-in statuses come from `Strings`.
 */
export interface SettingsStrings {
  /** The BCP 47 language of the texts. If you leave it out, the page's language is used. */
  readonly lang: string;
  /** The message for an error, by its code. For invalid input, English pages show the model's own message. */
  readonly errors: Readonly<Partial<Record<PhoneErrorCode, string>>>;
  /** The message for any other error. */
  readonly unknownError: string;
  /** Texts of the emoji picker that replace its English ones. */
  readonly picker?: PickerWords;

  readonly title: string;
  readonly loading: string;
  readonly newStatus: string;
  readonly filter: string;
  readonly noMatch: string;
  readonly noCustom: string;
  readonly dismiss: string;
  readonly undo: string;
  readonly undone: string;
  readonly saving: string;
  readonly offline: string;
  /** The browser does not let this site store data, so changes last only as long as this page. */
  readonly notKept: string;
  readonly damaged: string;
  readonly repair: string;
  readonly repaired: string;

  readonly emoji: string;
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly takesCalls: string;
  readonly enabled: string;
  readonly actions: string;
  readonly typeDefault: string;
  readonly typeCustom: string;
  readonly yes: string;
  readonly no: string;
  /** A default status cannot be disabled. */
  readonly always: string;
  /** Forward to Phone, if the account does not have it, and if it does. */
  readonly onRequest: string;
  readonly switchedOn: string;
  readonly allowed: (minutes: string) => string;
  readonly edit: string;
  readonly editOf: (name: string) => string;
  readonly enabledOf: (name: string) => string;
  readonly move: (name: string) => string;
  readonly moveHint: string;
  readonly moveUp: string;
  readonly moveDown: string;
  readonly moved: (name: string, position: number, count: number) => string;

  readonly chooseEmoji: string;
  readonly emojiHint: string;
  readonly emojiMissing: string;
  readonly pickerLoading: string;
  readonly pickerFailed: string;
  readonly nameMissing: string;
  readonly nameHint: (most: number) => string;
  readonly descriptionHint: (most: number) => string;
  readonly takesCallsHint: string;
  readonly allowance: string;
  readonly allowanceHint: string;
  readonly defaultHint: string;
  readonly add: string;
  readonly save: string;
  /** The admin opens another form while one has unsaved input. */
  readonly unsaved: string;
  readonly cancel: string;
  readonly added: (name: string) => string;
  readonly saved: (name: string) => string;
  readonly switched: (name: string, enabled: boolean) => string;

  /** What another admin did, while a form is open and when a change is saved. */
  readonly meanwhile: (what: string) => string;
  readonly others: (what: string) => string;
  readonly newsAdded: (name: string) => string;
  readonly newsRemoved: (name: string) => string;
  readonly newsSwitched: (name: string, enabled: boolean) => string;
  readonly newsField: (name: string, field: string, value: string) => string;
  readonly newsOrder: string;
  readonly newsSetting: (setting: string, value: string) => string;
  readonly fields: Readonly<Partial<Record<keyof Status, string>>>;

  readonly settings: string;
  readonly settingsHint: string;
  readonly settingSaved: (setting: string) => string;
  readonly settingWords: Readonly<Record<AdminSetting, SettingWords>>;
}

/** The built-in English texts. */
export const englishSettings: SettingsStrings & {
  readonly errors: Readonly<Record<Exclude<PhoneErrorCode, AgentOnlyCode>, string>>;
} = {
  lang: 'en',
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
  },
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
  always: 'Always',
  onRequest: 'Enabled on request',
  switchedOn: 'On',
  allowed: (minutes) => `Allowed: ${minutes}`,
  edit: 'Edit',
  editOf: (name) => `Edit ${name}`,
  enabledOf: (name) => `${name} enabled`,
  move: (name) => `Move ${name}`,
  moveHint: 'Drag, or press the arrow keys, Home or End.',
  moveUp: 'Move up',
  moveDown: 'Move down',
  moved: (name, position, count) => `${name}: position ${String(position)} of ${String(count)}`,

  chooseEmoji: 'Choose an emoji',
  emojiHint: 'Choose, type or paste one emoji.',
  emojiMissing: 'Choose an emoji.',
  pickerLoading: 'Loading emoji…',
  pickerFailed: 'The emoji picker could not be loaded. Type or paste an emoji.',
  nameMissing: 'Give the status a name.',
  nameHint: (most) => `Shown to agents. 1 to ${String(most)} characters.`,
  descriptionHint: (most) => `Optional. Up to ${String(most)} characters.`,
  takesCallsHint: 'Calls are routed to agents in this status.',
  allowance: 'Allowance in minutes',
  allowanceHint: 'After this, the time in the status is marked. 0 means no limit.',
  defaultHint: 'You cannot change the name, emoji or description of a default status.',
  add: 'Add status',
  save: 'Save',
  unsaved: 'Save or cancel what you are editing first.',
  cancel: 'Cancel',
  added: (name) => `${name} was added. Agents can choose it now.`,
  saved: (name) => `${name} was saved.`,
  switched: (name, enabled) =>
    enabled
      ? `${name} is enabled. Agents can choose it now.`
      : `${name} is disabled. Agents in this status stay in it until they choose another.`,

  meanwhile: (what) => `Changed by someone else: ${what}. What you typed is kept.`,
  others: (what) => `Changed by someone else: ${what}.`,
  newsAdded: (name) => `${name} added`,
  newsRemoved: (name) => `${name} removed`,
  newsSwitched: (name, enabled) => `${name} ${enabled ? 'enabled' : 'disabled'}`,
  newsField: (name, field, value) => `${field} of ${name}: ${value}`,
  newsOrder: 'order',
  newsSetting: (setting, value) => `${setting}: ${value}`,
  fields: {
    name: 'name',
    emoji: 'emoji',
    description: 'description',
    takesCalls: 'available to take calls',
    allowanceMinutes: 'allowance',
  },

  settings: 'Account settings',
  settingsHint: 'These apply to all agents from now on. Changes are saved as you make them.',
  settingSaved: (setting) => `Saved: ${setting}`,
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
  },
};

const registry: Registry<SettingsStrings> = new Map();

/** Registers the words of a language for all pages *Agent Statuses* in that language, as `registerStrings` does. */
export function registerSettingsStrings(lang: string, strings: Partial<SettingsStrings>): void {
  registerIn(registry, lang, strings);
}

/** The words for a language: what the page replaced, else what is registered for it, else English. */
export function settingsStringsFor(lang: string, replaced?: Partial<SettingsStrings> | null): SettingsStrings {
  const registered = registeredIn(registry, lang);
  const merged = { ...englishSettings, lang: lang || englishSettings.lang, ...registered, ...replaced };
  const inner = <K extends 'errors' | 'fields' | 'settingWords'>(name: K): SettingsStrings[K] => ({
    ...englishSettings[name],
    ...registered[name],
    ...replaced?.[name],
  });
  return { ...merged, errors: inner('errors'), fields: inner('fields'), settingWords: inner('settingWords') };
}
