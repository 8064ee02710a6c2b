import { PhoneError, quote } from '../../model/errors.js';
import { dialNumber, hasTrunkZero } from '../../model/phone-number.js';
import type { AgentSession } from '../../session/agent-session.js';
import { localKey } from '../../platform/storage.js';

/**
 * Reads a number as `+`, country code and digits. Without a country code it is one of `country` (two letters; default: the
 * browser's region). The numbering rules of all countries are loaded on first use. If they cannot be loaded, any number
 * with a country code is taken, unless a 0 follows that is dialled only within the country. Rejects with `invalid-number`.
 */
export async function readNumber(text: string, country?: string): Promise<string> {
  // The rules would take what follows a # for an extension, and drop it: they get only digits.
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

/** The key of the last number in this browser, by agent and by the place that the store names. */
export function forwardKey({ store, agentId }: Pick<AgentSession, 'store' | 'agentId'>): string {
  return localKey('forward', store.name, agentId);
}
