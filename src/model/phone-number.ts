import { PhoneError, quote } from './errors.js';

const DIGIT = /\p{Nd}/u;
/** An extension as people write it, at the end of a number; `tel:` has it as a parameter (RFC 3966). */
const EXTENSION = /\d[\s)\],;.\p{Pd}]*(?:ext(?:ension|n)?|x|доб|anexo|poste|durchwahl)[\s.:=]*\d+\s*$/iu;
/**
 * A country code and, in brackets, the 0 that is dialled before an area code within the country alone. Where numbers begin
 * with a 0 of their own it belongs to them (ITU-T E.164 national numbering plans): Italy and the Vatican, San Marino, Ivory
 * Coast, Burkina Faso, Niger, Benin, Congo, Tajikistan.
 */
const TRUNK_ZERO =
  /^((?:\+|00)[\s\p{Pd}./]*(?!39|378|22[5679]|242|992)[1-9]\d{0,2}[\s\p{Pd}./]*)[([]\s*0\s*(\d*)\s*[)\]]/u;

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
    .replace(/^(?:tel|callto):(?:\/\/)?(.*)/is, (_, uri: string) => uri.replaceAll('%20', ' ').replace(/%2b/i, '+'));
  if (!EXTENSION.test(plain)) return plain;
  const message = `${quote(text)} has an extension, which is not dialled with a number. Leave it out, and send its digits once the call is answered.`;
  throw new PhoneError('invalid-number', message, { data: { reason: 'extension' } });
}

/** The number as it can be dialled: digits, `*` and `#`, with `+` before a country code. Throws `invalid-number`. */
export function dialNumber(text: unknown): string {
  const number = plainNumber(text)
    .replace(TRUNK_ZERO, '$1$2')
    .replace(/[\s\p{Pd}\u2212·./\\()[\]]/gu, '');
  if (/^\+?[\d*#]{1,32}$/.test(number)) return number;
  throw badNumber(text);
}

function badNumber(text: unknown): PhoneError {
  return new PhoneError(
    'invalid-number',
    `${quote(text)} cannot be dialled. Write digits, with + before a country code.`,
  );
}

/** What a decimal digit of any script stands for: the ten of a script stand in order. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) as number;
  let zero = code;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
