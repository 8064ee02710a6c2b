import { PhoneError, quote } from './errors.js';
import { dialNumber } from './phone-number.js';
import { SETTINGS, type Setting, type SettingsOf } from './schema/account.js';
import type { StatusId } from './status.js';

/** The account's rules. A change concerns only what comes after it. */
export interface AccountSettings extends SettingsOf<typeof SETTINGS> {}

type SettingName = keyof AccountSettings;

const ENTRIES = Object.entries(SETTINGS) as readonly (readonly [SettingName, Setting])[];

/** The settings of an account that nobody changed. */
export const defaultSettings = Object.fromEntries(
  ENTRIES.map(([name, setting]) => [name, setting.default]),
) as unknown as AccountSettings;

/** The statuses that settings name. */
export function namedStatuses(settings: AccountSettings): readonly StatusId[] {
  return ENTRIES.filter(([, { is }]) => is === 'status').map(([name]) => settings[name] as StatusId);
}

const NUMBERS_LIMIT = 1000;
const NUMBER_LENGTH = 60;

/** Throws `invalid-setting` unless the value fits the setting. */
export function checkSetting(name: string, value: unknown, isNameable: (id: StatusId) => boolean): void {
  checkWanted(name, value, settingError(name, value, isNameable));
}

/** Throws `invalid-setting` if `wants` says what the value should be instead. */
export function checkWanted(name: string, value: unknown, wants: string | undefined): void {
  if (wants) throw new PhoneError('invalid-setting', `The setting ${quote(name)} is ${quote(value)}. ${wants}`);
}

/** What the setting asks for instead of the value; undefined if the value fits. */
export function settingError(name: string, value: unknown, isNameable: (id: StatusId) => boolean): string | undefined {
  if (!Object.hasOwn(SETTINGS, name)) return 'There is no such setting.';
  const setting: Setting = SETTINGS[name as SettingName];
  if ('range' in setting) {
    const [least, most] = setting.range;
    return isWithin(value, least, most) ? undefined : `Give a whole number from ${least} to ${most}.`;
  }
  switch (setting.is) {
    case 'flag':
      return wantFlag(value);
    case 'numbers':
      return wantNumbers(value);
    case 'status':
      if (typeof value === 'string' && isNameable(value)) return undefined;
      return 'Choose an enabled status other than Forward to Phone.';
  }
}

/** Whether the value is a whole number in the range. */
export function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** What a flag asks for instead of the value; undefined if the value is true or false. */
export function wantFlag(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'Give true or false.';
}

function wantNumbers(value: unknown): string | undefined {
  const want = 'Give a list of numbers that can be dialled.';
  if (!Array.isArray(value) || value.length > NUMBERS_LIMIT) return want;
  for (const number of value) {
    const flaw = flawOf(number);
    if (flaw) return `${quote(number)} ${flaw}. ${want}`;
  }
  return undefined;
}

function flawOf(number: unknown): string | undefined {
  try {
    return dialNumber(number) && (number as string).length > NUMBER_LENGTH ? 'is too long' : undefined;
  } catch (error) {
    return (error as PhoneError).data ? 'has an extension' : 'is not a number';
  }
}
