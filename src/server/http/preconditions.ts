import { readTag } from '../../stores/status-protocol.js';
import type { Basis } from '../accounts/event-to-save.js';
import { refusal } from './problems.js';

/** What a save is based on; `null` if the entry must not exist yet, `undefined` if the request does not say. */
export function precondition({ headers }: Request): Basis | undefined {
  const [match, none] = [headers.get('if-match'), headers.get('if-none-match')];
  if (match === null && none === null) return undefined;
  if (match === null && none === '*') return null;
  // A proxy that compresses a response makes its tag a weak one.
  const text = none === null ? /^(?:W\/)?"([^"]+)"$/.exec(match ?? '')?.[1] : undefined;
  const tag = text === undefined ? undefined : readTag(text);
  if (tag) return tag;
  throw refusal(400, 'Send If-Match with the ETag that you read, or If-None-Match: *.');
}

/** The basis of a save. Throws a refusal (428) if the request does not say it. */
export function requiredPrecondition(request: Request): Basis {
  const basis = precondition(request);
  if (basis !== undefined) return basis;
  throw refusal(428, 'Send If-Match with the ETag that the save is based on, or If-None-Match: *.');
}
