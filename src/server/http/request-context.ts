import type { Account } from '../../model/account.js';
import type { Actor, AgentRecord } from '../../model/agent.js';
import { isPhoneError } from '../../model/errors.js';
import type { Versioned } from '../../stores/status-store.js';
import { respond, respondJson } from './responses.js';
import { checkTime, type ServerContext } from '../server-context.js';
import type { Entry } from '../accounts/entry-cache.js';
import type { Identity } from '../access/identity.js';
import { readJson } from './request-body.js';
import { messageOf } from '../log.js';
import { absent, Refusal, refusal, refusalOf, statusOf } from './problems.js';
import { redactionFor, type Redaction } from '../access/redaction.js';
import { redactEntry } from '../streams/streams.js';
import { readTag, tagOf } from '../../stores/status-protocol.js';
import type { Basis, AccountService } from '../accounts/account-service.js';

/** One request of somebody who is signed in. */
export interface RequestContext {
  readonly server: ServerContext;
  readonly request: Request;
  readonly viewer: Identity;
  readonly service: AccountService;
  /** Whose record it is about; empty where it is about none. */
  agentId: string;
  /** What is being done, for the audit; whoever does it tells as soon as it is known. */
  operation: Operation;
}

/** What somebody does, and as whom. */
export interface Operation {
  readonly action: string;
  readonly role?: Actor['role'];
}

/** Writes down who did what, and what came of it. */
export function audit(
  { server, viewer, agentId, operation }: RequestContext,
  outcome: string,
  revision?: number,
): void {
  const { account, id } = viewer;
  server.log({
    event: 'audit',
    level: outcome === 'saved' || outcome === 'erased' ? 'info' : 'warn',
    account,
    id,
    ...operation,
    ...(agentId === '' ? {} : { agentId }),
    outcome,
    ...(revision === undefined ? {} : { revision }),
  });
}

/** A mistake of who mounted the server: said to both sides, it is found soon. */
const BODY_USED =
  'The body was read before it reached the status server. Mount the status server before body parsers such as express.json().';

/** The JSON of the request's body, come while the token was good. */
export async function bodyOf({ server, request, viewer, operation }: RequestContext, limit: number): Promise<unknown> {
  if (request.bodyUsed) {
    server.log({ event: 'failure', level: 'error', route: operation.action, message: BODY_USED });
    throw refusal(500, BODY_USED);
  }
  const body = await readJson(request, limit);
  checkTime(viewer, server);
  return body;
}

/** How much of that agent's record the visitor sees. */
export function redactionOf({ server, viewer }: RequestContext, agentId: string): Redaction {
  return redactionFor(viewer, agentId, () => {
    try {
      return server.options.showParty?.(viewer, agentId) === true;
    } catch (cause) {
      server.log({ event: 'failure', level: 'error', route: 'showParty', message: messageOf(cause) });
      return false;
    }
  });
}

/** What a save is based on; `null`: the entry must not exist yet; `undefined`: nothing is said. */
export function precondition({ headers }: Request): Basis | undefined {
  const [match, none] = [headers.get('if-match'), headers.get('if-none-match')];
  if (match === null && none === null) return undefined;
  if (match === null && none === '*') return null;
  // A proxy that compresses an answer makes its tag a weak one.
  const text = none === null ? /^(?:W\/)?"([^"]+)"$/.exec(match ?? '')?.[1] : undefined;
  const tag = text === undefined ? undefined : readTag(text);
  if (tag) return tag;
  throw refusal(400, 'Send If-Match with the ETag that you read, or If-None-Match: *.');
}

/** A save has to say what it is based on. */
export function mustBeBased(basedOn: Basis | undefined): Basis {
  if (basedOn !== undefined) return basedOn;
  throw refusal(428, 'Send If-Match with the ETag that the save is based on, or If-None-Match: *.');
}

/** An answer with an entry's document and its revision; with the revision alone where there is none to be shown. */
export function entryAnswer({ service }: RequestContext, value: unknown, revision: number): Response {
  const headers = { etag: `"${tagOf(revision, service.generation.generation)}"` };
  return value === undefined ? respond(null, { status: 204, headers }) : respondJson(value, { headers });
}

/** The entry as the visitor sees it; an absent or damaged one is a refusal. */
export function entryResponse(visit: RequestContext, entry: Entry | undefined, redaction: Redaction): Response {
  if (!entry) throw absent(visit.agentId);
  const { revision, ...rest } = redactEntry(entry, redaction);
  if ('value' in rest) return entryAnswer(visit, rest.value, revision);
  const document = rest.document === undefined ? {} : { document: rest.document };
  throw refusal(422, 'The document is damaged. You can save a fresh one over it.', {
    code: 'damaged-data',
    revision,
    ...document,
  });
}

/** The account, shown to whom may read it: whole. */
export const WHOLE: Redaction = { number: true, party: true };

/**
 * What the store or the model refused, with the present entry as the visitor sees it; with its revision alone where the
 * visitor may not see it.
 */
export function saveRefusal(
  { service }: RequestContext,
  error: unknown,
  see?: (entry: Entry) => ReturnType<typeof redactEntry>,
): unknown {
  const data = (isPhoneError(error) ? (error.data ?? {}) : {}) as {
    readonly present?: Versioned<AgentRecord | Account>;
    readonly revision?: number;
    readonly document?: unknown;
  };
  if (isPhoneError(error, 'conflict')) {
    const { present } = data;
    const { generation } = service;
    if (!see) return refusalOf(error, { ...generation, ...(present && { revision: present.revision }) });
    return refusalOf(error, { ...generation, present: present ? (see(present) as Versioned<unknown>) : null });
  }
  if (isPhoneError(error, 'damaged-data') && data.revision !== undefined) {
    const damaged: Entry = { revision: data.revision, damaged: true, document: data.document };
    const { revision, ...rest } = see?.(damaged) ?? damaged;
    return refusalOf(error, { revision, ...(see && 'document' in rest ? { document: rest.document } : {}) });
  }
  return error;
}

/** In a word, what was refused, for the audit and the figures: the code, or the status where that says more. */
export function outcomeOf(error: unknown): string {
  if (error instanceof Refusal) {
    const { code, status } = error.problem;
    return statusOf(code) === status ? code : String(status);
  }
  return isPhoneError(error) ? error.code : 'failed';
}
