import type { AgentRecord, Instant, PageId } from '../../model/agent.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { agentAddress } from '../documents/checked-entry.js';
import {
  ACCOUNT_KEY,
  type Change,
  type Entry,
  type Backend,
  type BackendEvents,
  type Save,
} from '../documents/backend.js';
import { agentPath, tagOf, type AgentsAnswer, type EventRequest, type IdentityAnswer } from '../status-protocol.js';
import type { Connection } from '../status-store.js';
import { entryOf } from './event-stream.js';
import { StreamSubscription } from './stream-subscription.js';
import { followPage } from './page-life.js';
import { Pauses } from './pauses.js';
import { unavailable } from './http-errors.js';
import { HttpClient, type Access, type ServerReply, type ServerRequest } from './http-client.js';

type Key = string | undefined;

const IDENTITY = 'identity';

/**
 * One client's line to a status server. It keeps as few feeds as tell every watch what it wants: all agents' feed tells of each
 * of them, and each agent's feed tells of the account. One that is refused carries nobody else's watch.
 */
export class HttpBackend implements Backend {
  readonly requests: HttpClient;
  readonly pauses = new Pauses();
  readonly #address: string;
  readonly #events: BackendEvents;
  readonly #ended = new AbortController();
  readonly #feeds = new Map<Key, StreamSubscription>();
  /** Why what fails does so: each feed, and the requests under the line itself. */
  readonly #troubles = new Map<object, PhoneError>();
  generation: string | undefined;
  #state: Connection['state'] | undefined;
  #isPlanned = false;
  #isAway = false;

  constructor(access: Access, events: BackendEvents) {
    this.#address = access.address;
    this.#events = events;
    this.requests = new HttpClient(access);
    followPage(this, this.#ended.signal);
  }

  async read(key: Key): Promise<readonly Entry[]> {
    try {
      const answer = await this.#ask({ path: pathOf(key) });
      if (key === undefined) {
        const { agents } = Object(answer?.document) as Partial<AgentsAnswer>;
        if (!Array.isArray(agents)) throw unavailable('its answer lists no agents');
        return agents.flatMap((agent) => entryOf(agent) ?? []);
      }
      return answer ? [answered(key, answer)] : [];
    } catch (error) {
      const damaged = isPhoneError(error, 'damaged-data') && entryOf(error.data, key);
      if (!damaged) throw error;
      return [damaged];
    }
  }

  /** An agent's record is not sent: the server computes what it keeps from the event. */
  async write(key: string, change: Change, { basedOn, event, generation }: Save): Promise<Entry | undefined> {
    const document = change(basedOn === null ? undefined : { key, revision: basedOn, document: undefined });
    // The name is taken from who signs in alone: whatever dislikes it on the way lets all else pass.
    const agentName = event?.type === 'sign-in' ? (document as AgentRecord).agentName : undefined;
    const call: ServerRequest =
      key === ACCOUNT_KEY ? { method: 'PUT', path: pathOf(key), body: document } : eventCall(key, { event, agentName });
    try {
      const header =
        basedOn === null
          ? (['if-none-match', '*'] as const)
          : (['if-match', `"${tagOf(basedOn, generation)}"`] as const);
      const entry = answered(key, await this.#ask({ ...call, header }));
      // Who may not read the entry is told its revision alone, here and in a conflict.
      return entry.document === undefined ? { ...entry, document } : entry;
    } catch (error) {
      if (!isPhoneError(error, 'conflict')) throw error;
      const { present, generation: now } = error.data as { readonly present: unknown; readonly generation?: string };
      this.learn(now);
      if (present === undefined) throw error;
      change(entryOf(present, key));
      throw unavailable('a conflict');
    }
  }

  async remove(key: string): Promise<void> {
    const answer = await this.#ask({ method: 'DELETE', path: pathOf(key) });
    if (answer?.document !== undefined) throw unavailable('its answer is JSON');
  }

  depart(agentId: string, page: PageId): void {
    const send = async (): Promise<void> => {
      const { key } = agentAddress(agentId);
      await this.requests.sendLast(eventCall(key, { event: { type: 'leave', page, at: this.now() } }));
    };
    // Where it was not sent, the lease runs out.
    send().catch(() => {});
  }

  now(): Instant {
    return this.requests.clock.now();
  }

  close(): void {
    this.#ended.abort();
    this.setAway(true);
  }

  /** Ends all pauses between attempts. */
  hurry(): void {
    this.pauses.hurry();
  }

  /** Arranges the feeds anew, once whoever begins or ends several watches has done so. */
  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#arrange();
    });
  }

  /** While a page is kept without running, it reads nothing, so that another one may. */
  setAway(isAway: boolean): void {
    this.#isAway = isAway;
    this.#arrange();
  }

  learn(generation: string | undefined, by?: StreamSubscription): boolean {
    if (typeof generation !== 'string' || generation === this.generation) return false;
    const isFirst = this.generation === undefined;
    this.generation = generation;
    this.#events.generation(generation);
    if (isFirst) return false;
    for (const feed of this.#feeds.values()) if (feed !== by) feed.reopen();
    return true;
  }

  known(): string {
    const newest = this.#events.newest();
    if (this.generation === undefined || newest <= 0) return '';
    return `?known=${encodeURIComponent(tagOf(newest, this.generation))}`;
  }

  async sharedName(key: Key): Promise<string> {
    const answer = await this.#ask({ path: IDENTITY });
    const { account, id, roles } = Object(answer?.document) as Partial<IdentityAnswer>;
    if (!account || !id || !Array.isArray(roles)) throw unavailable('its answer has no identity');
    return `phone-widget:${JSON.stringify([`http:${this.#address}`, account, id, roles.sort(), key])}`;
  }

  note(source: object, trouble?: PhoneError): void {
    // Whatever works says that requests may work again, too.
    const isBack = !trouble && this.#troubles.delete(this);
    if (trouble) this.#troubles.set(source, trouble);
    else this.#troubles.delete(source);
    this.#report([...this.#troubles.values()][0]);
    if (isBack) this.hurry();
  }

  #report(reason: PhoneError | undefined): void {
    const state = reason ? 'offline' : 'online';
    if (state === this.#state) return;
    this.#state = state;
    this.#events.connection(reason ? { state, reason } : { state });
  }

  async #ask(call: ServerRequest): Promise<ServerReply | undefined> {
    try {
      const answer = await this.requests.ask(call);
      this.note(this);
      // Who asks says nothing of rights; and each feed that is refused asks for that first.
      if (call.path !== IDENTITY) this.pauses.relent();
      this.learn(answer?.generation);
      return answer;
    } catch (error) {
      this.note(this, isPhoneError(error, 'unavailable') ? error : undefined);
      throw error;
    }
  }

  #arrange(): void {
    const { watches, connectionWatchers } = this.#events;
    const served = this.#isAway ? [] : [...watches];
    const wanted = new Set(served.map(({ key }) => key));
    // Where nothing else is watched, the loss of the connection shows by the account's stream.
    if (!this.#isAway && connectionWatchers.size > 0) wanted.add(ACCOUNT_KEY);
    const carriers = new Set([...wanted].map((key) => this.#carrier(key, wanted)));
    for (const [key, feed] of this.#feeds) {
      if (carriers.has(key)) continue;
      this.#feeds.delete(key);
      feed.end();
      // What it has found out holds until a request is answered.
      const trouble = this.#troubles.get(feed);
      this.#troubles.delete(feed);
      if (trouble) this.#troubles.set(this, trouble);
    }
    for (const key of carriers) {
      const feed = this.#feeds.get(key) ?? new StreamSubscription(key, pathOf(key), this);
      this.#feeds.set(key, feed);
      feed.carry(served.filter((watch) => this.#carrier(watch.key, wanted) === key));
    }
  }

  /** The feed that tells of that key. */
  #carrier(key: Key, wanted: ReadonlySet<Key>): Key {
    const mayCarry = (candidate: Key): boolean => wanted.has(candidate) && !this.#feeds.get(candidate)?.isRefused;
    if (mayCarry(undefined)) return undefined;
    if (key !== ACCOUNT_KEY) return key;
    return [...wanted].find((candidate) => candidate !== ACCOUNT_KEY && mayCarry(candidate)) ?? ACCOUNT_KEY;
  }
}

function pathOf(key: Key): string {
  if (key === undefined) return 'agents';
  return key === ACCOUNT_KEY ? 'account' : `agents/${agentPath(key)}`;
}

function eventCall(
  agentId: string,
  body: { readonly [Field in keyof EventRequest]: EventRequest[Field] | undefined },
): ServerRequest {
  return { method: 'POST', path: `${pathOf(agentId)}/events`, body };
}

function answered(key: string, answer: ServerReply | undefined): Entry {
  const entry = entryOf(answer, key);
  if (!entry) throw unavailable('its answer has no revision');
  return entry;
}
