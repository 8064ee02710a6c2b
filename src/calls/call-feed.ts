import type { Call, CallId, Outcome } from '../model/agent.js';
import { PhoneError, quote } from '../model/errors.js';
import { wallClock } from '../platform/time.js';
import { controls, frozenFact, readCallFact, type CallFact, type CallSource, type Control } from './call-source.js';

/** A source that the host page feeds: it says what happens to its calls. Each method throws `damaged-data` on bad input. */
export interface CallFeed extends CallSource {
  ringing(call: Call): void;
  started(call: Call): void;
  held(id: CallId): void;
  resumed(id: CallId): void;
  muted(id: CallId): void;
  unmuted(id: CallId): void;
  ended(id: CallId, outcome?: Outcome): void;
}

/** What a host page does when the agent uses a control; its promise, or what it throws, is the control's answer. */
export type FeedControls = Partial<Record<Control, (...args: never[]) => unknown>>;

/** How a feed is made. */
export interface CallFeedOptions {
  /** The controls that the host page offers, and how it carries them out. */
  readonly controls?: FeedControls;
  /** Whether the calls end with this page, as they do if left out, or go on elsewhere. */
  readonly carries?: 'page' | 'elsewhere';
}

/** Facts that wait for the first listener are at most this many; then the oldest are forgotten. */
const WAITING_LIMIT = 1000;

/**
 * The call source for a host page that already has a phone: the page calls plain methods, and reports after each load the
 * calls that go on. What it tells before anybody listens waits for the first who does.
 */
export function createCallFeed({ controls: offered = {}, carries = 'page' }: CallFeedOptions = {}): CallFeed {
  if (carries !== 'page' && carries !== 'elsewhere') throw refuse('`carries`', carries);
  const listeners = new Set<(fact: CallFact) => void>();
  let waiting: CallFact[] = [];
  let isClosed = false;

  const tell = (told: CallFact): void => {
    const fact = readCallFact(told, (flaw, value) => {
      throw refuse(flaw, value);
    });
    if (isClosed || !fact) return;
    if (listeners.size === 0) {
      waiting = [...waiting, frozenFact({ ...fact, at: wallClock() })].slice(-WAITING_LIMIT);
      return;
    }
    frozenFact(fact);
    for (const listener of [...listeners]) safely(() => listener(fact));
  };

  return {
    name: 'call feed',
    carries,
    ...readControls(offered),
    subscribe(listener) {
      if (isClosed) return () => {};
      // One subscription each, even where a listener subscribes twice.
      const hear = (fact: CallFact): void => listener(fact);
      listeners.add(hear);
      const missed = waiting;
      waiting = [];
      for (const fact of missed) safely(() => hear(fact));
      return () => void listeners.delete(hear);
    },
    async close() {
      isClosed = true;
      waiting = [];
      listeners.clear();
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

function readControls(offered: FeedControls): Pick<CallSource, Control | 'capabilities'> {
  const capabilities = new Set<Control>();
  const methods: Partial<Record<Control, unknown>> = {};
  for (const [name, run] of Object.entries(offered) as [Control, ((...args: never[]) => unknown) | undefined][]) {
    if (run === undefined) continue;
    if (!controls.includes(name)) throw refuse('name of a control', name);
    if (typeof run !== 'function') throw refuse(`control ${name}`, run);
    capabilities.add(name);
    methods[name] = async (...args: never[]) => run(...args);
  }
  return { capabilities, ...(methods as Pick<CallSource, Control>) };
}

function refuse(what: string, value: unknown): PhoneError {
  return new PhoneError('damaged-data', `call feed: the ${what} cannot be ${quote(value)}. Correct it and try again.`);
}

function safely(run: () => void): void {
  try {
    run();
  } catch (error) {
    // eslint-disable-next-line no-console -- thrown on, it would keep the fact from the other listeners
    console.error('[phone-widget] call feed: a listener threw.', error);
  }
}
