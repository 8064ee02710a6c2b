import { ACCOUNT_KEY } from '../documents/backend.js';

/** The part of a subject that names the place's generation. */
export const GENERATION = 'generation';

/** What an account's data are called in JetStream. */
export interface SubjectNames {
  readonly stream: string;
  /** Under which its documents are stored. */
  readonly stored: string;
  /** Under which the server sends out again what it has stored. */
  readonly changes: string;
}

/** The names for an account; a letter's case counts, no character is special. */
export function subjectNames(account: string): SubjectNames {
  const token = tokenOf(account);
  return {
    stream: `phone-widget_${token}`,
    stored: `phone-widget.stored.${token}`,
    changes: `phone-widget.changes.${token}`,
  };
}

/** The part of a subject that names one document. */
export function subjectOf(key: string): string {
  return key === ACCOUNT_KEY ? 'account' : `agent.${tokenOf(key)}`;
}

/** The document that a subject with that beginning names; `undefined` where it names none. */
export function keyOf(subject: string, beginning: string): string | undefined {
  const rest = subject.slice(beginning.length + 1);
  if (rest === 'account') return ACCOUNT_KEY;
  return rest.startsWith('agent.') ? textOf(rest.slice('agent.'.length)) : undefined;
}

const PLAIN = /^[\w-]+$/;

/**
 * One token of a subject: a plain name as it is, since operators read it; any other as `=` and base64url of its UTF-16
 * units, which keeps even half an emoji apart from the other half. 200 emoji take 1,068 characters of the 4,096 of a line.
 */
function tokenOf(name: string): string {
  if (PLAIN.test(name)) return name;
  let bytes = '';
  for (let index = 0; index < name.length; index += 1) {
    const unit = name.charCodeAt(index);
    bytes += String.fromCharCode(unit >> 8, unit & 255);
  }
  return `=${btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

function textOf(token: string): string | undefined {
  if (!token.startsWith('=')) return token;
  try {
    const bytes = atob(token.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
    let text = '';
    for (let index = 0; index + 1 < bytes.length; index += 2) {
      text += String.fromCharCode((bytes.charCodeAt(index) << 8) | bytes.charCodeAt(index + 1));
    }
    return text;
  } catch {
    // Somebody else's subject: no name that this store gives.
    return undefined;
  }
}
