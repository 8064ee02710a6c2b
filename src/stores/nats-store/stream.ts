import { headers, type Msg } from '@nats-io/transport-node';
import type { Entry } from '../documents/backend.js';
import type { ConnectionShare } from './connection-share.js';
import { GENERATION, keyOf, subjectOf, type SubjectNames } from './subjects.js';
import { checkStream, newStream, type StreamSettings } from './stream-settings.js';

/** An entry, and the mark of the save that made it. */
export interface StoredEntry extends Entry {
  readonly saveId: string | undefined;
  /** It stands in for the last state of an agent who is being erased. */
  readonly isErased?: boolean;
}

/** The place's generation, and the sequence of the message that holds it. */
export interface Generation {
  readonly id: string;
  readonly seq: number;
}

/** What JetStream refused. */
export class JetStreamError extends Error {
  readonly number: number;

  constructor({ err_code, code, description }: ApiFailure) {
    super(`${description ?? 'refused'}, ${err_code ?? code ?? 'without a number'}`);
    this.number = err_code ?? code ?? 0;
  }

  /** Another save was first. */
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

/** What became of one try to store an entry. */
export interface PutAnswer {
  readonly seq: number;
  /** A save that replaced the same revision was stored before, with that sequence: this one, or somebody else's. */
  readonly duplicate?: boolean;
}

const SAVE_ID = 'Phone-Widget-Save';
/** What the message says that every watcher hears before the agent's last state is taken out of the stream. */
const ERASED = 'erased';

/** The account's stream, as its leader answers. One try each: failures are told apart by the caller. */
export class Stream {
  readonly #link: ConnectionShare;
  readonly #names: SubjectNames;

  constructor(link: ConnectionShare, names: SubjectNames) {
    this.#link = link;
    this.#names = names;
  }

  /** The last sequence that was stored; the stream is checked, and made where it is missing. */
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

  /** What was stored with that sequence, if it is still the present entry of its key. */
  getBySequence(seq: number): Promise<StoredEntry | undefined> {
    return this.#get({ seq });
  }

  /**
   * Stores it where the present entry has that revision (0: where there is none).
   *
   * On a cluster, servers before 2.9.21 compare the revision before they agree on the order of saves, so that of two saves at
   * once both may pass (nats-server issue 4320). What they compare in that order is the message's id: one that is made of the
   * replaced revision, which no other document ever has, lets a single one pass.
   */
  async put({ key, document, saveId }: Omit<StoredEntry, 'revision'>, expected: number): Promise<PutAnswer> {
    const head = headers();
    head.set('Nats-Expected-Stream', this.#names.stream);
    head.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    head.set('Nats-Msg-Id', expected > 0 ? `after-${expected}` : String(saveId));
    head.set(SAVE_ID, String(saveId));
    const answer = answerOf<PutAnswer>(await this.#link.request(this.#subject(key), JSON.stringify(document), head));
    // The first of two is still on its way.
    if (!(answer.seq > 0)) throw new Error('the save is still under way');
    return answer;
  }

  /** Has the stream tell that the agent is erased, and takes all of it out. */
  async erase(key: string): Promise<void> {
    if (!(await this.get(key))) return;
    const head = headers();
    head.set(SAVE_ID, ERASED);
    const { seq } = answerOf<PutAnswer>(await this.#link.request(this.#subject(key), '', head));
    await this.#purge(key, seq);
  }

  /** The place's generation; `undefined` where it was given none. */
  async generation(): Promise<Generation | undefined> {
    const message = await this.#message({ last_by_subj: `${this.#names.stored}.${GENERATION}` });
    return message && { id: textOf(message.data ?? ''), seq: message.seq };
  }

  /** Gives the place a generation where it has that one now; somebody else may be faster. */
  async renew(id: string, before: Generation | undefined): Promise<void> {
    const head = headers();
    head.set('Nats-Expected-Stream', this.#names.stream);
    head.set('Nats-Expected-Last-Subject-Sequence', String(before?.seq ?? 0));
    try {
      answerOf(await this.#link.request(`${this.#names.stored}.${GENERATION}`, id, head));
    } catch (failure) {
      if (!(failure instanceof JetStreamError && failure.isConflict)) throw failure;
    }
  }

  /** By the clock of its leader, when the message of that sequence was stored; `undefined` where it is there no more. */
  async storedAt(seq: number): Promise<number | undefined> {
    const time = Date.parse((await this.#message({ seq }))?.time ?? '');
    return Number.isFinite(time) ? time : undefined;
  }

  /** Stores a message that says nothing, under a name that is no document's. */
  async tick(): Promise<number> {
    return answerOf<PutAnswer>(await this.#link.request(`${this.#names.stored}.tick`, '')).seq;
  }

  /** The entry that a republished message carries. */
  heard({ subject, data, headers: head }: Msg): StoredEntry | undefined {
    const key = keyOf(subject, this.#names.changes);
    const revision = Number(head?.get('Nats-Sequence'));
    if (key === undefined || !(revision > 0)) return undefined;
    return entryOf({ key, revision, text: new TextDecoder().decode(data), saveId: head?.get(SAVE_ID) });
  }

  #subject(key: string): string {
    return `${this.#names.stored}.${subjectOf(key)}`;
  }

  #info(question: object = {}): Promise<StreamInfo> {
    return this.#ask<StreamInfo>(`STREAM.INFO.${this.#names.stream}`, question);
  }

  async #create(failure: unknown, replicas: number | undefined): Promise<StreamInfo> {
    if (!(failure instanceof JetStreamError && failure.isMissingStream)) throw failure;
    const settings = newStream(this.#names, replicas ?? (this.#link.isClustered ? 3 : 1));
    return this.#ask<StreamInfo>(`STREAM.CREATE.${this.#names.stream}`, settings);
  }

  async #get(question: object): Promise<StoredEntry | undefined> {
    const message = await this.#message(question);
    const key = message && keyOf(message.subject, this.#names.stored);
    if (key === undefined) return undefined;
    const { seq: revision, hdrs = '', data = '' } = message as StoredMessage['message'];
    const entry = entryOf({ key, revision, text: textOf(data), saveId: saveIdOf(textOf(hdrs)) });
    if (!entry.isErased) return entry;
    // Whoever began it may be gone.
    await this.#purge(key, revision);
    return undefined;
  }

  async #purge(key: string, last: number): Promise<void> {
    await this.#ask(`STREAM.PURGE.${this.#names.stream}`, { filter: this.#subject(key), seq: last + 1 });
  }

  async #message(question: object): Promise<StoredMessage['message'] | undefined> {
    try {
      return (await this.#ask<StoredMessage>(`STREAM.MSG.GET.${this.#names.stream}`, question)).message;
    } catch (failure) {
      if (failure instanceof JetStreamError && failure.isMissingMessage) return undefined;
      throw failure;
    }
  }

  async #ask<T>(what: string, question: object): Promise<T> {
    return answerOf<T>(await this.#link.request(`$JS.API.${what}`, JSON.stringify(question)));
  }
}

function answerOf<T>(message: Msg): T {
  const answer = message.json<T & { readonly error?: ApiFailure }>();
  if (answer.error) throw new JetStreamError(answer.error);
  return answer;
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

function saveIdOf(head: string): string | undefined {
  return new RegExp(`^${SAVE_ID}: *(.*?)\r?$`, 'im').exec(head)?.[1];
}

/** What is no JSON stays a text: it is reported as damaged. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
