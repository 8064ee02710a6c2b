import type { Account } from '../../model/account.js';
import type { AgentEvent, AgentRecord, Instant, PageId } from '../../model/agent.js';
import { isPhoneError, PhoneError, quote } from '../../model/errors.js';
import { accountAddress, agentAddress, checked, checkedOrThrow, checkRecord, type Address } from '../place/checked.js';
import { ACCOUNT_KEY, type Entry } from '../place/place.js';
import { createWatch, safely } from '../place/watch.js';
import { agentPath, type AgentsAnswer, type EventRequest, type IdentityAnswer } from '../status-protocol.js';
import type { Connection, StatusStore, Unwatch, Versioned, Watcher } from '../status-store.js';
import { entryOf } from './event-stream.js';
import type { HeldWatch } from './feed.js';
import { Feeds } from './feeds.js';
import { Link } from './link.js';
import { followPage } from './page-life.js';
import { Pauses } from './pauses.js';
import { unavailable } from './refusals.js';
import { Requests, type Access, type Answer, type Call } from './requests.js';
import { ServerClock } from './server-clock.js';
import { canTakeTurns } from './turns.js';

/** The store over a status server: its requests, its streams, and what it checks of both. */
export class HttpStore implements StatusStore {
  readonly name: string;
  readonly #clock = new ServerClock();
  readonly #pauses = new Pauses();
  readonly #link = new Link(() => this.#pauses.hurry());
  readonly #requests: Requests;
  readonly #feeds: Feeds;
  readonly #ended = new AbortController();
  #canShare = canTakeTurns();

  constructor(access: Access) {
    this.name = `http:${access.url.href}`;
    this.#requests = new Requests(access, this.#clock, this.#link);
    const host = {
      requests: this.#requests,
      clock: this.#clock,
      link: this.#link,
      pauses: this.#pauses,
      entries: (key: string | undefined) => this.#entries(key),
      sharedName: (key: string | undefined) => this.#sharedName(key),
      readAlone: () => void (this.#canShare = false),
    };
    this.#feeds = new Feeds(host, () => this.#link.isWatched);
    const life = { setAway: (isAway: boolean) => this.#feeds.setAway(isAway), hurry: () => this.#pauses.hurry() };
    followPage(life, this.#ended.signal);
  }

  async readAccount(): Promise<Versioned<Account> | undefined> {
    return this.#read(accountAddress);
  }

  watchAccount(watcher: Watcher<Account>): Unwatch {
    return this.#watch(accountAddress, watcher);
  }

  async saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    // What nobody could read is not sent.
    const { value } = checkedOrThrow(
      { key: ACCOUNT_KEY, revision: basedOn ?? 0, document: account },
      accountAddress.check,
    );
    return this.#save(accountAddress, { method: 'PUT', path: 'account', body: JSON.stringify(value) }, basedOn);
  }

  async readAgent(agentId: string): Promise<Versioned<AgentRecord> | undefined> {
    return this.#read(agentAddress(agentId));
  }

  watchAgent(agentId: string, watcher: Watcher<AgentRecord>): Unwatch {
    return this.#watch(agentAddress(agentId), watcher);
  }

  watchAgents(watcher: Watcher<AgentRecord>): Unwatch {
    return this.#watch({ key: undefined, check: checkRecord }, watcher);
  }

  /** The record itself is not sent: the server computes what it keeps from the event. */
  async saveAgent(record: AgentRecord, basedOn: number | null, event: AgentEvent): Promise<Versioned<AgentRecord>> {
    const address = agentAddress(record?.agentId);
    return this.#save(address, eventCall(address.key, { event, agentName: record.agentName }), basedOn);
  }

  async removeAgent(agentId: string): Promise<void> {
    await this.#ask({ method: 'DELETE', path: pathOf(agentAddress(agentId).key) });
  }

  depart(agentId: string, page: PageId): void {
    if (this.#isClosed) return;
    try {
      const { key } = agentAddress(agentId);
      this.#requests.sendLast(eventCall(key, { event: { type: 'leave', page, at: this.now() } }));
    } catch {
      // It cannot be sent: the lease runs out.
    }
  }

  watchConnection(watcher: (connection: Connection) => void): Unwatch {
    this.#mustBeOpen();
    const unwatch = this.#link.watch(watcher);
    this.#feeds.plan();
    return () => {
      unwatch();
      this.#feeds.plan();
    };
  }

  now(): Instant {
    return this.#clock.now();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#ended.abort();
    this.#link.close();
    this.#feeds.close();
  }

  get #isClosed(): boolean {
    return this.#ended.signal.aborted;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new PhoneError('closed', `store ${quote(this.name)}: it was closed. Open another one.`);
  }

  async #ask(call: Call): Promise<Answer | undefined> {
    this.#mustBeOpen();
    return this.#requests.ask(call);
  }

  async #read<T>({ key, check }: Address<T>): Promise<Versioned<T> | undefined> {
    this.#mustBeOpen();
    const [entry] = await this.#entries(key);
    return entry && checkedOrThrow(entry, check);
  }

  async #save<T>({ key, check }: Address<T>, call: Call, basedOn: number | null): Promise<Versioned<T>> {
    const headers: Record<string, string> =
      basedOn === null ? { 'if-none-match': '*' } : { 'if-match': `"${basedOn}"` };
    try {
      return checkedOrThrow(answered(key, await this.#ask({ ...call, headers })), check);
    } catch (error) {
      throw isPhoneError(error, 'conflict') ? conflict(error, { key, check }) : error;
    }
  }

  #watch<T>(
    { key, check }: Pick<Address<T>, 'check'> & { readonly key: string | undefined },
    watcher: Watcher<T>,
  ): Unwatch {
    this.#mustBeOpen();
    const watch = createWatch(key, check, watcher);
    let failed: string | undefined;
    let isEnded = false;
    const held: HeldWatch = {
      ...watch,
      end() {
        isEnded = true;
        watch.end();
      },
      tell(entries) {
        failed = undefined;
        watch.tell(entries);
      },
      // Tried again and again, told once.
      fail(error) {
        if (!isEnded && failed !== error.code) safely(() => watcher.error?.(error));
        failed = error.code;
      },
    };
    this.#feeds.add(held);
    return () => this.#feeds.remove(held);
  }

  /** What lies under the key, or under those of all agents, as the server answers it. */
  async #entries(key: string | undefined): Promise<readonly Entry[]> {
    if (key === undefined) {
      const answer = await this.#requests.ask({ method: 'GET', path: 'agents' });
      const { agents } = Object(answer?.document) as Partial<AgentsAnswer>;
      if (!Array.isArray(agents)) throw unavailable('it answers with no agents');
      return agents.flatMap((agent: unknown) => {
        const fields = Object(agent) as Record<string, unknown>;
        return entryOf(fields['agentId'], fields) ?? [];
      });
    }
    try {
      const answer = await this.#requests.ask({ method: 'GET', path: pathOf(key) });
      return answer ? [answered(key, answer)] : [];
    } catch (error) {
      const damaged = isPhoneError(error, 'damaged-data') && entryOf(key, Object(error.data));
      if (!damaged) throw error;
      return [damaged];
    }
  }

  async #sharedName(key: string | undefined): Promise<string | undefined> {
    if (!this.#canShare) return undefined;
    const answer = await this.#requests.ask({ method: 'GET', path: 'identity' });
    const { account, id, roles } = Object(answer?.document) as Partial<IdentityAnswer>;
    if (!account || !id || !Array.isArray(roles)) throw unavailable('it answers with no identity');
    return `phone-widget:${JSON.stringify([this.name, account, id, roles.sort(), key ?? null])}`;
  }
}

function pathOf(key: string): string {
  return key === ACCOUNT_KEY ? 'account' : `agents/${agentPath(key)}`;
}

function eventCall(
  agentId: string,
  request: { readonly [Field in keyof EventRequest]: EventRequest[Field] | undefined },
): Call {
  return { method: 'POST', path: `${pathOf(agentId)}/events`, body: JSON.stringify(request) };
}

function answered(key: string, answer: Answer | undefined): Entry {
  if (!answer || !(answer.revision >= 0)) throw unavailable('it answers with no revision');
  return { key, ...answer };
}

function conflict<T>(error: PhoneError, { key, check }: Address<T>): PhoneError {
  const { present } = error.data as { readonly present: unknown };
  const entry = present === null ? undefined : entryOf(key, Object(present));
  const found = entry && checked(entry, check);
  if (found instanceof PhoneError) return found;
  const message = `http store: somebody else saved first (revision ${found?.revision ?? 'none'}). Apply the change to the present entry.`;
  return new PhoneError('conflict', message, { data: { present: found } });
}
