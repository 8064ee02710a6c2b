import { isPhoneError, type PhoneError, type PhoneErrorCode } from '../../model/errors.js';

/** Fails, and says why, unless that holds. */
export function expectThat(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Error(why);
}

/** Fails unless both are the same document: the same fields, in whatever order. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)];
  expectThat(found === wanted, `${what} is ${found}, but should be ${wanted}.`);
}

/** Fails unless the promise is rejected with a `PhoneError` of that code; answers the error. */
export async function expectRefusal(call: Promise<unknown>, code: PhoneErrorCode, what: string): Promise<PhoneError> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    expectThat(isPhoneError(error, code), `${what} is refused with ${String(error)}, but should be with "${code}".`);
    return error;
  }
  throw new Error(`${what} returns ${canonical(answer)}, but should be refused with "${code}".`);
}

/** Fails unless the call throws at once a `PhoneError` of that code. */
export function expectThrow(call: () => unknown, code: PhoneErrorCode, what: string): void {
  try {
    call();
  } catch (error) {
    expectThat(isPhoneError(error, code), `${what} throws ${String(error)}, but should throw "${code}".`);
    return;
  }
  throw new Error(`${what} throws nothing, but should throw "${code}".`);
}

/** A document as text: its fields in order, those without a value left out. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
