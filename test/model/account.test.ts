import { describe, expect, it } from 'vitest';
import {
  addStatus,
  choosableStatuses,
  defaultAccount,
  moveStatus,
  statusOf,
  updateSettings,
  updateStatus,
  type Account,
} from '../../src/model/account.js';
import { readAccount } from '../../src/model/codec.js';
import type { AccountSettings } from '../../src/model/settings.js';
import { codeOf } from '../support/model.js';

const idsOf = (account: Account) => account.statuses.map(({ id }) => id);
const listOf = (account: Account) => choosableStatuses(account).map(({ id }) => id);
const withFocus = addStatus(defaultAccount, { name: 'Focus', emoji: '🎧' });

describe('the list of statuses', () => {
  it('S037 shows Available first, then the admin’s order, and leaves the account as it is', () => {
    const shuffled: Account = {
      ...defaultAccount,
      statuses: ['lunch', 'busy', 'available', 'break'].map((id) => statusOf(defaultAccount, id)),
    };
    const before = JSON.stringify(shuffled);
    expect(listOf(shuffled)).toEqual(['available', 'lunch', 'busy', 'break']);
    expect(JSON.stringify(shuffled)).toBe(before);
  });

  it('offers all statuses at first, Forward to Phone excepted', () => {
    expect(listOf(defaultAccount)).toEqual([
      'available',
      'busy',
      'after-call-work',
      'offline',
      'meeting',
      'break',
      'training',
      'lunch',
    ]);
  });

  it('offers Forward to Phone where the vendor has switched it on, and no longer where it is off again', () => {
    const on = updateSettings(defaultAccount, { forwardToPhone: true });
    expect(listOf(on)).toContain('forward-to-phone');
    expect(statusOf(on, 'forward-to-phone').enabled).toBe(true);
    const off = updateSettings(on, { forwardToPhone: false });
    expect(listOf(off)).not.toContain('forward-to-phone');
    expect(statusOf(off, 'forward-to-phone').enabled).toBe(false);
  });

  it('hides a disabled status, and shows it in its old place when it is enabled again', () => {
    const without = updateStatus(defaultAccount, 'training', { enabled: false });
    expect(listOf(without)).not.toContain('training');
    expect(idsOf(without)).toEqual(idsOf(defaultAccount));
    expect(listOf(updateStatus(without, 'training', { enabled: true }))).toEqual(listOf(defaultAccount));
  });
});

describe('a new status', () => {
  it('is custom, enabled at once, takes no calls, has no allowance, and comes last', () => {
    expect(withFocus.statuses.at(-1)).toEqual({
      id: 'custom-1',
      name: 'Focus',
      emoji: '🎧',
      kind: 'custom',
      description: '',
      takesCalls: false,
      enabled: true,
      allowanceMinutes: 0,
    });
    expect(listOf(withFocus).at(-1)).toBe('custom-1');
  });

  it('takes calls, and has description and allowance, where the admin says so', () => {
    const account = addStatus(defaultAccount, {
      name: 'Hotline',
      emoji: '☎️',
      description: 'Only urgent calls.',
      takesCalls: true,
      allowanceMinutes: 90,
    });
    expect(account.statuses.at(-1)).toMatchObject({
      takesCalls: true,
      allowanceMinutes: 90,
      description: 'Only urgent calls.',
    });
  });

  it('gets an id that no status ever had', () => {
    const two = addStatus(withFocus, { name: 'Errand', emoji: '🛒' });
    expect(idsOf(two).slice(-2)).toEqual(['custom-1', 'custom-2']);
    const moved = moveStatus(two, 'custom-2', 'busy');
    expect(addStatus(moved, { name: 'Gym', emoji: '🏋️' }).statuses.at(-1)?.id).toBe('custom-3');
  });

  it('gets the lowest id that is free where none is left above the highest', () => {
    const highest = { ...withFocus.statuses.at(-1)!, id: 'custom-999999999999999', name: 'Errand' };
    let account: Account = { ...withFocus, statuses: [...withFocus.statuses, highest] };
    for (const name of ['Gym', 'Walk']) account = addStatus(account, { name, emoji: '🏋️' });
    expect(idsOf(account).slice(-4)).toEqual(['custom-1', 'custom-999999999999999', 'custom-2', 'custom-3']);
  });

  it('leaves the account that it is added to as it was', () => {
    expect(idsOf(defaultAccount)).toHaveLength(9);
    expect(idsOf(withFocus)).toHaveLength(10);
  });

  it.each([
    ['name', 'invalid-name'],
    ['emoji', 'invalid-emoji'],
  ])('without a %s is refused', (key, code) => {
    expect(codeOf(() => addStatus(defaultAccount, { name: 'Focus', emoji: '🎧', [key]: undefined }))).toBe(code);
  });

  it('cannot have another one’s name, even one that reads like its own id', () => {
    const account = addStatus(defaultAccount, { name: 'custom-2', emoji: '🎧' });
    expect(codeOf(() => addStatus(account, { name: 'custom-2', emoji: '🎧' }))).toBe('duplicate-name');
  });

  it.each([
    ['takesCalls', 'yes'],
    ['takesCalls', 1],
    ['allowanceMinutes', -1],
    ['allowanceMinutes', 1.5],
    ['allowanceMinutes', 1441],
    ['allowanceMinutes', Number.NaN],
    ['allowanceMinutes', Infinity],
    ['allowanceMinutes', '30'],
  ])('with %s %s is refused', (key, value) => {
    expect(codeOf(() => addStatus(defaultAccount, { name: 'Focus', emoji: '🎧', [key]: value }))).toBe(
      'invalid-setting',
    );
  });

  it('has an allowance of a day at most', () => {
    const account = addStatus(defaultAccount, { name: 'Focus', emoji: '🎧', allowanceMinutes: 1440 });
    expect(statusOf(account, 'custom-1').allowanceMinutes).toBe(1440);
  });

  it('is the thousandth at most', () => {
    let account = defaultAccount;
    for (let number = 10; number <= 1000; number++) {
      account = addStatus(account, { name: `Status ${number}`, emoji: '🎧' });
    }
    expect(account.statuses).toHaveLength(1000);
    expect(codeOf(() => addStatus(account, { name: 'One more', emoji: '🎧' }))).toBe('too-many-statuses');
  });
});

describe('a custom status', () => {
  it('can be renamed, given another emoji, another description, rights and an allowance', () => {
    const change = { name: 'Pause', emoji: '🍵', description: 'Tea.', takesCalls: true, allowanceMinutes: 15 };
    expect(statusOf(updateStatus(defaultAccount, 'break', change), 'break')).toMatchObject(change);
  });

  it('is never renamed to another one’s name, but may change the case of its own', () => {
    expect(codeOf(() => updateStatus(defaultAccount, 'lunch', { name: 'BREAK' }))).toBe('duplicate-name');
    expect(statusOf(updateStatus(defaultAccount, 'lunch', { name: 'LUNCH' }), 'lunch').name).toBe('LUNCH');
  });

  it.each([
    ['name', '', 'invalid-name'],
    ['emoji', 'x', 'invalid-emoji'],
    ['description', 'd'.repeat(141), 'invalid-description'],
    ['enabled', 'no', 'invalid-setting'],
    ['takesCalls', null, 'invalid-setting'],
    ['allowanceMinutes', -5, 'invalid-setting'],
    ['allowanceMinutes', 1441, 'invalid-setting'],
  ])('with a bad %s is refused', (key, value, code) => {
    expect(codeOf(() => updateStatus(defaultAccount, 'lunch', { [key]: value }))).toBe(code);
  });

  it('that a setting names cannot be disabled until the setting names another', () => {
    expect(codeOf(() => updateStatus(defaultAccount, 'break', { enabled: false }))).toBe('status-in-use');
    const other = updateSettings(defaultAccount, { missedCallStatus: 'lunch' });
    expect(listOf(updateStatus(other, 'break', { enabled: false }))).not.toContain('break');
    expect(codeOf(() => updateStatus(other, 'lunch', { enabled: false }))).toBe('status-in-use');
    const signsInAs = updateSettings(defaultAccount, { signInStatus: 'meeting' });
    expect(codeOf(() => updateStatus(signsInAs, 'meeting', { enabled: false }))).toBe('status-in-use');
  });

  it('that the account does not have cannot be changed or moved', () => {
    expect(codeOf(() => updateStatus(defaultAccount, 'custom-9', { name: 'Nine' }))).toBe('invalid-status');
    expect(codeOf(() => moveStatus(defaultAccount, 'custom-9', null))).toBe('invalid-status');
    expect(codeOf(() => moveStatus(defaultAccount, 'lunch', 'custom-9'))).toBe('invalid-status');
  });

  it('that is changed to what it is leaves the very same account', () => {
    expect(updateStatus(defaultAccount, 'lunch', { name: 'Lunch', enabled: true, emoji: '🍽️' })).toBe(defaultAccount);
    expect(updateStatus(defaultAccount, 'lunch', {})).toBe(defaultAccount);
  });

  it('that an admin enters again with spaces around its name stays as it is', () => {
    expect(updateStatus(defaultAccount, 'lunch', { name: ' Lunch ' })).toBe(defaultAccount);
  });
});

describe('a default status', () => {
  it.each([
    ['renamed', { name: 'Ready' }],
    ['given another emoji', { emoji: '🎧' }],
    ['given another description', { description: 'Ready.' }],
    ['given other rights', { takesCalls: false }],
    ['disabled', { enabled: false }],
  ])('cannot be %s', (_, change) => {
    expect(codeOf(() => updateStatus(defaultAccount, 'available', change))).toBe('not-supported');
  });

  it('has its allowance from the account', () => {
    const account = updateStatus(defaultAccount, 'after-call-work', { allowanceMinutes: 5 });
    expect(statusOf(account, 'after-call-work').allowanceMinutes).toBe(5);
  });

  it('is the product’s again where a stored account says otherwise, but for its allowance', () => {
    const stored = { ...statusOf(defaultAccount, 'busy'), name: 'Free', takesCalls: true, allowanceMinutes: 7 };
    const account = readAccount({ ...defaultAccount, statuses: [stored] });
    expect(statusOf(account, 'busy')).toEqual({ ...statusOf(defaultAccount, 'busy'), allowanceMinutes: 7 });
  });

  it('is there again where a stored account lacks it', () => {
    const account = readAccount({ statuses: [statusOf(defaultAccount, 'lunch')], settings: {} });
    expect(idsOf(account)).toEqual(['lunch', 'available', 'busy', 'after-call-work', 'forward-to-phone', 'offline']);
  });

  it('Forward to Phone is never an admin’s to switch', () => {
    expect(codeOf(() => updateStatus(defaultAccount, 'forward-to-phone', { enabled: true }))).toBe('not-supported');
    const on = updateSettings(defaultAccount, { forwardToPhone: true });
    expect(codeOf(() => updateStatus(on, 'forward-to-phone', { enabled: false }))).toBe('not-supported');
  });
});

describe('the order', () => {
  it.each([
    ['in front of another', 'lunch', 'meeting', ['lunch', 'meeting', 'break', 'training']],
    ['behind its neighbour', 'meeting', 'training', ['break', 'meeting', 'training', 'lunch']],
    ['to the end', 'meeting', null, ['break', 'training', 'lunch', 'meeting']],
  ] as const)('changes when a status moves %s', (...[, id, before, expected]) => {
    expect(idsOf(moveStatus(defaultAccount, id, before)).slice(-4)).toEqual(expected);
  });

  it('keeps Available first: what moves in front of it comes right behind it', () => {
    expect(listOf(moveStatus(defaultAccount, 'lunch', 'available')).slice(0, 3)).toEqual([
      'available',
      'lunch',
      'busy',
    ]);
    expect(codeOf(() => moveStatus(defaultAccount, 'available', null))).toBe('not-supported');
  });

  it.each([
    ['in front of itself', 'break', 'break'],
    ['to where it is', 'break', 'training'],
    ['to the end, where it is', 'lunch', null],
  ] as const)('is the very same account when a status moves %s', (_, id, before) => {
    expect(moveStatus(defaultAccount, id, before)).toBe(defaultAccount);
  });
});

describe('an unknown status', () => {
  it('is shown as it is written and takes no calls', () => {
    expect(statusOf(defaultAccount, 'custom-77')).toMatchObject({
      id: 'custom-77',
      name: 'custom-77',
      takesCalls: false,
    });
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('may be called %j', (id) => {
    expect(statusOf(defaultAccount, id)).toMatchObject({ id, name: id, takesCalls: false, enabled: false });
  });
});

describe('the settings', () => {
  it('are at first as the contract has them', () => {
    expect(defaultAccount.settings).toEqual({
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
    });
  });

  const good: readonly (readonly [keyof AccountSettings, unknown])[] = [
    ['acwLimitSeconds', 0],
    ['acwLimitSeconds', 1],
    ['acwLimitSeconds', 86_400],
    ['acwExtensionSeconds', 30],
    ['acwExtensions', 3],
    ['absenceLimitMinutes', 1],
    ['missedCallLimit', 2],
    ['missedCallStatus', 'offline'],
    ['signInStatus', 'lunch'],
    ['signInStatus', 'busy'],
    ['callsNeedTakesCalls', false],
    ['acwAfterUnansweredCall', false],
    ['alwaysDial', ['112', '+4930123456', '*100#']],
  ];
  it.each(good)('take %s %j', (name, value) => {
    expect(updateSettings(defaultAccount, { [name]: value }).settings[name]).toEqual(value);
  });

  const bad: readonly (readonly [string, unknown])[] = [
    ['acwLimitSeconds', -1],
    ['acwLimitSeconds', 86_401],
    ['acwLimitSeconds', 1.5],
    ['acwLimitSeconds', '60'],
    ['acwLimitSeconds', Number.NaN],
    ['acwLimitSeconds', null],
    ['acwExtensionSeconds', -1],
    ['acwExtensions', -1],
    ['acwExtensions', 0.5],
    ['absenceLimitMinutes', -1],
    ['absenceLimitMinutes', Infinity],
    ['missedCallLimit', -1],
    ['missedCallLimit', Number.NaN],
    ['missedCallStatus', 'forward-to-phone'],
    ['missedCallStatus', 'custom-9'],
    ['signInStatus', 'forward-to-phone'],
    ['signInStatus', 'nonsense'],
    ['signInStatus', 5],
    ['forwardToPhone', 'yes'],
    ['callsNeedTakesCalls', 0],
    ['alwaysDial', '112'],
    ['alwaysDial', [112]],
    ['alwaysDial', ['<script>']],
    ['alwaysDial', [`+${'1'.repeat(100)}`]],
    ['noSuchSetting', 1],
    ['__proto__', 1],
    ['toString', 1],
  ];
  it.each(bad)('refuse %s %j', (name, value) => {
    const change = Object.fromEntries([[name, value]]);
    expect(codeOf(() => updateSettings(defaultAccount, change))).toBe('invalid-setting');
  });

  it('refuse a disabled status, and Forward to Phone even where it is switched on', () => {
    const account = updateStatus(updateSettings(defaultAccount, { forwardToPhone: true }), 'lunch', { enabled: false });
    for (const name of ['signInStatus', 'missedCallStatus']) {
      expect(codeOf(() => updateSettings(account, { [name]: 'lunch' }))).toBe('invalid-setting');
      expect(codeOf(() => updateSettings(account, { [name]: 'forward-to-phone' }))).toBe('invalid-setting');
    }
  });

  it('change nothing where one of several is bad', () => {
    expect(codeOf(() => updateSettings(defaultAccount, { missedCallLimit: 3, acwLimitSeconds: -1 }))).toBe(
      'invalid-setting',
    );
    expect(defaultAccount.settings.missedCallLimit).toBe(0);
  });

  it('that are changed to what they are leave the very same account', () => {
    expect(updateSettings(defaultAccount, { missedCallLimit: 0, alwaysDial: [] })).toBe(defaultAccount);
    expect(updateSettings(defaultAccount, {})).toBe(defaultAccount);
  });

  it('say in a refusal which setting, which value, and what to give', () => {
    expect(() => updateSettings(defaultAccount, { acwLimitSeconds: 90_000 })).toThrow(/acwLimitSeconds.*90000.*86400/);
  });
});
