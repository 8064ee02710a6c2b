import type { AgentEvent } from '../model/agent.js';
import type { PhoneErrorCode } from '../model/errors.js';
import type { Versioned } from './status-store.js';

/**
 * What `httpStore` and the status server say to each other; the OpenAPI document of the package says the same in full. All
 * paths are below one base address; every body is JSON.
 *
 * | method and path | who | what |
 * |---|---|---|
 * | `GET identity` | anybody signed in | `IdentityAnswer` |
 * | `GET account` · `PUT account` | readers · admins | the account; a save needs a precondition |
 * | `GET account/stream` | readers of the account | event stream of the account |
 * | `GET agents` | who reads all | `AgentsAnswer` |
 * | `GET agents/stream` | who reads all | event stream of all records and the account |
 * | `GET agents/{agent}` · `DELETE agents/{agent}` | readers · admins | the record · erases the agent |
 * | `GET agents/{agent}/stream` | readers | event stream of the record and the account |
 * | `POST agents/{agent}/events` | by role | `EventRequest`; the answer is the record as it now stands |
 * | `POST agents/{agent}/facts` | telephony | one call fact or a list of them |
 *
 * `{agent}` is `agentPath(agentId)`. An entry's answer carries its revision, and the generation of the place that it is counted
 * in, as `ETag: "<generation>.<revision>"`; the revision alone where the place tells no generation. A save carries what it is
 * based on as `If-Match`, in either form, or `If-None-Match: *` where the entry must not exist yet; without one it is refused
 * with 428 (`leave` and `facts` need none: they are applied to whatever stands). A stale one, and one of another generation, is
 * refused with 412, and the `Problem` carries the present entry. Who may not read the record is told its revision alone: 204
 * with the `ETag` in place of 200, and 412 with `revision` in place of `present`. What is not there is 404 with the problem type
 * `absent`.
 *
 * The list of all agents carries `ETag: W/"<generation>.0"`.
 *
 * Who opens a stream again says what it knew by `?known=<generation>.<revision>`, its highest revision: where the place has
 * never given that, it was set back, and its generation becomes another one.
 */
export const PROTOCOL_VERSION = 1;

/** The header of every answer that tells the server's clock, in milliseconds since the epoch. */
export const CLOCK_HEADER = 'phone-clock';

/** An open stream says something at least this often, in milliseconds: a `beat` where there is nothing else. */
export const BEAT_MS = 7_000;
/** A stream that has said nothing for so long, in milliseconds, is lost. */
export const SILENCE_MS = 18_000;

/** The media type of errors: RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';

const REFUSALS: Readonly<Record<number, PhoneErrorCode>> = {
  400: 'not-supported',
  401: 'denied',
  403: 'denied',
  413: 'not-supported',
  422: 'not-supported',
};

/**
 * The code of a refusal that names none. `undefined`: the request may be worth another try, as after a wrong address, which
 * says nothing about what was sent.
 */
export function codeOfStatus(status: number): PhoneErrorCode | undefined {
  return REFUSALS[status];
}

/** Whose requests the server takes these for. */
export interface IdentityAnswer {
  readonly account: string;
  readonly id: string;
  readonly name?: string;
  readonly roles: readonly string[];
  /** When the token ends, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Every agent's record; of one that is damaged only the revision is known. */
export interface AgentsAnswer {
  readonly agents: readonly StreamedAgent[];
}

/** An event of the agent's day, as `saveAgent` names it. */
export interface EventRequest {
  readonly event: AgentEvent;
  /** What the agent is called; taken from an agent who signs in, where the token has no name. */
  readonly agentName?: string;
}

/** An error, as RFC 9457 has it. */
export interface Problem {
  /** `about:blank`, or the name of the problem: `absent` where an entry is not there. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** What the store rejects with; every problem of the status server has one. */
  readonly code?: PhoneErrorCode;
  /** With `conflict`: the entry as it stands, `null` where there is none. */
  readonly present?: Versioned<unknown> | null;
  /** With `conflict`: the place's generation. */
  readonly generation?: string;
  /** With `damaged-data`, and with `conflict` for who may not read the entry: the revision that stands. */
  readonly revision?: number;
  /** With `damaged-data`, for who may see all of it: the damaged document. */
  readonly document?: unknown;
}

/** An entry of a stream. `damaged` stands in for a value that cannot be read; a fresh one may be saved over it. */
export type StreamedEntry =
  | { readonly revision: number; readonly value: unknown }
  | { readonly revision: number; readonly damaged: true; readonly document?: unknown };

/** The same for one agent's record. */
export type StreamedAgent = StreamedEntry & { readonly agentId: string };

/**
 * What a stream says: `event:` is the name, `data:` the JSON. After it was opened all present entries come, then `ready`, then
 * each later state (states in between may be left out, the last never). A stream that is opened again tells all anew: who reads
 * it drops what is not newer than what it knows. Where its `ready` tells another generation than the one before, all that was
 * known is dropped instead.
 */
export interface StreamEvents {
  readonly account: StreamedEntry;
  readonly agent: StreamedAgent;
  /** The agent was erased; `revision` is the last that the record had. */
  readonly gone: { readonly agentId: string; readonly revision: number };
  /** All present entries have been told; with the place's generation. */
  readonly ready: { readonly now: number; readonly generation?: string };
  /** The server lives, and this is its clock. */
  readonly beat: { readonly now: number };
  /**
   * The server ends the stream: the token has run out, the server stops, the reader is too slow, or the place has another
   * generation. Open it again.
   */
  readonly end: { readonly reason: 'expired' | 'closing' | 'slow' | 'generation' };
}

/** A revision and its generation, as an `ETag` names them without its quotes. */
export interface Tag {
  readonly generation: string | undefined;
  readonly revision: number;
}

/** The text of a tag. */
export function tagOf(revision: number, generation: string | undefined): string {
  return generation === undefined ? String(revision) : `${encodeURIComponent(generation)}.${revision}`;
}

/** The tag that a text names; `undefined` where it is none. */
export function readTag(text: string): Tag | undefined {
  const [, encoded, digits] = /^(?:([\w.!~*'()%-]*)\.)?(\d{1,16})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  try {
    return { generation: encoded === undefined ? undefined : decodeURIComponent(encoded), revision: Number(digits) };
  } catch {
    // Broken percent signs.
    return undefined;
  }
}

/** The agent's id as a segment of a path: `~` and base64url, which no proxy changes. */
export function agentPath(agentId: string): string {
  const bytes = new TextEncoder().encode(agentId);
  const letters = btoa(String.fromCharCode(...bytes));
  return `~${letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** The agent's id of such a segment; `undefined` where it is none. */
export function agentOfPath(segment: string): string | undefined {
  if (!/^~[\w-]+$/.test(segment)) return undefined;
  try {
    const letters = atob(segment.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const agentId = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // One id, one path.
    return agentPath(agentId) === segment ? agentId : undefined;
  } catch {
    // Neither base64 nor UTF-8.
    return undefined;
  }
}
