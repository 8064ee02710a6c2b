import { defaultAccount, type Account } from '../model/account.js';
import { newAgentRecord, type AgentRecord } from '../model/agent.js';
import { isWritable, readAccount } from '../model/codec.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import type { Unwatch, Versioned } from '../stores/status-store.js';
import { accountEntry, agentEntry } from './checked-entry.js';
import { localKey, readLocal, writeLocal } from '../platform/storage.js';
import type { RemoteChange, SessionContext } from './session-context.js';

/** What a save is based on: the newest entry, or what stands in for one that is absent. */
export interface Base {
  readonly value: AgentRecord;
  /** Null: it must not exist yet. */
  readonly revision: number | null;
  /** The place has lost the record: this is the one that stood, to be saved again. */
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
  /** Whether this page saves the record again where the store has lost it. */
  restoresLost: boolean;
  /** The agent was erased: this page writes nothing until somebody signs in here. */
  isErased: boolean;

  constructor(context: Pick<SessionContext, 'agentId' | 'agentName' | 'store' | 'report'>, events: SyncedStateEvents) {
    this.#context = context;
    this.#events = events;
    this.#fresh = newAgentRecord(context.agentId, context.agentName);
    this.complete = new Promise<void>((resolve) => (this.#complete = resolve));
    this.restoresLost = this.isErased = false;
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
   * Takes from an error what it says of the agent's entry: a conflict which one is present, damage over which revision a
   * fresh one may be saved (a copy of the damaged one is kept), a newer version that nothing may be. `replaced` is the
   * revision that a save was based on. False: it says nothing, as a conflict does with an entry of which only the revision
   * is shown.
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

  /** Takes an entry of the agent. A store of somebody else's may hand over anything: what is no record is damage. */
  takeAgent(entry: Versioned<AgentRecord> | undefined, replaced?: number | null): void {
    try {
      this.#follow(entry && agentEntry(entry, this.#context.agentId), replaced);
    } catch (error) {
      if (!this.takeError(error, replaced)) this.#context.report(error as PhoneError);
    }
  }

  /** The agent was erased: what was known of it counts no more. */
  erase(): void {
    this.#agent = { value: this.#fresh, revision: null };
    this.#changed();
  }

  #takeAccount(entry: Versioned<Account> | undefined): void {
    if (!entry) return this.#followAccount(defaultAccount, -1);
    try {
      const { value, revision } = accountEntry(entry);
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
   * Takes an entry that is newer than the known one. Where nothing is known that is newer than what a save was based on, the
   * present entry counts whatever it is: the place was emptied, or set back.
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

  /** What stands in for an entry that is not there. One that was there before is lost: the agent's own page saves it again. */
  #absent(): Base {
    const wasThere = this.#agent?.isLost ?? typeof this.#agent?.revision === 'number';
    const isLost = this.restoresLost && wasThere && !this.#forbidden;
    return { value: isLost ? this.record : this.#fresh, revision: null, isLost };
  }

  /** From now on nothing is written. */
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
      // Never seen, or spoilt by another script of the origin.
      return defaultAccount;
    }
  }

  #keep(kind: string, document: unknown, ...parts: readonly string[]): void {
    try {
      writeLocal(localKey(kind, this.#context.store.name, ...parts), JSON.stringify(document));
    } catch {
      // A copy for bad times, which a full storage does not take.
    }
  }
}

/** Hears that all was told; another generation than before says that the place begins anew, and that all is told again. */
function inGeneration(ready: () => void, anew: () => void): (generation?: string) => void {
  let known: string | undefined;
  return (generation) => {
    const isAnother = known !== undefined && generation !== undefined && generation !== known;
    known = generation ?? known;
    if (isAnother) anew();
    else ready();
  };
}

/** What a store says beside its message; checked field by field, for any store may be plugged in. */
interface ErrorData {
  readonly present?: Versioned<AgentRecord>;
  readonly revision?: number;
  readonly document?: unknown;
}
