import { PhoneError, quote } from './errors.js';
import { dialNumber } from './phone-number.js';
import type { StatusId } from './status.js';

/** The account's rules. A change concerns what comes after it. */
export interface AccountSettings {
  /** Switched by the vendor. */
  readonly forwardToPhone: boolean;
  readonly signInStatus: StatusId;
  /** Minutes without any page after which the next sign-in is the first; 1 to 525,600. */
  readonly absenceLimitMinutes: number;
  /** Seconds after which After Call Work ends by itself; 0 = none, at most 86,400. */
  readonly acwLimitSeconds: number;
  /** Seconds that the agent can add at a time; 0 to 86,400. */
  readonly acwExtensionSeconds: number;
  /** How often the agent can ask for more time; 0 to 1,000. */
  readonly acwExtensions: number;
  readonly acwAfterUnansweredCall: boolean;
  /** Missed calls in a row after which `missedCallStatus` is chosen; 0 = none, at most 1,000. */
  readonly missedCallLimit: number;
  readonly missedCallStatus: StatusId;
  /** Whether a dial is refused in a status that takes no calls. */
  readonly callsNeedTakesCalls: boolean;
  /** Numbers that are never refused. */
  readonly alwaysDial: readonly string[];
}

/** The settings of an account that nobody changed. */
export const defaultSettings: AccountSettings = {
  forwardToPhone: false,
  signInStatus: 'available',
  absenceLimitMinutes: 480,
  acwLimitSeconds: 0,
  acwExtensionSeconds: 0,
  acwExtensions: 0,
  acwAfterUnansweredCall: true,
  missedCallLimit: 0,
  missedCallStatus: 'break',
  callsNeedTakesCalls: true,
  alwaysDial: [],
};

const RANGES: Partial<Record<keyof AccountSettings, readonly [least: number, most: number]>> = {
  absenceLimitMinutes: [1, 525_600],
  acwLimitSeconds: [0, 86_400],
  acwExtensionSeconds: [0, 86_400],
  acwExtensions: [0, 1000],
  missedCallLimit: [0, 1000],
};
const NUMBERS_LIMIT = 1000;
const NUMBER_LENGTH = 60;

/** Throws `invalid-setting` unless the value fits the setting. */
export function checkSetting(name: string, value: unknown, isNameable: (id: StatusId) => boolean): void {
  checkWanted(name, value, settingError(name, value, isNameable));
}

/** Throws `invalid-setting` where something else is wanted in place of the value. */
export function checkWanted(name: string, value: unknown, wants: string | undefined): void {
  if (wants) throw new PhoneError('invalid-setting', `The setting ${quote(name)} is ${quote(value)}. ${wants}`);
}

/** What the setting asks for where the value does not fit, else undefined. */
export function settingError(name: string, value: unknown, isNameable: (id: StatusId) => boolean): string | undefined {
  if (!Object.hasOwn(defaultSettings, name)) return 'There is no such setting.';
  const key = name as keyof AccountSettings;
  const range = RANGES[key];
  if (range) return isWithin(value, ...range) ? undefined : `Give a whole number from ${range[0]} to ${range[1]}.`;
  if (typeof defaultSettings[key] === 'boolean') return wantFlag(value);
  if (key === 'alwaysDial') return wantNumbers(value);
  if (typeof value === 'string' && isNameable(value)) return undefined;
  return 'Choose an enabled status other than Forward to Phone.';
}

/** Whether the value is a whole number of the range. */
export function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** What is wanted in place of the value: a switch's state; undefined where it is one. */
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
