/** What a person puts between the digits of a number. */
const DECORATION = /[\s().\-/\u00A0\u2010-\u2015\u2066-\u2069]/g;

/**
 * The number as `+`, country code and digits, or undefined where it is none. A number without a country code is read as
 * one of `country` (two letters; the browser's region where it is left out). The rules of all countries are loaded when
 * first needed; where they cannot be loaded a number with its country code does.
 */
export async function readNumber(text: string, country?: string): Promise<string | undefined> {
  try {
    const { parseNumber } = await import('./number-rules.js');
    const defaultCountry = (country || new Intl.Locale(navigator.language).maximize().region)?.toUpperCase() as 'US';
    const number = parseNumber(text, { defaultCountry, extract: false });
    return number?.isValid() && /^\+[1-9]\d{6,14}$/.test(number.number) ? number.number : undefined;
  } catch {
    // The chunk did not arrive: the plain form needs no rules.
    const plain = text.replace(DECORATION, '').replace(/^00/, '+');
    return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : undefined;
  }
}
