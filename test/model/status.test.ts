import { describe, expect, it } from 'vitest';
import { addStatus, defaultAccount, updateStatus } from '../../src/model/account.js';
import { nameKey } from '../../src/model/status.js';
import { codeOf } from '../support/model.js';

const added = (name: string, emoji = '🎧') => addStatus(defaultAccount, { name, emoji }).statuses.at(-1)!;
const refusalOf = (name: unknown) => codeOf(() => added(name as string));

describe('the product’s own statuses', () => {
  it.each([
    ['available', 'Available', '🟢', 'default', true, true],
    ['busy', 'Busy', '🔴', 'default', false, true],
    ['after-call-work', 'After Call Work', '📝', 'default', false, true],
    ['forward-to-phone', 'Forward to Phone', '📲', 'default', true, false],
    ['offline', 'Offline', '⚪', 'default', false, true],
    ['meeting', 'Meeting', '👥', 'custom', false, true],
    ['break', 'Break', '☕', 'custom', false, true],
    ['training', 'Training', '🎓', 'custom', false, true],
    ['lunch', 'Lunch', '🍽️', 'custom', false, true],
  ])('%s is %s %s, %s, takes calls: %s, enabled at first: %s', (...[id, name, emoji, kind, takesCalls, enabled]) => {
    const status = defaultAccount.statuses.find((one) => one.id === id);
    expect(status).toEqual({
      id,
      name,
      emoji,
      kind,
      takesCalls,
      enabled,
      allowanceMinutes: 0,
      description: expect.stringMatching(/^.{10,140}$/) as string,
    });
  });

  it('are nine', () => {
    expect(defaultAccount.statuses).toHaveLength(9);
  });

  it.each([
    ['available', 'Signed in, can make and receive calls.'],
    ['busy', 'Attending a call. Set automatically when a call starts.'],
    ['forward-to-phone', 'Takes calls on the personal phone. Off unless the account has it: enabled on request only.'],
    ['offline', 'Not signed in; or chosen, while signed in, to be shown as not there.'],
    ['lunch', 'Signed in, away for lunch.'],
  ])('%s is described as the product’s contract has it', (id, description) => {
    expect(defaultAccount.statuses.find((one) => one.id === id)?.description).toBe(description);
  });
});

describe('a name', () => {
  it.each([
    ['has one character', 'A', 'A'],
    ['has forty characters', 'n'.repeat(40), 'n'.repeat(40)],
    ['has forty emoji of several code points each', '👩‍👩‍👧‍👦'.repeat(40), '👩‍👩‍👧‍👦'.repeat(40)],
    ['has forty combined characters', 'g\u0308'.repeat(40), 'g\u0308'.repeat(40)],
    ['is trimmed', '  \u00A0Focus time\t ', 'Focus time'],
    ['is kept in NFC', 'Cafe\u0301', 'Café'],
    ['is written from right to left', 'הפסקה', 'הפסקה'],
    ['holds markup, which is text', '<b>Focus</b>', '<b>Focus</b>'],
  ])('is taken when it %s', (_, given, kept) => {
    expect(added(given).name).toBe(kept);
  });

  it.each([
    ['is empty', ''],
    ['is blank', ' \t\u00A0 '],
    ['shows nothing', '\u200B\u200D\uFEFF'],
    ['is a pattern without dots', '\u2800'],
    ['piles marks on a letter', `Z${'\u0334\u0300'.repeat(5)}`],
    ['has 41 characters', 'n'.repeat(41)],
    ['is far too long', 'n'.repeat(100_000)],
    ['holds a line feed', 'Focus\ntime'],
    ['holds a null character', 'Focus\u0000'],
    ['holds a C1 control', 'Focus\u0085time'],
    ['holds a line separator', 'Focus\u2028time'],
    ['overrides the text’s direction', 'Focus\u202Etime'],
    ['embeds another direction', 'Focus\u202Atime'],
    ['isolates another direction', 'Focus\u2066time'],
    ['holds half a surrogate pair', 'Focus\uD83D'],
    ['is no text', 7],
    ['is null', null],
  ])('is refused when it %s', (_, given) => {
    expect(refusalOf(given)).toBe('invalid-name');
  });

  it('S177 of 41 characters, some of them emoji or combined, is refused with the limit in the message', () => {
    const name = '👩‍👩‍👧‍👦'.repeat(20) + 'g\u0308'.repeat(20) + 'x';
    expect(() => added(name)).toThrow(/41 characters.*40/);
    expect(added(name.slice(0, -1)).name).toBe(name.slice(0, -1).normalize('NFC'));
  });

  it.each([
    ['as it is', 'Break'],
    ['but for case', 'bREAK'],
    ['but for width', 'Ｂｒｅａｋ'],
    ['but for spaces around it', ' Break '],
    ['but for an invisible character', 'Bre\u200Bak'],
    ['but for a soft hyphen', 'Br\u00ADeak'],
    ['but for a variation selector', 'Break\uFE0F'],
    ['as a default status’s name', 'AVAILABLE'],
    ['as a default status’s name but for a doubled space', 'After  Call Work'],
  ])('that the account has already, %s, is refused', (_, name) => {
    expect(refusalOf(name)).toBe('duplicate-name');
  });

  it.each([
    ['ß and SS', 'Straße', 'STRASSE'],
    ['a dotted capital I', 'i\u0307stanbul', 'İSTANBUL'],
    ['a final sigma', 'ΟΔΟΣ', 'οδος'],
    ['composed and decomposed letters', 'Café', 'CAFE\u0301'],
    ['ligatures', 'oﬃce', 'OFFICE'],
  ])('is the same without regard to case: %s', (_, one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it('that another status had before it was renamed is free again', () => {
    const account = updateStatus(defaultAccount, 'break', { name: 'Pause' });
    expect(addStatus(account, { name: 'Break', emoji: '☕' }).statuses.at(-1)?.name).toBe('Break');
  });

  it('of a disabled status is not free', () => {
    const account = updateStatus(defaultAccount, 'lunch', { enabled: false });
    expect(codeOf(() => addStatus(account, { name: 'lunch', emoji: '🥗' }))).toBe('duplicate-name');
  });

  it('is quoted in the refusal, with what to do', () => {
    expect(() => added('Break')).toThrow(/"Break".*[Cc]hoose another/);
  });
});

describe('an emoji', () => {
  it.each([
    ['a face', '😀'],
    ['a family', '👩‍👩‍👧‍👦'],
    ['a person with a skin tone', '👋🏽'],
    ['a person with tone and profession', '👩🏽‍💻'],
    ['a gendered gesture', '🤷‍♂️'],
    ['a flag', '🇩🇪'],
    ['a flag of a region', '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'],
    ['a pirate flag', '🏴‍☠️'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['a keycap', '1️⃣'],
    ['a keycap of a sign', '#️⃣'],
    ['a heart in colour', '❤️'],
    ['a heart on fire', '❤️‍🔥'],
    ['an eye in a speech bubble', '👁️‍🗨️'],
    ['a sign that is text without its selector', '©️'],
    ['each emoji of the product', '🍽️'],
  ])('is taken: %s', (_, emoji) => {
    expect(added('Focus', emoji).emoji).toBe(emoji);
  });

  it('is trimmed, and shown in colour where it would be text', () => {
    expect(added('Focus', ' ☕ ').emoji).toBe('☕');
    expect(added('Focus', '❤').emoji).toBe('❤️');
    expect(['©', '™', 'ℹ', '‼'].map((sign) => added('Focus', sign).emoji)).toEqual(['©️', '™️', 'ℹ️', '‼️']);
  });

  it.each([
    ['nothing', ''],
    ['blank', '  '],
    ['a letter', 'a'],
    ['a digit', '1'],
    ['a hash sign', '#'],
    ['a word', 'smile'],
    ['two emoji', '😀😀'],
    ['an emoji and a letter', '😀a'],
    ['half a flag', '🇩'],
    ['three flag letters', '🇩🇪🇫'],
    ['a lone variation selector', '\uFE0F'],
    ['a lone joiner', '\u200D'],
    ['a lone keycap', '\u20E3'],
    ['an open join', '👩\u200D'],
    ['a lone surrogate', '\uD83D'],
    ['a mathematical sign', '∑'],
    ['a Chinese character', '好'],
    ['an emoji asked for as text', '☕\uFE0E'],
    ['markup', '<img src=x>'],
    ['very many', '😀'.repeat(10_000)],
    ['no text', 128512],
    ['null', null],
  ])('is refused: %s', (_, emoji) => {
    expect(codeOf(() => added('Focus', emoji as string))).toBe('invalid-emoji');
  });
});

describe('a description', () => {
  const described = (description: unknown) =>
    addStatus(defaultAccount, { name: 'Focus', emoji: '🎧', description: description as string }).statuses.at(-1)!;

  it('is empty where none is given', () => {
    expect(added('Focus').description).toBe('');
  });

  it.each([
    ['140 characters', 'd'.repeat(140), 'd'.repeat(140)],
    ['140 emoji', '👩‍💻'.repeat(140), '👩‍💻'.repeat(140)],
    ['spaces around', '  No calls, please. ', 'No calls, please.'],
    ['nothing', '', ''],
  ])('is taken with %s', (_, given, kept) => {
    expect(described(given).description).toBe(kept);
  });

  it.each([
    ['141 characters', 'd'.repeat(141)],
    ['a hundred thousand characters', 'd'.repeat(100_000)],
    ['a control character', 'No\u0007calls'],
    ['a direction override', 'No\u202Ecalls'],
    ['no text', 5],
  ])('is refused with %s', (_, given) => {
    expect(codeOf(() => described(given))).toBe('invalid-description');
  });

  it('says whether it is too long, or holds what is not seen', () => {
    expect(() => described('d'.repeat(141))).toThrow(/at most 140/);
    expect(() => described('No\u202Ecalls')).toThrow(/text-direction character/);
  });
});
