import { describe, expect, it } from 'vitest';
import { addStatus, defaultAccount, PhoneError, type Account, type PhoneErrorCode } from 'phone-widget/headless';
import {
  changeOf,
  draftOf,
  fieldOf,
  newStatusOf,
  problemsOf,
  type StatusDraft,
} from '../../src/elements/phone-status-settings/status-draft.js';
import { followerOf, movedByKey, ordered } from '../../src/elements/phone-status-settings/status-order.js';
import { plain, tame } from '../../src/elements/phone-status-settings/labels.js';

const account: Account = ['Library', 'Fitness'].reduce(
  (before, name) => addStatus(before, { name, emoji: '🍜' }),
  defaultAccount,
);
const [library, fitness] = account.statuses.slice(-2).map(({ id }) => id) as [string, string];
const ids = (one: Account): readonly string[] => ordered(one).map(({ id }) => id);

describe('the order of statuses', () => {
  it('begins with Available, and lists an id that is there twice once', () => {
    const [first] = account.statuses;
    const damaged = { ...account, statuses: [...account.statuses, ...(first ? [first] : [])].reverse() };
    expect(ids(damaged)[0]).toBe('available');
    expect(new Set(ids(damaged)).size).toBe(ids(damaged).length);
  });

  it('knows the status after another one', () => {
    expect(followerOf(account, library)).toBe(fitness);
    expect(followerOf(account, fitness)).toBeNull();
  });

  const second = ids(account)[1] as string;
  const cases: readonly (readonly [title: string, id: string, key: string, index: number])[] = [
    ['moves a status up', fitness, 'ArrowUp', -2],
    ['moves a status down', library, 'ArrowDown', -1],
    ['leaves the last one where it is', fitness, 'ArrowDown', -1],
    ['leaves the first one behind Available', second, 'ArrowUp', 1],
    ['moves a status to the place behind Available', fitness, 'Home', 1],
    ['moves a status to the end', library, 'End', -1],
    ['ignores another key', library, 'PageUp', -2],
  ];
  for (const [title, id, key, index] of cases) {
    it(title, () => {
      expect(ids(movedByKey(account, id, key)).at(index)).toBe(id);
    });
  }
});

describe('the draft of a status', () => {
  const typed = (change: Partial<StatusDraft> = {}): StatusDraft => ({
    ...draftOf(),
    name: 'Coaching',
    emoji: '🎓',
    ...change,
  });

  it('becomes a new status, without an allowance where none was typed', () => {
    expect(newStatusOf(typed({ allowance: ' ' }))).toMatchObject({ name: 'Coaching', allowanceMinutes: 0 });
    expect(newStatusOf(typed({ allowance: ' 15 ' })).allowanceMinutes).toBe(15);
  });

  it('changes no more than what was typed', () => {
    const base = typed();
    expect(changeOf(base, base)).toEqual({});
    expect(changeOf(typed({ allowance: '5', takesCalls: true }), base)).toEqual({
      allowanceMinutes: 5,
      takesCalls: true,
    });
  });

  const problems: readonly (readonly [title: string, draft: StatusDraft, id: string | undefined, fields: string[]])[] =
    [
      ['has no problem where all can be saved', typed(), undefined, []],
      ['has a problem in each field that the model refuses', draftOf(), undefined, ['emoji', 'name']],
      ['has a problem where the name is taken', typed({ name: 'Library' }), undefined, ['name']],
      ['keeps the name of the status that is edited', typed({ name: 'Library' }), library, []],
      ['has a problem where the allowance is no number', typed({ allowance: 'ten' }), undefined, ['allowance']],
      ['looks at the allowance alone of a default status', typed({ name: '', emoji: '' }), 'available', []],
    ];
  for (const [title, draft, id, fields] of problems) {
    it(title, () => {
      expect(Object.keys(problemsOf(account, draft, id))).toEqual(fields);
    });
  }

  const codes: readonly (readonly [code: PhoneErrorCode, field: string | undefined])[] = [
    ['invalid-name', 'name'],
    ['duplicate-name', 'name'],
    ['invalid-emoji', 'emoji'],
    ['invalid-description', 'description'],
    ['invalid-setting', 'allowance'],
    ['unavailable', undefined],
  ];
  it.each(codes)('shows %s beside the field %s', (code, field) => {
    expect(fieldOf(new PhoneError(code, 'no'))).toBe(field);
  });
});

describe('a text inside a sentence', () => {
  it('loses what would turn the sentence', () => {
    expect(tame('a\u202Eb\nc')).toBe('abc');
  });

  it('is cut to 60 characters', () => {
    expect([...plain('😀'.repeat(61))]).toHaveLength(60);
    expect(plain('x'.repeat(60))).toBe('x'.repeat(60));
  });
});
