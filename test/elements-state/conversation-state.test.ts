import { describe, expect, it } from 'vitest';
import type { Conversation } from 'phone-widget/headless';
import {
  controlsOf,
  directionOf,
  hasRunningTime,
  inOrder,
  splitTags,
  tagActionOf,
  warningTime,
  type TagAction,
  type TagKey,
} from '../../src/elements/phone-conversation/conversation-state.js';

const conversation = (id: string, change: Partial<Conversation> = {}): Conversation => ({
  id,
  direction: 'inbound',
  party: {},
  state: 'live',
  ...change,
});

describe('conversations', () => {
  it('are shown with ringing calls first and ended ones last', () => {
    const shown = inOrder([
      conversation('ended', { state: 'ended' }),
      conversation('held', { state: 'held' }),
      conversation('ringing', { state: 'ringing' }),
      conversation('live'),
    ]);
    expect(shown.map(({ id }) => id)).toEqual(['ringing', 'held', 'live', 'ended']);
  });

  const running: readonly (readonly [title: string, change: Partial<Conversation>, runs: boolean])[] = [
    ['shows the time of a live call', { state: 'live' }, true],
    ['shows the time of a call on hold', { state: 'held' }, true],
    ['shows no time of a ringing call', { state: 'ringing' }, false],
    ['shows no running time once the call is over', { state: 'ended' }, false],
    ['shows the time left where After Call Work has a limit', { state: 'ended', closesAt: 9000 }, true],
  ];
  it.each(running)('%s', (_, change, runs) => {
    expect(hasRunningTime(conversation('c', change))).toBe(runs);
  });

  const warnings: readonly (readonly [title: string, closesAt: number | undefined, left: number | undefined])[] = [
    ['warns 30 s before the limit', 130_000, 30_000],
    ['does not warn earlier', 130_001, undefined],
    ['warns until the last moment', 100_001, 1],
    ['does not warn once the limit is reached', 100_000, undefined],
    ['does not warn without a limit', undefined, undefined],
  ];
  it.each(warnings)('%s', (_, closesAt, left) => {
    const change = closesAt === undefined ? {} : { closesAt };
    expect(warningTime(conversation('c', { state: 'ended', ...change }), 100_000)).toBe(left);
  });
});

describe('the controls of a call', () => {
  const cases: readonly (readonly [state: Conversation['state'], isMuted: boolean, controls: readonly string[]])[] = [
    ['ringing', false, ['answer', 'decline']],
    ['live', false, ['hold', 'mute', 'sendDigits', 'transfer', 'hangUp']],
    ['live', true, ['hold', 'unmute', 'sendDigits', 'transfer', 'hangUp']],
    ['held', false, ['resume', 'mute', 'sendDigits', 'transfer', 'hangUp']],
    ['held', true, ['resume', 'unmute', 'sendDigits', 'transfer', 'hangUp']],
    ['ended', false, []],
  ];
  it.each(cases)('follow its state: %s, muted %s', (state, isMuted, controls) => {
    expect(controlsOf(state, isMuted)).toEqual(controls);
  });
});

describe('the tag field', () => {
  const splits: readonly (readonly [text: string, tags: readonly string[], entry: string])[] = [
    ['billing', [], 'billing'],
    [' billing', [], ' billing'],
    ['billing,', ['billing'], ''],
    ['billing, refund', ['billing'], 'refund'],
    ['a،b、c，d', ['a', 'b', 'c'], 'd'],
    ['', [], ''],
  ];
  it.each(splits)('splits %j at commas', (text, tags, entry) => {
    expect(splitTags(text)).toEqual({ tags, entry });
  });

  const field: TagKey = { key: '', at: 3, count: 3, entry: '', isCaretAtStart: true, isRightToLeft: false };
  const typing = { ...field, entry: 'bill', isCaretAtStart: false };
  const chip = { ...field, at: 1 };
  const cases: readonly (readonly [title: string, key: string, where: TagKey, action: TagAction | undefined])[] = [
    ['adds a tag with Enter in the field', 'Enter', typing, { add: true }],
    ['leaves Enter to a chip', 'Enter', chip, undefined],
    ['removes the last tag with Backspace in the empty field', 'Backspace', field, { remove: 2 }],
    ['edits the text with Backspace', 'Backspace', typing, undefined],
    ['edits the text with Delete', 'Delete', field, undefined],
    ['removes a tag with Backspace on its chip', 'Backspace', chip, { remove: 1 }],
    ['removes a tag with Delete on its chip', 'Delete', chip, { remove: 1 }],
    ['moves back from the field to the last chip', 'ArrowLeft', field, { focus: 2 }],
    ['moves the caret while it is in a text', 'ArrowLeft', typing, undefined],
    ['moves the caret forward in the field', 'ArrowRight', field, undefined],
    ['moves back from chip to chip', 'ArrowLeft', chip, { focus: 0 }],
    ['moves forward from chip to chip', 'ArrowRight', chip, { focus: 2 }],
    [
      'moves back with the right arrow where text runs to the left',
      'ArrowRight',
      { ...field, isRightToLeft: true },
      { focus: 2 },
    ],
    [
      'moves forward with the left arrow where text runs to the left',
      'ArrowLeft',
      { ...chip, isRightToLeft: true },
      { focus: 2 },
    ],
    ['moves to the first chip with Home', 'Home', chip, { focus: 0 }],
    ['moves the caret with Home in a text', 'Home', typing, undefined],
    ['moves to the field with End', 'End', chip, { focus: 3 }],
    ['moves the caret with End in the field', 'End', field, undefined],
    ['leaves Arrow Up to the field', 'ArrowUp', field, undefined],
    ['leaves letters to the field', 'a', field, undefined],
  ];
  for (const [title, key, where, action] of cases) {
    it(title, () => {
      expect(tagActionOf({ ...where, key })).toEqual(action);
    });
  }
});

describe('the direction of notes', () => {
  const cases: readonly (readonly [text: string | undefined, direction: string | undefined])[] = [
    ['Called about the bill', 'ltr'],
    ['123 – שלום', 'rtl'],
    ['مرحبا, hello', 'rtl'],
    ['… 42', undefined],
    ['', undefined],
    [undefined, undefined],
  ];
  it.each(cases)('of %j is %s', (text, direction) => {
    expect(directionOf(text)).toBe(direction);
  });
});
