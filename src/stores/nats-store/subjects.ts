import { ACCOUNT_KEY } from '../documents/entry.js';

/** The last token of the subject of the generation. */
export const GENERATION = 'generation';

/** The names of an account's data in JetStream. */
export interface SubjectNames {
  readonly stream: string;
  /** The prefix of the subjects under which documents are stored. */
  readonly stored: string;
  /** The prefix of the subjects under which the server republishes them. */
  readonly changes: string;
}

/** Returns the names for an account: case-sensitive, and safe for any character. */
export function subjectNames(account: string): SubjectNames {
  const token = tokenOf(account);
  return {
    stream: `phone-widget_${token}`,
    stored: `phone-widget.stored.${token}`,
    changes: `phone-widget.changes.${token}`,
  };
}

/** Returns the tokens of a subject that name one document. */
export function subjectOf(key: string): string {
  return key === ACCOUNT_KEY ? 'account' : `agent.${tokenOf(key)}`;
}

/** Returns the key that a subject with that prefix names; `undefined` if it names none. */
export function keyOf(subject: string, prefix: string): string | undefined {
  const rest = subject.slice(prefix.length + 1);
  if (rest === 'account') return ACCOUNT_KEY;
  return rest.startsWith('agent.') ? textOf(rest.slice('agent.'.length)) : undefined;
}

const PLAIN = /^[\w-]+$/;

/**
 * Encodes a name as one token of a subject. A plain name stays readable for operators; any other becomes `=` and the base64url of
 * its UTF-16 units, which keeps even lone surrogates apart. 200 emoji take 1,068 of the 4,096 characters of a protocol line.
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
    // Another program's subject: this store creates no such token.
    return undefined;
  }
}
