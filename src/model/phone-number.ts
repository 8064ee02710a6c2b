import { PhoneError, quote } from './errors.js';

const DIGIT = /\p{Nd}/u;
/**
 * An extension as people write it, at the end of a number, or a pause and what is sent after it; `tel:` has it as a
 * parameter (RFC 3966), with others after it.
 */
const EXTENSION =
  /\d[\s()[\],;.~\p{Pd}]*(?:(?:x|(?:ext|int|доб|anexo|poste|ramal|durchwahl)\p{L}{0,9})[\s.:=#°nor]*|[,;~]\s*)\d[\d\s#)\]]*(?:;.*)?$/iu;
const SEPARATORS = /[\s\p{Pd}\u2212·./\\]/gu;
/**
 * Where numbers begin with a 0 of their own (ITU-T E.164 national numbering plans): Italy and the Vatican, San Marino, Ivory
 * Coast, Burkina Faso, Niger, Benin, Congo, Tajikistan. Elsewhere a 0 is dialled within the country alone.
 */
const NO_OWN_ZERO = '(?!39|378|22[5679]|242|992)';
/** A country code, in brackets or not, and such a 0 in brackets, alone or with what follows it. */
const BRACKETED_ZERO = new RegExp(`^[([]*(\\+|00)[()[\\]]*(${NO_OWN_ZERO}[1-9]\\d{0,2})[)\\]]*[([]+0`);
/** The country codes of one and two digits; all others have three. */
const SHORT = '[17]|2[07]|3[0-469]|4[^2]|5[1-8]|6[0-6]|8[1246]|9[0-58]';

/**
 * A number as a person wrote or copied it, in plain characters: without format characters and `tel:`, its digits from 0 to 9.
 * Throws `invalid-number` with the data `{reason: 'extension'}` where it has an extension, which would be lost.
 */
export function plainNumber(text: unknown): string {
  if (typeof text !== 'string') throw badNumber(text);
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, valueOf)
    .trim()
    .replace(/^(?:tel|callto):(?:\/\/)?(.*)/is, (_, uri: string) => uri.replaceAll('%20', ' ').replace(/%2b/i, '+'))
    .trim();
  if (!EXTENSION.test(plain)) return plain;
  const message = `${quote(text)} has an extension, which cannot be dialled. Leave it out and send it once the call is answered.`;
  throw new PhoneError('invalid-number', message, { data: { reason: 'extension' } });
}

/** The number as it can be dialled: digits, `*` and `#`, with `+` before a country code. Throws `invalid-number`. */
export function dialNumber(text: unknown): string {
  const number = plainNumber(text)
    .replace(SEPARATORS, '')
    .replace(BRACKETED_ZERO, '$1$2')
    .replace(/[()[\]]/g, '');
  if (/^\+?[\d*#]{1,32}$/.test(number)) return number;
  throw badNumber(text);
}

/** What numbers are compared by: + and 00 say the same. Throws `invalid-number`. */
export function numberKey(text: unknown): string {
  return dialNumber(text).replace(/^(?:\+|00)/, '');
}

/** Whether a number that can be dialled has, after its country code, a 0 that is dialled within the country alone. */
export function hasTrunkZero(dialled: string): boolean {
  return new RegExp(`^(?:\\+|00)${NO_OWN_ZERO}(?:${SHORT}|(?!${SHORT})...)0`).test(dialled);
}

function badNumber(text: unknown): PhoneError {
  return new PhoneError(
    'invalid-number',
    `${quote(text)} cannot be dialled. Use digits, with + before a country code.`,
  );
}

/** What a decimal digit of any script stands for: the ten of a script stand in order. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) as number;
  let zero = code;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
