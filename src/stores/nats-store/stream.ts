import { headers, type Msg } from '@nats-io/transport-node';
import type { Entry } from '../place/place.js';
import type { Link } from './link.js';
import { keyOf, subjectOf, type PlaceNames } from './names.js';
import { checkStream, newStream, type StreamSettings } from './stream-settings.js';

/** An entry, and the mark of the save that made it. */
export interface StoredEntry extends Entry {
  readonly saveId: string | undefined;
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
  readonly message: { readonly subject: string; readonly seq: number; readonly hdrs?: string; readonly data?: string };
}

/** What became of one try to store an entry. */
export interface PutAnswer {
  readonly seq: number;
  /** A save that replaced the same revision was stored before, with that sequence: this one, or somebody else's. */
  readonly duplicate?: boolean;
}

const SAVE_ID = 'Phone-Widget-Save';

/** The account's stream, as its leader answers. One try each: failures are told apart by the caller. */
export class Stream {
  readonly #link: Link;
  readonly #names: PlaceNames;

  constructor(link: Link, names: PlaceNames) {
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

  async erase(key: string): Promise<void> {
    await this.#ask(`STREAM.PURGE.${this.#names.stream}`, { filter: this.#subject(key) });
  }

  /** The entry that a republished message carries. */
  heard({ subject, data, headers: head }: Msg): StoredEntry | undefined {
    const key = keyOf(subject, this.#names.changes);
    const revision = Number(head?.get('Nats-Sequence'));
    if (key === undefined || !(revision > 0)) return undefined;
    return { key, revision, document: parsed(new TextDecoder().decode(data)), saveId: head?.get(SAVE_ID) };
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
    try {
      const { message } = await this.#ask<StoredMessage>(`STREAM.MSG.GET.${this.#names.stream}`, question);
      const { subject, seq: revision, hdrs = '', data = '' } = message;
      const key = keyOf(subject, this.#names.stored);
      if (key === undefined) return undefined;
      return { key, revision, document: parsed(textOf(data)), saveId: saveIdOf(textOf(hdrs)) };
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
