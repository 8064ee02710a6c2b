import type { Account } from '../../model/account.js';
import type { AgentRecord } from '../../model/agent.js';
import { isPhoneError } from '../../model/errors.js';
import { tagOf, type StreamedEntry } from '../../stores/status-protocol.js';
import type { Versioned } from '../../stores/status-store.js';
import { redactEntry, type Redaction } from '../access/redaction.js';
import type { AccountService } from '../accounts/account-service.js';
import type { Entry } from '../accounts/entry-cache.js';
import { absent, refusal, refusalOf } from './problems.js';
import type { RequestVariables } from './request-context.js';
import { respond, respondJson } from './responses.js';

/** A response with a document and its revision; 204 with the revision alone if the document is `undefined`. */
export function documentResponse(service: AccountService, revision: number, document: unknown): Response {
  const headers = { etag: `"${tagOf(revision, service.generation.generation)}"` };
  return document === undefined ? respond(null, { status: 204, headers }) : respondJson(document, { headers });
}

/** A response with the entry as the viewer may see it. Throws a refusal: 404 if it is absent, 422 if it is damaged. */
export function entryResponse(
  { service, agentId }: Pick<RequestVariables, 'service' | 'agentId'>,
  entry: Entry | undefined,
  redaction: Redaction,
): Response {
  if (!entry) throw absent(agentId);
  const { revision, ...rest } = redactEntry(entry, redaction);
  if ('value' in rest) return documentResponse(service, revision, rest.value);
  const document = rest.document === undefined ? {} : { document: rest.document };
  const detail = 'The document is damaged. You can save a fresh one over it.';
  throw refusal(422, detail, { code: 'damaged-data', revision, ...document });
}

/** What a store or the model tells with an error of a save. */
interface SaveErrorData {
  readonly present?: Versioned<AgentRecord | Account>;
  readonly revision?: number;
  readonly document?: unknown;
}

/**
 * What to throw for an error of a save: a conflict and damage with the present entry as `redact` shows it; with its revision
 * alone for a viewer who may not see it.
 */
export function saveRefusal(
  service: AccountService,
  error: unknown,
  redact?: (entry: Entry) => StreamedEntry,
): unknown {
  if (!isPhoneError(error, 'conflict', 'damaged-data')) return error;
  const { present, revision, document } = (error.data ?? {}) as SaveErrorData;
  if (error.code === 'conflict') {
    const { generation } = service;
    if (!redact) return refusalOf(error, { ...generation, ...(present && { revision: present.revision }) });
    return refusalOf(error, { ...generation, present: present ? (redact(present) as Versioned<unknown>) : null });
  }
  if (revision === undefined) return error;
  const shown = redact?.({ revision, damaged: true, document });
  return refusalOf(error, { revision, ...(shown && 'document' in shown ? { document: shown.document } : {}) });
}
