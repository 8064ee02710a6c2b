import { PhoneError } from '../model/errors.js';

/** Rejects with `not-supported`. */
export function refuse(message: string): Promise<void> {
  return quiet(Promise.reject(new PhoneError('not-supported', message)));
}

/** Lets a caller ignore the promise: its rejection is never reported as unhandled. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
