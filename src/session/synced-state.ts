import { defaultAccount, type Account } from '../model/account.js';
import { newAgentRecord, type AgentRecord } from '../model/agent.js';
import { CheckedBrand } from '../model/checked-brand.js';
import { isWritable, readAccount, readAgentRecord, trustAccount } from '../model/codec.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import type { Unwatch, Versioned } from '../stores/status-store.js';
import { checkedEntry } from './checked-entry.js';
import { localKey, readLocal, writeLocal } from '../platform/storage.js';
import type { RemoteChange, SessionContext } from './session-context.js';

/** What a save is based on: the newest entry, or a stand-in for an absent one. */
export interface Base {
  readonly value: AgentRecord;
  /** Null if the entry must not exist yet. */
  readonly revision: number | null;
  /** The store has lost the record: the value is the last known one, to be saved again. */
  readonly isLost?: boolean;
}

/** Who hears of what the store tells. */
export interface SyncedStateEvents {
  changed(): void;
  /** The agent's record is about to change. Returns what is called once it has changed, before `changed`. */
  beforeRemoteChange(before: Omit<RemoteChange, 'shown'>): () => void;
  /** The watch told of the agent's entry. `isWritable`: the record may be written again. */
  watched(isWritable: boolean): void;
  /** The record must not be written any more. */
  forbidden(reason: PhoneError): void;
  /** The store tells that the agent was erased. */
  erased(): void;
}

/** The last known state of one agent and of the account in the store. Older states are ignored. */
export class SyncedState {
  readonly #context: Pick<SessionContext, 'agentId' | 'store' | 'report'>;
  readonly #events: SyncedStateEvents;
  readonly #fresh: AgentRecord;
  #account: Versioned<Account> | undefined;
  #agent: Base | undefined;
  #lastSeen: Account | undefined;
  #damagedAt: unknown;
  #forbidden: PhoneError | undefined;
  /** The store has a new generation: its next entry counts, whatever its revision. */
  #isAnew = false;
  #complete!: () => void;
  /** Resolves once the store has told of both. */
  readonly complete: Promise<void>;
  /** Whether the agent's own page has started to save: from then on it saves a lost record again. */
  hasStarted: boolean;
  /** The agent was erased: this page writes nothing until somebody signs in here. */
  isErased: boolean;

  constructor(context: Pick<SessionContext, 'agentId' | 'agentName' | 'store' | 'report'>, events: SyncedStateEvents) {
    this.#context = context;
    this.#events = events;
    this.#fresh = newAgentRecord(context.agentId, context.agentName);
    this.complete = new Promise<void>((resolve) => (this.#complete = resolve));
    this.hasStarted = this.isErased = false;
  }

  /** The account; until the store has told of it, the one that this browser saw last. */
  get account(): Account {
    return this.#account?.value ?? (this.#lastSeen ??= this.#recall());
  }

  /** The agent's entry; undefined until the store has told of it. */
  get agent(): Base | undefined {
    return this.#agent;
  }

  /** The agent's record, or the record of an agent to whom nothing has happened yet. */
  get record(): AgentRecord {
    return this.#agent?.value ?? this.#fresh;
  }

  /** Whether the store has told of the account and of the agent. */
  get isComplete(): boolean {
    return this.#account !== undefined && this.#agent !== undefined;
  }

  /** Whether there is something to show: the agent's entry, or an account that has none. */
  get isKnown(): boolean {
    return this.isComplete || typeof this.#agent?.revision === 'number';
  }

  /** Why this version of the product must not write the record; undefined: it may. */
  get forbidden(): PhoneError | undefined {
    return this.#forbidden;
  }

  /** Watches the store from now on. Returns what ends that. */
  watch(): Unwatch {
    const { store, agentId } = this.#context;
    const ofAccount = (entry?: Versioned<Account>): void => this.#takeAccount(entry);
    const ofAgent = (entry?: Versioned<AgentRecord>): void => {
      const wasForbidden = this.#forbidden;
      this.takeAgent(entry);
      this.#events.watched(wasForbidden !== undefined && !this.#forbidden);
    };
    const stops = [
      store.watchAccount({
        next: ofAccount,
        ready: inGeneration(ofAccount, () => {
          this.#account = { value: this.account, revision: -Infinity };
        }),
        error: (error) => this.#accountFailed(error),
      }),
      store.watchAgent(agentId, {
        next: ofAgent,
        ready: inGeneration(ofAgent, () => (this.#isAnew = true)),
        gone: () => this.#events.erased(),
        error: (error) => {
          if (!this.takeError(error)) this.#context.report(error);
        },
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Reads both from the store. Rejects where it cannot be reached. */
  async read(): Promise<void> {
    const { store, agentId } = this.#context;
    await Promise.all([
      store.readAccount().then(
        (entry) => this.#takeAccount(entry),
        (error: unknown) => {
          if (!isPhoneError(error, 'damaged-data')) throw error;
          this.#accountFailed(error);
        },
      ),
      store.readAgent(agentId).then(
        (entry) => this.takeAgent(entry),
        (error: unknown) => {
          if (!this.takeError(error)) throw error;
        },
      ),
    ]);
  }

  /**
   * Takes what an error says about the agent's entry. A conflict carries the present entry; damage carries the revision over
   * which a fresh record may be saved, and a copy of the damaged one is kept; a newer version forbids saving. `replaced` is
   * the revision that a save was based on. Returns false if the error says nothing, as a conflict that carries only a
   * revision.
   */
  takeError(error: unknown, replaced?: number | null): boolean {
    const data = isPhoneError(error) && typeof error.data === 'object' ? (error.data as ErrorData | null) : null;
    if (isPhoneError(error, 'newer-version')) this.#forbid();
    else if (isPhoneError(error, 'conflict') && data && (data.present || data.revision === undefined)) {
      this.takeAgent(data.present, replaced);
    } else if (isPhoneError(error, 'damaged-data') && typeof data?.revision === 'number') {
      if (data.revision !== this.#damagedAt) this.#context.report(error);
      this.#damagedAt = data.revision;
      if (data.document !== undefined) this.#keep('damaged', data.document, this.#context.agentId);
      this.#follow({ value: this.record, revision: data.revision }, replaced);
    } else return false;
    return true;
  }

  /** Takes an entry of the agent. A foreign store may hand over anything: what is not a record counts as damaged. */
  takeAgent(entry: Versioned<AgentRecord> | undefined, replaced?: number | null): void {
    try {
      this.#follow(entry && checkedEntry(entry, readAgentRecord, (record) => this.#own(record)), replaced);
    } catch (error) {
      if (!this.takeError(error, replaced)) this.#context.report(error as PhoneError);
    }
  }

  /** Forgets the record of an erased agent. */
  erase(): void {
    this.#agent = { value: this.#fresh, revision: null };
    this.#changed();
  }

  /** Marks a record of this agent for the model. Throws `damaged-data` if it is another agent's. */
  #own(record: AgentRecord): AgentRecord {
    if (record.agentId === this.#context.agentId) return new CheckedBrand(record);
    throw new PhoneError(
      'damaged-data',
      `The store returned the record of agent ${quote(record.agentId)}. Fix the store.`,
    );
  }

  #takeAccount(entry: Versioned<Account> | undefined): void {
    if (!entry) return this.#followAccount(defaultAccount, -1);
    try {
      const { value, revision } = checkedEntry(entry, readAccount, trustAccount);
      this.#followAccount(value, revision);
    } catch (error) {
      this.#accountFailed(error as PhoneError);
    }
  }

  #accountFailed(error: PhoneError): void {
    this.#context.report(error);
    const revision = (error.data as ErrorData | undefined)?.revision;
    if (error.code === 'damaged-data') this.#followAccount(this.account, revision ?? -1);
  }

  #followAccount(value: Account, revision: number): void {
    if (this.#account && revision <= this.#account.revision) return;
    this.#account = { value, revision };
    if (revision >= 0) this.#keep('account', value);
    this.#changed();
  }

  /**
   * Takes an entry that is newer than the known one. After a failed save based on the known entry any present entry counts:
   * the store was emptied or set back.
   */
  #follow(entry: Base | undefined, replaced?: number | null): void {
    const known = this.#agent?.revision;
    const revision = entry?.revision ?? null;
    if (!this.#isAnew) {
      if (revision === known) return;
      if (known !== undefined && known !== replaced && (revision ?? -1) < (known ?? -1)) return;
    }
    this.#isAnew = false;
    const afterChange = this.#events.beforeRemoteChange({ stored: this.record, isLost: this.#agent?.isLost });
    this.#agent = entry ?? this.#absent();
    if (isWritable(this.record)) {
      afterChange();
      this.#forbidden = undefined;
    } else this.#forbid();
    this.#changed();
  }

  /** The stand-in for an absent entry. A record that was there before is lost: the agent's own page saves it again. */
  #absent(): Base {
    const wasThere = this.#agent?.isLost ?? typeof this.#agent?.revision === 'number';
    const isLost = this.hasStarted && wasThere && !this.#forbidden;
    return { value: isLost ? this.record : this.#fresh, revision: null, isLost };
  }

  /** Nothing is saved from now on. */
  #forbid(): void {
    if (this.#forbidden) return;
    const message = `A newer version wrote the record of agent ${quote(this.#context.agentId)}. Reload the page.`;
    this.#forbidden = new PhoneError('newer-version', message);
    this.#events.forbidden(this.#forbidden);
  }

  #changed(): void {
    if (this.isComplete) this.#complete();
    this.#events.changed();
  }

  #recall(): Account {
    try {
      return readAccount(JSON.parse(readLocal(localKey('account', this.#context.store.name)) ?? ''));
    } catch {
      // Never kept, or overwritten by another script of the origin.
      return defaultAccount;
    }
  }

  #keep(kind: string, document: unknown, ...parts: readonly string[]): void {
    try {
      writeLocal(localKey(kind, this.#context.store.name, ...parts), JSON.stringify(document));
    } catch {
      // Storage is full. The copy only helps while the store is away.
    }
  }
}

/** Handles `ready`: calls `anew` if the generation differs from the last one, so that all entries are told again. */
function inGeneration(ready: () => void, anew: () => void): (generation?: string) => void {
  let known: string | undefined;
  return (generation) => {
    const isAnother = known !== undefined && generation !== undefined && generation !== known;
    known = generation ?? known;
    if (isAnother) anew();
    else ready();
  };
}

/** The data of a store's error. Its fields are checked before use: a foreign store may put anything there. */
interface ErrorData {
  readonly present?: Versioned<AgentRecord>;
  readonly revision?: number;
  readonly document?: unknown;
}
