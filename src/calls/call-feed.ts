import type { Call, CallId, Outcome } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import { CONTROLS } from '../model/schema/unions.js';
import { callSafely, Listeners } from '../platform/listeners.js';
import { wallClock } from '../platform/time.js';
import {
  frozenFact,
  readCallFact,
  type CallFact,
  type CallSource,
  type Control,
  type ControlMethods,
} from './call-source.js';

/** A call source that the host page feeds with what happens to its calls. Each method throws `damaged-data` on bad input. */
export interface CallFeed extends CallSource {
  ringing(call: Call): void;
  started(call: Call): void;
  held(id: CallId): void;
  resumed(id: CallId): void;
  muted(id: CallId): void;
  unmuted(id: CallId): void;
  ended(id: CallId, outcome?: Outcome): void;
}

/** What the host page does when the agent uses a control. The control settles as the returned promise does. */
export type FeedControls = Partial<Record<Control, (...args: never[]) => unknown>>;

/** How a call feed is created. */
export interface CallFeedOptions {
  /** The controls that the host page offers. */
  readonly controls?: FeedControls;
  /** Whether calls end with this page (the default) or go on elsewhere. */
  readonly carries?: 'page' | 'elsewhere';
}

/** At most this many facts wait for the first listener; after that, the oldest are dropped. */
const WAITING_LIMIT = 1000;

/**
 * Creates the call source of a host page that already has a phone. The page calls its methods, and reports the calls that go on
 * after each load. Facts that are reported before anything listens go to the first listener.
 */
export function createCallFeed({ controls: offered = {}, carries = 'page' }: CallFeedOptions = {}): CallFeed {
  if (carries !== 'page' && carries !== 'elsewhere') throw refuse('`carries`', carries);
  const listeners = new Listeners<CallFact>('call feed');
  let waiting: CallFact[] = [];
  let isClosed = false;

  const tell = (given: CallFact): void => {
    const fact = readCallFact(given, (flaw, value) => {
      throw refuse(flaw, value);
    });
    if (isClosed || !fact) return;
    if (listeners.size === 0) {
      waiting = [...waiting, frozenFact({ ...fact, at: wallClock() })].slice(-WAITING_LIMIT);
      return;
    }
    listeners.tell(frozenFact(fact));
  };

  return {
    name: 'call feed',
    carries,
    ...readControls(offered),
    subscribe(listener) {
      if (isClosed) return () => {};
      const unsubscribe = listeners.add(listener);
      const missed = waiting;
      waiting = [];
      for (const fact of missed) callSafely('call feed', () => listener(fact));
      return unsubscribe;
    },
    async close() {
      isClosed = true;
      waiting = [];
    },
    ringing: (call) => tell({ type: 'ringing', call }),
    started: (call) => tell({ type: 'started', call }),
    held: (callId) => tell({ type: 'held', callId }),
    resumed: (callId) => tell({ type: 'resumed', callId }),
    muted: (callId) => tell({ type: 'muted', callId }),
    unmuted: (callId) => tell({ type: 'unmuted', callId }),
    ended: (callId, outcome) => tell({ type: 'ended', callId, ...(outcome === undefined ? {} : { outcome }) }),
  };
}

function readControls(offered: FeedControls): ControlMethods & Pick<CallSource, 'capabilities'> {
  const capabilities = new Set<Control>();
  const methods: Partial<Record<Control, unknown>> = {};
  for (const [name, run] of Object.entries(offered) as [Control, ((...args: never[]) => unknown) | undefined][]) {
    if (run === undefined) continue;
    if (!CONTROLS.includes(name)) throw refuse('name of a control', name);
    if (typeof run !== 'function') throw refuse(`control ${name}`, run);
    capabilities.add(name);
    methods[name] = async (...args: never[]) => run(...args);
  }
  return { capabilities, ...(methods as ControlMethods) };
}

function refuse(what: string, value: unknown): PhoneError {
  return new PhoneError('damaged-data', `call feed: the ${what} cannot be ${quote(value)}. Correct it and try again.`);
}
