import { PHONE_ERRORS } from './schema/errors.js';

/** The stable codes of {@link PhoneError}; a host page decides by them, never by the message. */
export type PhoneErrorCode = keyof typeof PHONE_ERRORS;

/** All codes of {@link PhoneError}. */
export const PHONE_ERROR_CODES = /* @__PURE__ */ Object.keys(PHONE_ERRORS) as readonly PhoneErrorCode[];

/** What a {@link PhoneError} may carry besides its message. */
export interface PhoneErrorOptions {
  readonly cause?: unknown;
  /**
   * `conflict`: `{present}`, the entry as it stands, or `{revision}` alone where it may not be read; `damaged-data`:
   * `{revision, document, agentId}`, of the account without `agentId`; `unavailable` and `denied`: `{retryAfterMs}` where the
   * place says how long to wait.
   */
  readonly data?: unknown;
}

/**
 * The one error of model, session and stores. The message says what happened, the offending value and what to do.
 */
export class PhoneError extends Error {
  readonly code: PhoneErrorCode;
  readonly data?: unknown;

  constructor(code: PhoneErrorCode, message: string, options: PhoneErrorOptions = {}) {
    super(`[phone-widget] ${message}`, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'PhoneError';
    this.code = code;
    if ('data' in options) this.data = options.data;
  }
}

/**
 * Whether a caught value is a {@link PhoneError}, of one of the codes where some are given. One of another copy of this
 * module counts: a page may have the elements from one file and a store from another.
 */
export function isPhoneError(value: unknown, ...codes: readonly PhoneErrorCode[]): value is PhoneError {
  if (!(value instanceof Error) || value.name !== 'PhoneError') return false;
  return codes.length === 0 || codes.includes((value as PhoneError).code);
}

/** A place that asks to be left alone for longer, in milliseconds, is asked again all the same. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** How long the place asked to be left alone, in milliseconds; 0 where it did not. At most 5 minutes count. */
export function retryAfterOf(error: unknown): number {
  const { retryAfterMs } = Object(isPhoneError(error) && error.data) as { readonly retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' && retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0;
}

/** A value as it is shown in an error message: JSON, cut at 60 characters. */
export function quote(value: unknown): string {
  const text = describe(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
