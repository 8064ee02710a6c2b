import { isPhoneError } from '../../model/errors.js';
import { unavailable } from './http-errors.js';

/**
 * Settles as the promise does, or rejects when nothing has come in so many milliseconds, or when it is ended: always with a
 * `PhoneError`.
 */
export function within<T>(ms: number, promise: Promise<T>, ended?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(unavailable('no answer in time'));
    const timer = setTimeout(giveUp, ms);
    ended?.addEventListener('abort', giveUp);
    promise
      .then(resolve, (cause) => reject(isPhoneError(cause) ? cause : unavailable(cause)))
      .finally(() => clearTimeout(timer));
  });
}
