import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Account } from '../../src/model/account.js';
import type { AgentEvent, AgentRecord, Instant } from '../../src/model/agent.js';
import { newAgentRecord } from '../../src/model/agent.js';
import { isPhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView } from '../../src/model/view.js';
import {
  ana,
  choose,
  close,
  Day,
  declaredOver,
  died,
  ended,
  held,
  HOUR,
  leave,
  missing,
  renew,
  resumed,
  ringing,
  signIn,
  START,
  started,
  sue,
  withdraw,
} from '../support/model.js';
import { account, accountAfter, day, eventAt, happening, live, type Step } from './arbitrary-day.js';

// Many days take a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
const SEED = Number(process.env['MODEL_SEED'] ?? 20_270_301);
const RUNS = Number(process.env['MODEL_RUNS'] ?? 400) * 5;
const SECOND = 1000;

const callId = fc.constantFrom('c1', 'c1', 'c2', 'c3', 'd1');
const carrier = fc.constantFrom('p', 'p', 'p', 'elsewhere');
const call = fc.record({
  id: callId,
  direction: fc.constantFrom('inbound' as const, 'inbound' as const, 'outbound' as const),
  party: fc.constant({}),
});
const outcome = fc.constantFrom(
  ...(['answered', 'missed', 'declined', 'cancelled', 'failed', 'answered-elsewhere'] as const),
);
/** What one page has to tell of its calls. */
const fact: fc.Arbitrary<AgentEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('call-ringing' as const), call, carrier }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('call-started' as const), call, carrier }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('call-held' as const, 'call-resumed' as const), callId, carrier }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant('call-ended' as const), callId, outcome },
      { requiredKeys: ['type', 'callId'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { type: fc.constant('call-presumed-ended' as const), callId, by: fc.constant(ana) },
      { requiredKeys: ['type', 'callId'] },
    ),
  },
);
/** What pages do meanwhile, told in time. */
const coming: fc.Arbitrary<AgentEvent> = fc.record({
  type: fc.constantFrom('renew' as const, 'renew' as const, 'renew' as const, 'leave' as const),
  page: fc.constantFrom('p', 'q', 'q'),
});
const wish: fc.Arbitrary<AgentEvent> = fc.oneof(
  fc.record({
    type: fc.constant('choose' as const),
    statusId: fc.constantFrom('available', 'break', 'lunch', 'custom-1'),
    by: fc.constant(ana),
  }),
  fc.record({ type: fc.constant('withdraw' as const), by: fc.constant(ana) }),
);
// What happens at one and the same instant has no order.
const short = fc.integer({ min: 1, max: 30 * SECOND });
const gap = fc.oneof(
  { weight: 12, arbitrary: short },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 200 * SECOND }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 10_000, 40_000, 60_000, 120_000, 150_000) },
  { weight: 1, arbitrary: fc.constantFrom(HOUR * SECOND, 9 * HOUR * SECOND, 13 * HOUR * SECOND) },
);

interface Told {
  readonly event: AgentEvent;
  readonly at: Instant;
}

/** One after the other, each that long after the one before. */
const timeline = (steps: readonly (readonly [number, AgentEvent])[], from: Instant): readonly Told[] => {
  let at = from;
  const gone = new Set<string>();
  return steps.flatMap(([wait, event]) => {
    at += wait;
    // A page leaves once; it is another one that comes later.
    if (event.type === 'leave' && gone.has(event.page)) return [];
    if (event.type === 'leave') gone.add(event.page);
    return [{ event, at }];
  });
};

const apply = (rules: Account, record: AgentRecord, { event, at }: Told): AgentRecord => {
  try {
    return recordEvent(rules, record, event, at);
  } catch (error) {
    if (!isPhoneError(error)) throw error;
    return record;
  }
};

const isTold = ({ type }: AgentEvent): boolean => /^(call-|choose|withdraw)/.test(type);

/** The day up to an outage: the account, the record and the instant. */
const dawn = (steps: readonly Step[]): { rules: Account; record: AgentRecord; from: Instant } => {
  const moments = [...live(steps)];
  const last = moments.at(-1);
  return {
    rules: steps.reduce(accountAfter, account),
    record: last?.record ?? recordEvent(account, newAgentRecord('ana', 'Ana'), signIn('p'), START),
    from: last?.now ?? START,
  };
};

/** Facts told as they happen, and the same ones saved when the store is back, one after the other. */
function bothWays(
  { rules, record, from }: ReturnType<typeof dawn>,
  steps: readonly (readonly [number, AgentEvent])[],
  { wait, json }: { wait: number; json: boolean },
): { inTime: AgentRecord; late: AgentRecord; now: Instant } {
  const told = timeline(steps, from);
  const now = (told.at(-1)?.at ?? from) + wait;
  let inTime = record;
  for (const { event, at } of told)
    inTime = apply(rules, inTime, { event: isTold(event) ? ({ ...event, at } as AgentEvent) : event, at });
  inTime = apply(rules, inTime, { event: renew('p'), at: now });
  let late = record;
  const save = (event: AgentEvent, at: Instant): void => {
    late = apply(rules, late, { event, at });
    if (json) late = JSON.parse(JSON.stringify(late)) as AgentRecord;
  };
  for (const { event, at } of told) if (!isTold(event)) save(event, at);
  save(renew('p'), now);
  for (const { event, at } of told) if (isTold(event)) save({ ...event, at } as AgentEvent, now);
  return { inTime, late, now };
}

const holds = (steps: fc.Arbitrary<(readonly [number, AgentEvent])[]>, longest: number, prefix = day): void => {
  fc.assert(
    fc.property(
      prefix,
      steps,
      fc.record({ wait: gap, json: fc.boolean() }),
      fc.array(happening, { maxLength: 4 }),
      (...given) => {
        const [past, during, how, after] = given;
        fc.pre(during.reduce((sum, [wait]) => sum + wait, how.wait) <= longest);
        const start = dawn(past);
        const { rules } = start;
        let { inTime, late, now } = bothWays(start, during, how);
        for (const later of [0, 1, 10_000, 40_000, 119_999, 150_000, HOUR * SECOND, 30 * HOUR * SECOND]) {
          expect(agentView(rules, late, now + later)).toEqual(agentView(rules, inTime, now + later));
        }
        for (const step of after) {
          now += step.wait;
          const event = eventAt({ ...step, back: 0 } as Extract<Step, { event: AgentEvent }>, now);
          inTime = apply(rules, inTime, { event, at: now });
          late = apply(rules, late, { event, at: now });
          expect(agentView(rules, late, now)).toEqual(agentView(rules, inTime, now));
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
};

describe('facts of one page that had to wait, saved one after the other', () => {
  it('lead to what they would have led to in time', () => {
    holds(fc.array(fc.tuple(gap, fact), { minLength: 1, maxLength: 10 }), Infinity);
  });

  it('lead to it whatever pages came and went meanwhile', () => {
    const steps = fc.oneof({ weight: 3, arbitrary: fact }, { weight: 2, arbitrary: coming });
    // A page that left without ever having come means nothing.
    const come: readonly Step[] = ['p', 'q'].map((page) => ({ wait: 0, event: signIn(page) }));
    const morning = day.map((steps) => [...steps, ...come]);
    holds(fc.array(fc.tuple(gap, steps), { minLength: 1, maxLength: 14 }), Infinity, morning);
  });

  it('lead to it with the choices of that page among them', () => {
    const steps = fc.oneof({ weight: 4, arbitrary: fact }, { weight: 1, arbitrary: wish });
    const morning = fc.constant<readonly Step[]>([{ wait: 0, event: signIn('p') }]);
    holds(fc.array(fc.tuple(short, steps), { minLength: 1, maxLength: 10 }), 290 * SECOND, morning);
  });
});

describe('after an outage', () => {
  const limited = { acwLimitSeconds: 30 };

  it('a call that was wrongly said to be over is Busy, though the limit on After Call Work passed meanwhile', () => {
    const day = new Day(limited).at(0, signIn());
    day.at(63, started('c', 'a', { at: 11.7 }), missing('c', 27.2), resumed('c', 'a', 45.7));
    expect(day.sight).toMatchObject({ status: 'busy', since: 45.7, route: null, conversations: ['c:live'] });
  });

  it('Busy is since the start of the call that goes on', () => {
    const day = new Day(limited).at(0, signIn());
    day.at(48.8, started('c1', 'a', { at: 7.6 }), ended('c1', 'answered', 11.5), started('c2', 'a', { at: 20.7 }));
    expect(day.sight).toMatchObject({ status: 'busy', since: 20.7, conversations: ['c1:ended', 'c2:live'].slice(1) });
  });

  it('a missed call that rang meanwhile counts', () => {
    const day = new Day({ missedCallLimit: 1 }).at(0, signIn());
    day.at(140, renew(), ringing('c', 'a', { at: 10 }), ended('c', 'missed', 30));
    expect(day.sight).toMatchObject({ status: 'break', cause: 'missed-calls', since: 30 });
  });

  it('a missed call of before a choice that is saved already counts no more', () => {
    const day = new Day({ missedCallLimit: 2 }).at(0, signIn());
    day.at(30, choose('lunch')).at(35, choose('available'));
    day.at(40, ringing('c', 'a', { at: 1 }), ended('c', 'missed', 20));
    expect(day.record.missedCalls).toBe(0);
    day.at(60, ringing('d')).at(70, ended('d', 'missed'));
    expect(day.sight).toMatchObject({ status: 'available' });
  });

  it('a missed call of before a withdrawal that is saved already sets no status', () => {
    const day = new Day({ missedCallLimit: 1 }).at(0, signIn(), started('a1', 'elsewhere'));
    day.at(10, choose('lunch')).at(30, withdraw());
    day.at(40, ringing('c', 'a', { at: 12 }), ended('c', 'missed', 20));
    expect(day.sight).toMatchObject({ status: 'busy', next: undefined });
  });

  it('a page that was found dead after its lease had run out has been gone since then', () => {
    const told = [died(), ended('c', 'answered', 28)] as const;
    const [late, inTime] = [told, [...told].reverse()].map(([first, second]) => {
      const day = new Day({ absenceLimitMinutes: 1 }).at(0, signIn());
      return first === told[0] ? day.at(205, first).at(215, second) : day.at(28, first).at(205, second);
    });
    expect(inTime?.record.absentSince).toBe(START + 150_000);
    expect(late?.record.absentSince).toBe(START + 150_000);
    expect(late?.at(240, signIn()).record.choice?.at).toBe(inTime?.at(240, signIn()).record.choice?.at);
  });

  it('the lease that a late fact renews ends by itself, and the call with it', () => {
    const day = new Day().at(0, signIn()).at(500, started('c', 'a', { at: 100 }));
    expect(day.sight).toMatchObject({ status: 'offline', since: 250, conversations: ['c:ended'] });
  });
});

describe('where another event was saved meanwhile', () => {
  const limited = { acwLimitSeconds: 30 };

  it('it stands, and a call that goes on is Busy with its own start', () => {
    const day = new Day(limited)
      .at(0, signIn(), started('c'))
      .at(20, missing())
      .at(61, choose('lunch', { by: sue }));
    expect(day.status).toBe('lunch');
    day.at(63, resumed('c', 'a', 45.7));
    expect(day.view.conversations).toMatchObject([{ id: 'c', state: 'live', startedAt: START }]);
    expect(day.sight).toMatchObject({ status: 'busy', next: undefined });
    day.at(70, ended()).at(71, close());
    expect(day.status).toBe('lunch');
  });

  it('a call that is said to be started again takes back its own conversation', () => {
    const day = new Day(limited)
      .at(0, signIn(), started('c'))
      .at(20, missing())
      .at(61, choose('lunch', { by: sue }));
    day.at(63, started('c', 'a', { at: 45.7 }));
    expect(day.view.conversations).toMatchObject([{ id: 'c', state: 'live', startedAt: START }]);
  });

  it('a conversation whose panel was closed by then stays closed', () => {
    const day = new Day(limited)
      .at(0, signIn(), started('c'))
      .at(20, missing())
      .at(61, choose('lunch', { by: sue }));
    day.at(63, held('c', 'a', 55));
    expect(day.sight).toMatchObject({ status: 'lunch', conversations: [] });
  });

  it('a call whose end was reported stays over', () => {
    const day = new Day(limited).at(0, signIn(), started('c')).at(20, declaredOver()).at(55, ended());
    day.at(61, choose('lunch', { by: sue })).at(63, resumed('c', 'a', 45));
    expect(day.sight).toMatchObject({ status: 'lunch', conversations: [] });
  });
});

describe('a record', () => {
  const limited = { acwLimitSeconds: 30 };
  const lapsed = (): Day => new Day(limited).at(0, signIn(), signIn('b'), started('c')).at(20, missing());

  it('that a version wrote which does not know what it was before is taken as it stands', () => {
    const day = lapsed().at(60, renew());
    day.record = { ...day.record, at: day.record.at + 1 };
    day.at(63, resumed('c', 'a', 45));
    expect(day.sight).toMatchObject({ status: 'busy', conversations: ['c:live'] });
  });

  it('forgets what it was before when somebody chooses', () => {
    const day = lapsed().at(60, renew());
    expect(day.record).toHaveProperty('past');
    expect(day.at(61, choose('lunch')).record).not.toHaveProperty('past');
  });

  it('remembers a page that stays as one, however often it renews its lease', () => {
    const day = lapsed().at(60, leave('b'));
    for (let seconds = 75; seconds < HOUR; seconds += 45) day.at(seconds, renew(), renew('b'));
    expect(JSON.stringify(day.record).length).toBeLessThan(2000);
    day.at(HOUR, resumed('c', 'a', 45));
    expect(day.sight).toMatchObject({ status: 'busy', since: 45 });
  });
});
