import { defaultAccount, type Account } from '../../model/account.js';
import { newAgentRecord, type AgentRecord, type Instant } from '../../model/agent.js';
import { isPhoneError, type PhoneError } from '../../model/errors.js';
import { recordEvent } from '../../model/record-event.js';
import { Listeners } from '../../platform/listeners.js';
import type { Tag } from '../../stores/status-protocol.js';
import type { StatusStore, Unwatch, Versioned } from '../../stores/status-store.js';
import { answerInTime } from '../time-limit.js';
import { AgentIndex } from './agent-index.js';
import { damagedEntry, isDamaged, readOrDamaged } from './damaged-entry.js';
import { EntryCache, type Entry } from './entry-cache.js';
import { renamed, staleSave, writableRecord, type Basis, type EventToSave } from './event-to-save.js';
import { ListQueue } from './list-queue.js';

/** How often an event without a basis is applied to a newer record before the server gives up. */
const TRIES = 20;

/** Agents with their entries, made one by one, so that a reader can go through them in pieces. */
export type Agents = Iterable<readonly [agentId: string, entry: Entry]>;

/** One account: reads and saves in its store, and watches it for all requests and streams together. */
export class AccountService {
  readonly entries = new EntryCache();
  readonly lists = new ListQueue();
  /** How many event streams follow the account. */
  streams = 0;
  readonly #store: StatusStore;
  readonly #onRead: (agentId: string, entry: Entry) => void;
  readonly #unwatch: readonly Unwatch[];
  readonly #generationListeners = new Listeners<void>();
  /** The last save of each agent's events without a basis that is under way. */
  readonly #queues = new Map<string, Promise<unknown>>();
  #index: AgentIndex;
  #accountReady = newSignal();
  #isAccountReady = false;
  #generation: string | undefined;
  /** The last account that was not damaged. */
  #account: Account = defaultAccount;
  #isReachable = true;
  #isBroken = false;

  /** `onRead` gets each agent's entry whenever it is read. */
  constructor(store: StatusStore, onRead: (agentId: string, entry: Entry) => void) {
    this.#store = store;
    this.#onRead = onRead;
    const { entries } = this;
    entries.listen(undefined, (agentId, entry, isErased) => isErased || onRead(agentId as string, entry));
    entries.listen(null, (_, entry) => {
      if ('value' in entry) this.#account = entry.value as Account;
    });
    this.#index = this.#newIndex();
    this.#unwatch = [
      store.watchConnection(({ state }) => {
        this.#isReachable = state === 'online' || state === 'connecting';
      }),
      store.watchAccount({
        next: (entry) => entries.update(null, entry),
        ready: (generation) => {
          if (this.#changeGeneration(generation)) return;
          this.#isAccountReady = true;
          this.#accountReady.give();
        },
        error: (error) => {
          if (isDamaged(error)) entries.update(null, damagedEntry(error));
          else this.#isBroken = true;
        },
      }),
    ];
  }

  /** The generation that the store counts its revisions in, if it tells one. */
  get generation(): { readonly generation?: string } {
    return this.#generation === undefined ? {} : { generation: this.#generation };
  }

  /** Whether the store answers, as far as it says. */
  get isReachable(): boolean {
    return this.#isReachable && !this.#isBroken;
  }

  /** Whether a watch has ended for good, so that this service would miss changes. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Whether a stream follows the account, or a list of its agents is being read. */
  get isInUse(): boolean {
    return this.streams > 0 || this.lists.isBusy;
  }

  /** The store's clock. */
  get now(): Instant {
    return this.#store.now();
  }

  /** Calls the listener when the store has a new generation: nothing that was read before is valid. Returns what ends that. */
  onNewGeneration(listener: () => void): () => void {
    return this.#generationListeners.add(listener);
  }

  /** Checks a tag that a client knew: if the store has never given it, it was set back, and gets a new generation. */
  async recall({ generation, revision }: Tag): Promise<void> {
    await this.knownAccount();
    if (generation === undefined || generation !== this.#generation) return;
    await answerInTime('the store', this.#store.recall?.(generation, revision));
  }

  /** The agent's entry: as the store has it now, or newer if a newer one is known. */
  async read(agentId: string): Promise<Entry | undefined> {
    const before = this.entries.get(agentId);
    const entry = await readOrDamaged(answerInTime('the store', this.#store.readAgent(agentId)));
    if (entry && entry.revision === before?.revision) this.#onRead(agentId, entry);
    else if (entry) this.entries.update(agentId, entry);
    else if (before) this.entries.erase(agentId, before);
    return this.#newest(agentId, entry);
  }

  /** The account's entry: as the store has it now, or newer if a newer one is known. */
  async readAccount(): Promise<Entry | undefined> {
    const entry = await readOrDamaged(answerInTime('the store', this.#store.readAccount()));
    if (entry) this.entries.update(null, entry);
    return this.#newest(null, entry);
  }

  /** The account's entry as the watch knows it. Waits until it has come. */
  async knownAccount(): Promise<Entry | undefined> {
    if (!this.#isAccountReady) await answerInTime('the store', this.#accountReady.given);
    return this.entries.get(null);
  }

  /** All agents. One that another server erased may still be there for some seconds. */
  async agents(): Promise<Agents> {
    await this.#index.update();
    return this.entries.agents();
  }

  /** Saves what `change` makes of the saved account, and of the last one that was not damaged. */
  async saveAccount(
    change: (saved: Account | undefined, lastKnown: Account) => Account,
    basis: Basis,
  ): Promise<Versioned<Account>> {
    if (!this.#isAccountReady) await this.knownAccount();
    const basedOn = this.#revisionOf(basis) as number | null;
    const known = this.entries.get(null);
    const present = known && known.revision === basedOn ? known : await this.readAccount();
    if (basedOn !== (present?.revision ?? null)) throw await this.#stale(present, basis);
    const account = change(present && 'value' in present ? (present.value as Account) : undefined, this.#account);
    const saved = await answerInTime('the store', this.#store.saveAccount(account, basedOn));
    this.entries.update(null, saved);
    return saved;
  }

  /** Applies the event at `now` and saves the record. Returns it; `undefined` for an unknown agent that the event leaves so. */
  async apply(change: EventToSave, now: Instant): Promise<Versioned<AgentRecord> | undefined> {
    if (!this.#isAccountReady) await this.knownAccount();
    const { agentId, basedOn } = change;
    if (basedOn !== undefined) return this.#apply(change, now);
    // Without a basis, they would only run into conflicts with each other.
    const before = this.#queues.get(agentId)?.catch(() => undefined);
    const saving = answerInTime('the store', before).then(() => this.#apply(change, now));
    this.#queues.set(agentId, saving);
    try {
      return await saving;
    } finally {
      if (this.#queues.get(agentId) === saving) this.#queues.delete(agentId);
    }
  }

  /** Erases everything that the store keeps about the agent. */
  async erase(agentId: string): Promise<void> {
    await answerInTime('the store', this.#store.removeAgent(agentId));
    this.entries.erase(agentId);
  }

  /** Ends all watches. */
  stop(): void {
    this.#index.stop();
    for (const unwatch of this.#unwatch) unwatch();
  }

  #newIndex(): AgentIndex {
    return new AgentIndex(this.#store, this.entries, () => (this.#isBroken = true));
  }

  async #apply(change: EventToSave, now: Instant): Promise<Versioned<AgentRecord> | undefined> {
    for (let tries = 1; ; tries++) {
      const present = await this.#present(change);
      try {
        return await this.#save(change, present, now);
      } catch (error) {
        if (!isPhoneError(error, 'conflict')) throw error;
        const found = (error.data as { readonly present?: Versioned<AgentRecord> } | undefined)?.present;
        if (found) this.entries.update(change.agentId, found);
        else this.entries.erase(change.agentId);
        if (change.basedOn !== undefined || tries === TRIES) throw error;
      }
    }
  }

  async #save(change: EventToSave, present: Entry | undefined, now: Instant): ReturnType<AccountService['apply']> {
    const { agentId, event, check } = change;
    const basedOn = this.#revisionOf(change.basedOn);
    const revision = present?.revision ?? null;
    const isDamaged = present !== undefined && !('value' in present);
    // A client that names no basis does not know of the damage, and keeps no copy of the damaged document.
    if (basedOn === undefined ? isDamaged : basedOn !== revision) throw await this.#stale(present, change.basedOn);
    const entry = writableRecord(agentId, present);
    if (entry) check?.(entry.value, now);
    const before = renamed(entry?.value ?? newAgentRecord(agentId), change);
    const next = recordEvent(this.#account, before, event, now);
    if (next === before && (entry || basedOn === undefined)) return entry;
    const saved = await answerInTime('the store', this.#store.saveAgent(next, revision, event));
    this.entries.update(agentId, saved);
    return saved;
  }

  /** The newer of what was read and what is known, so that nobody reads an entry from before their own save. */
  #newest(key: string | null, read: Entry | undefined): Entry | undefined {
    const known = this.entries.get(key);
    return known && known.revision > (read?.revision ?? -1) ? known : read;
  }

  /** The known entry if the save is based on it, since a revision stands for one document; otherwise it is read. */
  async #present({ agentId, basedOn }: EventToSave): Promise<Entry | undefined> {
    const known = this.entries.get(agentId);
    return known && known.revision === this.#revisionOf(basedOn) ? known : this.read(agentId);
  }

  /** The revision to compare. One of another generation is equal to none. */
  #revisionOf(basis: Basis | undefined): number | null | undefined {
    const isForeign = basis?.generation !== undefined && this.#generation && basis.generation !== this.#generation;
    return isForeign ? NaN : basis && basis.revision;
  }

  async #stale(present: Entry | undefined, basis: Basis | undefined): Promise<PhoneError> {
    if (basis && basis.revision > (present?.revision ?? -1)) await this.recall(basis);
    return staleSave(present);
  }

  /** Forgets everything if the store's generation has changed. Returns whether it has. */
  #changeGeneration(generation: string | undefined): boolean {
    const before = this.#generation;
    if (generation === undefined || generation === before) return false;
    this.#generation = generation;
    if (before === undefined) return false;
    this.entries.clear();
    this.#isAccountReady = false;
    this.#accountReady = newSignal();
    this.#account = defaultAccount;
    this.#index.stop();
    this.#index = this.#newIndex();
    this.#generationListeners.tell();
    return true;
  }
}

interface Signal {
  readonly given: Promise<void>;
  readonly give: () => void;
}

function newSignal(): Signal {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}
