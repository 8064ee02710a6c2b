import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { updateSettings } from '../../src/model/account.js';
import type { AgentEvent, AgentRecord, Instant } from '../../src/model/agent.js';
import { advanceTo } from '../../src/model/elapse.js';
import { isPhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView, type AgentView } from '../../src/model/view.js';
import { ana, START } from '../support/model.js';
import {
  account,
  accountAfter,
  change,
  day,
  eventAt,
  happening,
  live,
  type Moment,
  type Step,
} from './arbitrary-day.js';
import { Oracle, toldOf, type Seen } from './oracle.js';

// Many days take a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
// The same days in every run; other ones, and more of them, on demand.
fc.configureGlobal({ seed: Number(process.env['MODEL_SEED'] ?? 20_270_301) });
const RUNS = Number(process.env['MODEL_RUNS'] ?? 400);
const HOUR = 3_600_000;
const later = fc.constantFrom(0, 1, 10_000, 40_000, 119_999, 150_000, HOUR, 9 * HOUR, 30 * HOUR);

/** Holds the claim at every moment of arbitrary days. */
const always = (claim: (moment: Moment, later: number) => void, runs = RUNS): void => {
  fc.assert(
    fc.property(day, later, (steps, wait) => {
      for (const moment of live(steps)) claim(moment, wait);
    }),
    { numRuns: runs },
  );
};

/** The step, told at once. */
const inTime = (step: Step): Step => {
  const { back: _back, ...rest } = step as Extract<Step, { event: AgentEvent }>;
  return rest;
};

const seenOf = (view: AgentView): Seen => ({
  status: view.status.id,
  since: view.since,
  cause: view.cause,
  by: view.by?.id,
  next: view.next && `${view.next.status.id} ${view.next.forwardTo ?? ''} ${view.next.by.id} ${view.next.at}`,
  present: view.present,
  takesCalls: view.takesCalls,
  route: view.route && (view.route.to === 'phone' ? view.route.number : view.route.to),
  conversations: view.conversations.map(toldOf),
});

/** What a deadline announces. */
const announced = ({ status, next, route, conversations, since }: AgentView): unknown => ({
  status: status.id,
  next,
  route,
  conversations: conversations.map(({ id, state }) => [id, state]),
  since,
});

const goesOn = (view: AgentView): boolean =>
  view.conversations.some(({ state }) => state === 'live' || state === 'held');
const isEnded = ({ state }: { state: string }): boolean => state === 'ended';

describe('whatever happens', () => {
  it('everyone sees what the contract says, now and at any later time', () => {
    fc.assert(
      fc.property(day, later, (steps, wait) => {
        const oracle = new Oracle(account);
        let rules = account;
        const moments = live(steps);
        for (const step of steps) {
          const { record, now, event, refusal } = moments.next().value as Moment;
          rules = accountAfter(rules, step);
          oracle.account = rules;
          if (event) expect(refusal).toBe(oracle.apply(event, now));
          expect(seenOf(agentView(rules, record, now))).toEqual(oracle.seen(now));
          expect(seenOf(agentView(rules, record, now + wait))).toEqual(oracle.seen(now + wait));
        }
      }),
      { numRuns: RUNS * 3 },
    );
  });

  it('Busy by cause is shown exactly while a call is live', () => {
    always(({ account: rules, record, now }, wait) => {
      const view = agentView(rules, record, now + wait);
      expect(view.cause === 'call' && view.status.id === 'busy').toBe(goesOn(view));
    });
  });

  it('After Call Work by cause is shown exactly while somebody is present, no call live and one open within its limit', () => {
    always(({ account: rules, record, now }, wait) => {
      const view = agentView(rules, record, now + wait);
      const open = view.conversations.filter(isEnded);
      expect(view.cause === 'call' && view.status.id === 'after-call-work').toBe(
        view.present && !goesOn(view) && open.length > 0,
      );
      for (const { closesAt } of open) expect(closesAt ?? Infinity).toBeGreaterThan(now + wait);
    });
  });

  it('nobody present and no call live is Offline, but for Forward to Phone', () => {
    always(({ account: rules, record, now }, wait) => {
      const view = agentView(rules, record, now + wait);
      if (view.present || goesOn(view)) return;
      expect(['offline', 'forward-to-phone']).toContain(view.status.id);
      expect(view.route === null || view.route.to === 'phone').toBe(true);
    });
  });

  it('a route is there exactly where the status takes calls and nothing rings', () => {
    always(({ account: rules, record, now }) => {
      const view = agentView(rules, record, now);
      const rings = view.conversations.some(({ state }) => state === 'ringing');
      expect(view.takesCalls).toBe(view.status.takesCalls);
      expect(view.route !== null).toBe(view.takesCalls && !rings);
    });
  });

  it('`since` is never ahead, and never goes back where all is told in time', () => {
    fc.assert(
      fc.property(day, later, fc.boolean(), (steps, wait, isInTime) => {
        let since = 0;
        for (const { account: rules, record, now } of live(isInTime ? steps.map(inTime) : steps)) {
          const view = agentView(rules, record, now);
          if (isInTime) expect(view.since).toBeGreaterThanOrEqual(since);
          expect(view.since).toBeLessThanOrEqual(now);
          expect(agentView(rules, record, now + wait).since).toBeLessThanOrEqual(now + wait);
          since = view.since;
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('the record says which status is shown, since when', () => {
    always(({ account: rules, before, record, now }) => {
      if (record === before) return;
      const view = agentView(rules, record, now);
      expect(record.shown).toEqual({ statusId: view.status.id, since: view.since });
    });
  });

  it('a refusal leaves no trace, and only a wish is refused', () => {
    always(({ event, refusal }) => {
      if (refusal) expect(['choose', 'withdraw', 'close', 'sign-out', 'extend']).toContain(event?.type);
    });
  });
});

describe('the same event', () => {
  it('again at the same instant changes nothing at all', () => {
    always(({ account: rules, record, now, event, refusal }) => {
      if (!event || refusal) return;
      expect(recordEvent(rules, record, event, now)).toBe(record);
    });
  });

  it('again later, where it is a reported end, a death or a closing, changes nothing that anyone sees', () => {
    always(({ account: rules, record, now, event, refusal }, wait) => {
      if (!event || refusal || !['call-ended', 'page-died', 'close'].includes(event.type)) return;
      const until = now + Math.min(wait, HOUR - 1);
      if (event.type === 'call-ended' && event.at !== undefined) return;
      const again = recordEvent(rules, record, event, until);
      expect(seenOf(agentView(rules, again, until))).toEqual(seenOf(agentView(rules, record, until)));
    });
  });
});

describe('a record', () => {
  it('that went through JSON gives an equal view, and takes events alike', () => {
    fc.assert(
      fc.property(day, happening, later, (steps, step, wait) => {
        for (const { account: rules, record, now } of live(steps)) {
          const copy = JSON.parse(JSON.stringify(record)) as AgentRecord;
          expect(agentView(rules, copy, now + wait)).toEqual(agentView(rules, record, now + wait));
          const event = eventAt(step as Extract<Step, { event: AgentEvent }>, now + wait);
          const attempt = (from: AgentRecord): unknown => {
            try {
              return JSON.parse(JSON.stringify(recordEvent(rules, from, event, now + wait)));
            } catch (error) {
              return isPhoneError(error) ? error.code : error;
            }
          };
          expect(attempt(copy)).toEqual(attempt(record));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('is never changed by an event or a look', () => {
    always(({ account: rules, before, event, now }, wait) => {
      const json = JSON.stringify(before);
      agentView(rules, before, now + wait);
      try {
        if (event) recordEvent(rules, before, event, now);
      } catch (error) {
        expect(isPhoneError(error)).toBe(true);
      }
      expect(JSON.stringify(before)).toBe(json);
    });
  });
});

describe('the deadline', () => {
  it('is when the view changes by itself, and not before', () => {
    always(({ account: rules, record, now }, wait) => {
      const view = agentView(rules, record, now);
      const { deadline } = view;
      if (deadline === undefined) {
        expect(announced(agentView(rules, record, now + wait))).toEqual(announced(view));
        expect(announced(agentView(rules, record, now + 1000 * HOUR))).toEqual(announced(view));
        return;
      }
      expect(deadline).toBeGreaterThan(now);
      expect(announced(agentView(rules, record, deadline - 1))).toEqual(announced(view));
      expect(announced(agentView(rules, record, (now + deadline) / 2))).toEqual(announced(view));
      const { since: _then, ...then } = announced(agentView(rules, record, deadline)) as Record<string, unknown>;
      const { since: _now, ...before } = announced(view) as Record<string, unknown>;
      expect(then).not.toEqual(before);
    });
  });
});

describe('time', () => {
  const between = fc.tuple(
    fc.integer({ min: 0, max: 400_000 }),
    fc.constantFrom(0, 30_000, 150_000, 9 * HOUR, 14 * HOUR),
  );

  it('does in two steps what it does in one', () => {
    fc.assert(
      fc.property(day, between, (steps, [first, second]) => {
        for (const { account: rules, record, now } of live(steps)) {
          const once = advanceTo(rules, record, now + first + second);
          expect(advanceTo(rules, advanceTo(rules, record, now + first), now + first + second)).toEqual(once);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('that was looked at, or written down on the way, leads to the same as time that was not', () => {
    fc.assert(
      fc.property(day, happening, between, (steps, step, [first, second]) => {
        for (const { account: rules, record, now } of live(steps)) {
          const at = now + first + second;
          const event = eventAt(inTime(step) as Extract<Step, { event: AgentEvent }>, at);
          const outcomeOf = (from: AgentRecord): unknown => {
            try {
              return seenOf(agentView(rules, recordEvent(rules, from, event, at), at));
            } catch (error) {
              return isPhoneError(error) ? error.code : error;
            }
          };
          const direct = outcomeOf(record);
          agentView(rules, record, now + first);
          expect(outcomeOf(record)).toEqual(direct);
          expect(outcomeOf({ ...advanceTo(rules, record, now + first), at: now + first })).toEqual(direct);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('up to five minutes before the record’s last instant counts as that instant', () => {
    always(({ account: rules, before: known, record, now }, wait) => {
      if (record === known) return;
      const before = now - Math.min(wait, 300_000);
      expect(agentView(rules, record, before)).toEqual(agentView(rules, record, now));
    });
  });
});

describe('a change of the account', () => {
  it('rewrites no past: without another event all is seen as before, at any time', () => {
    fc.assert(
      fc.property(day, fc.array(change, { minLength: 1, maxLength: 5 }), later, (steps, changes, wait) => {
        for (const { account: rules, record, now } of live(steps)) {
          const changed = changes.reduce(accountAfter, rules);
          for (const at of [now, now + wait]) {
            const { deadline, ...seen } = { ...agentView(changed, record, at) };
            const { deadline: asBefore, ...before } = { ...agentView(rules, record, at) };
            expect({ ...seen, status: seen.status.id, next: seen.next?.status.id, deadline }).toEqual({
              ...before,
              status: before.status.id,
              next: before.next?.status.id,
              deadline: asBefore,
            });
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a choice during a call', () => {
  const wishes = fc.array(
    fc.oneof(fc.constantFrom('available', 'break', 'lunch', 'meeting', 'offline'), fc.constant('withdraw')),
    { maxLength: 6 },
  );

  /** The agent present, nothing open, in that status. */
  const settled = (steps: readonly Step[], statusId: string): { record: AgentRecord; now: Instant } => {
    const moments = [...live(steps)];
    const last = moments.at(-1);
    let record =
      last?.record ?? recordEvent(account, { agentId: 'ana' } as AgentRecord, { type: 'sign-in', page: 'p' }, START);
    const now = (last?.now ?? START) + 1;
    const happen = (event: AgentEvent): void => void (record = recordEvent(account, record, event, now));
    happen({ type: 'sign-in', page: 'p' });
    for (const callId of ['c1', 'c2', 'c3']) {
      happen({ type: 'call-ended', callId });
      happen({ type: 'close', callId });
    }
    happen({ type: 'choose', statusId, by: ana });
    return { record, now };
  };

  it('waits, is replaced and withdrawn, and comes into force with the closing of the last conversation; else the old one is back', () => {
    fc.assert(
      fc.property(
        day,
        fc.constantFrom('available', 'break', 'custom-1'),
        wishes,
        fc.boolean(),
        (...[steps, had, wished, inCall]) => {
          let { record, now } = settled(steps, had);
          const happen = (event: AgentEvent): AgentView => {
            record = recordEvent(account, record, event, (now += 1000));
            return agentView(account, record, now);
          };
          expect(agentView(account, record, now)).toMatchObject({ status: { id: had } });
          happen({ type: 'call-started', call: { id: 'new', direction: 'inbound', party: {} }, carrier: 'p' });
          if (!inCall) happen({ type: 'call-ended', callId: 'new' });
          let waits: string | undefined;
          for (const wish of wished) {
            waits = wish === 'withdraw' || wish === had ? undefined : wish;
            const view = happen(
              wish === 'withdraw' ? { type: 'withdraw', by: ana } : { type: 'choose', statusId: wish, by: ana },
            );
            expect(view.next?.status.id).toBe(waits);
            expect(view.status.id).toBe(inCall ? 'busy' : 'after-call-work');
          }
          happen({ type: 'call-ended', callId: 'new' });
          expect(happen({ type: 'close', callId: 'new' })).toMatchObject({
            status: { id: waits ?? had },
            conversations: [],
          });
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('the order of facts', () => {
  const callFacts = fc.tuple(
    fc.constantFrom('p', 'q', 'elsewhere'),
    fc.subarray(['call-ringing', 'call-started', 'call-held', 'call-resumed', 'call-ended'] as const),
  );
  const factsOf = (id: string, [carrier, types]: [string, readonly string[]], from: Instant): AgentEvent[] =>
    types.map((type, index) => {
      const at = from + index * 1000;
      const call = { id, direction: 'inbound', party: {} };
      if (type === 'call-ringing' || type === 'call-started') return { type, call, carrier, at } as AgentEvent;
      return (type === 'call-ended' ? { type, callId: id, at } : { type, callId: id, carrier, at }) as AgentEvent;
    });
  // Which calls were missed in a row is a matter of order.
  const uncounted = updateSettings(account, { missedCallLimit: 0 });
  const apply = (events: readonly AgentEvent[], now: Instant): AgentRecord =>
    events.reduce(
      (record, event) => recordEvent(uncounted, record, event, now),
      recordEvent(uncounted, { agentId: 'ana' } as AgentRecord, { type: 'sign-in', page: 'p' }, START),
    );

  it('of one call, in any order and any number of times: a reported end is the end, and nothing throws', () => {
    fc.assert(
      fc.property(callFacts, fc.infiniteStream(fc.nat()), (chosen, random) => {
        const facts = factsOf('c1', [chosen[0], [...chosen[1], 'call-ended']], START);
        const shuffled = [...facts, ...facts]
          .map((fact) => [random.next().value as number, fact] as const)
          .sort(([one], [other]) => one - other)
          .map(([, fact]) => fact);
        const view = agentView(uncounted, apply(shuffled, START + 30_000), START + 30_000);
        expect(view.conversations.every(isEnded)).toBe(true);
        expect(view.status.id).not.toBe('busy');
      }),
      { numRuns: RUNS },
    );
  });

  it('of several calls among each other does not matter', () => {
    fc.assert(
      fc.property(callFacts, callFacts, callFacts, fc.array(fc.nat({ max: 2 }), { maxLength: 20 }), (...given) => {
        const [one, two, three, order] = given;
        const queues = [one, two, three].map((facts, index) => factsOf(`c${index}`, facts, START + index * 700));
        const inOrder = queues.flat();
        const mixed: AgentEvent[] = [];
        const left = queues.map((queue) => [...queue]);
        for (const index of [...order, 0, 1, 2]) mixed.push(...left[index]!.splice(0, 1));
        mixed.push(...left.flat());
        const now = START + 20_000;
        const compare = (record: AgentRecord): unknown => ({ ...seenOf(agentView(uncounted, record, now)), since: 0 });
        expect(compare(apply(mixed, now))).toEqual(compare(apply(inOrder, now)));
      }),
      { numRuns: RUNS },
    );
  });
});
