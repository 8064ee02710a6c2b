import { expect, it } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord, type Instant } from '../../src/model/agent.js';
import { isPhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView, type AgentView } from '../../src/model/view.js';
import {
  choose,
  close,
  declaredOver,
  died,
  ended,
  forward,
  leave,
  missing,
  signIn,
  START,
  started,
  sue,
  withdraw,
} from '../support/model.js';

const EVENTS = 6;
const STEPS_BACK = 8;
const SECOND = 1000;

const account = updateSettings(defaultAccount, { forwardToPhone: true });
const alphabet: readonly AgentEvent[] = [
  ...['a', 'b'].flatMap((page) => [signIn(page), leave(page), died(page)]),
  ...[started('one', 'a'), ended('one'), declaredOver('one'), close('one')],
  ...[started('two', 'b'), ended('two'), missing('two'), close('two')],
  ...[started('desk', 'elsewhere'), ended('desk'), declaredOver('desk'), close('desk')],
  ...[choose('break'), choose('available'), forward(), choose('meeting', { by: sue }), withdraw()],
];
const waits: readonly number[] = [11 * SECOND, 130 * SECOND, 9 * 3600 * SECOND];

/** An agent's record, and how late it is. */
type State = readonly [record: AgentRecord, now: Instant];

const numbers = new Map<string, number>();
/** A small number for a text, the same for the same text: names of states stay short. */
function numberOf(text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

/**
 * The same name for the same state. Instants are told relative to now; the record's last instant, which only says that now
 * is never before it, and its past, which means something to late facts alone, are left out; fields and pages come in one order.
 */
function nameOf([record, now]: State): string {
  let name = '';
  for (const key of Object.keys(record).sort()) {
    const field = record[key as keyof AgentRecord];
    if (key !== 'at' && key !== 'past' && field !== undefined) name += `${numberOf(key + tell(field, now))} `;
  }
  return name;
}

function tell(value: unknown, now: Instant): string {
  // A number of this size is an instant; every other number of a record is small.
  if (typeof value === 'number') return String(value > START / 2 ? value - now : value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map((one) => numberOf(tell(one, now))).join();
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) text += `${key}:${tell(field, now)},`;
  }
  return text;
}

/** The other states that one event, or time, makes of a state. */
function* after([record, now]: State): Generator<State> {
  for (const wait of waits) yield [record, now + wait];
  for (const event of alphabet) {
    try {
      const next = recordEvent(account, record, event, now);
      if (next !== record) yield [next, now];
    } catch (error) {
      if (!isPhoneError(error, 'call-in-progress')) throw error;
    }
  }
}

/** What the agent does next to be reachable again, knowing nothing but what is shown. */
function wayBack({ present, conversations }: AgentView): AgentEvent {
  if (!present) return signIn('a');
  const live = conversations.find(({ state }) => state === 'live' || state === 'held');
  if (live) return declaredOver(live.id);
  const open = conversations.find(({ state }) => state === 'ended');
  return open ? close(open.id) : choose('available');
}

/** How many of the agent's own actions it takes until calls reach the agent; Infinity where more than eight. */
function stepsBack([record, now]: State, seen: AgentView): number {
  let reached = record;
  let view = seen;
  for (let steps = 0; steps <= STEPS_BACK; steps++) {
    if (view.route) return steps;
    reached = recordEvent(account, reached, wayBack(view), now);
    view = agentView(account, reached, now);
  }
  return Infinity;
}

/** Whether the view keeps the four rows: Busy, Offline, After Call Work, the choice. */
function keepsRows({ status, cause, present, conversations }: AgentView): boolean {
  if (conversations.some(({ state }) => state === 'live')) return status.id === 'busy' && cause === 'call';
  if (!present) return (status.id === 'offline' && cause === 'lease') || status.id === 'forward-to-phone';
  if (conversations.length > 0) return status.id === 'after-call-work' && cause === 'call';
  return cause !== 'call' && cause !== 'lease';
}

it(
  'from every state within six events the agent’s own actions bring back a route within eight steps',
  { timeout: 600_000 },
  () => {
    const known = new Set<string>();
    const stuck: string[] = [];
    const wrong: string[] = [];
    const counts: number[] = [];
    let longest = 0;
    let frontier: State[] = [];
    const meet = (state: State, next: State[] | undefined): void => {
      const name = nameOf(state);
      if (known.has(name)) return;
      known.add(name);
      next?.push(state);
      const view = agentView(account, ...state);
      const steps = stepsBack(state, view);
      longest = Math.max(longest, steps);
      if (steps === Infinity) stuck.push(name);
      if (!keepsRows(view)) wrong.push(name);
    };
    meet([newAgentRecord('ana'), START], frontier);
    for (let events = 1; events <= EVENTS; events++) {
      const next: State[] = [];
      for (const state of frontier)
        for (const reached of after(state)) meet(reached, events < EVENTS ? next : undefined);
      frontier = next;
      counts.push(known.size);
    }
    console.log(
      `${known.size} distinct states within ${EVENTS} events (${counts.join(', ')}); longest way back: ${longest} steps`,
    );
    expect(wrong).toEqual([]);
    expect(stuck).toEqual([]);
    expect(longest).toBeLessThanOrEqual(STEPS_BACK);
    // A walk that reaches few states proves little.
    expect(known.size).toBeGreaterThan(100_000);
  },
);
