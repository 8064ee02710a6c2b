import { PhoneError } from 'phone-widget';
import type { Call, CallFact, CallId, CallSource, Connection, Control, ListedCall, Outcome } from 'phone-widget';

/** A call as the simulated telephone knows it. */
export interface SimulatedCall extends ListedCall {
  readonly muted: boolean;
  /** The tones that were sent so far. */
  readonly digits: string;
}

const STORAGE_KEY = 'phone-simulator';
const controls: readonly Control[] = [
  'dial',
  'answer',
  'decline',
  'hangUp',
  'hold',
  'resume',
  'mute',
  'unmute',
  'sendDigits',
  'transfer',
];

/**
 * The telephone of one tab, as a call source. Its calls outlive a reload of the page: they are kept in the tab's
 * session storage, and `calls()` lists them to the session of the next page.
 */
export class PhoneSimulator implements CallSource {
  readonly name = 'simulator';
  readonly carries = 'page';
  readonly capabilities = new Set(controls);
  readonly #calls = new Map(stored().map((entry) => [entry.call.id, entry]));
  readonly #listeners = new Set<(fact: CallFact) => void>();
  readonly #changes = new Set<() => void>();
  readonly #connectionWatchers = new Set<(connection: Connection) => void>();
  readonly #nameOf: (number: string) => string | undefined;
  #plugged = true;
  #notice = '';

  /** `nameOf` is the telephone's directory. */
  constructor(nameOf: (number: string) => string | undefined) {
    this.#nameOf = nameOf;
  }

  /** What the telephone did last that no call shows any more. */
  get notice(): string {
    return this.#notice;
  }

  get list(): readonly SimulatedCall[] {
    return [...this.#calls.values()];
  }

  /** Whether the line between telephone and page works; while it does not, facts are lost. */
  get plugged(): boolean {
    return this.#plugged;
  }

  set plugged(plugged: boolean) {
    if (plugged === this.#plugged) return;
    this.#plugged = plugged;
    for (const watcher of this.#connectionWatchers) watcher(this.#connection);
  }

  /** Calls `listener` after every change of what the telephone does. */
  watch(listener: () => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  subscribe(listener: (fact: CallFact) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watchConnection(watcher: (connection: Connection) => void): () => void {
    this.#connectionWatchers.add(watcher);
    watcher(this.#connection);
    return () => this.#connectionWatchers.delete(watcher);
  }

  async calls(): Promise<readonly ListedCall[]> {
    this.#checkLine();
    return this.list.map(({ call, state }) => ({ call, state }));
  }

  async dial(number: string): Promise<CallId> {
    this.#checkLine();
    return this.dialAtPhone(number);
  }

  async answer(id: CallId): Promise<void> {
    this.#checkLine();
    const { call } = this.#get(id);
    this.#holdOthers(id);
    this.#set(id, { state: 'live' });
    this.#tell({ type: 'started', call });
  }

  async decline(id: CallId): Promise<void> {
    this.#checkLine();
    this.end(id, 'declined');
  }

  async hangUp(id: CallId): Promise<void> {
    this.#checkLine();
    this.end(id, 'answered');
  }

  async hold(id: CallId): Promise<void> {
    this.#checkLine();
    this.#hold(id);
  }

  async resume(id: CallId): Promise<void> {
    this.#checkLine();
    this.#holdOthers(id);
    this.#set(id, { state: 'live' });
    this.#tell({ type: 'resumed', callId: id });
  }

  async mute(id: CallId): Promise<void> {
    this.#mute(id, { muted: true });
  }

  async unmute(id: CallId): Promise<void> {
    this.#mute(id, { muted: false });
  }

  async sendDigits(id: CallId, digits: string): Promise<void> {
    this.#checkLine();
    this.#set(id, { digits: this.#get(id).digits + digits });
  }

  async transfer(id: CallId, number: string): Promise<void> {
    this.#checkLine();
    this.#notice = `Transferred to ${number}.`;
    this.end(id, 'answered');
  }

  /** Somebody calls. */
  ring(party: Call['party']): void {
    const call = newCall('inbound', party);
    this.#add(call, 'ringing');
    this.#tell({ type: 'ringing', call });
  }

  /** The agent dials at the telephone itself. */
  dialAtPhone(number: string): CallId {
    const name = this.#nameOf(number);
    const call = newCall('outbound', { ...(name && { name }), number });
    this.#add(call, 'live');
    this.#holdOthers(call.id);
    this.#tell({ type: 'started', call });
    return call.id;
  }

  /** The call is over, and the telephone says so. */
  end(id: CallId, outcome: Outcome): void {
    this.#remove(id);
    this.#tell({ type: 'ended', callId: id, outcome });
  }

  /** The call is over, and nobody is told: as with a telephone system that loses a message. */
  loseHangUp(id: CallId): void {
    this.#notice = 'The call is over, but the widget was not told.';
    this.#remove(id);
  }

  get #connection(): Connection {
    if (this.#plugged) return { state: 'online' };
    return { state: 'offline', reason: lineIsDown() };
  }

  #checkLine(): void {
    if (!this.#plugged) throw lineIsDown();
  }

  #get(id: CallId): SimulatedCall {
    const entry = this.#calls.get(id);
    if (!entry) throw new PhoneError('unavailable', `The phone has no call ${id}. It is over.`);
    return entry;
  }

  #holdOthers(id: CallId): void {
    for (const { call, state } of this.list) if (state === 'live' && call.id !== id) this.#hold(call.id);
  }

  #hold(id: CallId): void {
    this.#set(id, { state: 'held' });
    this.#tell({ type: 'held', callId: id });
  }

  #mute(id: CallId, change: { readonly muted: boolean }): void {
    this.#checkLine();
    this.#set(id, change);
    this.#tell({ type: change.muted ? 'muted' : 'unmuted', callId: id });
  }

  #add(call: Call, state: ListedCall['state']): void {
    this.#notice = '';
    this.#calls.set(call.id, { call, state, muted: false, digits: '' });
    this.#changed();
  }

  #set(id: CallId, change: Partial<SimulatedCall>): void {
    this.#calls.set(id, { ...this.#get(id), ...change });
    this.#changed();
  }

  #remove(id: CallId): void {
    this.#get(id);
    this.#calls.delete(id);
    this.#changed();
  }

  #changed(): void {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(this.list));
    for (const listener of this.#changes) listener();
  }

  #tell(fact: CallFact): void {
    if (!this.#plugged) return;
    for (const listener of this.#listeners) listener(fact);
  }
}

function stored(): readonly SimulatedCall[] {
  return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]') as readonly SimulatedCall[];
}

function newCall(direction: Call['direction'], party: Call['party']): Call {
  return { id: `call-${crypto.randomUUID().slice(0, 13)}`, direction, party };
}

function lineIsDown(): PhoneError {
  return new PhoneError('unavailable', 'The phone line is down. Connect it again.');
}
