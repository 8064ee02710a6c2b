import type { ProblemStatus } from '../http/problems.js';
import { ref, type Schema } from './schema.js';

/** An answer of the server, as OpenAPI writes it. */
export type Answer = { readonly headers: object; readonly [field: string]: unknown };

const clock = { $ref: '#/components/headers/PhoneClock' };
const etag = { $ref: '#/components/headers/Revision' };

/** An answer in JSON. */
export function json(description: string, schema: Schema): Answer {
  return { description, headers: { 'phone-clock': clock }, content: { 'application/json': { schema } } };
}

/** An entry's document with its revision. */
export function entry(description: string, schema: Schema): Answer {
  return { ...json(description, schema), headers: { 'phone-clock': clock, etag } };
}

/** An answer without a body. */
export function nothing(description: string): Answer {
  return { description, headers: { 'phone-clock': clock } };
}

export const eventStream: Answer = {
  description:
    'The present entries, then `ready`, then each later state (intermediate states may be skipped, the last never), and a `beat` when there is nothing else. Each event is a `StreamEvent`.',
  headers: { 'phone-clock': clock },
  content: { 'text/event-stream': { schema: { type: 'string', contentMediaType: 'text/event-stream' } } },
};

function problem(description: string, headers: Readonly<Record<string, unknown>> = {}): Answer {
  return {
    description,
    headers: { 'phone-clock': clock, ...headers },
    content: { 'application/problem+json': { schema: ref('Problem') } },
  };
}

const retryAfter = { 'retry-after': { $ref: '#/components/headers/RetryAfter' } };

/** Everything that may be answered instead of what was asked for. */
export const problems = {
  '400': problem('The request, its body or its precondition is not valid.'),
  '401': problem('The token is missing, wrong or expired.', { 'www-authenticate': { schema: { type: 'string' } } }),
  '403': problem('The token does not allow this, or pages of this origin are not allowed.'),
  '404': problem('Nothing is there. The type is `absent` for an entry that was never saved.'),
  '405': problem('The path does not support this method.', { allow: { schema: { type: 'string' } } }),
  '408': problem('The request did not arrive in full in time.'),
  '409': problem('A rule forbids it. The code says which.'),
  '412': problem(
    'Someone else saved first. `present` is the current entry; if you may not read it, there is only `revision`.',
  ),
  '413': problem('The body is too large.'),
  '415': problem('The body is not JSON.'),
  '417': problem('The server does not support what the Expect header asks for.'),
  '421': problem('The server does not answer to that host name.'),
  '422': problem('A value is not valid, or the document is damaged. The code says which.'),
  '428': problem('The save does not say which revision it is based on.'),
  '429': problem('Too many requests, streams or waiting lists.', retryAfter),
  '431': problem('The headers are too large.'),
  '500': problem('The server failed.'),
  '503': problem('The server is closing, or its store cannot be reached.', retryAfter),
} as const satisfies Readonly<Record<`${ProblemStatus}`, Answer>>;

type Status = keyof typeof problems;

/** What a path may answer besides what every one may. */
export function withProblems(
  answers: Readonly<Record<string, Answer>>,
  ...more: readonly Status[]
): Readonly<Record<string, unknown>> {
  const all = [...new Set([...COMMON, ...more])].sort();
  const named = all.map((status) => [status, { $ref: `#/components/responses/${responseName(status)}` }]);
  return { ...answers, ...Object.fromEntries(named) };
}

/** What the web server tells by itself is among them: 400, 408, 413, 417 and 431. */
const COMMON: readonly Status[] = ['400', '401', '403', '408', '413', '417', '421', '429', '431', '500', '503'];

/** Under which name a problem's answer stands among the components. */
export function responseName(status: string): string {
  return `Problem${status}`;
}
