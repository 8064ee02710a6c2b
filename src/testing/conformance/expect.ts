import { isPhoneError, type PhoneError, type PhoneErrorCode } from '../../model/errors.js';

/** Fails with that message unless the condition holds. */
export function expectThat(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Error(why);
}

/** Fails unless both are equal documents; the order of fields does not count. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)];
  expectThat(found === wanted, `${what} is ${found}, but should be ${wanted}.`);
}

/** Fails unless the promise rejects with a `PhoneError` of that code. Returns the error. */
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

/** Returns the present entry that a conflict carries. */
export function presentOf(refusal: PhoneError): unknown {
  return (refusal.data as { readonly present?: unknown } | undefined)?.present;
}

/** Fails unless the call throws a `PhoneError` of that code. */
export function expectThrow(call: () => unknown, code: PhoneErrorCode, what: string): void {
  try {
    call();
  } catch (error) {
    expectThat(isPhoneError(error, code), `${what} throws ${String(error)}, but should throw "${code}".`);
    return;
  }
  throw new Error(`${what} throws nothing, but should throw "${code}".`);
}

/** Returns a document as text, with sorted fields and without undefined ones. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
