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
    'The present entries, then `ready`, then each later state (states in between may be left out, the last never), and a `beat` where there is nothing else. Each event is a `StreamEvent`.',
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
  '400': problem('The request, its body or its precondition is not what it has to be.'),
  '401': problem('The token is missing, wrong or has run out.', { 'www-authenticate': { schema: { type: 'string' } } }),
  '403': problem('The token gives no right to that, or pages of that origin may not ask.'),
  '404': problem('Nothing is there: an entry that was never saved has the type `absent`.'),
  '405': problem('The path knows no such method.', { allow: { schema: { type: 'string' } } }),
  '408': problem('The request did not come whole in time.'),
  '409': problem('The rules forbid it; the code says which.'),
  '412': problem(
    'Somebody else saved first: `present` is the entry as it stands; for who may not read it `revision` alone.',
  ),
  '413': problem('The body is too large.'),
  '415': problem('The body is no JSON.'),
  '417': problem('The server does nothing of what the header Expect asks for.'),
  '421': problem('The server does not answer to that name.'),
  '422': problem('A value is not valid, or the document is damaged; the code says which.'),
  '428': problem('The save does not say which revision it is based on.'),
  '429': problem('Too many requests, streams, or lists that wait for their turn.', retryAfter),
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
