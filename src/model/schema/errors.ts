/**
 * The codes of `PhoneError`, and the HTTP status with which the status server sends each; `null`: it arises in a page only.
 * Pages find the sentences for them in `elements/text/` and `elements/phone-status-settings/`.
 */
export const PHONE_ERRORS = {
  conflict: 412,
  denied: 403,
  unavailable: 503,
  closed: null,
  outdated: 409,
  'invalid-status': 422,
  'invalid-name': 422,
  'invalid-emoji': 422,
  'invalid-description': 422,
  'invalid-number': 422,
  'invalid-setting': 422,
  'duplicate-name': 422,
  'too-many-statuses': 422,
  'status-in-use': 422,
  'call-in-progress': 409,
  'not-taking-calls': null,
  'not-supported': 422,
  'damaged-data': 422,
  'missing-agent': 422,
  'newer-version': 409,
  'no-microphone': null,
  'call-failed': null,
  'call-over': null,
} as const;
