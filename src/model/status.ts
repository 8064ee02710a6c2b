import { PhoneError, quote } from './errors.js';
import type { STATUS } from './schema/account.js';
import type { TypeOfShape } from './schema/field-kinds.js';

/** Names a status: one of the product's own ids, or `custom-<n>`. */
export type StatusId = string;

/** What an agent can be in. */
export interface Status extends TypeOfShape<typeof STATUS> {}

export const NAME_LENGTH = 40;
export const DESCRIPTION_LENGTH = 140;
export const ALLOWANCE_MINUTES = 1440;

/** The id of Forward to Phone, the one status that needs a number and no open page. */
export const FORWARD = 'forward-to-phone';

type Words = readonly [id: StatusId, name: string, emoji: string, description: string];

const defaults: readonly Words[] = [
  ['available', 'Available', '🟢', 'Signed in, can make and receive calls.'],
  ['busy', 'Busy', '🔴', 'Attending a call. Set automatically when a call starts.'],
  [
    'after-call-work',
    'After Call Work',
    '📝',
    'Post-call work such as notes and tags. Set automatically when the call ends, until the in-conversation widget is closed.',
  ],
  [
    FORWARD,
    'Forward to Phone',
    '📲',
    'Takes calls on the personal phone. Off unless the account has it: enabled on request only.',
  ],
  ['offline', 'Offline', '⚪', 'Not signed in; or chosen, while signed in, to be shown as not there.'],
];
const customs: readonly Words[] = [
  ['meeting', 'Meeting', '👥', 'Signed in, attending a meeting.'],
  ['break', 'Break', '☕', 'Signed in, away for a break.'],
  ['training', 'Training', '🎓', 'Signed in, attending a training.'],
  ['lunch', 'Lunch', '🍽️', 'Signed in, away for lunch.'],
];

const own =
  (kind: Status['kind']) =>
  ([id, name, emoji, description]: Words): Status => {
    const takesCalls = id === 'available' || id === FORWARD;
    return { ...unknownStatus(id), name, emoji, kind, description, takesCalls, enabled: id !== FORWARD };
  };

/** The product's own statuses, in the order of the list. */
export const ownStatuses: readonly Status[] = [...defaults.map(own('default')), ...customs.map(own('custom'))];

/** A status that the account does not know: shown as it is written, and it takes no calls. */
export function unknownStatus(id: StatusId): Status {
  return {
    id,
    name: id,
    emoji: '',
    kind: 'custom',
    description: '',
    takesCalls: false,
    enabled: false,
    allowanceMinutes: 0,
  };
}

let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader counts them (grapheme clusters). */
function graphemes(text: string): number {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

// Control characters, line and paragraph separators, bidi embeddings, overrides and isolates, lone surrogates.
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\s\u2800]/gu;
// Marks that are piled on one letter would be drawn across the rows around it.
const PILED = /\p{Mn}{9}/u;

/** The name trimmed and in NFC; throws `invalid-name` with the reason. */
export function checkName(value: unknown): string {
  const fail = (why: string): never => refuse('name', value, why);
  const name = cleanText(value) ?? fail(`is not text. Give 1 to ${NAME_LENGTH} characters`);
  checkDrawable('name', name);
  if (PILED.test(name)) fail('has too many marks on one letter. Remove some');
  if (!name.replace(INVISIBLE, '')) fail(`is empty. Give a name of 1 to ${NAME_LENGTH} characters`);
  const count = graphemes(name);
  if (count > NAME_LENGTH) fail(`has ${count} characters. Use at most ${NAME_LENGTH}`);
  return name;
}

/** The text trimmed and in NFC; undefined where it is none, or far too long to be looked at. */
function cleanText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 10_000 ? value.normalize('NFC').trim() : undefined;
}

function checkDrawable(what: 'name' | 'description', text: string): void {
  if (FORBIDDEN.test(text)) refuse(what, text, 'has a control or text-direction character. Remove it');
}

function refuse(what: 'name' | 'description', value: unknown, why: string): never {
  throw new PhoneError(`invalid-${what}`, `The ${what} ${quote(value)} ${why}.`);
}

/** What two names have in common when they differ by case, width or invisible characters alone. */
export function nameKey(name: string): string {
  const fold = (text: string): string => text.normalize('NFKC').toUpperCase().toLowerCase();
  return fold(fold(name))
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

// One emoji sequence as Unicode Technical Standard 51 defines a possible emoji; digits need their keycap, flags both
// letters, and characters that are text by default their variation selector.
const ELEMENT =
  '(?:\\p{Emoji_Presentation}|\\p{Emoji}\\uFE0F)(?:\\p{Emoji_Modifier}|[\\u{E0020}-\\u{E007E}]+\\u{E007F})?';
const JOINED = `(?:${ELEMENT}|\\p{Emoji_Modifier_Base}\\p{Emoji_Modifier}|\\p{Extended_Pictographic})`;
const EMOJI = new RegExp(
  `^(?:\\p{RI}\\p{RI}|[0-9#*]\\uFE0F?\\u20E3|(?![0-9#*]|\\p{RI})${JOINED}\\uFE0F?(?:\\u200D${JOINED}\\uFE0F?)*)$`,
  'u',
);
const TEXT_BY_DEFAULT = /^(?!\p{Emoji_Presentation})[\u00A9\u00AE\u203C\u2049\u2122\u2139\u2190-\u{1FFFF}]$/u;

/** The emoji, with the variation selector that shows it in colour; throws `invalid-emoji`. */
export function checkEmoji(value: unknown): string {
  const emoji = typeof value === 'string' && value.length <= 100 ? value.trim() : '';
  const shown = TEXT_BY_DEFAULT.test(emoji) ? `${emoji}\uFE0F` : emoji;
  if (graphemes(shown) === 1 && /[\u2190-\u{10FFFF}\u20E3\uFE0F]/u.test(shown) && EMOJI.test(shown)) return shown;
  throw new PhoneError('invalid-emoji', `${quote(value)} is not a single emoji. Choose exactly one.`);
}

/** The description trimmed; throws `invalid-description`. */
export function checkDescription(value: unknown): string {
  const text = cleanText(value);
  if (text === undefined || graphemes(text) > DESCRIPTION_LENGTH) {
    return refuse('description', value, `is not one line of at most ${DESCRIPTION_LENGTH} characters. Shorten it`);
  }
  checkDrawable('description', text);
  return text;
}
