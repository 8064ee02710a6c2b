import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { defaultAccount, type Account } from '../../src/model/account.js';
import { newAgentRecord, type AgentEvent, type AgentRecord, type Instant } from '../../src/model/agent.js';
import { readAccount, readAgentRecord } from '../../src/model/codec.js';
import { isPhoneError } from '../../src/model/errors.js';
import { recordEvent } from '../../src/model/record-event.js';
import { agentView, callRoute } from '../../src/model/view.js';
import { ana, Day, declaredOver, ended, forward, instant, ringing, signIn, started, sue } from '../support/model.js';
import { account, day, live } from './arbitrary-day.js';

/** A value that is made within the property: the test library itself would step into its traps. */
type Made = () => unknown;
const made = (name: () => string, make: Made): Made => Object.assign(make, { [fc.toStringMethod]: name });

// Many days take a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
// The same days in every run; other ones, and more of them, on demand.
fc.configureGlobal({ seed: Number(process.env['MODEL_SEED'] ?? 20_270_301) });
const RUNS = Number(process.env['MODEL_RUNS'] ?? 400) * 3;
const WISHES = ['choose', 'withdraw', 'close', 'sign-out', 'extend'];

/** What JSON cannot say, but a page's own script can. */
const traps = (): readonly unknown[] => {
  const cycle: Record<string, unknown> = { id: 'cycle' };
  cycle['self'] = cycle;
  return [
    cycle,
    Object.create(null),
    Object.create({ ghost: 5 }),
    new Map([['a', 1]]),
    new Date(0),
    () => 5,
    Symbol('s'),
    10n,
    new Proxy({}, { get: refuse, ownKeys: refuse, has: refuse, getOwnPropertyDescriptor: refuse }),
    {
      get id(): never {
        return refuse();
      },
    },
  ];
};
const refuse = (): never => {
  throw new RangeError('a trap');
};

const scalars = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  '',
  'a',
  '__proto__',
  'constructor',
  0,
  -1,
  0.5,
  Number.NaN,
  Infinity,
  -Infinity,
  Number.MAX_VALUE,
  Number.MAX_SAFE_INTEGER,
  '\uD800',
  'x'.repeat(300),
);
const plain = (value: unknown): Made =>
  made(
    () => fc.stringify(value),
    () => value,
  );
const hostile: fc.Arbitrary<Made> = fc.oneof(
  scalars.map(plain),
  fc.nat({ max: traps().length - 1 }).map((index) =>
    made(
      () => `trap ${index}`,
      () => traps()[index],
    ),
  ),
  fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true, withDate: true, maxDepth: 3 }).map(plain),
  fc.array(scalars, { maxLength: 3 }).map(plain),
);
const times: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -5, max: 90_000 }).map((seconds) => instant(seconds)) },
  { weight: 1, arbitrary: scalars },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('5', {}, [], 10n, Symbol('s'), -5, 1.5, new Date(0)) },
);

/** The value with one known place in it, at any depth, taken by another value, or by a getter that throws. */
function damaged(value: unknown, path: readonly number[], thing: unknown): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return thing;
  const copy: object = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  const keys = [...Object.keys(value), '__proto__'];
  const key = keys[path[0]! % keys.length]!;
  const field = { writable: true, enumerable: true, configurable: true };
  if (key === '__proto__') return Object.defineProperty(copy, key, { ...field, value: { ghost: 5 } });
  if (thing === refuse && path.length === 1) return Object.defineProperty(copy, key, { get: refuse, enumerable: true });
  const inner = damaged((value as Record<string, unknown>)[key], path.slice(1), thing);
  return Object.defineProperty(copy, key, { ...field, value: inner });
}
/** Data as an event may carry it: an event has come through JSON, or a structured clone. */
const data: fc.Arbitrary<Made> = fc.oneof(scalars.map(plain), fc.jsonValue({ maxDepth: 3 }).map(plain));
const path = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 5 });
const thing = fc.oneof(
  hostile,
  fc.constant<Made>(() => refuse),
);

const fullRecord = new Day({ forwardToPhone: true, acwLimitSeconds: 60, acwExtensions: 2, acwExtensionSeconds: 9 })
  .at(0, signIn('a'), signIn('b'), forward({ by: sue }))
  .at(10, started('one'), started('two', 'elsewhere'), declaredOver('one'), ringing('three'), ended('four')).record;

const call = { id: 'c', direction: 'inbound', party: { name: 'Bo', number: '+4930123' } };
const events: readonly unknown[] = [
  { type: 'sign-in', page: 'a' },
  { type: 'renew', page: 'a' },
  { type: 'leave', page: 'a', at: instant(3) },
  { type: 'page-died', page: 'a' },
  { type: 'sign-out', by: sue, force: true },
  { type: 'choose', statusId: 'break', by: sue, forwardTo: '+4915112345678', page: 'a', at: instant(8) },
  { type: 'withdraw', by: ana, at: instant(9) },
  { type: 'call-ringing', call, carrier: 'a', at: instant(9) },
  { type: 'call-started', call, carrier: 'a', at: instant(9) },
  { type: 'call-held', callId: 'one', carrier: 'a', at: instant(9) },
  { type: 'call-resumed', callId: 'two', carrier: 'a', at: instant(9) },
  { type: 'call-ended', callId: 'two', outcome: 'missed', at: instant(9) },
  { type: 'call-presumed-ended', callId: 'two', by: ana, at: instant(9) },
  { type: 'close', callId: 'one', by: sue },
  { type: 'extend', callId: 'one', until: instant(75) },
];
const madeFrom = (values: readonly unknown[], strange: fc.Arbitrary<Made>): fc.Arbitrary<Made> =>
  fc.oneof(
    fc.constantFrom(...values).map(plain),
    fc.tuple(fc.constantFrom(...values), path, strange).map(([value, where, what]) =>
      made(
        () => `${fc.stringify(value)} with ${fc.stringify(what)} at ${where.join()}`,
        () => damaged(value, where, what()),
      ),
    ),
    strange,
  );
const event = madeFrom(events, data);
const record = madeFrom([fullRecord], thing);
const rules = madeFrom([account], thing);

const expectWhole = (view: ReturnType<typeof agentView>): void => {
  expect(typeof view.agentId).toBe('string');
  expect(typeof view.status.id).toBe('string');
  expect(Number.isFinite(view.since)).toBe(true);
  expect(Array.isArray(view.conversations)).toBe(true);
  expect(view.deadline === undefined || Number.isFinite(view.deadline)).toBe(true);
  expect(callRoute(view)).toBe(view.route);
};

describe('agentView', () => {
  it('is total: any account, any record, any time', () => {
    fc.assert(
      fc.property(rules, record, times, (anyRules, anyRecord, time) => {
        expectWhole(agentView(anyRules() as Account, anyRecord() as AgentRecord, time as Instant));
      }),
      { numRuns: RUNS },
    );
  });

  it.each([Infinity, -Infinity, Number.NaN, Number.MAX_VALUE, -1, 0, '5', null, undefined, {}, 10n, Symbol('now')])(
    'takes %s for a time',
    (now) => {
      for (const one of [newAgentRecord('ana'), fullRecord])
        expectWhole(agentView(defaultAccount, one, now as Instant));
    },
  );

  it('looks at a time that is none as at the record’s last instant', () => {
    for (const now of [Number.NaN, -Infinity, Infinity, '5', undefined, {}]) {
      expect(agentView(account, fullRecord, now as Instant)).toEqual(agentView(account, fullRecord, instant(10)));
    }
  });
});

describe('recordEvent', () => {
  it('returns a record that can be read again, or refuses a wish with a PhoneError: any account, record, event, time', () => {
    fc.assert(
      fc.property(rules, record, event, times, (...given) => {
        const [anyRules, anyRecord, anyEvent, time] = given;
        const [asAccount, asRecord, asEvent] = [
          anyRules() as Account,
          anyRecord() as AgentRecord,
          anyEvent() as AgentEvent,
        ];
        let next: AgentRecord;
        try {
          next = recordEvent(asAccount, asRecord, asEvent, time as Instant);
        } catch (error) {
          if (!isPhoneError(error)) throw error;
          expect(WISHES).toContain(asEvent.type);
          return;
        }
        if (Object.is(next, asRecord) || next.agentId === '') return;
        expect(readAgentRecord(JSON.parse(JSON.stringify(next)))).toMatchObject({ agentId: next.agentId });
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps a record readable, whatever strange events happen to it one after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, times), { maxLength: 12 }), (happenings) => {
        let kept: AgentRecord = newAgentRecord('ana');
        for (const [anyEvent, time] of happenings) {
          try {
            kept = recordEvent(account, kept, anyEvent() as AgentEvent, time as Instant);
          } catch (error) {
            if (!isPhoneError(error)) throw error;
          }
          const copy = JSON.parse(JSON.stringify(kept)) as AgentRecord;
          expect(readAgentRecord(copy)).toMatchObject({ agentId: 'ana' });
          expect(agentView(account, copy, kept.at + 1)).toEqual(agentView(account, kept, kept.at + 1));
          expectWhole(agentView(account, kept, kept.at));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    undefined,
    null,
    5,
    'sign-in',
    [],
    {},
    { type: 'no-such-event' },
    { type: 'call-lost', callId: 'one' },
    { type: { toString: null }, at: 5 },
  ])('ignores %j', (anyEvent) => {
    expect(recordEvent(account, fullRecord, anyEvent as unknown as AgentEvent, instant(20))).toBe(fullRecord);
  });

  it('ignores an instant on an event that carries none', () => {
    const late = { type: 'sign-in', page: 'z', at: instant(-100) } as unknown as AgentEvent;
    const next = recordEvent(account, newAgentRecord('ana'), late, instant(20));
    expect(agentView(account, next, instant(20))).toMatchObject({ since: instant(20) });
  });

  it('never throws for a fact of any call, page or time', () => {
    const facts = madeFrom(
      events.filter((one) => !WISHES.includes((one as AgentEvent).type)),
      data,
    );
    fc.assert(
      fc.property(day, facts, times, (steps, fact, time) => {
        for (const moment of live(steps)) {
          expect(() => recordEvent(moment.account, moment.record, fact() as AgentEvent, time as Instant)).not.toThrow();
        }
      }),
      { numRuns: RUNS / 3 },
    );
  });
});

describe('reading', () => {
  it('takes a document or refuses it, and what it takes can be looked at', () => {
    fc.assert(
      fc.property(record, rules, (anyRecord, anyRules) => {
        for (const [read, value] of [[readAgentRecord, anyRecord()] as const, [readAccount, anyRules()] as const]) {
          let taken: AgentRecord | Account;
          try {
            taken = read(value);
          } catch (error) {
            // A getter's own error may come through: a store's documents have none.
            expect(isPhoneError(error, 'damaged-data') || error instanceof RangeError).toBe(true);
            continue;
          }
          if ('agentId' in taken) expectWhole(agentView(defaultAccount, taken, instant(5)));
          else expectWhole(agentView(taken, fullRecord, instant(5)));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('of a JSON document is refused with `damaged-data` alone', () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.tuple(path, fc.jsonValue()).map(([where, what]) => damaged(fullRecord, where, what)),
    );
    fc.assert(
      fc.property(json, (value) => {
        for (const read of [readAgentRecord, readAccount]) {
          try {
            read(value);
          } catch (error) {
            expect(isPhoneError(error, 'damaged-data')).toBe(true);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});
