import {
  agentView,
  AgentSession,
  createCallFeed,
  defaultAccount,
  isPhoneError,
  newAgentRecord,
  recordEvent,
} from 'phone-widget/headless';
import type { AgentEvent, AgentRecord, StatusStore, Versioned } from 'phone-widget/headless';

/** The experience of all agents together. */
export interface Tally {
  /** Saves that the server acknowledged, and when the last one was. */
  acknowledged: number;
  acknowledgedAt: number[];
  /** Attempts that failed because no server could be reached. */
  retries: number;
  /** Saves whose response was lost, and which the next attempt found stored. */
  duplicates: number;
  conflicts: number;
  /** Saves based on an older state on purpose, which were refused. */
  staleRefused: number;
  /** Broken promises of the store. Must stay empty. */
  readonly faults: string[];
}

export function newTally(): Tally {
  return {
    acknowledged: 0,
    acknowledgedAt: [],
    retries: 0,
    duplicates: 0,
    conflicts: 0,
    staleRefused: 0,
    faults: [],
  };
}

/** How many saves come between two attempts on an old revision. */
const STALE_EVERY = 10;
const RETRY_MS = 250;

/** An agent who checks each save, and is the only one to write its record. */
export class CertainAgent {
  readonly agentId: string;
  /** The last state that was acknowledged or found stored. */
  known: Versioned<AgentRecord> | undefined;
  /** The last state that its watch has reported. */
  watched: Versioned<AgentRecord> | undefined;
  readonly #store: StatusStore;
  readonly #tally: Tally;
  readonly #revisions: number[] = [];
  #turn = 0;

  constructor(store: StatusStore, agentId: string, tally: Tally) {
    this.#store = store;
    this.agentId = agentId;
    this.#tally = tally;
    store.watchAgent(agentId, {
      next: (entry) => {
        if (this.watched && this.watched.revision >= entry.revision) this.#fault('heard an older state');
        this.watched = entry;
      },
    });
  }

  /** Saves the next event of the day, with as many attempts as it takes. */
  async step(): Promise<void> {
    const event = this.#next();
    let mayBeStored = false;
    for (;;) {
      try {
        const before = this.known?.value ?? newAgentRecord(this.agentId);
        const next = recordEvent(defaultAccount, before, event, this.#store.now());
        const saved = await this.#store.saveAgent(next, this.known?.revision ?? null, event);
        this.#take(saved);
        this.#tally.acknowledged++;
        this.#tally.acknowledgedAt.push(performance.now());
        break;
      } catch (error) {
        const present = await this.#presentAfter(error);
        if (present === 'unknown') {
          mayBeStored = true;
          continue;
        }
        this.#compare(present);
        if (!present || present.revision === this.known?.revision) continue;
        if (!this.#isStored(event, present.value))
          this.#fault(`found revision ${present.revision}, without "${event.type}"`);
        if (!mayBeStored) this.#fault('met with a conflict, though nobody else writes');
        this.#take(present);
        this.#tally.duplicates++;
        break;
      }
    }
    if (this.#turn % STALE_EVERY === 0) await this.#tryStale();
  }

  /** The stored state after a save failed; `unknown` if it cannot be read now. */
  async #presentAfter(error: unknown): Promise<Versioned<AgentRecord> | undefined | 'unknown'> {
    if (isPhoneError(error, 'conflict')) {
      this.#tally.conflicts++;
      return (error.data as { readonly present: Versioned<AgentRecord> | undefined }).present;
    }
    if (!isPhoneError(error, 'unavailable')) throw error;
    this.#tally.retries++;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (0.5 + Math.random())));
    return 'unknown';
  }

  async #tryStale(): Promise<void> {
    const old = this.#revisions.at(-2);
    if (old === undefined || !this.known) return;
    const event: AgentEvent = { type: 'choose', statusId: 'training', by: { role: 'agent', id: this.agentId } };
    try {
      await this.#store.saveAgent(this.known.value, old, event);
      this.#fault(`saved over revision ${this.known.revision} what was based on ${old}`);
    } catch (error) {
      if (isPhoneError(error, 'conflict')) this.#tally.staleRefused++;
      else if (!isPhoneError(error, 'unavailable')) throw error;
    }
  }

  #take(entry: Versioned<AgentRecord>): void {
    this.#compare(entry);
    this.known = entry;
    this.#revisions.push(entry.revision);
  }

  #isStored(event: AgentEvent, present: AgentRecord): boolean {
    if (event.type === 'renew' || event.type === 'sign-in') {
      return present.leases['page-1'] !== this.known?.value.leases['page-1'];
    }
    // A call that is reported again at a later instant changes the record.
    if (event.type === 'call-started') return present.calls.some(({ id }) => id === event.call.id);
    return recordEvent(defaultAccount, present, event, this.#store.now()) === present;
  }

  /** An acknowledged save is never lost. */
  #compare(present: Versioned<AgentRecord> | undefined): void {
    const last = this.known?.revision ?? 0;
    if ((present?.revision ?? 0) < last) this.#fault(`lost revision ${last}: now it is ${present?.revision ?? 'none'}`);
  }

  /** Signs in, and then repeats a choice, a call and its After Call Work. Each event changes the record. */
  #next(): AgentEvent {
    const { agentId } = this;
    const turn = this.#turn++;
    if (turn === 0) return { type: 'sign-in', page: 'page-1' };
    const id = `${agentId} call ${Math.floor((turn - 1) / 6)}`;
    const by = { role: 'agent', id: agentId } as const;
    const day: readonly AgentEvent[] = [
      { type: 'choose', statusId: 'break', by },
      { type: 'call-started', call: { id, direction: 'inbound', party: {} }, carrier: 'elsewhere' },
      { type: 'call-ended', callId: id, outcome: 'answered' },
      { type: 'close', callId: id },
      { type: 'choose', statusId: 'available', by },
      { type: 'renew', page: 'page-1' },
    ];
    return day[(turn - 1) % day.length] as AgentEvent;
  }

  #fault(what: string): void {
    this.#tally.faults.push(`${this.agentId} ${what}`);
  }
}

/** An agent with a whole session, as in a page: choices, and calls that the phone reports. */
export class SessionAgent {
  readonly agentId: string;
  readonly session: AgentSession;
  readonly #feed = createCallFeed();
  #turn = 0;

  constructor(store: StatusStore, agentId: string) {
    this.agentId = agentId;
    this.session = new AgentSession({ agentId, store, calls: this.#feed });
    this.session.start();
  }

  /** Makes one more thing happen, without waiting, as in a page. */
  step(): void {
    const turn = this.#turn++;
    const call = {
      id: `${this.agentId} call ${Math.floor(turn / 4)}`,
      direction: 'inbound',
      party: {},
    } as const;
    const steps = [
      () => this.#feed.started(call),
      () => this.#feed.ended(call.id, 'answered'),
      () => void this.session.closeConversation(call.id).catch(() => undefined),
      () => void this.session.choose(turn % 8 < 4 ? 'break' : 'available').catch(() => undefined),
    ];
    steps[turn % steps.length]?.();
  }

  /** The status that this page shows. */
  get shown(): string | undefined {
    return this.session.view?.status.id;
  }
}

/** The status that everyone should see. */
export function statusOf(record: AgentRecord, now: number): string {
  return agentView(defaultAccount, record, now).status.id;
}
