import { PhoneError } from '../model/errors.js';

/** Rejects with `not-supported`. */
export function refuse(message: string): Promise<void> {
  return quiet(Promise.reject(new PhoneError('not-supported', message)));
}

/** Its rejection is told to who waits for it, and is nobody's fault where nobody does. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
