import type { Call, CallId, Instant, Outcome } from '../model/agent.js';
import type { Connection } from '../stores/status-store.js';

/** What telephony reports about a call. `at` is left out where the fact is told as it happens. */
export type CallFact =
  | { readonly type: 'ringing' | 'started'; readonly call: Call; readonly at?: Instant }
  | { readonly type: 'held' | 'resumed' | 'muted' | 'unmuted'; readonly callId: CallId; readonly at?: Instant }
  | { readonly type: 'ended'; readonly callId: CallId; readonly outcome?: Outcome; readonly at?: Instant };

/** What an agent can do to a call, where the source can. */
export type Control =
  | 'dial'
  | 'answer'
  | 'decline'
  | 'hangUp'
  | 'hold'
  | 'resume'
  | 'mute'
  | 'unmute'
  | 'sendDigits'
  | 'transfer';

/** A call as its source lists it. */
export interface ListedCall {
  readonly call: Call;
  readonly state: 'ringing' | 'live' | 'held';
}

/**
 * The plug for telephony. It reports facts, and offers those controls that its `capabilities` name; a fact, not the
 * answer of a control, says what became of a call. A control rejects with the reason for which it failed.
 */
export interface CallSource {
  readonly name: string;
  /** `page`: the calls end with this page; `elsewhere`: it only speaks of them. */
  readonly carries: 'page' | 'elsewhere';
  readonly capabilities: ReadonlySet<Control>;
  subscribe(listener: (fact: CallFact) => void): () => void;
  watchConnection?(watcher: (connection: Connection) => void): () => void;
  /** All calls that go on now; asked after a load and after every reconnect. */
  calls?(): Promise<readonly ListedCall[]>;
  close?(): Promise<void>;
  /** Starts an outbound call; resolves with its id. */
  dial?(number: string): Promise<CallId>;
  answer?(id: CallId): Promise<void>;
  decline?(id: CallId): Promise<void>;
  hangUp?(id: CallId): Promise<void>;
  hold?(id: CallId): Promise<void>;
  resume?(id: CallId): Promise<void>;
  mute?(id: CallId): Promise<void>;
  unmute?(id: CallId): Promise<void>;
  /** Sends tones, of `0-9*#`. */
  sendDigits?(id: CallId, digits: string): Promise<void>;
  transfer?(id: CallId, number: string): Promise<void>;
}
