import type { CallSource, Control } from '../calls/call-source.js';
import { isPhoneError, PhoneError } from '../model/errors.js';

/** Uses a control of the source. Rejects with the source's `PhoneError`; any other error becomes `unavailable`. */
export async function useControl(
  calls: CallSource | undefined,
  control: Control,
  args: readonly string[],
): Promise<void> {
  const source = calls as unknown as Record<Control, (...args: readonly string[]) => unknown>;
  try {
    await source[control](...args);
  } catch (cause) {
    if (isPhoneError(cause)) throw cause;
    throw new PhoneError('unavailable', `The call source failed at ${control}: ${String(cause)}. Try again.`, {
      cause,
    });
  }
}
