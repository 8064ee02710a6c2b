import type { AgentRecord, Instant, PageId } from '../../model/agent.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { RetryPauses } from '../../platform/backoff.js';
import { watchConnectivity } from '../../platform/page-lifecycle.js';
import type { Backend, BackendEvents, Save } from '../documents/backend.js';
import { ACCOUNT_KEY, type Change, type Entry } from '../documents/entry.js';
import { agentAddress } from '../documents/checked-entry.js';
import { agentPath, tagOf, type AgentsAnswer, type EventRequest, type IdentityAnswer } from '../status-protocol.js';
import type { Connection } from '../status-store.js';
import { entryOf } from './event-stream.js';
import { HttpClient, type Access, type ServerReply, type ServerRequest } from './http-client.js';
import { unavailable } from './http-errors.js';
import { StreamSubscription, type SubscriptionOwner } from './stream-subscription.js';

type Key = string | undefined;

const IDENTITY = 'identity';

/**
 * One client of a status server. It keeps as few streams as serve every watch: the stream of all agents serves each of them, and
 * any agent's stream serves the account. A stream that the server refuses serves only the watches of its own key.
 */
export class HttpBackend implements Backend, SubscriptionOwner {
  readonly client: HttpClient;
  readonly pauses = new RetryPauses();
  readonly #address: string;
  readonly #events: BackendEvents;
  readonly #unwatchPage: () => void;
  readonly #subscriptions = new Map<Key, StreamSubscription>();
  /** Why subscriptions fail now, each under itself, and requests under this object. */
  readonly #errors = new Map<object, PhoneError>();
  generation: string | undefined;
  #state: Connection['state'] | undefined;
  #isArrangePlanned = false;
  #isSuspended = false;

  constructor(access: Access, events: BackendEvents) {
    this.#address = access.address;
    this.#events = events;
    this.client = new HttpClient(access);
    this.#unwatchPage = watchConnectivity({
      visible: () => this.pauses.retryNow(),
      // Meanwhile another page must be able to lead.
      suspended: this.#suspend,
      restored: this.#resume,
      networkChanged: () => {
        this.#suspend();
        this.#resume();
      },
    });
  }

  async read(key: Key): Promise<readonly Entry[]> {
    try {
      const reply = await this.#request({ path: pathOf(key) });
      if (key === undefined) {
        const { agents } = Object(reply?.document) as Partial<AgentsAnswer>;
        if (!Array.isArray(agents)) throw unavailable('its answer lists no agents');
        return agents.flatMap((agent) => entryOf(agent) ?? []);
      }
      return reply ? [entryIn(reply, key)] : [];
    } catch (error) {
      const damaged = isPhoneError(error, 'damaged-data') && entryOf(error.data, key);
      if (!damaged) throw error;
      return [damaged];
    }
  }

  /** Sends the event, never the record: the server computes the record that it keeps. */
  async write(key: string, change: Change, { basedOn, event, generation }: Save): Promise<Entry | undefined> {
    const document = change(basedOn === null ? undefined : { key, revision: basedOn, document: undefined });
    // The server takes the name only from the event `sign-in`: a proxy that rejects its letters lets all else pass.
    const agentName = event?.type === 'sign-in' ? (document as AgentRecord).agentName : undefined;
    const request: ServerRequest =
      key === ACCOUNT_KEY
        ? { method: 'PUT', path: pathOf(key), body: document }
        : eventRequest(key, { event, agentName });
    try {
      const header =
        basedOn === null
          ? (['if-none-match', '*'] as const)
          : (['if-match', `"${tagOf(basedOn, generation)}"`] as const);
      const entry = entryIn(await this.#request({ ...request, header }), key);
      // Without the right to read the entry, only its revision comes, here and in a conflict.
      return entry.document === undefined ? { ...entry, document } : entry;
    } catch (error) {
      if (!isPhoneError(error, 'conflict')) throw error;
      const { present, generation: now } = error.data as { readonly present: unknown; readonly generation?: string };
      this.noteGeneration(now);
      if (present === undefined) throw error;
      change(entryOf(present, key));
      throw unavailable('a conflict');
    }
  }

  async remove(key: string): Promise<void> {
    const reply = await this.#request({ method: 'DELETE', path: pathOf(key) });
    if (reply?.document !== undefined) throw unavailable('its answer is JSON');
  }

  depart(agentId: string, page: PageId): void {
    const send = async (): Promise<void> => {
      const { key } = agentAddress(agentId);
      await this.client.sendLast(eventRequest(key, { event: { type: 'leave', page, at: this.now() } }));
    };
    // If it is not sent, the lease runs out.
    send().catch(() => {});
  }

  now(): Instant {
    return this.client.clock.now();
  }

  close(): void {
    this.#unwatchPage();
    this.#suspend();
  }

  /** Arranges the subscriptions once, after the caller has begun or ended several watches. */
  watchesChanged(): void {
    if (this.#isArrangePlanned) return;
    this.#isArrangePlanned = true;
    queueMicrotask(() => {
      this.#isArrangePlanned = false;
      this.#arrange();
    });
  }

  noteGeneration(generation: string | undefined, by?: StreamSubscription): boolean {
    if (typeof generation !== 'string' || generation === this.generation) return false;
    const isFirst = this.generation === undefined;
    this.generation = generation;
    this.#events.generation(generation);
    if (isFirst) return false;
    for (const subscription of this.#subscriptions.values()) if (subscription !== by) subscription.reopen();
    return true;
  }

  knownQuery(): string {
    const newest = this.#events.newest();
    if (this.generation === undefined || newest <= 0) return '';
    return `?known=${encodeURIComponent(tagOf(newest, this.generation))}`;
  }

  async sharedName(key: Key): Promise<string> {
    const reply = await this.#request({ path: IDENTITY });
    const { account, id, roles } = Object(reply?.document) as Partial<IdentityAnswer>;
    if (!account || !id || !Array.isArray(roles)) throw unavailable('its answer has no identity');
    return `phone-widget:${JSON.stringify([`http:${this.#address}`, account, id, roles.sort(), key])}`;
  }

  reportAttempt(source: object, error?: PhoneError): void {
    // Any success means that requests may work again, too.
    const isBack = !error && this.#errors.delete(this);
    if (error) this.#errors.set(source, error);
    else this.#errors.delete(source);
    this.#reportConnection([...this.#errors.values()][0]);
    if (isBack) this.pauses.retryNow();
  }

  #reportConnection(reason: PhoneError | undefined): void {
    const state = reason ? 'offline' : 'online';
    if (state === this.#state) return;
    this.#state = state;
    this.#events.connection(reason ? { state, reason } : { state });
  }

  async #request(request: ServerRequest): Promise<ServerReply | undefined> {
    try {
      const reply = await this.client.send(request);
      this.reportAttempt(this);
      // The identity says nothing about rights, and each subscription that is refused asks for it first.
      if (request.path !== IDENTITY) this.pauses.retryRefused();
      this.noteGeneration(reply?.generation);
      return reply;
    } catch (error) {
      this.reportAttempt(this, isPhoneError(error, 'unavailable') ? error : undefined);
      throw error;
    }
  }

  readonly #suspend = (): void => {
    this.#isSuspended = true;
    this.#arrange();
  };

  readonly #resume = (): void => {
    this.#isSuspended = false;
    this.#arrange();
  };

  #arrange(): void {
    const { watches, connectionWatchers } = this.#events;
    const served = this.#isSuspended ? [] : [...watches];
    const wanted = new Set(served.map(({ key }) => key));
    // If nothing else is watched, the account's stream shows the loss of the connection.
    if (!this.#isSuspended && connectionWatchers.size > 0) wanted.add(ACCOUNT_KEY);
    const needed = new Set([...wanted].map((key) => this.#streamFor(key, wanted)));
    for (const [key, subscription] of this.#subscriptions) {
      if (needed.has(key)) continue;
      this.#subscriptions.delete(key);
      subscription.end();
      // Its last error counts until a request succeeds.
      const error = this.#errors.get(subscription);
      this.#errors.delete(subscription);
      if (error) this.#errors.set(this, error);
    }
    for (const key of needed) {
      const subscription = this.#subscriptions.get(key) ?? new StreamSubscription(key, pathOf(key), this);
      this.#subscriptions.set(key, subscription);
      subscription.serve(served.filter((watch) => this.#streamFor(watch.key, wanted) === key));
    }
  }

  /** The key of the stream that serves that key. */
  #streamFor(key: Key, wanted: ReadonlySet<Key>): Key {
    const canServe = (candidate: Key): boolean =>
      wanted.has(candidate) && !this.#subscriptions.get(candidate)?.isRefused;
    if (canServe(undefined)) return undefined;
    if (key !== ACCOUNT_KEY) return key;
    return [...wanted].find((candidate) => candidate !== ACCOUNT_KEY && canServe(candidate)) ?? ACCOUNT_KEY;
  }
}

function pathOf(key: Key): string {
  if (key === undefined) return 'agents';
  return key === ACCOUNT_KEY ? 'account' : `agents/${agentPath(key)}`;
}

function eventRequest(
  agentId: string,
  body: { readonly [Field in keyof EventRequest]: EventRequest[Field] | undefined },
): ServerRequest {
  return { method: 'POST', path: `${pathOf(agentId)}/events`, body };
}

function entryIn(reply: ServerReply | undefined, key: string): Entry {
  const entry = entryOf(reply, key);
  if (!entry) throw unavailable('its answer has no revision');
  return entry;
}
