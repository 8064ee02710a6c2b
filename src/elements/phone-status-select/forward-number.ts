import { PhoneError, quote } from '../../model/errors.js';
import { dialNumber, hasTrunkZero } from '../../model/phone-number.js';
import type { AgentSession } from '../../session/agent-session.js';
import { localKey } from '../../platform/storage.js';

/**
 * The number as `+`, country code and digits. One without a country code is read as one of `country` (two letters; the
 * browser's region where it is left out). The rules of all countries are loaded when first needed, and decide; where they
 * cannot be loaded a number with its country code does, unless a 0 follows that is dialled within the country alone. Rejects
 * with `invalid-number`.
 */
export async function readNumber(text: string, country?: string): Promise<string> {
  // The rules would read what follows a # as an extension, and lose it: they get nothing but digits.
  const dialled = dialNumber(text);
  const digits = /[*#]/.test(dialled) ? '' : dialled;
  const number = await ruled(digits, country).catch(() => !hasTrunkZero(digits) && digits.replace(/^00/, '+'));
  if (number && /^\+[1-9]\d{6,14}$/.test(number)) return number;
  throw new PhoneError('invalid-number', `${quote(text)} is not a phone number. Include the country code.`);
}

async function ruled(text: string, country: string | undefined): Promise<string | undefined> {
  const { parseNumber } = await import('./number-rules.js');
  const defaultCountry = (country || new Intl.Locale(navigator.language).maximize().region)?.toUpperCase() as 'US';
  const number = parseNumber(text, { defaultCountry, extract: false });
  return number?.isValid() ? number.number : undefined;
}

/** Where this browser keeps the last number: of one agent alone, in the place that the store names. */
export function forwardKey({ store, agentId }: Pick<AgentSession, 'store' | 'agentId'>): string {
  return localKey('forward', store.name, agentId);
}
