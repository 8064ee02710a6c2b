import type { PhoneError, PhoneErrorCode } from '../model/errors.js';
import { PROBLEM_TYPE, type Problem } from '../stores/status-protocol.js';
import { jsonAnswer } from './answers.js';

/** What a request is answered with instead of what it asked for. */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }

  toResponse(): Response {
    const headers = { ...this.headers, 'content-type': PROBLEM_TYPE };
    return jsonAnswer(this.problem, { status: this.problem.status, headers });
  }
}

/** How each status of HTTP is called. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'No such method',
  408: 'Too slow',
  409: 'Against the rules',
  412: 'Somebody else saved first',
  413: 'Too large',
  415: 'Not JSON',
  421: 'Not this server',
  422: 'Not valid',
  428: 'Which revision?',
  429: 'Too many requests',
  500: 'Failed',
  503: 'Not available',
};

/** The status of HTTP for each reason; all others are refusals of the rules: 409. */
const STATUS: Readonly<Partial<Record<PhoneErrorCode, number>>> = {
  conflict: 412,
  denied: 403,
  unavailable: 503,
  closed: 503,
  'damaged-data': 422,
  'missing-agent': 422,
  'not-supported': 422,
  'invalid-status': 422,
  'invalid-number': 422,
  'invalid-setting': 422,
  'invalid-name': 422,
  'invalid-emoji': 422,
  'invalid-description': 422,
  'duplicate-name': 422,
  'too-many-statuses': 422,
  'status-in-use': 422,
};

/** A refusal with that status; `code` is what a store rejects with. */
export function refusal(status: number, detail: string, more: Partial<Problem> = {}): Refusal {
  const headers: Record<string, string> = {};
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 429 || status === 503) headers['retry-after'] = '1';
  return new Refusal({ type: 'about:blank', title: TITLES[status] ?? 'Refused', status, detail, ...more }, headers);
}

/** Somebody who may not do that. */
export function denied(what: string): Refusal {
  return refusal(403, `This token gives no right to ${what}.`, { code: 'denied' });
}

/** What is asked for is not there. */
export function absent(): Refusal {
  return refusal(404, 'Nothing has been saved there yet.', { type: 'absent' });
}

/** The refusal that tells an error of the model or of the store. */
export function refusalOf(error: PhoneError, more: Partial<Problem> = {}): Refusal {
  // A store that was closed is nothing that a browser could know of.
  const code = error.code === 'closed' ? 'unavailable' : error.code;
  return refusal(STATUS[error.code] ?? 409, error.message.replace('[phone-widget] ', ''), { code, ...more });
}
