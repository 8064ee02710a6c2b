import { defaultAccount, type Account } from '../model/account.js';
import { newAgentRecord, type AgentRecord } from '../model/agent.js';
import { checkedRecord, isWritable, readAccount } from '../model/codec.js';
import { isPhoneError, PhoneError, quote } from '../model/errors.js';
import type { Unwatch, Versioned } from '../stores/status-store.js';
import { checkedEntry } from './checked-entry.js';
import { localKey, readLocal, writeLocal } from '../platform/storage.js';
import type { SessionRun } from './session-run.js';

/** What a save is based on: the newest entry, or what stands in for one that is absent. */
export interface Base {
  readonly value: AgentRecord;
  /** Null: it must not exist yet. */
  readonly revision: number | null;
  /** The place has lost the record: this is the one that stood, to be saved again. */
  readonly isLost?: boolean;
}

/** What the store has said last of one agent and of the account. States older than that are ignored. */
export class SyncedState {
  readonly #run: SessionRun;
  readonly #fresh: AgentRecord;
  #account: Versioned<Account> | undefined;
  #agent: Base | undefined;
  #lastSeen: Account | undefined;
  #damagedAt: unknown;
  #forbidden: PhoneError | undefined;
  /** The place has begun anew: whatever it tells next counts. */
  #isAnew = false;
  #complete!: () => void;
  /** Settles once the store has spoken of both. */
  readonly complete = new Promise<void>((resolve) => (this.#complete = resolve));

  constructor(run: SessionRun) {
    this.#run = run;
    this.#fresh = newAgentRecord(run.agentId, run.agentName);
  }

  /** The account as it stands; until the store has spoken, the one that this browser saw last. */
  get account(): Account {
    return this.#account?.value ?? (this.#lastSeen ??= this.#recall());
  }

  /** The agent's entry; undefined until the store has spoken. */
  get agent(): Base | undefined {
    return this.#agent;
  }

  /** The agent's record, or that of an agent to whom nothing has happened yet. */
  get record(): AgentRecord {
    return this.#agent?.value ?? this.#fresh;
  }

  get isComplete(): boolean {
    return this.#account !== undefined && this.#agent !== undefined;
  }

  /** Whether there is something to show: an entry of the agent, or the news that there is none in that account. */
  get isKnown(): boolean {
    return this.isComplete || typeof this.#agent?.revision === 'number';
  }

  /** Why this version of the product must not write the record; undefined: it may. */
  get forbidden(): PhoneError | undefined {
    return this.#forbidden;
  }

  /** Follows the store from now on. */
  watch(): Unwatch {
    const { store, agentId } = this.#run;
    const ofAccount = (entry?: Versioned<Account>): void => this.#takeAccount(entry);
    const ofAgent = (entry?: Versioned<AgentRecord>): void => {
      this.takeAgent(entry);
      this.#run.saves.heard();
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
        gone: () => this.#run.erase(),
        error: (error) => {
          if (!this.takeError(error)) this.#run.report(error);
        },
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Asks the store for both. Rejects where it cannot be reached. */
  async read(): Promise<void> {
    const { store, agentId } = this.#run;
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
      if (data.revision !== this.#damagedAt) this.#run.report(error);
      this.#damagedAt = data.revision;
      if (data.document !== undefined) this.#keep('damaged', data.document, this.#run.agentId);
      this.#follow({ value: this.record, revision: data.revision }, replaced);
    } else return false;
    return true;
  }

  /** Takes an entry of the agent. A store of somebody else's may hand over anything: what is no record is damage. */
  takeAgent(entry: Versioned<AgentRecord> | undefined, replaced?: number | null): void {
    try {
      this.#follow(entry && checkedEntry(entry, (value) => this.#read(value)), replaced);
    } catch (error) {
      if (!this.takeError(error, replaced)) this.#run.report(error as PhoneError);
    }
  }

  /** The agent was erased: what was known of it counts no more. */
  erase(): void {
    this.#agent = { value: this.#fresh, revision: null };
    this.#news();
  }

  #takeAccount(entry: Versioned<Account> | undefined): void {
    let next: Versioned<Account>;
    try {
      next = entry ? checkedEntry(entry, readAccount) : { value: defaultAccount, revision: -1 };
    } catch (error) {
      return this.#accountFailed(error as PhoneError);
    }
    if (this.#account && next.revision <= this.#account.revision) return;
    this.#account = next;
    if (entry) this.#keep('account', entry.value);
    this.#news();
  }

  #accountFailed(error: PhoneError): void {
    this.#run.report(error);
    if (error.code !== 'damaged-data') return;
    this.#takeAccount({ value: this.account, revision: (error.data as ErrorData | undefined)?.revision ?? -1 });
  }

  /** A record that is whole and that names this agent. */
  #read(value: unknown): AgentRecord {
    const record = checkedRecord(value);
    if (record.agentId === this.#run.agentId) return record;
    throw new PhoneError(
      'damaged-data',
      `The store returned the record of agent ${quote(record.agentId)}. Fix the store.`,
    );
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
    const before = { stored: this.record, shown: this.#run.pending.optimisticRecord, isLost: this.#agent?.isLost };
    this.#agent = entry ?? this.#absent();
    if (!isWritable(this.record)) this.#forbid();
    else {
      this.#run.onRemoteChange(before);
      if (this.#forbidden) {
        this.#forbidden = undefined;
        this.#run.saves.work();
      }
    }
    this.#news();
  }

  /** What stands in for an entry that is not there. One that was there before is lost: the agent's own page saves it again. */
  #absent(): Base {
    const { isOwn, saves } = this.#run;
    const wasThere = this.#agent?.isLost ?? typeof this.#agent?.revision === 'number';
    const isLost = isOwn && saves.isOpen && wasThere && !this.#forbidden;
    return { value: isLost ? this.record : this.#fresh, revision: null, isLost };
  }

  /** From now on nothing is written. */
  #forbid(): void {
    if (this.#forbidden) return;
    const message = `A newer version wrote the record of agent ${quote(this.#run.agentId)}. Reload the page.`;
    this.#forbidden = new PhoneError('newer-version', message);
    this.#run.forbid(this.#forbidden);
  }

  #news(): void {
    if (this.isComplete) this.#complete();
    this.#run.changed();
  }

  #recall(): Account {
    try {
      return readAccount(JSON.parse(readLocal(localKey('account', this.#run.store.name)) ?? ''));
    } catch {
      // Never seen, or spoilt by another script of the origin.
      return defaultAccount;
    }
  }

  #keep(kind: string, document: unknown, ...parts: readonly string[]): void {
    try {
      writeLocal(localKey(kind, this.#run.store.name, ...parts), JSON.stringify(document));
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
