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

/** What a setting is called, and what it means, in a line. */
export type SettingWords = readonly [label: string, meaning: string];

/** The words inside the emoji picker, as `emoji-picker-element` names them. */
export type PickerWords = Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>;

/**
 * Every word of the page *Agent Statuses*, in one language. Functions get finished texts and build the sentence; what a
 * page does not replace stays English. The names of the default statuses are those of the other elements.
 */
export interface SettingsStrings {
  /** The BCP 47 language of the words; the page's own where it is left out. */
  readonly lang: string;
  /** What the admin reads where an error has this code; of what was typed, English pages read the model's own words. */
  readonly errors: Readonly<Partial<Record<PhoneErrorCode, string>>>;
  /** What the admin reads of any other error. */
  readonly unknownError: string;
  /** Words inside the emoji picker that replace its English ones; none: English. */
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
  /** The browser refuses to keep data: everything lasts as long as this page. */
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
  /** Forward to Phone, where the account does not have it, and where it has. */
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
  /** Another form is asked for while something is typed in one. */
  readonly unsaved: string;
  readonly cancel: string;
  readonly added: (name: string) => string;
  readonly saved: (name: string) => string;
  readonly switched: (name: string, enabled: boolean) => string;

  /** What another admin did: while a form is open, and before a change was saved. */
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

/** The words that the product comes with. */
export const englishSettings: SettingsStrings & {
  readonly errors: Readonly<Record<Exclude<PhoneErrorCode, AgentOnlyCode>, string>>;
} = {
  lang: 'en',
  errors: {
    denied: 'You are not allowed to change this. Nothing was changed.',
    unavailable: 'No connection: nothing was changed. Try again when it is back.',
    closed: 'The connection was closed. Reload the page.',
    'newer-version': 'This page is older than the data. Reload it to go on.',
    'damaged-data': 'The stored statuses are damaged, so that nothing can be changed.',
    conflict: 'Too many others save at this moment. Try again.',
    'invalid-status': 'This status does not exist.',
    'invalid-name': 'This name cannot be used.',
    'invalid-emoji': 'This is not one emoji. Choose exactly one.',
    'invalid-description': 'This description cannot be used.',
    'invalid-setting': 'This value is not possible.',
    'duplicate-name': 'Another status has this name already.',
    'too-many-statuses': 'The account has 1000 statuses already. Rename one that is disabled.',
    'status-in-use': 'This status is named by a setting. Let that name another one first.',
    'not-supported': 'This is not possible with this status.',
  },
  unknownError: 'That did not work. Try again.',

  title: 'Agent Statuses',
  loading: 'Loading the statuses…',
  newStatus: 'New Agent Status',
  filter: 'Find a status',
  noMatch: 'No status of that name',
  noCustom: 'No status of your own yet. Add one, and every agent can choose it at once.',
  dismiss: 'Dismiss',
  undo: 'Undo',
  undone: 'Undone.',
  saving: 'Saving…',
  offline: 'No connection. Changes cannot be saved until it is back.',
  notKept: 'This browser keeps no data: what you change lasts as long as this page is open.',
  damaged:
    'The stored statuses and settings are damaged and cannot be read. Agents go on with those last known. You can save what this page shows over them; without any, the statuses that the product comes with.',
  repair: 'Save over the damaged data',
  repaired: 'Saved. Statuses and settings can be changed again.',

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
  emojiHint: 'Exactly one. Choose, type or paste it.',
  emojiMissing: 'Choose an emoji.',
  pickerLoading: 'Loading emoji…',
  pickerFailed: 'The emoji to choose from could not be loaded. Type or paste one.',
  nameMissing: 'Give the status a name.',
  nameHint: (most) => `As agents see it; 1 to ${String(most)} characters.`,
  descriptionHint: (most) => `Optional; at most ${String(most)} characters.`,
  takesCallsHint: 'Calls are routed to agents in this status.',
  allowance: 'Allowance in minutes',
  allowanceHint: '0: none. Past it, the time in the status is marked.',
  defaultHint: 'Name, emoji and description of a default status come from the product.',
  add: 'Add status',
  save: 'Save',
  unsaved: 'Save or cancel what you are editing first.',
  cancel: 'Cancel',
  added: (name) => `${name} was added. Agents can choose it now.`,
  saved: (name) => `${name} was saved.`,
  switched: (name, enabled) =>
    enabled
      ? `${name} is enabled. Agents can choose it now.`
      : `${name} is disabled. Agents who are in it stay in it until they choose another.`,

  meanwhile: (what) => `Somebody else changed meanwhile: ${what}. What you typed is kept.`,
  others: (what) => `Somebody else changed meanwhile: ${what}.`,
  newsAdded: (name) => `added ${name}`,
  newsRemoved: (name) => `removed ${name}`,
  newsSwitched: (name, enabled) => `${enabled ? 'enabled' : 'disabled'} ${name}`,
  newsField: (name, field, value) => `${field} of ${name}: ${value}`,
  newsOrder: 'the order',
  newsSetting: (setting, value) => `${setting}: ${value}`,
  fields: {
    name: 'name',
    emoji: 'emoji',
    description: 'description',
    takesCalls: 'available to take calls',
    allowanceMinutes: 'allowance',
  },

  settings: 'Account settings',
  settingsHint: 'They hold for all agents and are saved as you change them. Nothing past is rewritten.',
  settingSaved: (setting) => `Saved: ${setting}`,
  settingWords: {
    signInStatus: ['Status at sign-in', 'What agents are in after their first sign-in, and after a long absence.'],
    absenceLimitMinutes: ['Long absence, in minutes', 'Back earlier than that, agents find the status they left.'],
    acwLimitSeconds: ['Limit of After Call Work, in seconds', 'After so long it closes by itself. 0: no limit.'],
    acwExtensionSeconds: ['One extension, in seconds', 'So much more time agents get when they ask. 0: none.'],
    acwExtensions: ['Extensions of one call', 'So often agents can ask for more time. 0: never.'],
    acwAfterUnansweredCall: [
      'After Call Work when nobody answered',
      'Also after an outbound call that was not answered.',
    ],
    missedCallLimit: [
      'Missed calls in a row',
      'After so many, the following status is chosen for the agent. 0: never.',
    ],
    missedCallStatus: ['Status after missed calls', 'It keeps calls from agents who are not there.'],
    callsNeedTakesCalls: ['Dial only in statuses that take calls', 'In any other status, outbound calls are refused.'],
    alwaysDial: [
      'Numbers that can always be dialled',
      'One in a line, in every status; emergency numbers, for example.',
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
