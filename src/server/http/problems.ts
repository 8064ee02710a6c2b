import { isPhoneError, type PhoneError, type PhoneErrorCode } from '../../model/errors.js';
import { PHONE_ERRORS } from '../../model/schema/errors.js';
import { codeOfStatus, PROBLEM_TYPE, type Problem } from '../../stores/status-protocol.js';
import { respondJson } from './responses.js';

/** The problem document of an error. This server always gives a code. */
type ToldProblem = Problem & Required<Pick<Problem, 'code'>>;

/** An error that is answered with a problem document. */
export class Refusal extends Error {
  readonly problem: ToldProblem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ToldProblem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }

  toResponse(): Response {
    const headers = { ...this.headers, 'content-type': PROBLEM_TYPE };
    return respondJson(this.problem, { status: this.problem.status, headers });
  }
}

/** The title of each status (RFC 9110, RFC 6585). */
export const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** A status that the server answers a problem with. */
export type ProblemStatus = keyof typeof TITLES;

/** The status for each code that the server sends. */
export const STATUS_OF = Object.fromEntries(
  Object.entries(PHONE_ERRORS).filter(([, status]) => status !== null),
) as Readonly<Partial<Record<PhoneErrorCode, ProblemStatus>>>;

/** The status for a code; 409 for those that arise in a page only. */
export function statusOf(code: PhoneErrorCode): ProblemStatus {
  const status: ProblemStatus | null = PHONE_ERRORS[code];
  return status ?? 409;
}

/** What clients are told of the server's own failures and of entries in its store. The log has the reason. */
const FIXED_DETAILS: Readonly<Partial<Record<PhoneErrorCode, string>>> = {
  conflict: 'Someone else saved first. Apply the change to the current entry.',
  denied: 'The server has no right to do that in its store.',
  unavailable: 'The server cannot do that now. Try again later.',
  'newer-version': 'A newer version wrote this entry. This server must be updated.',
  'damaged-data': 'The entry is damaged. You can save a fresh one over it.',
};

/** Whether the error is a failure of the server itself, for its operator to look into. */
export function isOwnTrouble(error: unknown): boolean {
  if (error instanceof Refusal) return false;
  return !isPhoneError(error) || isPhoneError(error, 'denied', 'unavailable', 'closed', 'newer-version');
}

/** A refusal with that status. `httpStore` rejects with its code. */
export function refusal(status: ProblemStatus, detail: string, more: Partial<Problem> = {}): Refusal {
  const headers: Record<string, string> = {};
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 429 || status === 503) headers['retry-after'] = '1';
  return new Refusal(
    {
      type: 'about:blank',
      title: TITLES[status],
      status,
      detail,
      code: codeOfStatus(status) ?? 'unavailable',
      ...more,
    },
    headers,
  );
}

const UNREAD_DETAILS = {
  400: 'The request is not valid HTTP.',
  408: 'The request did not arrive in full in time.',
  413: 'The chunks of the body are too long.',
  417: 'This server does not support what the Expect header asks for.',
  431: 'The headers are too large.',
} as const satisfies Partial<Record<ProblemStatus, string>>;

/** The status of a request that could not be read. */
export type UnreadStatus = keyof typeof UNREAD_DETAILS;

/** The response to a request that Node or its adapter refuses by itself. Its code is no verdict on the content. */
export function nodeRefusal(status: UnreadStatus): Response {
  return refusal(status, UNREAD_DETAILS[status], { code: 'unavailable' }).toResponse();
}

/** The refusal of something that the token gives no right to. */
export function denied(what: string): Refusal {
  return refusal(403, `This token does not allow you to ${what}.`);
}

/** The refusal of an entry that was never saved: an agent's record, or the account if `agentId` is empty. */
export function absent(agentId: string): Refusal {
  const code = agentId === '' ? {} : ({ code: 'missing-agent' } as const);
  return refusal(404, 'Nothing has been saved there yet.', { type: 'absent', ...code });
}

/** The refusal for an error of the model or the store. */
export function refusalOf(error: PhoneError, more: Partial<Problem> = {}): Refusal {
  // Browsers cannot know that the server's store was closed.
  const code = error.code === 'closed' ? 'unavailable' : error.code;
  return refusal(statusOf(code), FIXED_DETAILS[code] ?? plain(error.message), { code, ...more });
}

/** The message of an error without the product's name. */
export function plain(message: string): string {
  return message.replace('[phone-widget] ', '');
}
