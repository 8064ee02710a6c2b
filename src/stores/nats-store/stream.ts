import { headers, type Msg } from '@nats-io/transport-node';
import type { Entry } from '../documents/entry.js';
import type { ConnectionShare } from './connection-share.js';
import { GENERATION, keyOf, subjectOf, type SubjectNames } from './subjects.js';
import { checkStream, newStream, type StreamSettings } from './stream-settings.js';

/** An entry with the id of the save that stored it. */
export interface StoredEntry extends Entry {
  readonly saveId: string | undefined;
  /** The revision that the save replaced; 0 if there was none. */
  readonly replaced?: number | undefined;
  /** The message that replaces the last state of an agent who is being erased. */
  readonly isErased?: boolean;
}

/** The stream's generation, and the sequence of the message that holds it. */
export interface Generation {
  readonly id: string;
  readonly seq: number;
}

/** An error that JetStream replied with. */
export class JetStreamError extends Error {
  readonly number: number;

  constructor({ err_code, code, description }: ApiFailure) {
    super(`${description ?? 'refused'}, ${err_code ?? code ?? 'without a number'}`);
    this.number = err_code ?? code ?? 0;
  }

  /** The present revision is not the expected one. */
  get isConflict(): boolean {
    return this.number === 10071;
  }

  get isMissingMessage(): boolean {
    return this.number === 10037;
  }

  get isMissingStream(): boolean {
    return this.number === 10059;
  }
}

interface ApiFailure {
  readonly code?: number;
  readonly err_code?: number;
  readonly description?: string;
}

interface StreamInfo {
  readonly config: StreamSettings;
  readonly state: { readonly last_seq: number; readonly subjects?: Readonly<Record<string, number>> };
  readonly total?: number;
}

interface StoredMessage {
  readonly message: {
    readonly subject: string;
    readonly seq: number;
    readonly hdrs?: string;
    readonly data?: string;
    readonly time?: string;
  };
}

/** The reply to one attempt to store an entry. */
export interface PutReply {
  readonly seq: number;
  /** A save that replaced the same revision was stored before, with that sequence: this one or another client's. */
  readonly duplicate?: boolean;
}

const SAVE_ID = 'Phone-Widget-Save';
const REPLACED = 'Nats-Expected-Last-Subject-Sequence';
/** The save id of the message that announces an erasure, before all of the agent is purged from the stream. */
const ERASED = 'erased';

/** The account's stream, by requests to its leader. Each is sent once: the caller decides which failures to retry. */
export class Stream {
  readonly #connection: ConnectionShare;
  readonly #names: SubjectNames;

  constructor(connection: ConnectionShare, names: SubjectNames) {
    this.#connection = connection;
    this.#names = names;
  }

  /** Returns the last sequence that was stored. Checks the stream, and creates it if it is missing. */
  async lastSequence(replicas: number | undefined): Promise<number> {
    const info = await this.#info().catch((failure: unknown) => this.#create(failure, replicas));
    checkStream(info.config, this.#names);
    return info.state.last_seq;
  }

  /** The keys of all agents. */
  async agentKeys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for (let offset = 0; ;) {
      const { state, total = 0 } = await this.#info({ subjects_filter: `${this.#names.stored}.agent.>`, offset });
      const subjects = Object.keys(state.subjects ?? {});
      keys.push(...subjects.flatMap((subject) => keyOf(subject, this.#names.stored) ?? []));
      offset += subjects.length;
      if (subjects.length === 0 || offset >= total) return keys;
    }
  }

  /** The present entry under that key. */
  get(key: string): Promise<StoredEntry | undefined> {
    return this.#get({ last_by_subj: this.#subject(key) });
  }

  /** The entry with that sequence, if it is still the present one of its key. */
  getBySequence(seq: number): Promise<StoredEntry | undefined> {
    return this.#get({ seq });
  }

  /**
   * Stores the entry if the present one has the expected revision; 0 means that there must be none.
   *
   * On a cluster, servers before 2.9.21 compare the revision before they agree on the order of saves, so that two saves at once
   * may both pass (nats-server issue 4320). They compare message ids after that: an id made of the replaced revision, which no
   * other document ever has, lets only one of them pass.
   */
  async put({ key, document, saveId }: Omit<StoredEntry, 'revision'>, expected: number): Promise<PutReply> {
    const head = headers();
    head.set('Nats-Expected-Stream', this.#names.stream);
    head.set(REPLACED, String(expected));
    head.set('Nats-Msg-Id', expected > 0 ? `after-${expected}` : String(saveId));
    head.set(SAVE_ID, String(saveId));
    const reply = resultOf<PutReply>(
      await this.#connection.request(this.#subject(key), JSON.stringify(document), head),
    );
    // The first of two equal saves is not stored yet.
    if (!(reply.seq > 0)) throw new Error('the save is still under way');
    return reply;
  }

  /** Announces that the agent is erased, and purges all of it from the stream. */
  async erase(key: string): Promise<void> {
    if (!(await this.get(key))) return;
    const head = headers();
    head.set(SAVE_ID, ERASED);
    const { seq } = resultOf<PutReply>(await this.#connection.request(this.#subject(key), '', head));
    await this.#purge(key, seq);
  }

  /** The stream's generation; `undefined` if it has none yet. */
  async generation(): Promise<Generation | undefined> {
    const message = await this.#message({ last_by_subj: `${this.#names.stored}.${GENERATION}` });
    return message && { id: textOf(message.data ?? ''), seq: message.seq };
  }

  /** Replaces that generation, unless another client was faster. */
  async replaceGeneration(id: string, before: Generation | undefined): Promise<void> {
    const head = headers();
    head.set('Nats-Expected-Stream', this.#names.stream);
    head.set(REPLACED, String(before?.seq ?? 0));
    try {
      resultOf(await this.#connection.request(`${this.#names.stored}.${GENERATION}`, id, head));
    } catch (failure) {
      if (!(failure instanceof JetStreamError && failure.isConflict)) throw failure;
    }
  }

  /** When the message with that sequence was stored, by the leader's clock; `undefined` if it is gone. */
  async storedAt(seq: number): Promise<number | undefined> {
    const time = Date.parse((await this.#message({ seq }))?.time ?? '');
    return Number.isFinite(time) ? time : undefined;
  }

  /** Stores an empty message under a subject of its own. Returns its sequence. */
  async tick(): Promise<number> {
    return resultOf<PutReply>(await this.#connection.request(`${this.#names.stored}.tick`, '')).seq;
  }

  /** The entry in a republished message. */
  entryIn({ subject, data, headers: head }: Msg): StoredEntry | undefined {
    const key = keyOf(subject, this.#names.changes);
    const revision = Number(head?.get('Nats-Sequence'));
    if (key === undefined || !(revision > 0)) return undefined;
    const text = new TextDecoder().decode(data);
    return entryOf({ key, revision, text, saveId: head?.get(SAVE_ID), replaced: revisionIn(head?.get(REPLACED)) });
  }

  #subject(key: string): string {
    return `${this.#names.stored}.${subjectOf(key)}`;
  }

  #info(query: object = {}): Promise<StreamInfo> {
    return this.#request<StreamInfo>(`STREAM.INFO.${this.#names.stream}`, query);
  }

  async #create(failure: unknown, replicas: number | undefined): Promise<StreamInfo> {
    if (!(failure instanceof JetStreamError && failure.isMissingStream)) throw failure;
    const settings = newStream(this.#names, replicas ?? (this.#connection.isClustered ? 3 : 1));
    return this.#request<StreamInfo>(`STREAM.CREATE.${this.#names.stream}`, settings);
  }

  async #get(query: object): Promise<StoredEntry | undefined> {
    const message = await this.#message(query);
    const key = message && keyOf(message.subject, this.#names.stored);
    if (key === undefined) return undefined;
    const { seq: revision, hdrs = '', data = '' } = message as StoredMessage['message'];
    const head = textOf(hdrs);
    const replaced = revisionIn(headerIn(head, REPLACED));
    const entry = entryOf({ key, revision, text: textOf(data), saveId: headerIn(head, SAVE_ID), replaced });
    if (!entry.isErased) return entry;
    // The client that began the erasure may be gone.
    await this.#purge(key, revision);
    return undefined;
  }

  async #purge(key: string, last: number): Promise<void> {
    await this.#request(`STREAM.PURGE.${this.#names.stream}`, { filter: this.#subject(key), seq: last + 1 });
  }

  async #message(query: object): Promise<StoredMessage['message'] | undefined> {
    try {
      return (await this.#request<StoredMessage>(`STREAM.MSG.GET.${this.#names.stream}`, query)).message;
    } catch (failure) {
      if (failure instanceof JetStreamError && failure.isMissingMessage) return undefined;
      throw failure;
    }
  }

  async #request<T>(what: string, query: object): Promise<T> {
    return resultOf<T>(await this.#connection.request(`$JS.API.${what}`, JSON.stringify(query)));
  }
}

function resultOf<T>(message: Msg): T {
  const reply = message.json<T & { readonly error?: ApiFailure }>();
  if (reply.error) throw new JetStreamError(reply.error);
  return reply;
}

interface Raw extends Omit<StoredEntry, 'document'> {
  readonly text: string;
}

function entryOf({ text, ...entry }: Raw): StoredEntry {
  if (entry.saveId === ERASED) return { ...entry, document: undefined, isErased: true };
  return { ...entry, document: parsed(text) };
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0)));
}

function headerIn(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\r?$`, 'im').exec(head)?.[1];
}

function revisionIn(header: string | undefined): number | undefined {
  return header ? Number(header) : undefined;
}

/** Text that is not JSON is returned as it is, and reported as damaged later. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
