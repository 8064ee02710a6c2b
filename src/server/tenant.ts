import { defaultAccount, type Account } from '../model/account.js';
import { cutText, draftOf, newAgentRecord, type AgentEvent, type AgentRecord } from '../model/agent.js';
import { isPhoneError, PhoneError } from '../model/errors.js';
import { recordEvent } from '../model/record-event.js';
import type { StatusStore, Unwatch, Versioned } from '../stores/status-store.js';
import { Entries, type Entry } from './entries.js';

/** How often an event that names no revision is applied to a newer record before it is given up. */
const TRIES = 20;

/** What is to be applied to an agent's record. */
export interface Wanted {
  readonly agentId: string;
  readonly event: AgentEvent;
  /** `undefined`: whatever stands. */
  readonly basedOn: number | null | undefined;
  /** What the agent who signs in is called. */
  readonly agentName?: string | undefined;
}

/** One account: its store, and what is known of it, shared by all requests and streams. */
export class Tenant {
  readonly store: StatusStore;
  readonly entries = new Entries();
  readonly #unwatch: readonly Unwatch[];
  #account: Account = defaultAccount;
  #isReachable = true;

  constructor(store: StatusStore) {
    this.store = store;
    const { entries } = this;
    entries.listen(null, (_, entry) => {
      // While the account is damaged, its last state holds.
      if ('value' in entry) this.#account = entry.value as Account;
    });
    this.#unwatch = [
      store.watchConnection(({ state }) => {
        this.#isReachable = state === 'online' || state === 'connecting';
      }),
      store.watchAccount({
        next: (entry) => entries.tell(null, entry),
        ready: () => entries.markReady('account'),
        error: (error) => entries.tell(null, damage(error)),
      }),
      store.watchAgents({
        next: (entry) => entries.tell(entry.value.agentId, entry),
        ready: () => entries.markReady('agents'),
        error: (error) => {
          const agentId = (error.data as { readonly agentId?: unknown } | undefined)?.agentId;
          if (typeof agentId === 'string') entries.tell(agentId, damage(error));
        },
      }),
    ];
  }

  /** Whether the store answers, as far as it says. */
  get isReachable(): boolean {
    return this.#isReachable;
  }

  /** The record as it stands, or its damage, as the store has it now. */
  async read(agentId: string): Promise<Entry | undefined> {
    const entry = await orDamage(this.store.readAgent(agentId));
    if (entry) this.entries.tell(agentId, entry);
    else this.entries.forget(agentId);
    return entry;
  }

  async readAccount(): Promise<Entry | undefined> {
    const entry = await orDamage(this.store.readAccount());
    if (entry) this.entries.tell(null, entry);
    return entry;
  }

  async saveAccount(account: Account, basedOn: number | null): Promise<Versioned<Account>> {
    const saved = await this.store.saveAccount(account, basedOn);
    this.entries.tell(null, saved);
    return saved;
  }

  /** Applies the event at that instant and saves what becomes of it; answers the record as it now stands. */
  async apply(wanted: Wanted, now: number): Promise<Versioned<AgentRecord>> {
    await this.entries.known('account');
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

  async erase(agentId: string): Promise<void> {
    await this.store.removeAgent(agentId);
    this.entries.forget(agentId);
  }

  async close(): Promise<void> {
    for (const unwatch of this.#unwatch) unwatch();
    await this.store.close();
  }

  /** What is known counts where the request is based on just that revision: a revision stands for one document. */
  async #present({ agentId, basedOn }: Wanted): Promise<Entry | undefined> {
    const known = this.entries.get(agentId);
    return known && known.revision === basedOn ? known : this.read(agentId);
  }

  async #save(wanted: Wanted, present: Entry | undefined, now: number): Promise<Versioned<AgentRecord>> {
    const { agentId, event, basedOn } = wanted;
    const stands = present?.revision ?? null;
    if (basedOn !== undefined && basedOn !== stands) throw stale(present);
    const entry = present && 'value' in present ? (present as Versioned<AgentRecord>) : undefined;
    const before = entry?.value ?? newAgentRecord(agentId);
    const next = named(recordEvent(this.#account, before, event, now), before, wanted);
    if (next === before && entry) return entry;
    const saved = await this.store.saveAgent(next, stands, event);
    this.entries.tell(agentId, saved);
    return saved;
  }
}

function named(next: AgentRecord, before: AgentRecord, { event, agentName }: Wanted): AgentRecord {
  if (event.type !== 'sign-in' || !agentName || next === before) return next;
  return { ...draftOf(next), agentName: cutText(agentName) };
}

/** The revision and the document of a damaged entry. */
function damage({ data }: PhoneError): Entry {
  const { revision, document } = data as { readonly revision: number; readonly document?: unknown };
  return { revision, damaged: true, document };
}

async function orDamage(read: Promise<Entry | undefined>): Promise<Entry | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isPhoneError(error, 'damaged-data')) return damage(error);
    throw error;
  }
}

function stale(present: Entry | undefined): PhoneError {
  if (present && !('value' in present)) {
    const { revision, document } = present;
    return new PhoneError('damaged-data', 'server: the present record is damaged. A fresh one may be saved over it.', {
      data: { revision, document },
    });
  }
  return new PhoneError('conflict', 'server: somebody else saved first. Apply the event to the present record.', {
    data: { present },
  });
}
