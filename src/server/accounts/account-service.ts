import { defaultAccount, type Account } from '../../model/account.js';
import {
  cutText,
  draftOf,
  newAgentRecord,
  type AgentEvent,
  type AgentRecord,
  type Instant,
} from '../../model/agent.js';
import { isWritable } from '../../model/codec.js';
import { isPhoneError, PhoneError, quote } from '../../model/errors.js';
import { recordEvent } from '../../model/record-event.js';
import type { Tag } from '../../stores/status-protocol.js';
import type { StatusStore, Unwatch, Versioned } from '../../stores/status-store.js';
import { answerInTime } from '../time-limit.js';
import { damagedEntry, isDamaged, readOrDamaged } from './damaged-entry.js';
import { EntryCache, type Entry } from './entry-cache.js';
import { ListQueue } from './list-queue.js';
import { AgentIndex } from './agent-index.js';

/** How often an event that names no revision is applied to a newer record before it is given up. */
const TRIES = 20;

/** What a save is based on; `null`: the entry must not exist yet. */
export type Basis = Tag | null;

/** What is to be applied to an agent's record. */
export interface Wanted {
  readonly agentId: string;
  readonly event: AgentEvent;
  readonly basedOn: Basis | undefined;
  /** What the agent who signs in is called. */
  readonly agentName?: string | undefined;
  /** Throws where the record as it stands forbids the event to its author. */
  readonly check?: ((record: AgentRecord, now: number) => void) | undefined;
}

/** Agents with what is known of them; made one by one, so that it may be gone through in pieces. */
export type Agents = Iterable<readonly [agentId: string, entry: Entry]>;

/** One account: its store, and what is known of it, shared by all requests and streams. */
export class AccountService {
  readonly entries = new EntryCache();
  readonly lists = new ListQueue();
  /** How many event streams follow it. */
  streams = 0;
  readonly #store: StatusStore;
  readonly #meet: (agentId: string, entry: Entry) => void;
  readonly #unwatch: readonly Unwatch[];
  readonly #onRenewal = new Set<() => void>();
  #index: AgentIndex;
  #accountTold = newSignal();
  #generation: string | undefined;
  /** The last event of each agent that names no revision and is under way. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #isAccountTold = false;
  #account: Account = defaultAccount;
  #isReachable = true;
  #isBroken = false;

  constructor(store: StatusStore, meet: (agentId: string, entry: Entry) => void) {
    this.#store = store;
    this.#meet = meet;
    this.entries.listen(undefined, (agentId, entry, isErased) => isErased || meet(agentId as string, entry));
    const { entries } = this;
    const onBroken = (): void => void (this.#isBroken = true);
    entries.listen(null, (_, entry) => {
      // While the account is damaged, its last state holds.
      if ('value' in entry) this.#account = entry.value as Account;
    });
    this.#index = new AgentIndex(store, entries, onBroken);
    this.#unwatch = [
      store.watchConnection(({ state }) => {
        this.#isReachable = state === 'online' || state === 'connecting';
      }),
      store.watchAccount({
        next: (entry) => entries.tell(null, entry),
        ready: (generation) => {
          if (this.#renew(generation, onBroken)) return;
          this.#isAccountTold = true;
          this.#accountTold.give();
        },
        error: (error) => (isDamaged(error) ? entries.tell(null, damagedEntry(error)) : onBroken()),
      }),
    ];
  }

  /** The generation in which the place counts its revisions; nothing where it is not known. */
  get generation(): { readonly generation?: string } {
    return this.#generation === undefined ? {} : { generation: this.#generation };
  }

  /** Tells when the place has another generation: nothing that was read before holds. Answers what ends that. */
  onRenewal(listener: () => void): () => void {
    this.#onRenewal.add(listener);
    return () => void this.#onRenewal.delete(listener);
  }

  /** Somebody knew that entry: where the place has never given it, it was set back, which its watchers are told. */
  async recall({ generation, revision }: Tag): Promise<void> {
    await this.account();
    if (generation === undefined || generation !== this.#generation) return;
    await answerInTime('the store', this.#store.recall?.(generation, revision));
  }

  /** Whether the store answers, as far as it says. */
  get isReachable(): boolean {
    return this.#isReachable && !this.#isBroken;
  }

  /** The clock of the place. */
  get now(): Instant {
    return this.#store.now();
  }

  /** Whether a watch has ended, so that changes would be missed: another store has to be asked for. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The record as it stands, or its damage: as the store has it now, or newer where that is known. */
  async read(agentId: string): Promise<Entry | undefined> {
    const before = this.entries.get(agentId);
    const entry = await readOrDamaged(answerInTime('the store', this.#store.readAgent(agentId)));
    if (entry && entry.revision === before?.revision) this.#meet(agentId, entry);
    else if (entry) this.entries.tell(agentId, entry);
    else if (before) this.entries.forget(agentId, before);
    return this.#newest(agentId, entry);
  }

  async readAccount(): Promise<Entry | undefined> {
    const entry = await readOrDamaged(answerInTime('the store', this.#store.readAccount()));
    if (entry) this.entries.tell(null, entry);
    return this.#newest(null, entry);
  }

  /** The account as it is known, and as every event is applied to. */
  async account(): Promise<Entry | undefined> {
    if (!this.#isAccountTold) await answerInTime('the store', this.#accountTold.given);
    return this.entries.get(null);
  }

  /** All agents; what another server erased is gone after some seconds. */
  async agents(): Promise<Agents> {
    await this.#index.update();
    return this.entries.agents();
  }

  /** Saves what that makes of the account that stands. */
  async saveAccount(
    change: (saved: Account | undefined, lastKnown: Account) => Account,
    basis: Basis,
  ): Promise<Versioned<Account>> {
    if (!this.#isAccountTold) await this.account();
    const basedOn = this.#revisionOf(basis) as number | null;
    const known = this.entries.get(null);
    const present = known && known.revision === basedOn ? known : await this.readAccount();
    if (basedOn !== (present?.revision ?? null)) throw await this.#stale(present, basis);
    const account = change(present && 'value' in present ? (present.value as Account) : undefined, this.#account);
    const saved = await answerInTime('the store', this.#store.saveAccount(account, basedOn));
    this.entries.tell(null, saved);
    return saved;
  }

  /**
   * Applies the event at that instant and saves what becomes of it; answers the record as it now stands. Nothing, where the
   * event says nothing of an agent who has no record.
   */
  async apply(wanted: Wanted, now: number): Promise<Versioned<AgentRecord> | undefined> {
    if (!this.#isAccountTold) await this.account();
    const { agentId, basedOn } = wanted;
    if (basedOn !== undefined) return this.#apply(wanted, now);
    // Those that name no revision would only meet conflicts with each other.
    const before = this.#turns.get(agentId)?.catch(() => undefined);
    const turn = answerInTime('the store', before).then(() => this.#apply(wanted, now));
    this.#turns.set(agentId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(agentId) === turn) this.#turns.delete(agentId);
    }
  }

  async erase(agentId: string): Promise<void> {
    await answerInTime('the store', this.#store.removeAgent(agentId));
    this.entries.forget(agentId);
  }

  /** Whether anybody follows it, or reads a list of it. */
  get isInUse(): boolean {
    return this.streams > 0 || this.lists.isBusy;
  }

  /** Watches no more. */
  stop(): void {
    this.#index.stop();
    for (const unwatch of this.#unwatch) unwatch();
  }

  async #apply(wanted: Wanted, now: number): Promise<Versioned<AgentRecord> | undefined> {
    for (let tries = 1; ; tries++) {
      const present = await this.#present(wanted);
      try {
        return await this.#save(wanted, present, now);
      } catch (error) {
        if (!isPhoneError(error, 'conflict')) throw error;
        const found = (error.data as { readonly present?: Versioned<AgentRecord> } | undefined)?.present;
        if (found) this.entries.tell(wanted.agentId, found);
        else this.entries.forget(wanted.agentId);
        if (wanted.basedOn !== undefined || tries === TRIES) throw error;
      }
    }
  }

  /** What was read may be older than what is known: nobody reads what stood before the own save. */
  #newest(key: string | null, read: Entry | undefined): Entry | undefined {
    const known = this.entries.get(key);
    return known && known.revision > (read?.revision ?? -1) ? known : read;
  }

  /** What is known counts where the request is based on just that revision: a revision stands for one document. */
  async #present({ agentId, basedOn }: Wanted): Promise<Entry | undefined> {
    const known = this.entries.get(agentId);
    return known && known.revision === this.#revisionOf(basedOn) ? known : this.read(agentId);
  }

  /** The revision to compare: none is equal to that of another generation. */
  #revisionOf(basis: Basis | undefined): number | null | undefined {
    const isForeign = basis?.generation !== undefined && this.#generation && basis.generation !== this.#generation;
    return isForeign ? NaN : basis && basis.revision;
  }

  async #stale(present: Entry | undefined, basis: Basis | undefined): Promise<PhoneError> {
    if (basis && basis.revision > (present?.revision ?? -1)) await this.recall(basis);
    return stale(present);
  }

  #renew(generation: string | undefined, onBroken: () => void): boolean {
    const before = this.#generation;
    if (generation === undefined || generation === before) return false;
    this.#generation = generation;
    if (before === undefined) return false;
    this.entries.clear();
    this.#isAccountTold = false;
    this.#accountTold = newSignal();
    this.#account = defaultAccount;
    this.#index.stop();
    this.#index = new AgentIndex(this.#store, this.entries, onBroken);
    for (const listener of this.#onRenewal) listener();
    return true;
  }

  async #save(wanted: Wanted, present: Entry | undefined, now: number): Promise<Versioned<AgentRecord> | undefined> {
    const { agentId, event } = wanted;
    const basedOn = this.#revisionOf(wanted.basedOn);
    const stands = present?.revision ?? null;
    const isDamaged = present !== undefined && !('value' in present);
    // Who names no revision does not know of the damage, and keeps no copy of what lies there.
    if (basedOn === undefined ? isDamaged : basedOn !== stands) {
      throw await this.#stale(present, wanted.basedOn);
    }
    const entry = present && 'value' in present ? (present as Versioned<AgentRecord>) : undefined;
    if (entry && !isWritable(entry.value)) throw tooNew(agentId);
    if (entry) wanted.check?.(entry.value, now);
    const before = named(entry?.value ?? newAgentRecord(agentId), wanted);
    const next = recordEvent(this.#account, before, event, now);
    const isUnchanged = next === before;
    if (isUnchanged && (entry || basedOn === undefined)) return entry;
    const saved = await answerInTime('the store', this.#store.saveAgent(next, stands, event));
    this.entries.tell(agentId, saved);
    return saved;
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

/** Who signs in says under which name. */
function named(record: AgentRecord, { event, agentName }: Wanted): AgentRecord {
  const name = agentName && cutText(agentName);
  return event.type !== 'sign-in' || !name || name === record.agentName
    ? record
    : { ...draftOf(record), agentName: name };
}

function tooNew(agentId: string): PhoneError {
  return new PhoneError(
    'newer-version',
    `server: a newer version wrote the record of ${quote(agentId)}. Update this server.`,
  );
}

function stale(present: Entry | undefined): PhoneError {
  if (present && !('value' in present)) {
    const { revision, document } = present;
    return new PhoneError('damaged-data', 'server: the entry is damaged. You can save a fresh one over it.', {
      data: { revision, document },
    });
  }
  return new PhoneError('conflict', 'server: someone else saved first. Apply the change to the current entry.', {
    data: { present },
  });
}
