import { count, flag, name, oneOf, text } from './field-kinds.js';

/** A setting: what it can be, and what it is until somebody changes it. */
export type Setting =
  /** On or off. `isVendors`: no admin can change it. */
  | { readonly is: 'flag'; readonly default: boolean; readonly isVendors?: true }
  /** A whole number, of the unit if it is one. */
  | {
      readonly is: 'number' | 'seconds' | 'minutes';
      readonly default: number;
      readonly range: readonly [least: number, most: number];
    }
  /** The id of an enabled status other than Forward to Phone. */
  | { readonly is: 'status'; readonly default: string }
  /** Phone numbers that can be dialled. */
  | { readonly is: 'numbers'; readonly default: readonly string[] };

const DAY_SECONDS = 86_400;

/** The settings of an account, in the order in which an admin sees them. */
export const SETTINGS = {
  /** Whether the account has Forward to Phone. Switched by the vendor. */
  forwardToPhone: { is: 'flag', default: false, isVendors: true },
  /** The status that agents get at their first sign-in, and after a long absence. */
  signInStatus: { is: 'status', default: 'available' },
  /** Minutes without an open page after which the next sign-in counts as the first; 1 to 525,600. */
  absenceLimitMinutes: { is: 'minutes', default: 480, range: [1, 525_600] },
  /** Seconds after which After Call Work ends by itself; 0 = never, at most 86,400. */
  acwLimitSeconds: { is: 'seconds', default: 0, range: [0, DAY_SECONDS] },
  /** Seconds that one extension adds; 0 to 86,400. */
  acwExtensionSeconds: { is: 'seconds', default: 0, range: [0, DAY_SECONDS] },
  /** How many times the agent can extend After Call Work; 0 = never, at most 1,000. */
  acwExtensions: { is: 'number', default: 0, range: [0, 1000] },
  /** Whether After Call Work follows an outbound call that nobody answered. */
  acwAfterUnansweredCall: { is: 'flag', default: true },
  /** Missed calls in a row after which `missedCallStatus` is chosen; 0 = never, at most 1,000. */
  missedCallLimit: { is: 'number', default: 0, range: [0, 1000] },
  /** The status that is chosen after missed calls. */
  missedCallStatus: { is: 'status', default: 'break' },
  /** Whether dialling is refused in a status that takes no calls. */
  callsNeedTakesCalls: { is: 'flag', default: true },
  /** Numbers that can be dialled in every status; at most 1,000 of at most 60 characters. */
  alwaysDial: { is: 'numbers', default: [] },
} as const satisfies Readonly<Record<string, Setting>>;

/** The type of settings: each by its name. */
export type SettingsOf<S extends Readonly<Record<string, Setting>>> = {
  readonly [N in keyof S]: {
    readonly flag: boolean;
    readonly number: number;
    readonly seconds: number;
    readonly minutes: number;
    readonly status: string;
    readonly numbers: readonly string[];
  }[S[N]['is']];
};

/** The fields of a status. */
export const STATUS = {
  id: name,
  /** 1 to 40 characters, unique in the account without regard to case or width. */
  name: text,
  /** Exactly one emoji. */
  emoji: text,
  /** Default statuses come from the product; the account decides only their allowance and their place in the list. */
  kind: oneOf(['default', 'custom']),
  /** At most 140 characters. */
  description: text,
  takesCalls: flag,
  enabled: flag,
  /** Minutes after which the time in the status is marked; 0 = never, at most 1,440. */
  allowanceMinutes: count,
};
